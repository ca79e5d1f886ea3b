/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The parts "results" and "costs" of the cover letter.  The project keeps in
 * results.ini what BUILD/report had when `export --results` ran: a group
 * "COMMAND HOST" for each host, and "bench GROUP" with a key for each row.
 */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/directory.h"
#include "base/error.h"
#include "bench/groups.h"
#include "cover/cover.h"
#include "project/hosts.h"
#include "result/result.h"

/* Relative to the project; it need not exist. */
#define RESULTS "verify/data/results.ini"

static const char *const commands[] = {"check", "test", "mutate"};

/* A row of bench as results.ini keeps it. */
enum { WHAT, VARIANT, MEASURED, LIMIT, KEEPS, N_FIELDS };

static GKeyFile *load(const char *project, GError **error)
{
    g_autofree char *path = g_build_filename(project, RESULTS, NULL);
    g_autoptr(GKeyFile) ini = g_key_file_new();

    if (g_file_test(path, G_FILE_TEST_EXISTS) &&
        !g_key_file_load_from_file(ini, path, G_KEY_FILE_KEEP_COMMENTS,
                                   error)) {
        g_prefix_error(error, "%s: ", path);
        return NULL;
    }
    return g_steal_pointer(&ini);
}

static char *group_of(const char *command, const char *of)
{
    return g_strdup_printf("%s %s", command, of);
}

static int number(GKeyFile *ini, const char *group, const char *key)
{
    return g_key_file_get_integer(ini, group, key, NULL);
}

/* A cell of the table; TRUE if the command has looked at the host. */
static gboolean append_cell(GString *out, GKeyFile *ini, const char *command,
                            const char *host)
{
    g_autofree char *group = group_of(command, host);
    g_autofree char *status = g_key_file_get_string(ini, group, "status", NULL);
    int findings = number(ini, group, "findings");
    int equivalent = number(ini, group, "equivalent");
    gboolean known = g_key_file_has_group(ini, group);

    if (!known) {
        g_string_append(out, " not measured");
    } else if (g_str_equal(command, "mutate")) {
        g_string_append_printf(out, " %d of %d", number(ini, group, "killed"),
                               number(ini, group, "total") - equivalent);
        if (equivalent) {
            g_string_append_printf(out, ", %d no mistake", equivalent);
        }
    } else {
        g_string_append_printf(out, " %s, %d", status,
                               number(ini, group, "checked"));
        if (findings) {
            g_string_append_printf(out, ", %d finding%s", findings,
                                   findings == 1 ? "" : "s");
        }
    }
    g_string_append(out, " |");
    return known;
}

char *tv_cover_results(const char *project, GError **error)
{
    g_autoptr(GKeyFile) ini = load(project, error);
    g_autoptr(GString) out = g_string_new(
        "\n| host | check, looked at | test, compared | mutants noticed |\n"
        "| --- | --- | --- | --- |\n");
    gboolean any = FALSE;
    const TvHost *host;

    if (!ini) {
        return NULL;
    }
    for (guint i = 0; (host = tv_host_nth(i)); i++) {
        g_string_append_printf(out, "| %s |", host->name);
        for (gsize c = 0; c < G_N_ELEMENTS(commands); c++) {
            any |= append_cell(out, ini, commands[c], host->name);
        }
        g_string_append_c(out, '\n');
    }
    g_string_append_c(out, '\n');
    return any ? g_string_free(g_steal_pointer(&out), FALSE)
               : g_strdup("\nNo results are recorded.\n\n");
}

/* A row of bench in the table; its end is the key that is missing. */
static gboolean append_row(GString *out, GKeyFile *ini, const char *name,
                           guint index, gboolean *end, GError **error)
{
    g_autofree char *group = group_of("bench", name);
    g_autofree char *key = g_strdup_printf("row%u", index);
    g_auto(GStrv) row = g_key_file_get_string_list(ini, group, key, NULL, NULL);

    *end = row == NULL;
    if (row && g_strv_length(row) != N_FIELDS) {
        g_set_error(error, TV_ERROR, TV_ERROR_INPUT,
                    RESULTS ": %s of [%s] has no %d fields", key, group,
                    N_FIELDS);
        return FALSE;
    }
    if (row) {
        g_string_append_printf(out, "| %s | %s | %s | %s%s | %s |\n", name,
                               row[WHAT], row[VARIANT], row[MEASURED],
                               g_str_equal(row[KEEPS], "yes") ? "" : " (above)",
                               row[LIMIT]);
    }
    return TRUE;
}

