/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "hosts/probes/probes.h"

#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "base/job-pool.h"
#include "base/shell-line.h"
#include "hosts/guests.h"
#include "hosts/probes/addresses.h"
#include "hosts/probes/fork.h"
#include "hosts/probes/judge.h"
#include "hosts/probes/link.h"
#include "hosts/probes/maps.h"
#include "hosts/probes/pages.h"
#include "hosts/tests/run.h"

/* Takes a second or two; a nested emulator that has crashed hangs. */
#define ICACHE_TIMEOUT_S 60

/*
 * live_script OUTPUT PATTERN COMMAND...: starts each COMMAND, waits until it
 * has written PATTERN, prints its memory map and ends it.
 */
static const char live_script[] =
    "out=$1 pattern=$2\n"
    "shift 2\n"
    "for command; do\n"
    ": >\"$out\"\n"
    "sh -c \"exec $command\" >\"$out\" 2>&1 </dev/null &\n"
    "pid=$! tries=0\n"
    "until grep -q \"$pattern\" \"$out\"; do\n"
    "    if [ $tries = 400 ] || ! " TV_SHELL_PID_LIVES "; then\n"
    "        kill -9 $pid 2>/dev/null\n"
    "        tail -n 1 \"$out\" >&2\n"
    "        exit 3\n"
    "    fi\n"
    "    tries=$((tries + 1))\n"
    "    sleep 0.1\n"
    "done\n"
    "cat /proc/$pid/maps\n"
    "kill -9 $pid\n"
    "echo " TV_LIVE_NEXT "\n"
    "done\n";

static const TvConfiguration split_on = { "on", TV_SIDE_APPLIED, NULL, FALSE };
static const TvConfiguration split_off = { "off", TV_SIDE_APPLIED, NULL,
                                           FALSE };
static const TvConfiguration split_auto = { "auto", TV_SIDE_APPLIED, NULL,
                                            FALSE };
static const TvConfiguration auto_mdwe = { "auto+mdwe", TV_SIDE_APPLIED, NULL,
                                           TRUE };
static const TvConfiguration pristine = { "pristine", TV_SIDE_PRISTINE, NULL,
                                          FALSE };
static const TvConfiguration pristine_mdwe = { "pristine", TV_SIDE_PRISTINE,
                                               NULL, TRUE };
static const TvConfiguration control_on = { "on", TV_SIDE_CONTROL, "on",
                                            FALSE };
static const TvConfiguration control_off = { "off", TV_SIDE_CONTROL, "off",
                                             FALSE };

/* A system-mode guest that stays up, and what it writes when it is. */
static const struct {
    const char *guest;
    const char *arguments;
    const char *pattern;
} system_guests[] = {
    { "aarch64",
      "-M virt -cpu cortex-a57 -smp 4 -display none -monitor none "
      "-chardev stdio,id=output -semihosting-config "
      "enable=on,target=native,chardev=output -kernel own/smp-hold",
      "ready" },
    { "x86_64",
      "-display none -monitor none -chardev stdio,id=output "
      "-device isa-debugcon,iobase=0x402,chardev=output",
      "SeaBIOS" },
};

gboolean tv_probe_mdwe(gboolean *available, TvResult *result, GError **error)
{
    g_autofree char *launcher = tv_policy_launcher();
    g_autoptr(TvJob) job = tv_job_new_args(launcher, "--mdwe", "true", NULL);
    TvCell *cell;

    if (!tv_job_run(job, error)) {
        return FALSE;
    }
    *available = job->exit_code == 0;
    if (*available) {
        return TRUE;
    }
    cell = tv_cell_new("PR_SET_MDWE", NULL, NULL, 0, TV_CELL_ERROR);
    cell->note = g_strstrip(g_strdup(job->err->str));
    tv_result_add_cell(result, cell);
    return TRUE;
}

const char *tv_probe_hold_arguments(const TvGuest *guest, gboolean system,
                                    const char **pattern)
{
    *pattern = "ready";
    if (!system) {
        return "own/rewrite-churn hold";
    }
    for (gsize i = 0; i < G_N_ELEMENTS(system_guests); i++) {
        if (g_str_equal(system_guests[i].guest, guest->name)) {
            *pattern = system_guests[i].pattern;
            return system_guests[i].arguments;
        }
    }
    g_assert_not_reached();
}

