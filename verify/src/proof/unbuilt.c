/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "proof/unbuilt.h"

#include <string.h>

gboolean tv_unbuilt_is_other_system(const char *condition)
{
    static const char *const pattern =
        "(^ifdef +|(?<!!)(?<!! )\\bdefined *\\(? *)"
        "(_WIN32|CONFIG_WIN32|__APPLE__|_CALL_DARWIN|CONFIG_DARWIN|CONFIG_BSD|"
        "__FreeBSD__|__FreeBSD_kernel__|__NetBSD__|__OpenBSD__|"
        "__DragonFly__|__sun__|CONFIG_SOLARIS|__HAIKU__)\\b";
    g_auto(GStrv) parts = g_strsplit(condition, "||", -1);

    if (strstr(condition, "!(") || g_str_has_suffix(condition, "\\")) {
        return FALSE;
    }
    for (char **part = parts; *part; part++) {
        if (!g_regex_match_simple(pattern, *part, 0, 0)) {
            return FALSE;
        }
    }
    return TRUE;
}

/* Adds the branches of @file that are for such systems. */
static void add_branches(GPtrArray *unbuilt, const TvCheckTree *tree,
                         const char *file)
{
    g_autofree char *path = tv_check_tree_path(tree, file);
    const char *line;

    for (int i = 1; (line = tv_source_lines_get(tree->lines, path, i)); i++) {
        g_autofree char *copy = g_strdup(line);
        char *condition = g_strstrip(copy);

        if (*condition == '#' &&
            tv_unbuilt_is_other_system(g_strchug(condition + 1))) {
            g_ptr_array_add(unbuilt, g_strdup_printf("%s:%d: #%s", file, i,
                                                     condition + 1));
        }
    }
}

GPtrArray *tv_unbuilt_find(const TvCheckTree *tree, const TvPlan *plan,
                           const GPtrArray *headers, GHashTable *touched)
{
    GPtrArray *unbuilt = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(GList) files =
        g_list_sort(g_hash_table_get_keys(touched), (GCompareFunc)strcmp);

    for (guint i = 0; i < plan->outside->len; i++) {
        g_ptr_array_add(unbuilt, g_strdup(plan->outside->pdata[i]));
    }
    for (guint i = 0; i < headers->len; i++) {
        g_ptr_array_add(unbuilt, g_strdup(headers->pdata[i]));
    }
    for (const GList *file = files; file; file = file->next) {
        const char *dot = strrchr(file->data, '.');

        if (dot && (g_str_equal(dot, ".c") || g_str_equal(dot, ".h") ||
                    g_str_equal(dot, ".inc")) &&
            tv_tree_scan_has(tree->scan, file->data) &&
            !g_ptr_array_find_with_equal_func(unbuilt, file->data, g_str_equal,
                                              NULL)) {
            add_branches(unbuilt, tree, file->data);
        }
    }
    return unbuilt;
}