char *tv_cover_costs(const char *project, GError **error)
{
    g_autoptr(GKeyFile) ini = load(project, error);
    g_autoptr(GString) out = g_string_new(NULL);

    if (!ini) {
        return NULL;
    }
    for (const TvBenchGroup *group = tv_bench_groups; group->name; group++) {
        gboolean end = FALSE;

        for (guint i = 1; !end; i++) {
            if (!append_row(out, ini, group->name, i, &end, error)) {
                return NULL;
            }
        }
    }
    return g_strdup_printf("\n%s%s\n",
                           out->len
                               ? "| of | what | side | measured | limit |\n"
                                 "| --- | --- | --- | ---: | ---: |\n"
                               : "No figures are recorded.\n",
                           out->str);
}

char *tv_cover_results_age(const TvSeries *series, GError **error)
{
    g_autoptr(GKeyFile) ini = load(series->project, error);
    g_autofree char *now = tv_series_fingerprint(series->project);
    g_auto(GStrv) groups = ini ? g_key_file_get_groups(ini, NULL) : NULL;
    g_autoptr(GString) out = g_string_new(NULL);
    g_autofree char *last = NULL;

    if (!ini) {
        return NULL;
    }
    for (char **group = groups; *group; group++) {
        g_autofree char *of =
            g_key_file_get_string(ini, *group, "series", NULL);
        g_autofree char *command = g_strndup(*group, strcspn(*group, " "));

        if (g_strcmp0(of, now) != 0 && g_strcmp0(command, last) != 0) {
            g_string_append_printf(out, "%s%s", out->len ? ", " : "", command);
            g_free(last);
            last = g_steal_pointer(&command);
        }
    }
    if (out->len) {
        g_string_prepend(out, "Of an earlier form of this series: ");
        g_string_append(out, ".\n");
    }
    return g_string_free(g_steal_pointer(&out), FALSE);
}

static void stamp_group(GKeyFile *ini, const char *group, const char *series,
                        const char *date)
{
    g_key_file_set_string(ini, group, "series", series);
    g_key_file_set_string(ini, group, "date", date);
}

/* FALSE if the host has no cell in @result. */
static gboolean take_cells(GKeyFile *ini, const char *group,
                           const TvResult *result, const char *host)
{
    TvCellStatus worst = TV_CELL_CLEAN;
    int checked = 0;
    int findings = 0;
    gboolean any = FALSE;

    for (guint i = 0; i < result->cells->len; i++) {
        const TvCell *cell = g_ptr_array_index(result->cells, i);

        if (g_strcmp0(cell->host, host) == 0) {
            any = TRUE;
            worst = MAX(worst, cell->status);
            checked += cell->checked;
            findings += cell->findings;
        }
    }
    if (any) {
        g_key_file_set_string(ini, group, "status", tv_cell_status_name(worst));
        g_key_file_set_integer(ini, group, "checked", checked);
        g_key_file_set_integer(ini, group, "findings", findings);
    }
    return any;
}

static gboolean take_score(GKeyFile *ini, const char *group,
                           const TvResult *result, const char *host)
{
    for (guint i = 0; i < result->scores->len; i++) {
        const TvScore *score = g_ptr_array_index(result->scores, i);

        if (g_str_equal(score->host, host) &&
            g_str_equal(score->layer, "all")) {
            g_key_file_set_integer(ini, group, "killed", score->killed);
            g_key_file_set_integer(ini, group, "total", score->total);
            g_key_file_set_integer(ini, group, "equivalent", score->equivalent);
            return TRUE;
        }
    }
    return FALSE;
}

