/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "proof/controls/sites.h"

#include <string.h>

#include "tree/typing.h"

static void site_free(gpointer data)
{
    TvSite *site = data;

    g_free(site->file);
    g_free(site);
}

GPtrArray *tv_sites_new(void)
{
    return g_ptr_array_new_with_free_func(site_free);
}

static guint line_index(const TvCppText *text, gsize offset)
{
    guint low = 0, high = text->lines->len;

    while (high - low > 1) {
        guint middle = (low + high) / 2;

        if (g_array_index(text->lines, TvCppLine, middle).offset <= offset) {
            low = middle;
        } else {
            high = middle;
        }
    }
    return low;
}

/* Source line of @offset if it lies in @file, else @otherwise. */
static int source_line(const TvCppText *text, gsize offset, const char *file,
                       int otherwise)
{
    int line;
    const char *name =
        tv_cpp_text_position(text, line_index(text, offset) + 1, &line);

    return line && g_strcmp0(name, file) == 0 ? line : otherwise;
}

static void find_statement(const TvCppText *text, TvSite *site)
{
    gsize start = site->offset;
    gsize end = site->offset;

    while (start > 0 && !strchr(";{}", text->data[start - 1])) {
        start--;
    }
    while (start < site->offset &&
           (g_ascii_isspace(text->data[start]) || text->data[start] == '#')) {
        if (text->data[start] == '#') {
            start += strcspn(text->data + start, "\n");
        } else {
            start++;
        }
    }
    while (end < text->length && !strchr(";{}", text->data[end])) {
        end++;
    }
    site->first =
        source_line(text, MIN(start, site->offset), site->file, site->line);
    site->last =
        source_line(text, MIN(end, text->length - 1), site->file, site->line);
    site->first = MIN(site->first, site->line);
    site->last = MAX(site->last, site->line);
}

GPtrArray *tv_sites_find(const TvCppText *text)
{
    static const char mark[] = TV_TYPING_SITE "(";
    GPtrArray *sites = tv_sites_new();
    const char *end = text->data + text->length;

    for (const char *at = text->data;
         (at = memmem(at, end - at, mark, sizeof(mark) - 1)); at++) {
        TvSite *site = g_new0(TvSite, 1);
        guint index = line_index(text, at - text->data);

        site->offset = at - text->data;
        site->file =
            g_strdup(tv_cpp_text_position(text, index + 1, &site->line));
        find_statement(text, site);
        g_ptr_array_add(sites, site);
    }
    return sites;
}

GArray *tv_control_uses_scan(const TvContract *contract, const char *text)
{
    GArray *result = g_array_new(FALSE, FALSE, sizeof(guint));
    guint line = 1;
    gboolean directive = FALSE;

    while (*text) {
        const char *end = text + strcspn(text, "\n");

        /* A directive runs on over escaped ends of lines. */
        directive = directive || text[strspn(text, " \t")] == '#';
        if (!directive) {
            g_autofree char *row = g_strndup(text, end - text);
            char *use = strstr(row, contract->write_macro);

            if (use && use[strlen(contract->write_macro)] == '(') {
                g_array_append_val(result, line);
            }
        }
        directive = directive && end > text && end[-1] == '\\';
        line++;
        text = *end ? end + 1 : end;
    }
    return result;
}

GHashTable *tv_control_uses_new(void)
{
    return g_hash_table_new_full(g_str_hash, g_str_equal, g_free,
                                 (GDestroyNotify)g_ptr_array_unref);
}

static GPtrArray *look(GHashTable *files, const TvCheckTree *tree,
                       const char *name)
{
    GPtrArray *list = g_hash_table_lookup(files, name);
    const TvContract *contract = tree->contract;
    g_autofree char *path = NULL;
    g_autofree char *text = NULL;
    g_autoptr(GArray) lines = NULL;

    if (list) {
        return list;
    }
    list = g_ptr_array_new_with_free_func(g_free);
    g_hash_table_insert(files, g_strdup(name), list);
    path = tv_check_tree_path(tree, name);
    if (g_str_equal(name, contract->header) || g_path_is_absolute(name) ||
        !tv_file_facts_mentions(tree->facts, path) ||
        !g_file_get_contents(path, &text, NULL, NULL)) {
        return list;
    }
    lines = tv_control_uses_scan(contract, text);
    for (guint i = 0; i < lines->len; i++) {
        g_ptr_array_add(list, g_strdup_printf("%s:%u", name,
                                              g_array_index(lines, guint, i)));
    }
    return list;
}

GHashTable *tv_control_uses_of(GHashTable *files, const TvCheckTree *tree,
                               const TvUnit *unit)
{
    GHashTable *result = g_hash_table_new(g_str_hash, g_str_equal);

    for (guint i = 0; unit->depends && i < unit->depends->len; i++) {
        g_autofree char *name =
            tv_check_tree_relative(tree, unit->depends->pdata[i]);
        GPtrArray *list = look(files, tree, name);

        for (guint j = 0; j < list->len; j++) {
            g_hash_table_add(result, list->pdata[j]);
        }
    }
    return result;
}
