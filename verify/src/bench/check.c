/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <stdio.h>
#include <string.h>

#include "apply/apply.h"
#include "base/directory.h"
#include "base/error.h"
#include "bench/groups.h"
#include "bench/samples.h"
#include "project/hosts.h"

#define DIRECTORY "bench"

/* Seconds of wall time on two processors: the project's promise. */
#define COLD_LIMIT 90
#define WARM_LIMIT 3
#define TOUCHED_LIMIT 20
#define MUTATE_LIMIT (60 * 60)

static char *place(const TvOptions *options, const char *name)
{
    return tv_options_build_path(options, DIRECTORY, name, NULL);
}

/* Runs this program on @tree, with a build directory of its own. */
static gboolean measure(const TvOptions *options, TvBench *bench,
                        const char *name, const char *what, double limit,
                        const char *command, const char *tree, GError **error)
{
    g_autofree char *self = g_file_read_link("/proc/self/exe", error);
    g_autofree char *jobs = g_strdup_printf("--jobs=%d", options->jobs);
    g_autofree char *hosts =
        g_strconcat("--host=", options->hosts ? options->hosts : "all", NULL);
    g_autofree char *build = place(options, NULL);
    g_autofree char *log = g_strconcat(build, "/", name, ".log", NULL);
    g_autoptr(TvJob) job = NULL;
    TvBenchSample sample;
    GError *local = NULL;

    if (!self) {
        return FALSE;
    }
    fprintf(stderr, "bench: %s: %s\n", name, what);
    job = tv_job_new_args(self, "--project", options->project, "--build-dir",
                          build, command, "--tree", tree, jobs, hosts, NULL);
    job->log_path = g_strdup(log);
    if (!tv_bench_sample(job, &sample, &local) && job->exit_code != 1) {
        g_propagate_error(error, local);
        g_prefix_error(error, "the %s run of %s (log: %s): ", name, command,
                       log);
        return FALSE;
    }
    g_clear_error(&local);
    tv_bench_add(bench, what, NULL, sample.wall, limit, "s",
                 g_strdup_printf("%.1f CPU-s, --host=%s%s", sample.cpu,
                                 options->hosts ? options->hosts : "all",
                                 job->exit_code ? "; it has findings" : ""));
    return TRUE;
}

/* A comment more after the first paragraph of a backend, as a patch to it
 * might bring. */
static gboolean touch_backend(const TvOptions *options, const char *tree,
                              GError **error)
{
    g_autoptr(GPtrArray) hosts = tv_hosts_parse(options->hosts, error);
    const TvHost *host = hosts ? hosts->pdata[0] : NULL;
    g_autofree char *path = NULL;
    g_autofree char *text = NULL;
    g_autoptr(GString) changed = NULL;
    const char *at;

    if (!host) {
        return FALSE;
    }
    path = g_build_filename(tree, "tcg", host->backend, "tcg-target.c.inc",
                            NULL);
    if (!g_file_get_contents(path, &text, NULL, error)) {
        return FALSE;
    }
    at = strstr(text, "\n\n");
    if (!at) {
        g_set_error(error, TV_ERROR, TV_ERROR_TREE,
                    "%s has no place for a comment", path);
        return FALSE;
    }
    changed = g_string_new_len(text, at + 1 - text);
    g_string_append_printf(changed, "/* Changed at %" G_GINT64_FORMAT ". */\n",
                           g_get_real_time());
    g_string_append(changed, at + 1);
    return g_file_set_contents(path, changed->str, (gssize)changed->len, error);
}

TvBench *tv_bench_check(const TvOptions *options, const char *group,
                        GError **error)
{
    static const char *const skip[] = {".git", ".pc", NULL};
    g_autofree char *applied = tv_apply_current(options, error);
    g_autofree char *build = place(options, NULL);
    g_autofree char *tree = place(options, "tree");
    g_autoptr(TvBench) bench = tv_bench_new(
        group, "Wall time of check on a copy of the applied tree.");

    if (!applied || !tv_tree_remove(build, error) ||
        !tv_tree_make_directory(build, error) ||
        !tv_tree_copy(applied, tree, skip, error) ||
        !measure(options, bench, "cold", "every layer, with an empty cache",
                 COLD_LIMIT, "check", tree, error) ||
        !measure(options, bench, "warm", "the same again, nothing changed",
                 WARM_LIMIT, "check", tree, error) ||
        !touch_backend(options, tree, error) ||
        !measure(options, bench, "touched",
                 "after a comment in one backend was changed", TOUCHED_LIMIT,
                 "check", tree, error)) {
        return NULL;
    }
    return g_steal_pointer(&bench);
}

TvBench *tv_bench_mutate(const TvOptions *options, const char *group,
                         GError **error)
{
    g_autofree char *applied = tv_apply_current(options, error);
    g_autofree char *build = place(options, NULL);
    g_autofree char *cache = place(options, "cache");
    g_autoptr(TvBench) bench =
        tv_bench_new(
        group, "Wall time of mutate, nothing cached.");

    if (!applied || !tv_tree_remove(cache, error) ||
        !tv_tree_make_directory(build, error) ||
        !measure(options, bench, "mutate", "every mutant of the applied tree",
                 MUTATE_LIMIT, "mutate", applied, error)) {
        return NULL;
    }
    return g_steal_pointer(&bench);
}
