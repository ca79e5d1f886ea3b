/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "hosts/policies/host.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <stdio.h>

#include "base/error.h"
#include "base/job-pool.h"
#include "base/shell-line.h"
#include "hosts/guests.h"
#include "hosts/policies/policy.h"
#include "hosts/probes/probes.h"
#include "hosts/tests/run.h"

#define TIMEOUT_S 90

static const TvConfiguration applied = { "policies", TV_SIDE_APPLIED, NULL,
                                         FALSE };

static void on_run_done(TvJobPool *pool, TvJob *job, gpointer user_data)
{
    (void)pool;
    tv_policy_judge(user_data, job);
}

/* "QEMU -split-wx VALUE GUEST" in shell words */
static char *emulator_command(const TvOptions *options, const TvHost *host,
                              const TvGuest *guest, gboolean system,
                              TvSplit split, const char **pattern)
{
    g_autofree char *target = tv_guest_target(guest, system);
    g_autofree char *programs = tv_guest_own_dir(options, target);
    g_autofree char *extra =
        g_strconcat(system ? ",split-wx=" : " -split-wx ",
                    tv_split_name(split), NULL);
    g_autofree char *qemu =
        tv_emulator_command(options, host, guest, system, &applied, extra);
    const char *arguments =
        tv_probe_hold_arguments(guest, system, pattern);
    g_auto(GStrv) parts = g_strsplit(arguments, "own/", 2);
    g_autofree char *directory = g_strconcat(programs, "/", NULL);
    g_autofree char *own = tv_shell_word(directory);
    g_autofree char *rest = g_strjoinv(own, parts);

    return g_strdup_printf("%s %s", qemu, rest);
}

static gboolean add_run(const TvOptions *options, const TvHost *host,
                        const TvGuest *guest, gboolean system,
                        const TvPolicyRun *template, TvJobPool *pool,
                        GPtrArray *runs, GError **error)
{
    g_autofree char *dir = tv_configuration_dir(options, host, &applied);
    g_autofree char *number = g_strdup_printf("%u", runs->len);
    g_autofree char *cwd = g_build_filename(dir, number, NULL);
    g_autofree char *launcher = tv_policy_launcher();
    TvPolicyRun *run = g_memdup2(template, sizeof(*template));
    g_autofree char *command = NULL;
    g_autofree char *text = NULL;
    g_autofree char *place = NULL;
    g_auto(GStrv) argv = NULL;
    const char *pattern;
    TvJob *job;

    g_ptr_array_add(runs, run);
    run->error_name = g_strdup(template->error_name);
    run->guest = g_strdup_printf("qemu-%s%s", system ? "system-" : "",
                                 guest->name);
    if (g_mkdir_with_parents(cwd, 0777) != 0) {
        return tv_error_set_errno(error, errno, "make directory", cwd, NULL);
    }
    command = emulator_command(options, host, guest, system, run->split,
                               &pattern);
    argv = tv_policy_argv(run, launcher, command, pattern);
    text = tv_shell_line(argv);
    place = tv_shell_word(cwd);
    run->command = g_strdup_printf("cd %s && %s", place, text);
    job = tv_job_new((const char *const *)argv);
    job->cwd = g_steal_pointer(&cwd);
    job->envp = tv_emulator_environment(options, host, system, &applied);
    job->timeout_s = TIMEOUT_S;
    tv_job_pool_add(pool, job, on_run_done, run);
    return TRUE;
}

/* One errno is enough for off and auto, which get no further than to RWX. */
static gboolean plan_policy(const TvOptions *options, const TvHost *host,
                            const TvGuest *guest, gboolean system,
                            const TvPolicy *policy, TvJobPool *pool,
                            GPtrArray *runs, GError **error)
{
    g_auto(GStrv) errnos =
        g_strsplit(policy->errnos ? policy->errnos : "-", " ", -1);

    for (char **name = errnos; *name; name++) {
        for (int split = 0; split < TV_SPLITS; split++) {
            TvPolicyRun run = {
                .policy = policy,
                .error_name = policy->errnos ? *name : NULL,
                .split = (TvSplit)split,
            };

            if ((name == errnos || split == TV_SPLIT_ON) &&
                !add_run(options, host, guest, system, &run, pool, runs,
                         error)) {
                return FALSE;
            }
        }
    }
    return TRUE;
}

static void add_finding(const TvPolicyRun *run, const TvHost *host,
                        TvResult *result)
{
    g_autofree char *name = tv_policy_run_name(run);
    TvFinding *finding = tv_finding_new("policy-outcome", NULL, 0, "%s: %s",
                                        name, run->wrong);

    finding->host = g_strdup(host->name);
    finding->text = g_strdup(name);
    finding->reproduce = g_strdup(run->command);
    tv_result_add_finding(result, finding);
}

static void report(GPtrArray *runs, const TvHost *host, TvResult *result)
{
    TvCell *cell = tv_cell_new("policies", host->name, NULL, 0,
                               TV_CELL_CLEAN);

    for (guint i = 0; i < runs->len; i++) {
        const TvPolicyRun *run = runs->pdata[i];

        cell->checked++;
        cell->seconds += run->seconds;
        if (run->wrong) {
            cell->findings++;
            add_finding(run, host, result);
            cell->status = MAX(cell->status, TV_CELL_FINDINGS);
        } else if (run->failed) {
            if (!cell->note) {
                g_autofree char *name = tv_policy_run_name(run);

                cell->note = g_strdup_printf("%s: %s", name, run->failed);
            }
            cell->status = TV_CELL_ERROR;
        }
    }
    tv_result_add_cell(result, cell);
}

gboolean tv_policy_host(const TvOptions *options, const TvHost *host,
                        TvResult *result, GError **error)
{
    g_autofree char *label = g_strdup_printf("policies %s", host->name);
    g_autoptr(TvJobPool) pool = tv_job_pool_new(options->jobs, label);
    g_autoptr(GPtrArray) runs =
        g_ptr_array_new_with_free_func((GDestroyNotify)tv_policy_run_free);

    if (tv_run_host_is_nested(host) || host->interpreter) {
        return TRUE;
    }
    for (int system = 0; system < 2; system++) {
        g_autofree const char **names =
            tv_run_guests_select(host, system, options->guests);

        /* What guest it is makes no difference. */
        for (const TvPolicy *policy = tv_policies; names[0] && policy->name;
             policy++) {
            if ((!system || policy->system) &&
                (!policy->host || g_str_equal(policy->host, host->name)) &&
                !plan_policy(options, host, tv_guest_find(names[0]), system,
                             policy, pool, runs, error)) {
                return FALSE;
            }
        }
    }
    if (runs->len == 0) {
        return TRUE;
    }
    if (!tv_job_pool_run(pool, error)) {
        return FALSE;
    }
    report(runs, host, result);
    return TRUE;
}
