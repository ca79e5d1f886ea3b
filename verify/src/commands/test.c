/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tcg-verify test: guest tests under pristine and applied emulators. */
#include <errno.h>
#include <glib/gstdio.h>
#include <stdio.h>

#include "base/error.h"
#include "base/job-pool.h"
#include "base/lock.h"
#include "base/progress.h"
#include "commands/commands.h"
#include "hosts/build.h"
#include "hosts/built-from.h"
#include "hosts/guests.h"
#include "hosts/host.h"
#include "hosts/oracle.h"
#include "hosts/policies/host.h"
#include "hosts/probes/probes.h"
#include "hosts/tests/compare.h"
#include "hosts/tests/qemu-units.h"
#include "hosts/tests/run.h"
#include "project/options.h"
#include "result/result.h"
#include "result/shard.h"

static char *only_test;
static gboolean only_policies;

static GOptionEntry entries[] = {
    { "only", 0, 0, G_OPTION_ARG_STRING, &only_test,
      "Only the guest test of that name, without the probes", "NAME" },
    { "policies", 0, 0, G_OPTION_ARG_NONE, &only_policies,
      "Only what the emulators do under the policies of hosts", NULL },
    { NULL },
};

static gboolean run_script(const TvOptions *options, const char *name,
                           GError **error)
{
    g_autofree char *script = g_build_filename(options->project, "scripts",
                                               name, NULL);
    g_autoptr(TvJob) job = tv_job_new_args(script, options->build_dir, NULL);

    return tv_job_run_ok(job, error);
}

static gboolean need_binary(const TvOptions *options, const TvHost *host,
                            TvSide side, const char *guest, gboolean system,
                            GError **error)
{
    g_autofree char *path = tv_built_from_need_emulator(
        options, host, side, guest, system, error);

    return path != NULL;
}

/* The control has the first guest only. */
static gboolean need_controls(const TvOptions *options, GPtrArray *hosts,
                              GError **error)
{
    for (guint i = 0; i < hosts->len; i++) {
        const TvHost *host = hosts->pdata[i];
        g_autofree const char **names =
            tv_run_guests_select(host, FALSE, options->guests);

        if (tv_run_host_has_control(host) && names[0] &&
            !need_binary(options, host, TV_SIDE_CONTROL, names[0], FALSE,
                         error)) {
            return FALSE;
        }
    }
    return TRUE;
}

typedef gboolean (*GuestFunc)(const TvOptions *options, const TvHost *host,
                              const TvGuest *guest, gboolean system,
                              gpointer user_data, GError **error);

/* Calls @func for each guest and mode of each host that was asked for. */
static gboolean each_guest(const TvOptions *options, GPtrArray *hosts,
                           GuestFunc func, gpointer user_data, GError **error)
{
    for (guint i = 0; i < hosts->len; i++) {
        const TvHost *host = hosts->pdata[i];

        for (int system = 0; system < 2; system++) {
            g_autofree const char **names =
                tv_run_guests_select(host, system, options->guests);

            for (const char **name = names; *name; name++) {
                if (!func(options, host, tv_guest_find(*name), system,
                          user_data, error)) {
                    return FALSE;
                }
            }
        }
    }
    return TRUE;
}

static gboolean check_guest(const TvOptions *options, const TvHost *host,
                            const TvGuest *guest, gboolean system,
                            gpointer user_data, GError **error)
{
    gboolean *any_system = user_data;

    *any_system |= system;
    return need_binary(options, host, TV_SIDE_PRISTINE, guest->name, system,
                       error) &&
           need_binary(options, host, TV_SIDE_APPLIED, guest->name, system,
                       error);
}

static gboolean collect_target(const TvOptions *options, const TvHost *host,
                               const TvGuest *guest, gboolean system,
                               gpointer user_data, GError **error)
{
    (void)options;
    (void)host;
    (void)error;
    g_hash_table_add(user_data, tv_guest_target(guest, system));
    return TRUE;
}

typedef struct BuildState {
    GHashTable *targets; /* not yet built */
    guint done;
    TvProgress *progress;
} BuildState;

static gboolean build_guest(const TvOptions *options, const TvHost *host,
                            const TvGuest *guest, gboolean system,
                            gpointer user_data, GError **error)
{
    BuildState *state = user_data;
    g_autofree char *target = tv_guest_target(guest, system);

    (void)host;
    /* A guest of several hosts is built once. */
    if (!g_hash_table_remove(state->targets, target)) {
        return TRUE;
    }
    tv_progress_set(state->progress, state->done++, target);
    return tv_guest_tests_build(options, guest, system, error);
}

static gboolean build_guests(const TvOptions *options, GPtrArray *hosts,
                             GError **error)
{
    g_autoptr(GHashTable) targets =
        g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    BuildState state = { .targets = targets };
    gboolean ok;

    each_guest(options, hosts, collect_target, targets, NULL);
    state.progress = tv_progress_new("guest programs",
                                     g_hash_table_size(targets));
    ok = each_guest(options, hosts, build_guest, &state, error);
    tv_progress_free(state.progress);
    return ok;
}

typedef struct PlanState {
    GPtrArray *runs;
    gboolean mdwe;
} PlanState;

static gboolean plan_guest(const TvOptions *options, const TvHost *host,
                           const TvGuest *guest, gboolean system,
                           gpointer user_data, GError **error)
{
    PlanState *state = user_data;

    return tv_test_runs_plan(options, host, guest, system, state->mdwe,
                             only_test, state->runs, error);
}

