/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "hosts/tests/qemu-units.h"

#include <stdio.h>
#include <string.h>

#include "base/directory.h"
#include "base/job-pool.h"
#include "base/shell-line.h"
#include "hosts/build.h"
#include "hosts/built-from.h"

#define TIMEOUT_S 300

void tv_unit_test_count(const char *tap, TvUnitTestCount *count)
{
    g_auto(GStrv) lines = g_strsplit(tap, "\n", -1);

    for (char **line = lines; *line; line++) {
        gboolean failed = g_str_has_prefix(*line, "not ok ");
        gboolean skipped;

        sscanf(*line, "1..%u", &count->planned);
        if (!failed && !g_str_has_prefix(*line, "ok ")) {
            continue;
        }
        skipped = !failed && strstr(*line, "# SKIP") != NULL;
        count->failed += failed;
        count->skipped += skipped;
        count->passed += !failed && !skipped;
        if ((failed || skipped) && !count->first) {
            count->first = g_strdup(*line);
        }
    }
}

static void add_finding(const TvHost *host, const char *target,
                        const char *how, const char *command, TvResult *result)
{
    g_autofree char *file = g_strconcat(target, ".c", NULL);
    TvFinding *finding = tv_finding_new("unit-test", file, 0, "%s", how);

    finding->host = g_strdup(host->name);
    finding->text = g_strdup(how);
    finding->reproduce = g_strdup(command);
    tv_result_add_finding(result, finding);
}

static void judge(const TvHost *host, const char *target, const TvJob *job,
                  const char *command, TvCell *cell, TvResult *result)
{
    TvUnitTestCount count = {0};
    g_autofree char *how = NULL;

    tv_unit_test_count(job->out->str, &count);
    cell->checked += (int)(count.passed + count.failed);
    cell->seconds += job->seconds;
    if (count.failed) {
        how = g_strdup(count.first);
    } else if (!tv_job_ok(job)) {
        how = tv_job_describe(job);
    } else if (count.planned == 0 ||
               count.planned != count.passed + count.skipped) {
        how = g_strdup_printf("%u of %u tests have reported their end",
                              count.passed + count.skipped, count.planned);
    }
    if (how) {
        cell->findings++;
        add_finding(host, target, how, command, result);
        cell->status = MAX(cell->status, TV_CELL_FINDINGS);
    } else if (count.skipped) {
        if (!cell->note) {
            cell->note = g_strdup_printf("%s: %s", target, count.first);
        }
        cell->status = TV_CELL_ERROR;
    }
    g_free(count.first);
}

gboolean tv_unit_tests_host(const TvOptions *options, const TvHost *host,
                            TvResult *result, GError **error)
{
    g_autofree char *dir = tv_run_host_dir(options, host, TV_SIDE_APPLIED);
    g_autofree char *root = g_build_filename(dir, "qemu-5.2.0", NULL);
    g_autofree char *obj = g_build_filename(dir, "obj", NULL);
    g_autofree char *place = tv_shell_word(obj);
    g_autoptr(GPtrArray) targets = tv_unit_tests_targets(options, host, root);
    TvCell *cell;

    if (targets->len == 0) {
        return TRUE;
    }
    cell = tv_cell_new("unit tests", host->name, NULL, 0, TV_CELL_CLEAN);
    tv_result_add_cell(result, cell);
    for (guint i = 0; i < targets->len; i++) {
        const char *target = targets->pdata[i];
        g_autofree char *path = tv_built_from_need(
            options, host, TV_SIDE_APPLIED, target, error);
        g_autofree char *command =
            g_strdup_printf("cd %s && %s --tap -k", place, target);
        g_autoptr(TvJob) job = NULL;

        if (!path) {
            return FALSE;
        }
        job = tv_job_new_args(path, "--tap", "-k", NULL);
        job->cwd = g_strdup(obj);
        job->envp = tv_build_environment(options);
        job->timeout_s = TIMEOUT_S;
        /* A test that fails or hangs is a finding, one that cannot be started
         * is none. */
        if (!tv_job_run(job, NULL) && job->error) {
            g_propagate_error(error, g_error_copy(job->error));
            return FALSE;
        }
        judge(host, target, job, command, cell, result);
    }
    return TRUE;
}
