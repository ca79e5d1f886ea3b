/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tcg-verify build: QEMU for the chosen hosts, pristine and applied. */
#include "apply/walk.h"
#include "base/error.h"
#include "base/job-pool.h"
#include "base/lock.h"
#include "commands/commands.h"
#include "hosts/build.h"
#include "hosts/each-patch.h"
#include "hosts/host.h"
#include "project/options.h"
#include "result/result.h"
#include "result/shard.h"

static gboolean option_each;
static char *option_from;
static char *option_to;

static gboolean make_sysroot(const TvOptions *options, const TvHost *host,
                             GError **error)
{
    g_autofree char *script = g_build_filename(options->project, "scripts",
                                               "sysroot", NULL);
    g_autoptr(TvJob) job = tv_job_new_args(script, options->build_dir,
                                           host->sysroot, NULL);

    if (!host->sysroot) {
        return TRUE;
    }
    job->envp = tv_build_environment(options);
    if (!tv_job_run_ok(job, error)) {
        g_prefix_error(error, "no sysroot for host %s: ", host->name);
        return FALSE;
    }
    return TRUE;
}

/* The control needs one emulator only. */
static gboolean build_control(const TvOptions *options, const TvHost *host,
                              TvResult *result, GError **error)
{
    g_autofree const char **user =
        tv_run_guests_select(host, FALSE, options->guests);
    const char *const one[] = { user[0], NULL };
    const char *const none[] = { NULL };

    if (!tv_run_host_has_control(host) || !user[0]) {
        return TRUE;
    }
    return tv_host_build_sources(options, TV_SIDE_CONTROL, error) &&
           tv_host_build(options, host, TV_SIDE_CONTROL, one, none, result,
                         error);
}

static gboolean build_patches(const TvOptions *options, GPtrArray *hosts,
                              TvResult *result, GError **error)
{
    for (guint i = 0; i < hosts->len; i++) {
        if (!make_sysroot(options, hosts->pdata[i], error)) {
            return FALSE;
        }
    }
    return tv_build_each_patch(options, hosts, option_from, option_to, result,
                               error);
}

static gboolean build_all(const TvOptions *options, GPtrArray *hosts,
                          TvResult *result, GError **error)
{
    static const TvSide sides[] = { TV_SIDE_PRISTINE, TV_SIDE_APPLIED };

    for (gsize i = 0; i < G_N_ELEMENTS(sides); i++) {
        if (!tv_host_build_sources(options, sides[i], error)) {
            return FALSE;
        }
    }
    for (guint i = 0; i < hosts->len; i++) {
        if (!make_sysroot(options, hosts->pdata[i], error)) {
            return FALSE;
        }
        for (gsize j = 0; j < G_N_ELEMENTS(sides); j++) {
            if (!tv_host_build_guests(options, hosts->pdata[i], sides[j],
                                      result, error)) {
                return FALSE;
            }
        }
        if (!build_control(options, hosts->pdata[i], result, error)) {
            return FALSE;
        }
    }
    return TRUE;
}

static TvResult *run(TvOptions *options, int argc, char **argv, GError **error)
{
    g_autoptr(GPtrArray) hosts = tv_run_hosts_select(options->hosts, error);
    g_autoptr(TvResult) result =
        tv_result_new(option_each ? "build-each-patch" : "build");
    g_autofree char *dir = tv_options_build_path(options, "host", NULL);
    gint64 started = g_get_monotonic_time();
    int lock;

    tv_result_show_findings(result);
    if (!hosts || !tv_run_guests_check(hosts, options->guests, error) ||
        !tv_shard_apply(options, hosts, result, error)) {
        return NULL;
    }
    if (argc > 1) {
        g_set_error(error, TV_ERROR, TV_ERROR_USAGE,
                    "build takes no argument: '%s'", argv[1]);
        return NULL;
    }
    if (option_each ? options->tree != NULL : option_from || option_to) {
        g_set_error(error, TV_ERROR, TV_ERROR_USAGE,
                    option_each
                        ? "--each-patch makes its own trees: it takes no --tree"
                        : "--from and --to go with --each-patch");
        return NULL;
    }
    /* Before sysroots are made for it. */
    if (option_each &&
        !tv_patch_walk_check(options, option_from, option_to, error)) {
        return NULL;
    }
    result->part = option_from || option_to;
    lock = tv_lock_take(dir, error);
    if (lock < 0) {
        return NULL;
    }
    if (option_each) {
        build_patches(options, hosts, result, error);
    } else {
        build_all(options, hosts, result, error);
    }
    tv_lock_release(lock);
    result->seconds = (g_get_monotonic_time() - started) /
                      (double)G_USEC_PER_SEC;
    return g_steal_pointer(&result);
}

static GOptionEntry entries[] = {
    {"each-patch", 0, 0, G_OPTION_ARG_NONE, &option_each,
     "Build after every patch of the series", NULL},
    {"from", 0, 0, G_OPTION_ARG_STRING, &option_from,
     "With --each-patch: begin at PATCH", "PATCH"},
    {"to", 0, 0, G_OPTION_ARG_STRING, &option_to,
     "With --each-patch: end after PATCH", "PATCH"},
    {NULL}};

const TvCommand tv_command_build = {
    .name = "build",
    .summary = "build QEMU for the hosts, from both trees",
    .entries = entries,
    .uses = TV_USES_PLACES | TV_USES_TREE | TV_USES_MATRIX | TV_USES_JOBS |
            TV_USES_FINDINGS,
    .run = run,
};