static const char *hold_arguments(const TvProbe *probe, const char **pattern)
{
    return tv_probe_hold_arguments(probe->guest, probe->system, pattern);
}

static char *emulator(const TvOptions *options, const TvProbe *probe,
                      const char *extra)
{
    return tv_emulator_command(options, probe->host, probe->guest,
                               probe->system, probe->configuration, extra);
}

/* "QEMU -split-wx VALUE" or "QEMU -accel tcg,split-wx=VALUE"; NULL: none */
static char *split_command(const TvOptions *options, const TvProbe *probe,
                           const char *value)
{
    g_autofree char *extra =
        g_strconcat(probe->system ? ",split-wx=" : " -split-wx ", value, NULL);

    return emulator(options, probe, value ? extra : NULL);
}

static TvJob *live_job(const TvOptions *options, TvProbe *probe)
{
    g_autofree char *qemu = split_command(options, probe, probe->split);
    g_autofree char *output = g_strdup_printf(
        "hold-%s-%d.out", probe->split ? probe->split : "none", probe->kind);
    const char *pattern;
    const char *arguments = hold_arguments(probe, &pattern);
    g_autofree char *command = g_strdup_printf("%s %s", qemu, arguments);
    g_autofree char *reference = NULL;

    probe->command = g_strdup_printf("%s & cat /proc/$!/maps", command);
    if (probe->kind == TV_PROBE_AUTO) {
        g_autofree char *before =
            tv_emulator_command(options, probe->host, probe->guest,
                                probe->system, &pristine, NULL);

        reference = g_strdup_printf("%s %s", before, arguments);
    }
    return tv_job_new_args("sh", "-c", live_script, "live", output, pattern,
                           command, reference, NULL);
}

static TvJob *link_job(const TvOptions *options, TvProbe *probe)
{
    static const struct {
        const TvConfiguration *configuration;
        const char *arguments;
    } runs[TV_LINK_RUNS] = {
        [TV_LINK_PRISTINE] = { &pristine, " -d exec" },
        [TV_LINK_OFF] = { &split_off, " -split-wx off -d exec" },
        [TV_LINK_ON] = { &split_on, " -split-wx on -d exec" },
        [TV_LINK_NEVER] = { &pristine, " -d exec,nochain" },
    };
    g_autoptr(GPtrArray) argv = g_ptr_array_new_with_free_func(g_free);

    for (gsize i = 0; i < 4; i++) {
        const char *const start[] = { "sh", "-c", tv_link_script, "link" };

        g_ptr_array_add(argv, g_strdup(start[i]));
    }
    for (int i = 0; i < TV_LINK_RUNS; i++) {
        g_autofree char *qemu = tv_emulator_command(
            options, probe->host, probe->guest, probe->system,
            runs[i].configuration, runs[i].arguments);

        /* One thread that is done soon, and has loops and calls. */
        g_ptr_array_add(argv, g_strdup_printf(
            "timeout --foreground -s KILL %u %s -D link.log sha1",
            tv_run_host_timeout(probe->host), qemu));
    }
    probe->command = g_strdup(argv->pdata[4 + TV_LINK_ON]);
    g_ptr_array_add(argv, NULL);
    return tv_job_new((const char *const *)argv->pdata);
}

static TvJob *fork_job(const TvOptions *options, TvProbe *probe)
{
    static const char *const fork_jit[TV_FORK_RUNS] = { "copy", "fresh" };
    char *commands[TV_FORK_RUNS];
    TvJob *job;

    for (int i = 0; i < TV_FORK_RUNS; i++) {
        g_autofree char *extra =
            g_strdup_printf(" -split-wx on -fork-jit %s", fork_jit[i]);
        g_autofree char *qemu = emulator(options, probe, extra);

        commands[i] = g_strdup_printf("%s own/fork-cost 1", qemu);
    }
    job = tv_job_new_args("sh", "-c", tv_fork_script, "fork", commands[0],
                          commands[1], NULL);
    probe->command = g_steal_pointer(&commands[0]);
    g_free(commands[1]);
    return job;
}

