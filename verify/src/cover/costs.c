#include <math.h>
#include <stdio.h>

#include "base/error.h"
#include "bench/groups.h"
#include "cover/cover.h"

/* A row as results.ini keeps it: what, variant, measured, limit, and whether
 * it keeps the limit. */
enum { WHAT, VARIANT, MEASURED, LIMIT, KEEPS, N_FIELDS };

static char *group_of(const char *name)
{
    return g_strdup_printf("bench %s", name);
}

static char *key_of(guint row)
{
    return g_strdup_printf("row%u", row + 1);
}

static gboolean append_group(GString *out, GKeyFile *ini, const char *name,
                             GError **error)
{
    g_autofree char *group = group_of(name);

    for (guint i = 0;; i++) {
        g_autofree char *key = key_of(i);
        g_auto(GStrv) row =
            g_key_file_get_string_list(ini, group, key, NULL, NULL);

        if (!row) {
            return TRUE;
        }
        if (g_strv_length(row) != N_FIELDS) {
            g_set_error(error, TV_ERROR, TV_ERROR_INPUT,
                        TV_COVER_RESULTS ": %s of [%s] has no %d fields", key,
                        group, N_FIELDS);
            return FALSE;
        }
        g_string_append_printf(
            out, "| %s | %s | %s | %s%s | %s |\n", name, row[WHAT],
            row[VARIANT], row[MEASURED],
            g_str_equal(row[KEEPS], "yes") ? "" : " (above)", row[LIMIT]);
    }
}

char *tv_cover_costs(const char *project, GError **error)
{
    g_autoptr(GKeyFile) ini = tv_cover_results_load(project, error);
    g_autoptr(GString) out = g_string_new(NULL);

    if (!ini) {
        return NULL;
    }
    for (const TvBenchGroup *group = tv_bench_groups; group->name; group++) {
        if (!append_group(out, ini, group->name, error)) {
            return NULL;
        }
    }
    return g_strdup_printf(
        "\n%s%s\n",
        out->len ? "| of | what | side | measured | limit |\n"
                   "| --- | --- | --- | ---: | ---: |\n"
                 : "No figures are recorded.\n",
        out->str);
}

static void take_rows(GKeyFile *ini, const char *group, const TvBench *bench)
{
    for (guint i = 0; i < bench->rows->len; i++) {
        const TvBenchRow *row = g_ptr_array_index(bench->rows, i);
        g_autofree char *key = key_of(i);
        g_autofree char *value = tv_bench_number(row->value, row->unit);
        g_autofree char *limit = isnan(row->limit)
                                     ? g_strdup("none")
                                     : tv_bench_number(row->limit, row->unit);
        const char *const fields[N_FIELDS] = {
            [WHAT] = row->what,
            [VARIANT] = row->variant ? row->variant : "",
            [MEASURED] = value,
            [LIMIT] = limit,
            [KEEPS] = tv_bench_row_keeps(row) ? "yes" : "no",
        };

        g_key_file_set_string_list(ini, group, key, fields, N_FIELDS);
    }
}

int tv_cover_take_costs(const TvOptions *options, const char *now,
                        const char *date, GKeyFile *ini, GError **error)
{
    g_autofree char *directory = tv_options_build_path(options, "report", NULL);
    g_autoptr(GPtrArray) all = tv_bench_load_all(directory, error);
    int count = 0;

    if (!all) {
        return -1;
    }
    for (guint i = 0; i < all->len; i++) {
        const TvBench *bench = g_ptr_array_index(all, i);
        g_autofree char *group = group_of(bench->group);

        if (!g_str_equal(bench->series, now)) {
            fprintf(stderr,
                    "export: figures of bench %s are of another form of the "
                    "series\n",
                    bench->group);
            continue;
        }
        g_key_file_remove_group(ini, group, NULL);
        g_key_file_set_string(ini, group, "series", now);
        g_key_file_set_string(ini, group, "date", date);
        take_rows(ini, group, bench);
        fprintf(stderr, "export: figures of bench %s taken\n", bench->group);
        count++;
    }
    return count;
}
