/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "upstream/firmware.h"

#include <gio/gio.h>
#include <string.h>

/* bzip2 -c </dev/null: the stream of no bytes. */
static const guint8 empty_bzip2[] = { 0x42, 0x5a, 0x68, 0x39, 0x17, 0x72, 0x45,
                                      0x38, 0x50, 0x90, 0x00, 0x00, 0x00,
                                      0x00 };

GHashTable *tv_firmware_table(void)
{
    return g_hash_table_new_full(g_str_hash, g_str_equal, g_free,
                                 (GDestroyNotify)g_bytes_unref);
}

static void add_stand_in(GHashTable *overrides, const char *tree,
                         const char *name, gconstpointer data, gsize size)
{
    g_autofree char *relative = g_build_filename("pc-bios", name, NULL);
    g_autofree char *path = g_build_filename(tree, relative, NULL);

    if (!g_file_test(path, G_FILE_TEST_EXISTS)) {
        g_hash_table_replace(overrides, g_steal_pointer(&relative),
                             g_bytes_new_static(data, size));
    }
}

gboolean tv_firmware_stand_ins(const char *tree, GHashTable *overrides,
                                 GError **error)
{
    g_autofree char *path = g_build_filename(tree, "pc-bios", "meson.build",
                                             NULL);
    g_autofree char *text = NULL;
    g_autoptr(GRegex) quoted = NULL;
    g_autoptr(GMatchInfo) match = NULL;

    if (!g_file_get_contents(path, &text, NULL, error)) {
        return FALSE;
    }
    /* One file a line, in the lists 'blobs' and 'fds'. */
    quoted = g_regex_new("^ +'([^'/]+)',$", G_REGEX_MULTILINE, 0, error);
    if (!quoted) {
        return FALSE;
    }
    g_regex_match(quoted, text, 0, &match);
    while (g_match_info_matches(match)) {
        g_autofree char *name = g_match_info_fetch(match, 1);

        if (g_str_has_suffix(name, ".fd")) {
            g_autofree char *packed = g_strconcat(name, ".bz2", NULL);

            add_stand_in(overrides, tree, packed, empty_bzip2,
                         sizeof(empty_bzip2));
        } else {
            add_stand_in(overrides, tree, name, "", 0);
        }
        if (!g_match_info_next(match, error)) {
            break;
        }
    }
    return !error || !*error;
}

gboolean tv_firmware_add(const char *tree, GError **error)
{
    g_autoptr(GHashTable) missing = tv_firmware_table();
    g_autofree char *list =
        g_build_filename(tree, "pc-bios", "meson.build", NULL);
    GHashTableIter iter;
    gpointer relative, bytes;

    if (!g_file_test(list, G_FILE_TEST_EXISTS)) {
        return TRUE;
    }
    if (!tv_firmware_stand_ins(tree, missing, error)) {
        return FALSE;
    }
    g_hash_table_iter_init(&iter, missing);
    while (g_hash_table_iter_next(&iter, &relative, &bytes)) {
        g_autofree char *path = g_build_filename(tree, relative, NULL);
        gsize size;
        gconstpointer data = g_bytes_get_data(bytes, &size);

        if (!g_file_set_contents(path, data ? data : "", (gssize)size,
                                 error)) {
            return FALSE;
        }
    }
    return TRUE;
}
