#include <string.h>

#include "base/error.h"
#include "cover/cover.h"
#include "lint/lint.h"

const char *const tv_cover_parts[] = {"sections", "checkpatch", "results",
                                      "costs", NULL};

typedef struct Section {
    char *name;
    guint patches;
    GHashTable *files;
    guint new_files;
} Section;

static void section_free(Section *section)
{
    g_free(section->name);
    g_hash_table_unref(section->files);
    g_free(section);
}

/* In the order of the series; a patch belongs to its directory. */
static GPtrArray *find_sections(const TvSeries *series)
{
    GPtrArray *sections =
        g_ptr_array_new_with_free_func((GDestroyNotify)section_free);

    for (guint i = 0; i < series->patches->len; i++) {
        const TvPatch *patch = g_ptr_array_index(series->patches, i);
        g_autofree char *name = g_path_get_dirname(patch->name);
        Section *section = NULL;

        for (guint j = 0; j < sections->len && !section; j++) {
            Section *known = g_ptr_array_index(sections, j);

            section = g_str_equal(known->name, name) ? known : NULL;
        }
        if (!section) {
            section = g_new0(Section, 1);
            section->name = g_strdup(name);
            section->files = g_hash_table_new(g_str_hash, g_str_equal);
            g_ptr_array_add(sections, section);
        }
        section->patches++;
        section->new_files += patch->overlay->len;
        for (guint j = 0; j < patch->files->len; j++) {
            g_hash_table_add(section->files,
                             g_ptr_array_index(patch->files, j));
        }
    }
    return sections;
}

static char *sections_part(const TvSeries *series)
{
    g_autoptr(GPtrArray) sections = find_sections(series);
    g_autoptr(GPtrArray) touched =
        tv_series_paths(series, series->patches->len, 0);
    g_autoptr(GPtrArray) brought =
        tv_series_paths(series, series->patches->len, 1);
    GString *out = g_string_new("\n| section | patches | files changed | files "
                                "brought in |\n| --- | ---: | ---: | ---: |\n");

    for (guint i = 0; i < sections->len; i++) {
        const Section *section = g_ptr_array_index(sections, i);

        g_string_append_printf(out, "| %s/ | %u | %u | %u |\n", section->name,
                               section->patches,
                               g_hash_table_size(section->files),
                               section->new_files);
    }
    g_string_append_printf(out, "| all | %u | %u | %u |\n\n",
                           series->patches->len, touched->len, brought->len);
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
