/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/manifest.h"

#include <errno.h>
#include <fts.h>
#include <string.h>
#include <sys/stat.h>

#include "base/error.h"

static int by_name(const FTSENT **a, const FTSENT **b)
{
    return strcmp((*a)->fts_name, (*b)->fts_name);
}

static void append_facts(GString *out, const struct stat *info)
{
    g_string_append_printf(
        out, "%o %lld %lld.%09ld ", info->st_mode, (long long)info->st_size,
        (long long)info->st_mtim.tv_sec, info->st_mtim.tv_nsec);
}

char *tv_manifest_of(const char *tree, GError **error)
{
    char *const paths[] = {(char *)tree, NULL};
    gsize prefix = strlen(tree) + 1;
    g_autoptr(GString) out = g_string_new(NULL);
    FTSENT *entry;
    FTS *walk = fts_open(paths, FTS_PHYSICAL | FTS_NOCHDIR, by_name);

    if (!walk) {
        tv_error_set_errno(error, errno, "walk", tree, NULL);
        return NULL;
    }
    while ((entry = fts_read(walk))) {
        switch (entry->fts_info) {
        case FTS_D:
            if (entry->fts_level == 1 && g_str_equal(entry->fts_name, ".pc")) {
                fts_set(walk, entry, FTS_SKIP);
            }
            break;
        case FTS_DP:
            break;
        case FTS_DNR:
        case FTS_ERR:
        case FTS_NS:
            tv_error_set_errno(error, entry->fts_errno, "read", entry->fts_path,
                               NULL);
            fts_close(walk);
            return NULL;
        default:
            append_facts(out, entry->fts_statp);
            g_string_append_printf(out, "%s\n", entry->fts_path + prefix);
            break;
        }
    }
    fts_close(walk);
    return g_string_free(g_steal_pointer(&out), FALSE);
}

guint tv_manifest_changed(const char *manifest, const char *tree, char **first)
{
    g_autoptr(GString) facts = g_string_new(NULL);
    guint changed = 0;

    if (first) {
        *first = NULL;
    }
    for (const char *line = manifest, *end; (end = strchr(line, '\n'));
         line = end + 1) {
        const char *name = line;
        g_autofree char *path = NULL;
        g_autofree char *file = NULL;
        struct stat info;

        for (int blanks = 0; blanks < 3 && name < end; name++) {
            blanks += *name == ' ';
        }
        file = g_strndup(name, end - name);
        path = g_build_filename(tree, file, NULL);
        g_string_truncate(facts, 0);
        if (lstat(path, &info) == 0) {
            append_facts(facts, &info);
        }
        if (facts->len != (gsize)(name - line) ||
            strncmp(facts->str, line, facts->len) != 0) {
            if (changed++ == 0 && first) {
                *first = g_steal_pointer(&file);
            }
        }
    }
    return changed;
}
