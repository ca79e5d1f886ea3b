/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "bench/groups.h"

#include <stdio.h>

#include "base/error.h"
#include "base/file.h"
#include "commands/command-line.h"
#include "project/hosts.h"
#include "series/series.h"

static const TvBenchGroup *find(const char *name)
{
    for (const TvBenchGroup *group = tv_bench_groups; group->name; group++) {
        if (g_str_equal(group->name, name)) {
            return group;
        }
    }
    return NULL;
}

static gboolean is_asked(const TvBenchGroup *group, int argc, char **argv)
{
    for (int i = 1; i < argc; i++) {
        if (g_str_equal(argv[i], group->name)) {
            return TRUE;
        }
    }
    return argc < 2 && group->by_default;
}

static gboolean check_usage(const TvOptions *options, int argc, char **argv,
                            GError **error)
{
    for (int i = 1; i < argc; i++) {
        if (!find(argv[i])) {
            g_set_error(error, TV_ERROR, TV_ERROR_USAGE,
                        "there is no group '%s'; see --help", argv[i]);
            return FALSE;
        }
    }
    if (options->format != TV_FORMAT_TEXT &&
        options->format != TV_FORMAT_JSON) {
        g_set_error(error, TV_ERROR, TV_ERROR_USAGE,
                    "--format: bench prints text or json only");
        return FALSE;
    }
    for (const TvBenchGroup *group = tv_bench_groups; group->name; group++) {
        if (is_asked(group, argc, argv) && group->by_host) {
            g_autoptr(GPtrArray) hosts = tv_hosts_parse(options->hosts, error);

            return hosts != NULL;
        }
    }
    return tv_command_line_refuse(options, TV_USES_HOSTS,
                                  "a group that measures x86_64", error);
}

/* What one group found goes to its file at once: the next may fail. */
static gboolean run_group(const TvBenchGroup *group, const TvOptions *options,
                          GString *shown, GError **error)
{
    g_autoptr(TvBench) bench = group->run(options, group->name, error);
    g_autofree char *json = NULL;
    g_autofree char *text = NULL;

    if (!bench) {
        return FALSE;
    }
    bench->series = tv_series_fingerprint(options->project);
    json = tv_bench_save(bench, options, error);
    if (!json) {
        return FALSE;
    }
    if (options->format == TV_FORMAT_JSON) {
        g_string_append_printf(shown, "%s%s", shown->len ? ",\n" : "", json);
        return TRUE;
    }
    text = tv_bench_text(bench);
    if (options->output) {
        g_string_append(shown, text);
    } else {
        fputs(text, stdout);
        fflush(stdout);
    }
    return TRUE;
}

static TvResult *run(TvOptions *options, int argc, char **argv, GError **error)
{
    g_autoptr(GString) shown = g_string_new(NULL);

    if (!check_usage(options, argc, argv, error)) {
        return NULL;
    }
    for (const TvBenchGroup *group = tv_bench_groups; group->name; group++) {
        if (is_asked(group, argc, argv) &&
            !run_group(group, options, shown, error)) {
            return NULL;
        }
    }
    if (options->format == TV_FORMAT_JSON) {
        g_string_prepend(shown, "[\n");
        g_string_append(shown, "\n]\n");
    }
    if (options->output) {
        return tv_output_file_write(options->output, shown->str, error)
                   ? tv_result_silent(0) : NULL;
    }
    fputs(shown->str, stdout);
    return tv_result_silent(0);
}

const TvCommand tv_command_bench = {
    .name = "bench",
    .arguments = "[GROUP...]",
    .summary = "measure what the proof and the split cost",
    .uses = TV_USES_PLACES | TV_USES_HOSTS | TV_USES_JOBS | TV_USES_REPORT,
    .run = run,
};
