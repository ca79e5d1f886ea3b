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
        }
    }
    if (all->cells->len == 0) {
        g_set_error(error, TV_ERROR, TV_ERROR_INPUT,
                    "no command has left a result for this series; run 'lint' "
                    "or 'check' first");
        return 2;
    }
    return tv_result_finish(all, options, error);
}

const TvCommand tv_command_report = {
    .name = "report",
    .summary = "show the last results of all commands together",
    .description =
        "Merges the results that the commands have left in BUILD/report into "
        "BUILD/report/report.json and prints them.  Results of an earlier "
        "form of the series are left out and named.",
    .run = run,
};