static gboolean make_oracles(const TvOptions *options, GPtrArray *hosts,
                             TvResult *result, GError **error)
{
    for (guint i = 0; i < hosts->len; i++) {
        if (!tv_oracle_make(options, hosts->pdata[i], error) ||
            !tv_oracle_self_test(options, hosts->pdata[i], result, error)) {
            return FALSE;
        }
    }
    return TRUE;
}

static gboolean probe_hosts(const TvOptions *options, GPtrArray *hosts,
                            gboolean mdwe, TvResult *result, GError **error)
{
    for (guint i = 0; i < hosts->len; i++) {
        if ((!only_policies &&
             (!tv_probe_host(options, hosts->pdata[i], mdwe, result, error) ||
              !tv_unit_tests_host(options, hosts->pdata[i], result, error))) ||
            !tv_policy_host(options, hosts->pdata[i], result, error)) {
            return FALSE;
        }
    }
    return TRUE;
}

static gboolean write_rows(const TvOptions *options, GPtrArray *runs,
                           GError **error)
{
    g_autofree char *path = tv_options_build_path(options, "report",
                                                  "guest-tests.json", NULL);
    g_autofree char *dir = g_path_get_dirname(path);
    g_autoptr(JsonNode) rows = tv_test_rows_json(runs);
    g_autoptr(JsonGenerator) generator = json_generator_new();

    if (g_mkdir_with_parents(dir, 0777) != 0) {
        return tv_error_set_errno(error, errno, "make directory", dir, NULL);
    }
    json_generator_set_root(generator, rows);
    json_generator_set_pretty(generator, TRUE);
    return json_generator_to_file(generator, path, error);
}

/* Everything up to the report, which is left in @runs and @result. */
static gboolean run_all(const TvOptions *options, GPtrArray *hosts,
                        GPtrArray *runs, TvResult *result, GError **error)
{
    PlanState plan = { .runs = runs };
    gboolean any_system = FALSE;

    if (!each_guest(options, hosts, check_guest, &any_system, error) ||
        !need_controls(options, hosts, error) ||
        (any_system && !run_script(options, "roms", error)) ||
        !build_guests(options, hosts, error)) {
        return FALSE;
    }
    if (only_policies) {
        return probe_hosts(options, hosts, FALSE, result, error);
    }
    if (!make_oracles(options, hosts, result, error) ||
        !tv_probe_mdwe(&plan.mdwe, result, error) ||
        !each_guest(options, hosts, plan_guest, &plan, error)) {
        return FALSE;
    }
    if (runs->len == 0) {
        g_set_error(error, TV_ERROR, TV_ERROR_USAGE,
                    "no guest has a test '%s'", only_test);
        return FALSE;
    }
    if (!tv_test_runs_execute(options, runs, tv_test_announce, result, error)) {
        return FALSE;
    }
    tv_test_compare(runs, result);
    return only_test ||
           probe_hosts(options, hosts, plan.mdwe, result, error);
}

static TvResult *run(TvOptions *options, int argc, char **argv, GError **error)
{
    g_autoptr(GPtrArray) hosts = tv_run_hosts_select(options->hosts, error);
    g_autoptr(GPtrArray) runs =
        g_ptr_array_new_with_free_func((GDestroyNotify)tv_test_run_free);
    /* A single test must not pass for the whole in a later report. */
    g_autoptr(TvResult) result =
        tv_result_new(only_test || only_policies ? "test-one" : "test");
    g_autofree char *dir = tv_options_build_path(options, "host", NULL);
    gint64 started = g_get_monotonic_time();
    gboolean ok;
    int lock;

    tv_result_show_findings(result);
    if (!hosts || !tv_run_guests_check(hosts, options->guests, error) ||
        !tv_shard_apply(options, hosts, result, error)) {
        return NULL;
    }
    if (only_test && only_policies) {
        g_set_error(error, TV_ERROR, TV_ERROR_USAGE,
                    "--only and --policies are two different things");
        return NULL;
    }
    if (argc > 1) {
        g_set_error(error, TV_ERROR, TV_ERROR_USAGE,
                    "test takes no argument: '%s'", argv[1]);
        return NULL;
    }
    /* The same lock as build's: no emulator changes while it is run. */
    lock = tv_lock_take(dir, error);
    if (lock < 0) {
        return NULL;
    }
    ok = run_all(options, hosts, runs, result, error) &&
         (only_policies || write_rows(options, runs, error));
    tv_lock_release(lock);
    if (!ok) {
        return g_steal_pointer(&result);
    }
    if (options->format == TV_FORMAT_TEXT && !options->output &&
        !only_policies) {
        g_autofree char *table = tv_test_table(runs, options->verbose);

        printf("%s\n", table);
    }
    result->seconds = (g_get_monotonic_time() - started) /
                      (double)G_USEC_PER_SEC;
    return g_steal_pointer(&result);
}

const TvCommand tv_command_test = {
    .name = "test",
    .summary = "run guest tests under pristine and applied emulators",
    .entries = entries,
    .uses = TV_USES_PLACES | TV_USES_TREE | TV_USES_MATRIX | TV_USES_JOBS |
            TV_USES_FINDINGS,
    .run = run,
};