/* Sets probe->command as well. */
static TvJob *probe_job(const TvOptions *options, TvProbe *probe)
{
    g_autofree char *qemu = NULL;
    g_autofree char *command = NULL;
    g_autofree char *line = NULL;
    guint timeout_s = tv_run_host_timeout(probe->host);
    const char *pattern;

    switch (probe->kind) {
    case TV_PROBE_LIVE:
    case TV_PROBE_AUTO:
        return live_job(options, probe);
    case TV_PROBE_LINK:
        return link_job(options, probe);
    case TV_PROBE_FORK:
        return fork_job(options, probe);
    case TV_PROBE_PAGES: {
        g_autofree char *extra =
            g_strdup_printf(" -split-wx %s -tb-size 1", probe->split);

        probe->command = emulator(options, probe, extra);
        return tv_job_new_args("sh", "-c", tv_pages_script, "pages",
                               probe->command, NULL);
    }
    case TV_PROBE_ADDRESSES:
        qemu = emulator(options, probe,
                        " -split-wx on -d out_asm -D addresses.log");
        probe->command = g_strdup_printf("%s own/fault-churn", qemu);
        return tv_job_new_args("sh", "-c", tv_addresses_script, "addresses",
                               probe->command, NULL);
    case TV_PROBE_STRACE: {
        g_autofree char *outer = tv_run_host_outer(options, probe->host);
        g_autofree char *quoted = tv_shell_word(outer);

        /* The outer emulator prints the system calls of the inner one. */
        qemu = split_command(options, probe, probe->split);
        command = g_strdup_printf("%s -strace%s own/code-churn 1 16", quoted,
                                  qemu + strlen(quoted));
        break;
    }
    case TV_PROBE_REFUSAL:
        qemu = split_command(options, probe, probe->split);
        command = g_strdup_printf("%s %s", qemu,
                                  hold_arguments(probe, &pattern));
        break;
    case TV_PROBE_MDWE:
        qemu = emulator(options, probe, NULL);
        command = g_strdup_printf("%s %s", qemu,
                                  hold_arguments(probe, &pattern));
        break;
    case TV_PROBE_ICACHE:
        /* The environment says whether to split, as in the guest tests. */
        qemu = emulator(options, probe, " -tb-size 1");
        command = g_strdup_printf("%s own/code-churn 1 256", qemu);
        timeout_s = ICACHE_TIMEOUT_S;
        break;
    }
    line = g_strdup_printf("exec timeout --foreground -s KILL %u %s",
                           timeout_s, command);
    probe->command = g_steal_pointer(&command);
    return tv_job_new_args("sh", "-c", line, NULL);
}

/* "cd DIRECTORY && VARIABLE=VALUE COMMAND" */
static void complete_command(TvProbe *probe, const TvJob *job)
{
    const char *split = g_environ_getenv(job->envp, "QEMU_SPLIT_WX");
    g_autofree char *command = probe->command;
    g_autofree char *cwd = tv_shell_word(job->cwd);

    probe->command = g_strdup_printf("cd %s && %s%s%s%s", cwd,
                                     split ? "QEMU_SPLIT_WX=" : "",
                                     split ? split : "", split ? " " : "",
                                     command);
}

static void on_probe_done(TvJobPool *pool, TvJob *job, gpointer user_data)
{
    (void)pool;
    tv_probe_judge(user_data, job);
}

/* How many emulators a job runs, one after the other. */
static guint runs_of(TvProbeKind kind)
{
    return kind == TV_PROBE_LINK    ? TV_LINK_RUNS
           : kind == TV_PROBE_PAGES ? TV_PAGES_RUNS
                                    : 1;
}

static void add_probe(const TvOptions *options, TvJobPool *pool,
                      GPtrArray *probes, TvProbe template)
{
    TvProbe *probe = g_memdup2(&template, sizeof(template));
    g_autofree char *target = tv_guest_target(probe->guest, probe->system);
    g_autofree char *parent = NULL;
    TvJob *job = probe_job(options, probe);
    const TvConfiguration *configuration = probe->configuration;

    /* The control runs where the tests of the same split did. */
    parent = tv_configuration_dir(options, probe->host, configuration);
    job->cwd = g_build_filename(parent, "tests", "tcg", target, NULL);
    job->envp = tv_emulator_environment(options, probe->host, probe->system,
                                        configuration);
    job->timeout_s = tv_run_host_timeout(probe->host) * runs_of(probe->kind) +
                     30;
    complete_command(probe, job);
    g_ptr_array_add(probes, probe);
    tv_job_pool_add(pool, job, on_probe_done, probe);
}

