#include "report.h"

#include <stdio.h>
#include <string.h>

#include "commands.h"
#include "error.h"
#include "series.h"

/* The last result of @command, NULL if there is none for this series. */
static TvResult *load(const TvOptions *options, const char *command,
                      const char *series, GError **error)
{
    g_autofree char *name = g_strdup_printf("%s.json", command);
    g_autofree char *path =
        tv_options_build_path(options, "report", name, NULL);
    g_autoptr(TvResult) result = NULL;

    if (!g_file_test(path, G_FILE_TEST_EXISTS)) {
        return NULL;
    }
    result = tv_result_load(path, error);
    if (!result) {
        return NULL;
    }
    if (g_strcmp0(result->series, series) != 0) {
        fprintf(stderr,
                "report: left out '%s': it is of an earlier form of the "
                "series\n",
                command);
        return NULL;
    }
    return g_steal_pointer(&result);
}

/* Commands without whose results nothing is proved. */
static gboolean is_needed(const char *command)
{
    return g_str_equal(command, "lint") || g_str_equal(command, "check");
}

static void add_missing(TvResult *all, const char *command)
{
    TvCell *cell = tv_cell_new(command, NULL, NULL, 0, TV_CELL_ERROR);

    cell->note = g_strdup_printf(
        "has no result for this series; run 'tcg-verify %s'", command);
    tv_result_add_cell(all, cell);
}

static int run(TvOptions *options, int argc, char **argv, GError **error)
{
    g_autoptr(TvResult) all = tv_result_new("report");
    g_autofree char *series = tv_series_fingerprint(options->project);

    if (argc > 1) {
        g_set_error(error, TV_ERROR, TV_ERROR_USAGE,
                    "takes no arguments; see --help");
        return 2;
    }
    for (const TvCommand *const *item = tv_commands; *item; item++) {
        g_autoptr(GError) local = NULL;
        TvResult *result;

        if (g_str_equal((*item)->name, "report")) {
            continue;
        }
        result = load(options, (*item)->name, series, &local);
        if (local) {
            g_propagate_error(error, g_steal_pointer(&local));
            return 2;
        }
        if (result) {
            tv_result_merge(all, result);
        } else if (is_needed((*item)->name)) {
            add_missing(all, (*item)->name);
        }
    }
    return tv_result_finish(all, options, error);
}

const TvCommand tv_command_report = {
    .name = "report",
    .summary = "show the last results of all commands together",
    .description =
        "Merges the results that the commands have left in BUILD/report into "
        "BUILD/report/report.json and prints them.  Results of an earlier "
        "form of the series are left out and named; without those of lint and "
        "check the report is an error.",
    .run = run,
};
