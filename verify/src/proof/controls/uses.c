#include "proof/controls/uses.h"

#include <string.h>

struct TvControlUses {
    const TvCheckTree *tree;
    GHashTable *files; /* path to GPtrArray of "FILE:LINE" */
};

TvControlUses *tv_control_uses_new(const TvCheckTree *tree)
{
    TvControlUses *uses = g_new0(TvControlUses, 1);

    uses->tree = tree;
    uses->files = g_hash_table_new_full(g_str_hash, g_str_equal, g_free,
                                        (GDestroyNotify)g_ptr_array_unref);
    return uses;
}

void tv_control_uses_free(TvControlUses *uses)
{
    if (uses) {
        g_hash_table_unref(uses->files);
        g_free(uses);
    }
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

static GPtrArray *look(TvControlUses *uses, const char *name)
{
    GPtrArray *list = g_hash_table_lookup(uses->files, name);
    const TvContract *contract = uses->tree->contract;
    g_autofree char *path = NULL;
    g_autofree char *text = NULL;
    g_autoptr(GArray) lines = NULL;

    if (list) {
        return list;
    }
    list = g_ptr_array_new_with_free_func(g_free);
    g_hash_table_insert(uses->files, g_strdup(name), list);
    path = tv_check_tree_path(uses->tree, name);
    if (g_str_equal(name, contract->header) || g_path_is_absolute(name) ||
        !tv_file_facts_mentions(uses->tree->facts, path) ||
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

GHashTable *tv_control_uses_of(TvControlUses *uses, const TvUnit *unit)
{
    GHashTable *result = g_hash_table_new(g_str_hash, g_str_equal);

    for (guint i = 0; unit->depends && i < unit->depends->len; i++) {
        g_autofree char *name =
            tv_check_tree_relative(uses->tree, unit->depends->pdata[i]);
        GPtrArray *list = look(uses, name);

        for (guint j = 0; j < list->len; j++) {
            g_hash_table_add(result, list->pdata[j]);
        }
    }
    return result;
}
