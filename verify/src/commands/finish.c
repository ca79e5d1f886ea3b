/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "commands/finish.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <stdio.h>
#include <sys/utsname.h>

#include "base/error.h"
#include "base/file.h"
#include "base/progress.h"
#include "bench/groups.h"
#include "report/report.h"
#include "series/series.h"

/* Files that `report` writes for other programs, and for a browser. */
static const struct {
    const char *name;
    TvFormat format;
} views[] = {
    {"index.html", TV_FORMAT_HTML},
    {"report.sarif", TV_FORMAT_SARIF},
    {"junit.xml", TV_FORMAT_JUNIT},
};

static gboolean has_views(const char *command)
{
    return g_str_equal(command, "report");
}

void tv_finish_forget(const TvOptions *options, const char *command)
{
    g_autofree char *name = g_strdup_printf("%s.json", command);
    g_autofree char *path =
        tv_options_build_path(options, "report", name, NULL);

    g_unlink(path);
    for (gsize i = 0; has_views(command) && i < G_N_ELEMENTS(views); i++) {
        g_autofree char *view =
            tv_options_build_path(options, "report", views[i].name, NULL);

        g_unlink(view);
    }
}

static gboolean write_views(const TvResult *result, const char *directory,
                            const TvReportContext *context, GError **error)
{
    for (gsize i = 0; i < G_N_ELEMENTS(views); i++) {
        g_autofree char *path =
            g_build_filename(directory, views[i].name, NULL);
        g_autofree char *text =
            tv_report_render(result, views[i].format, context);

        if (!g_file_set_contents(path, text, -1, error)) {
            return FALSE;
        }
    }
    return TRUE;
}

static gboolean show(const char *report, const TvOptions *options,
                     GError **error)
{
    if (options->output) {
        return tv_output_file_write(options->output, report, error);
    }
    if (fputs(report, stdout) < 0 || fflush(stdout) != 0) {
        return tv_error_set_errno(error, errno, "write", "standard output",
                                  NULL);
    }
    return TRUE;
}

/* When and where @result was made: what `report` merges says that itself. */
static void set_origin(TvResult *result)
{
    g_autoptr(GDateTime) now = g_date_time_new_now_utc();
    g_autofree char *name = g_get_os_info(G_OS_INFO_KEY_PRETTY_NAME);
    struct utsname system;

    if (result->date || g_str_equal(result->command, "report")) {
        return;
    }
    result->date = g_date_time_format(now, "%Y-%m-%d %H:%M UTC");
    if (uname(&system) == 0) {
        result->machine = g_strdup_printf(
            "%s%s%s %s, %s, %u processors", name ? name : "",
            name ? ", " : "", system.sysname, system.release, system.machine,
            g_get_num_processors());
    }
}

static gboolean keep_and_show(const TvCommandLine *line, TvResult *result,
                              GError **error)
{
    const TvOptions *options = line->options;
    g_autofree char *name = g_strdup_printf("%s.json", result->command);
    g_autofree char *directory = tv_options_build_path(options, "report", NULL);
    g_autofree char *path = g_build_filename(directory, name, NULL);
    g_autofree char *tree = tv_options_applied(options);
    g_autofree char *json = NULL;
    g_autofree char *report = NULL;
    g_autoptr(GPtrArray) benches = NULL;
    TvReportContext context = {
        .tree = tree,
        .project = options->project,
        .baseline = line->baseline,
        .width = options->output ? 0 : tv_report_terminal_width(),
        .verbose = options->verbose,
    };

    if (!result->series) {
        result->series = tv_series_fingerprint(options->project);
    }
    set_origin(result);
    json = tv_report_json(result);
    if (g_mkdir_with_parents(directory, 0777) != 0) {
        return tv_error_set_errno(error, errno, "create", directory, NULL);
    }
    if (!g_file_set_contents(path, json, -1, error)) {
        return FALSE;
    }
    if (has_views(result->command)) {
        context.benches = benches = tv_bench_load_all(directory, error);
        if (!benches || !write_views(result, directory, &context, error)) {
            return FALSE;
        }
    }
    report = tv_report_render(result, options->format, &context);
    return show(report, options, error);
}

/* Of a command that could not go on; FALSE if it has found nothing. */
static gboolean add_problem(TvResult *result, const GError *problem)
{
    TvCell *cell;

    tv_result_add_announced(result);
    if (!tv_result_count_findings(result)) {
        return FALSE;
    }
    cell = tv_cell_new(result->command, NULL, NULL, 0, TV_CELL_ERROR);
    cell->note = g_strdup_printf("it did not get to the end: %s",
                                 problem->message);
    tv_result_add_cell(result, cell);
    return TRUE;
}

int tv_finish(const TvCommandLine *line, TvResult *result,
              const GError *problem)
{
    g_autoptr(GError) error = NULL;
    int status = 2;

    if (problem && (!result || !add_problem(result, problem))) {
        error = g_error_copy(problem);
    } else if (result->silent) {
        status = result->status;
    } else if (keep_and_show(line, result, &error)) {
        status = tv_result_exit_status(result);
    }
    if (error) {
        tv_progress_say("tcg-verify: %s: %s", line->command->name,
                        error->message);
    } else if (fflush(stdout) != 0 || ferror(stdout)) {
        fprintf(stderr, "tcg-verify: %s: cannot write to standard output\n",
                line->command->name);
        status = 2;
    }
    return status;
}