/* How many hosts of @result were taken. */
static guint take_hosts(GKeyFile *ini, const TvResult *result, const char *date)
{
    gboolean mutate = g_str_equal(result->command, "mutate");
    const TvHost *host;
    guint count = 0;

    for (guint i = 0; (host = tv_host_nth(i)); i++) {
        g_autofree char *group = group_of(result->command, host->name);

        if (mutate ? take_score(ini, group, result, host->name)
                   : take_cells(ini, group, result, host->name)) {
            stamp_group(ini, group, result->series, date);
            count++;
        }
    }
    return count;
}

static void take_rows(GKeyFile *ini, const char *group, const TvBench *bench)
{
    for (guint i = 0; i < bench->rows->len; i++) {
        const TvBenchRow *row = g_ptr_array_index(bench->rows, i);
        g_autofree char *key = g_strdup_printf("row%u", i + 1);
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

/* How many groups of bench were taken; -1 with @error. */
static int take_costs(const TvOptions *options, const char *now,
                      const char *date, GKeyFile *ini, GError **error)
{
    g_autofree char *directory = tv_options_build_path(options, "report", NULL);
    g_autoptr(GPtrArray) all = tv_bench_load_all(directory, error);
    int count = 0;

    for (guint i = 0; all && i < all->len; i++) {
        const TvBench *bench = g_ptr_array_index(all, i);
        g_autofree char *group = group_of("bench", bench->group);
        gboolean same = g_str_equal(bench->series, now);

        if (same) {
            g_key_file_remove_group(ini, group, NULL);
            stamp_group(ini, group, now, date);
            take_rows(ini, group, bench);
            count++;
        }
        fprintf(stderr, "export: figures of bench %s %s\n", bench->group,
                same ? "taken" : "are of another form of the series");
    }
    return all ? count : -1;
}

/* Of one of the commands that end with a result; -1 with @error. */
static int take_command(const TvOptions *options, const char *command,
                        const char *now, const char *date, GKeyFile *ini,
                        GError **error)
{
    g_autofree char *name = g_strconcat(command, ".json", NULL);
    g_autofree char *file =
        tv_options_build_path(options, "report", name, NULL);
    g_autoptr(TvResult) result = NULL;
    guint count = 0;

    if (!g_file_test(file, G_FILE_TEST_EXISTS)) {
        fprintf(stderr, "export: %s has not been run\n", command);
        return 0;
    }
    result = tv_result_load(file, error);
    if (!result) {
        return -1;
    }
    if (!result->part && g_strcmp0(result->series, now) == 0) {
        count = take_hosts(ini, result, date);
    }
    if (count) {
        fprintf(stderr, "export: results of %s for %u host%s taken\n", command,
                count, count == 1 ? "" : "s");
    } else {
        fprintf(stderr,
                "export: results of %s are of another form of the series or "
                "of a part of a run\n",
                command);
    }
    return (int)count;
}

gboolean tv_cover_take_results(const TvOptions *options, const TvSeries *series,
                               GError **error)
{
    g_autofree char *path = g_build_filename(series->project, RESULTS, NULL);
    g_autofree char *directory = g_path_get_dirname(path);
    g_autofree char *now = tv_series_fingerprint(series->project);
    g_autoptr(GKeyFile) ini = load(series->project, error);
    g_autoptr(GDateTime) today = g_date_time_new_now_utc();
    g_autofree char *date = g_date_time_format(today, "%Y-%m-%d");
    int all;

    if (!ini || (all = take_costs(options, now, date, ini, error)) < 0) {
        return FALSE;
    }
    for (gsize i = 0; i < G_N_ELEMENTS(commands); i++) {
        int count = take_command(options, commands[i], now, date, ini, error);

        if (count < 0) {
            return FALSE;
        }
        all += count;
    }
    if (!all) {
        g_set_error(error, TV_ERROR, TV_ERROR_TREE,
                    "BUILD/report has no results of this series; run check, "
                    "test, mutate or bench");
        return FALSE;
    }
    return tv_tree_make_directory(directory, error) &&
           g_key_file_save_to_file(ini, path, error);
}