static void plan_guest(const TvOptions *options, const TvHost *host,
                       const TvGuest *guest, gboolean system,
                       gboolean mdwe, TvJobPool *pool, GPtrArray *probes)
{
    TvProbe probe = { .host = host, .guest = guest, .system = system };

    if (mdwe && !tv_run_host_is_nested(host)) {
        probe.kind = TV_PROBE_MDWE;
        probe.configuration = &pristine_mdwe;
        add_probe(options, pool, probes, probe);
    }
    probe.kind = TV_PROBE_REFUSAL;
    probe.configuration = &split_off;
    probe.split = "maybe";
    add_probe(options, pool, probes, probe);
    probe.kind = tv_run_host_is_nested(host) ? TV_PROBE_STRACE : TV_PROBE_LIVE;
    if (host->interpreter) {
        probe.configuration = &pristine;
        probe.split = NULL;
        add_probe(options, pool, probes, probe);
        probe.configuration = &split_off;
    }
    probe.split = "off";
    add_probe(options, pool, probes, probe);
    probe.configuration = &split_on;
    probe.split = "on";
    add_probe(options, pool, probes, probe);

    probe.split = "auto";
    probe.configuration = &split_off;
    if (!tv_run_host_is_nested(host)) {
        if (mdwe) {
            probe.configuration = &auto_mdwe;
            add_probe(options, pool, probes, probe);
        }
        probe.configuration = &split_auto;
        probe.kind = host->interpreter ? TV_PROBE_LIVE : TV_PROBE_AUTO;
    }
    add_probe(options, pool, probes, probe);
}

static void plan_icache(const TvOptions *options, const TvHost *host,
                        const TvGuest *guest, TvJobPool *pool,
                        GPtrArray *probes)
{
    TvProbe probe = { .kind = TV_PROBE_ICACHE, .host = host, .guest = guest };

    probe.configuration = &control_off;
    probe.split = "off";
    add_probe(options, pool, probes, probe);
    probe.configuration = &control_on;
    probe.split = "on";
    add_probe(options, pool, probes, probe);
}

gboolean tv_probe_host(const TvOptions *options, const TvHost *host,
                       gboolean mdwe, TvResult *result, GError **error)
{
    g_autofree char *label = g_strdup_printf("probes %s", host->name);
    g_autoptr(TvJobPool) pool = tv_job_pool_new(options->jobs, label);
    g_autoptr(GPtrArray) probes =
        g_ptr_array_new_with_free_func((GDestroyNotify)tv_probe_free);

    for (int system = 0; system < 2; system++) {
        g_autofree const char **names =
            tv_run_guests_select(host, system, options->guests);

        for (const char **name = names; *name; name++) {
            plan_guest(options, host, tv_guest_find(*name), system, mdwe,
                       pool, probes);
        }
        if (!system && names[0]) {
            const TvGuest *guest = tv_guest_find(names[0]);
            TvProbe link = { .kind = TV_PROBE_LINK, .host = host,
                             .guest = guest, .configuration = &split_on,
                             .split = "on" };

            if (tv_run_host_has_control(host)) {
                plan_icache(options, host, guest, pool, probes);
            }
            add_probe(options, pool, probes, link);
            if (!tv_run_host_is_nested(host) && !host->interpreter) {
                TvProbe debugged = link;

                debugged.kind = TV_PROBE_ADDRESSES;
                add_probe(options, pool, probes, debugged);
                debugged.kind = TV_PROBE_FORK;
                add_probe(options, pool, probes, debugged);
                debugged.kind = TV_PROBE_PAGES;
                add_probe(options, pool, probes, debugged);
                debugged.split = "off";
                debugged.configuration = &split_off;
                add_probe(options, pool, probes, debugged);
            }
        }
    }
    if (!tv_job_pool_run(pool, error)) {
        return FALSE;
    }
    tv_probes_report(probes, host, result);
    return TRUE;
}
