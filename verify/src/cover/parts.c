/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <string.h>

#include "base/error.h"
#include "cover/cover.h"
#include "lint/lint.h"

const char *const tv_cover_parts[] = {"sections", "checkpatch", "results",
                                      "costs", NULL};

/* The patches of the directory @name of patches/; all of them for NULL. */
static void append_section(GString *out, const TvSeries *series,
                           const char *name)
{
    g_autoptr(GHashTable) changed = g_hash_table_new(g_str_hash, g_str_equal);
    guint patches = 0;
    guint brought_in = 0;

    for (guint i = 0; i < series->patches->len; i++) {
        const TvPatch *patch = g_ptr_array_index(series->patches, i);
        g_autofree char *own = g_path_get_dirname(patch->name);

        if (name && !g_str_equal(own, name)) {
            continue;
        }
        patches++;
        brought_in += patch->overlay->len;
        for (guint f = 0; f < patch->files->len; f++) {
            g_hash_table_add(changed, g_ptr_array_index(patch->files, f));
        }
    }
    g_string_append_printf(out, "| %s%s | %u | %u | %u |\n",
                           name ? name : "all", name ? "/" : "", patches,
                           g_hash_table_size(changed), brought_in);
}

/* In the order of the series. */
static char *sections_part(const TvSeries *series)
{
    g_autoptr(GHashTable) seen =
        g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    GString *out = g_string_new("\n| section | patches | files changed | files "
                                "brought in |\n| --- | ---: | ---: | ---: |\n");

    for (guint i = 0; i < series->patches->len; i++) {
        const TvPatch *patch = g_ptr_array_index(series->patches, i);
        char *name = g_path_get_dirname(patch->name);

        if (!g_hash_table_contains(seen, name)) {
            append_section(out, series, name);
        }
        g_hash_table_add(seen, name);
    }
    append_section(out, series, NULL);
    g_string_append_c(out, '\n');
    return g_string_free(out, FALSE);
}

/* @text in lines of at most 76 characters, the first after "- ". */
static void append_item(GString *out, const char *text)
{
    g_auto(GStrv) words = g_strsplit(text, " ", -1);
    gsize column = 1;

    g_string_append_c(out, '-');
    for (char **word = words; *word; word++) {
        gsize length = strlen(*word);

        if (column + 1 + length > 76) {
            g_string_append(out, "\n ");
            column = 1;
        }
        g_string_append_printf(out, " %s", *word);
        column += 1 + length;
    }
    g_string_append_c(out, '\n');
}

static char *checkpatch_part(const TvSeries *series, GError **error)
{
    g_autoptr(GPtrArray) exceptions =
        tv_lint_exceptions_load(series->project, error);
    g_autoptr(GString) out = g_string_new("\n");

    if (!exceptions) {
        return NULL;
    }
    for (guint i = 0; i < exceptions->len; i++) {
        const TvLintException *exception = g_ptr_array_index(exceptions, i);
        g_autofree char *text = NULL;

        /* One that is incomplete is a finding of its own. */
        if (exception->patch && exception->message && exception->reason) {
            text = g_strdup_printf("%s: \"%s\". %s", exception->patch,
                                   exception->message, exception->reason);
            append_item(out, text);
        }
    }
    g_string_append(out, exceptions->len ? "\n" : "None.\n\n");
    return g_string_free(g_steal_pointer(&out), FALSE);
}

char *tv_cover_part(const char *name, const TvSeries *series, GError **error)
{
    if (g_str_equal(name, "sections")) {
        return sections_part(series);
    }
    if (g_str_equal(name, "checkpatch")) {
        return checkpatch_part(series, error);
    }
    if (g_str_equal(name, "results")) {
        return tv_cover_results(series->project, error);
    }
    g_assert(g_str_equal(name, "costs"));
    return tv_cover_costs(series->project, error);
}
