/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "hosts/probes/maps.h"

#include <stdio.h>
#include <string.h>

#include "base/error.h"

#define MIB (1024 * 1024)

typedef struct Mapping {
    char permissions[5]; /* "rwxp" */
    char file[48];       /* "DEVICE:INODE" */
    gboolean inode;      /* of a file at all */
    gboolean kernels;    /* [vdso] and the like */
    guint64 size;
    const char *line;
} Mapping;

void tv_maps_clear(TvMaps *maps)
{
    g_clear_pointer(&maps->wx, g_free);
    g_clear_pointer(&maps->rx, g_free);
    g_clear_pointer(&maps->made, g_free);
    g_clear_pointer(&maps->code, g_free);
}

static gboolean parse_line(const char *line, Mapping *mapping)
{
    unsigned long long first, last, offset, inode;
    unsigned major, minor;

    if (sscanf(line, "%llx-%llx %4s %llx %x:%x %llu", &first, &last,
               mapping->permissions, &offset, &major, &minor, &inode) != 7 ||
        strlen(mapping->permissions) != 4) {
        return FALSE;
    }
    g_snprintf(mapping->file, sizeof(mapping->file), "%x:%x:%llu", major,
               minor, inode);
    mapping->inode = inode != 0;
    mapping->size = last - first;
    mapping->kernels = g_str_has_suffix(line, "[vdso]") ||
                       g_str_has_suffix(line, "[vsyscall]");
    mapping->line = line;
    return TRUE;
}

static gboolean may(const Mapping *mapping, char permission)
{
    return strchr(mapping->permissions, permission) != NULL;
}

gboolean tv_maps_parse(TvMaps *maps, const char *text, GError **error)
{
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
    g_autoptr(GArray) mappings = g_array_new(FALSE, TRUE, sizeof(Mapping));
    g_autoptr(GString) code = g_string_new(NULL);

    *maps = (TvMaps){ 0 };
    for (char **line = lines; *line; line++) {
        Mapping mapping = { 0 };

        if (!**line) {
            continue;
        }
        if (!parse_line(*line, &mapping)) {
            tv_maps_clear(maps);
            g_set_error(error, TV_ERROR, TV_ERROR_INPUT,
                        "not a line of /proc/PID/maps: '%s'", *line);
            return FALSE;
        }
        if (may(&mapping, 'w') && may(&mapping, 'x') && !maps->wx) {
            maps->wx = g_strdup(*line);
        }
        if (may(&mapping, 'x') && !mapping.kernels &&
            (!mapping.inode || may(&mapping, 's'))) {
            maps->made = maps->made ? maps->made : g_strdup(*line);
        }
        if (may(&mapping, 'x') && !mapping.kernels &&
            mapping.size >= MIB / 2 &&
            (!mapping.inode || may(&mapping, 's'))) {
            /* A static buffer loses up to a page to alignment. */
            g_string_append_printf(code, "%s%s %" G_GUINT64_FORMAT " MiB",
                                   code->len ? ", " : "", mapping.permissions,
                                   (mapping.size + MIB / 2) / MIB);
        }
        g_array_append_val(mappings, mapping);
    }
    maps->mappings = mappings->len;
    maps->code = g_string_free(g_steal_pointer(&code), FALSE);
    if (mappings->len == 0) {
        g_set_error(error, TV_ERROR, TV_ERROR_INPUT,
                    "/proc/PID/maps shows no mapping");
        return FALSE;
    }
    for (guint i = 0; i < mappings->len && !maps->split; i++) {
        const Mapping *rx = &g_array_index(mappings, Mapping, i);

        if (!rx->inode || !may(rx, 's') || !may(rx, 'x') || may(rx, 'w')) {
            continue;
        }
        for (guint j = 0; j < mappings->len && !maps->split; j++) {
            const Mapping *rw = &g_array_index(mappings, Mapping, j);

            if (may(rw, 's') && may(rw, 'w') && !may(rw, 'x') &&
                g_str_equal(rx->file, rw->file)) {
                maps->split = TRUE;
                maps->rx = g_strdup(rx->line);
            }
        }
    }
    return TRUE;
}
