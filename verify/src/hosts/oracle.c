/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "hosts/oracle.h"

#include "base/error.h"
#include "base/job-pool.h"
#include "hosts/build.h"

static char *script_path(const TvOptions *options, const char *name)
{
    return g_build_filename(options->project, "scripts", name, NULL);
}

gboolean tv_oracle_make(const TvOptions *options, const TvHost *host,
                        GError **error)
{
    g_autofree char *script = script_path(options,
                                          host->oracle ? "oracle" : "outer");
    g_autoptr(TvJob) job = NULL;

    if (!tv_run_host_is_nested(host)) {
        return TRUE;
    }
    job = tv_job_new_args(script, options->build_dir, host->oracle, NULL);
    job->envp = tv_build_environment(options);
    if (!tv_job_run_ok(job, error)) {
        g_prefix_error(error, "no emulator to run host %s on: ", host->name);
        return FALSE;
    }
    return TRUE;
}

gboolean tv_oracle_self_test(const TvOptions *options, const TvHost *host,
                             TvResult *result, GError **error)
{
    const char *wanted = host->coherent ? "coherent" : "strict";
    g_autofree char *script = script_path(options, "oracle-selftest");
    g_autofree char *outer = tv_run_host_outer(options, host);
    g_autoptr(TvJob) job = NULL;
    TvCell *cell;

    if (!outer) {
        return TRUE;
    }
    job = tv_job_new_args(script, options->build_dir, host->triplet, outer,
                          NULL);
    job->envp = tv_build_environment(options);
    if (host->coherent) {
        job->envp = g_environ_setenv(job->envp, "QEMU_SHARED_ALIAS", "1",
                                     TRUE);
    }
    if (!tv_job_run_ok(job, error)) {
        g_prefix_error(error, "self-test of the emulator around host %s: ",
                       host->name);
        return FALSE;
    }
    g_strstrip(job->out->str);
    cell = tv_cell_new("oracle", host->name, NULL, 0, TV_CELL_CLEAN);
    cell->checked = 1;
    cell->seconds = job->seconds;
    if (g_str_equal(job->out->str, wanted)) {
        cell->note = g_strdup(wanted);
    } else {
        cell->status = TV_CELL_VOID;
        cell->note = g_strdup_printf("%s is %s, not %s: a wrong flush may "
                                     "pass", outer, job->out->str, wanted);
    }
    tv_result_add_cell(result, cell);
    return TRUE;
}
