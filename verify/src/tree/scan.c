/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tree/scan.h"

#include <dirent.h>
#include <string.h>

#include "base/error.h"

/* No source that an emulator is built from lies below these. */
static const char *const skipped[] = {
    ".git", ".pc",    "docs", "gdb-xml", "pc-bios",
    "po",   "python", "roms", "tests",
};

static gboolean is_skipped(const char *name)
{
    for (gsize i = 0; i < G_N_ELEMENTS(skipped); i++) {
        if (g_str_equal(name, skipped[i])) {
            return TRUE;
        }
    }
    return FALSE;
}

static void walk(TvTreeScan *scan, const char *prefix, int depth)
{
    g_autofree char *path = g_build_filename(scan->root, prefix, NULL);
    DIR *dir = opendir(path);
    struct dirent *entry;

    if (!dir) {
        return;
    }
    while ((entry = readdir(dir))) {
        g_autofree char *name = NULL;

        if (entry->d_name[0] == '.' ||
            (depth == 0 && is_skipped(entry->d_name))) {
            continue;
        }
        name = *prefix ? g_strconcat(prefix, "/", entry->d_name, NULL)
                       : g_strdup(entry->d_name);
        if (entry->d_type == DT_DIR) {
            g_autofree char *ninja =
                g_build_filename(path, entry->d_name, "build.ninja", NULL);

            /* A build directory inside the tree is not the tree. */
            if (!g_file_test(ninja, G_FILE_TEST_EXISTS)) {
                walk(scan, name, depth + 1);
            }
        } else {
            g_ptr_array_add(scan->files, g_steal_pointer(&name));
        }
    }
    closedir(dir);
}

static int compare(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

TvTreeScan *tv_tree_scan(const char *root, GError **error)
{
    g_autoptr(TvTreeScan) scan = g_new0(TvTreeScan, 1);
    g_autoptr(GChecksum) sum = g_checksum_new(G_CHECKSUM_SHA256);
    g_autofree char *version = g_build_filename(root, "VERSION", NULL);

    scan->root = g_canonicalize_filename(root, NULL);
    scan->files = g_ptr_array_new_with_free_func(g_free);
    scan->set = g_hash_table_new(g_str_hash, g_str_equal);
    if (!g_file_get_contents(version, &scan->version, NULL, NULL)) {
        g_set_error(error, TV_ERROR, TV_ERROR_TREE,
                    "%s is no QEMU source tree (VERSION is missing). Run "
                    "tcg-verify apply, or give --tree DIR",
                    root);
        return NULL;
    }
    g_strstrip(scan->version);
    walk(scan, "", 0);
    qsort(scan->files->pdata, scan->files->len, sizeof(gpointer), compare);
    for (guint i = 0; i < scan->files->len; i++) {
        const char *file = scan->files->pdata[i];

        g_hash_table_add(scan->set, (gpointer)file);
        if (g_str_has_suffix(file, ".h") || g_str_has_suffix(file, ".inc")) {
            g_checksum_update(sum, (const guchar *)file, strlen(file) + 1);
        }
    }
    scan->header_digest = g_strdup(g_checksum_get_string(sum));
    return g_steal_pointer(&scan);
}

void tv_tree_scan_free(TvTreeScan *scan)
{
    if (!scan) {
        return;
    }
    g_free(scan->root);
    g_free(scan->version);
    g_free(scan->header_digest);
    g_hash_table_unref(scan->set);
    g_ptr_array_unref(scan->files);
    g_free(scan);
}

gboolean tv_tree_scan_has(const TvTreeScan *scan, const char *file)
{
    return g_hash_table_contains(scan->set, file);
}
