/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "hosts/tests/run.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <string.h>

#include "base/child.h"
#include "base/error.h"
#include "base/job-pool.h"
#include "base/shell-line.h"
#include "hosts/build.h"

/* For make and its shell, should timeout(1) itself get lost. */
#define JOB_EXTRA_S 30

/* Dozens of emulators, some at a time. */
#define WORKLOAD_TIMEOUT_S 300

const TvConfiguration tv_configurations[] = {
    { "pristine", TV_SIDE_PRISTINE, NULL, FALSE },
    { "off", TV_SIDE_APPLIED, "off", FALSE },
    { "on", TV_SIDE_APPLIED, "on", FALSE },
    { "on+mdwe", TV_SIDE_APPLIED, "on", TRUE },
    { "auto", TV_SIDE_APPLIED, "auto", FALSE },
    { "auto+mdwe", TV_SIDE_APPLIED, "auto", TRUE },
    { NULL },
};

/* The project's own guest programs, run by the emulator directly. */
static const struct OwnTest {
    const char *name;
    const char *system_guest; /* NULL: every user-mode guest */
    const char *workload;     /* for tests/guest/workloads/run; x86_64 only */
    const char *accel;        /* system mode */
    const char *arguments;    /* system mode, up to the program */
    gboolean executable;      /* asks for memory that the host executes */
    const char *not_guest;    /* 5.2 does not do for it what is needed */
    gboolean direct;          /* would change an emulator around it as well */
} own_tests[] = {
    { .name = "code-churn" },
    { .name = "exec-bss" },
    /* linux-user has no frame for a handler: the fault repeats. */
    { .name = "fault-churn", .not_guest = "sparc64" },
    { .name = "fork-both" },
    { .name = "fork-churn" },
    { .name = "fork-server" },
    { .name = "map-over-code", .executable = TRUE },
    { .name = "process-attributes", .direct = TRUE },
    { .name = "rewrite-churn" },
    { .name = "workload-make", .workload = "make" },
    { .name = "workload-perl", .workload = "perl" },
    { .name = "workload-python", .workload = "python" },
    { .name = "workload-shell", .workload = "shell" },
    { .name = "smp-churn",
      .system_guest = "aarch64",
      .accel = ",thread=multi,tb-size=1",
      .arguments = "-M virt -cpu cortex-a57 -smp 4 -display none "
                   "-monitor none -chardev stdio,id=output "
                   "-semihosting-config "
                   "enable=on,target=native,chardev=output -kernel" },
};

void tv_test_run_free(TvTestRun *run)
{
    if (run) {
        tv_test_end_clear(&run->end);
        g_free(run->test);
        g_free(run->dir);
        g_free(run->command);
        g_free(run);
    }
}

gboolean tv_configuration_applies(const TvConfiguration *configuration,
                                  const TvHost *host, gboolean mdwe)
{
    /* Elsewhere auto takes the same memory as off: a probe shows that. */
    if (tv_run_host_is_nested(host)) {
        return !configuration->mdwe &&
               g_strcmp0(configuration->split, "auto") != 0;
    }
    return !configuration->mdwe || mdwe;
}

char *tv_policy_launcher(void)
{
    char *path = tv_child_program("policy-exec", NULL);

    return path ? path : g_strdup("policy-exec");
}

char *tv_configuration_dir(const TvOptions *options, const TvHost *host,
                           const TvConfiguration *configuration)
{
    return tv_options_build_path(options, "run", host->name,
                                 configuration->name, NULL);
}

static void append_word(GString *command, const char *path)
{
    g_autofree char *quoted = tv_shell_word(path);

    if (command->len) {
        g_string_append_c(command, ' ');
    }
    g_string_append(command, quoted);
}

char *tv_emulator_command(const TvOptions *options, const TvHost *host,
                          const TvGuest *guest, gboolean system,
                          const TvConfiguration *configuration,
                          const char *extra)
{
    g_autofree char *outer = tv_run_host_outer(options, host);
    g_autofree char *qemu = tv_run_host_binary(
        options, host, configuration->side, guest->name, system);
    GString *command = g_string_new(NULL);

    if (configuration->mdwe) {
        g_autofree char *launcher = tv_policy_launcher();

        append_word(command, launcher);
        append_word(command, "--mdwe");
    }
    if (outer) {
        append_word(command, outer);
    }
    append_word(command, qemu);
    if (!system) {
        g_string_append(command, extra ? extra : "");
    } else {
        g_autofree char *roms = tv_options_build_path(options, "roms",
                                                      "pc-bios", NULL);

        g_string_append(command, " -nodefaults -L");
        append_word(command, roms);
        g_string_append_printf(command, " -accel tcg%s", extra ? extra : "");
        if (configuration->split) {
            g_string_append_printf(command, ",split-wx=%s",
                                   configuration->split);
        }
    }
    return g_string_free(command, FALSE);
}

char **tv_emulator_environment(const TvOptions *options,
                               const TvHost *host, gboolean system,
                               const TvConfiguration *configuration)
{
    char **envp = tv_build_environment(options);

    if (host->coherent) {
        /* The oracle has the host's coherence only if it is asked to. */
        envp = g_environ_setenv(envp, "QEMU_SHARED_ALIAS", "1", TRUE);
    }

    if (!system && configuration->split) {
        envp = g_environ_setenv(envp, "QEMU_SPLIT_WX", configuration->split,
                                TRUE);
    }
    return envp;
}

static TvTestRun *test_run_new(const TvHost *host, const TvGuest *guest,
                               gboolean system,
                               const TvConfiguration *configuration,
                               const char *test, const char *dir)
{
    TvTestRun *run = g_new0(TvTestRun, 1);

    run->host = host;
    run->guest = guest;
    run->system = system;
    run->configuration = configuration;
    run->test = g_strdup(test);
    run->dir = g_strdup(dir);
    run->end.outcome = TV_OUTCOME_NOT_RUN;
    return run;
}

/* Whether @test is one for @guest on @host. */
static gboolean own_applies(const struct OwnTest *test, const TvHost *host,
                            const TvGuest *guest, gboolean system,
                            const TvConfiguration *configuration)
{
    if ((test->executable && host->interpreter) ||
        (test->direct && tv_run_host_is_nested(host)) ||
        g_strcmp0(test->not_guest, guest->name) == 0) {
        return FALSE;
    }
    if (test->workload) {
        /* The guest's programs are the machine's.  Of auto, what matters is
         * where it has to split. */
        return !system && g_str_equal(host->name, "x86_64") &&
               g_str_equal(guest->name, "x86_64") &&
               (g_strcmp0(configuration->split, "auto") != 0 ||
                configuration->mdwe);
    }
    return system ? g_strcmp0(test->system_guest, guest->name) == 0
                  : test->system_guest == NULL;
}

static gboolean wanted(const char *test, const char *filter)
{
    return !filter || g_str_equal(test, filter);
}

gboolean tv_test_runs_plan(const TvOptions *options, const TvHost *host,
                           const TvGuest *guest, gboolean system,
                           gboolean mdwe, const char *filter, GPtrArray *runs,
                           GError **error)
{
    g_autofree char *target = tv_guest_target(guest, system);
    g_auto(GStrv) tests = tv_guest_tests_list(options, target, error);

    if (!tests) {
        return FALSE;
    }
    for (const TvConfiguration *configuration = tv_configurations;
         configuration->name; configuration++) {
        g_autofree char *parent = NULL;
        g_autofree char *dir = NULL;

        if (!tv_configuration_applies(configuration, host, mdwe)) {
            continue;
        }
        parent = tv_configuration_dir(options, host, configuration);
        dir = tv_guest_tests_run_dir(options, target, parent, error);
        if (!dir) {
            return FALSE;
        }
        for (char **test = tests; *test; test++) {
            if (wanted(*test, filter)) {
                g_ptr_array_add(runs, test_run_new(host, guest, system,
                                                   configuration, *test, dir));
            }
        }
        for (gsize i = 0; i < G_N_ELEMENTS(own_tests); i++) {
            TvTestRun *run;

            if (!wanted(own_tests[i].name, filter) ||
                !own_applies(&own_tests[i], host, guest, system,
                             configuration)) {
                continue;
            }
            run = test_run_new(host, guest, system, configuration,
                               own_tests[i].name, dir);
            run->own = TRUE;
            g_ptr_array_add(runs, run);
        }
    }
    return TRUE;
}

/* Seconds after which a run will not end any more. */
static guint run_timeout(const TvTestRun *run)
{
    return g_str_has_prefix(run->test, "workload-")
               ? WORKLOAD_TIMEOUT_S
               : tv_run_host_timeout(run->host);
}

/* The whole workload is under the policy, not only the first emulator. */
static char **workload_argv(const TvOptions *options, const TvTestRun *run,
                            const char *workload)
{
    g_autofree char *script = g_build_filename(
        options->project, "tests", "guest", "workloads", "run", NULL);
    g_autofree char *qemu = tv_run_host_binary(
        options, run->host, run->configuration->side, run->guest->name, FALSE);
    g_autofree char *launcher = tv_policy_launcher();
    g_autofree char *seconds =
        g_strdup_printf("%u", run_timeout(run));
    g_autoptr(GStrvBuilder) argv = g_strv_builder_new();

    g_strv_builder_add_many(argv, "timeout", "--foreground", "-s", "KILL",
                            seconds, NULL);
    if (run->configuration->mdwe) {
        g_strv_builder_add_many(argv, launcher, "--mdwe", NULL);
    }
    g_strv_builder_add_many(argv, "bash", script, workload, qemu, NULL);
    return g_strv_builder_end(argv);
}

static char **own_argv(const TvOptions *options, const TvTestRun *run)
{
    g_autofree char *qemu = NULL;
    g_autofree char *line = NULL;
    const char *extra;
    gsize i = 0;

    while (!g_str_equal(own_tests[i].name, run->test)) {
        i++;
    }
    if (own_tests[i].workload) {
        return workload_argv(options, run, own_tests[i].workload);
    }
    /* The buffer is to be filled and used again; pristine has no option for
     * that in user mode.  Not by QEMU_TB_SIZE, which an outer emulator knows
     * too: it would throw away its own code all the time, stale or not. */
    extra = run->system ? own_tests[i].accel
            : run->configuration->split ? " -tb-size 1"
                                        : NULL;
    qemu = tv_emulator_command(options, run->host, run->guest, run->system,
                               run->configuration, extra);
    line = g_strdup_printf("exec timeout --foreground -s KILL %u %s %s own/%s",
                           tv_run_host_timeout(run->host), qemu,
                           run->system ? own_tests[i].arguments : "",
                           run->test);
    return g_strdupv((char *[]){ (char *)"sh", (char *)"-c", line, NULL });
}

static TvJob *test_job(const TvOptions *options, TvTestRun *run)
{
    g_auto(GStrv) argv = NULL;
    g_autofree char *line = NULL;
    g_autofree char *dir = NULL;
    TvJob *job;

    if (run->own) {
        argv = own_argv(options, run);
    } else {
        g_autofree char *target = tv_guest_target(run->guest, run->system);
        g_autofree char *qemu =
            tv_emulator_command(options, run->host, run->guest, run->system,
                                run->configuration, NULL);

        argv = tv_guest_tests_run_argv(options, target, run->test, qemu,
                                       tv_run_host_timeout(run->host));
    }
    job = tv_job_new((const char *const *)argv);
    run->tree = options->tree;
    job->cwd = g_strdup(run->dir);
    job->envp = tv_emulator_environment(options, run->host, run->system,
                                        run->configuration);
    job->timeout_s = run_timeout(run) + JOB_EXTRA_S;
    line = tv_shell_line(argv);
    dir = tv_shell_word(run->dir);
    if (!run->system && run->configuration->split) {
        run->command = g_strdup_printf("cd %s && QEMU_SPLIT_WX=%s %s",
                                       dir, run->configuration->split, line);
    } else {
        run->command = g_strdup_printf("cd %s && %s", dir, line);
    }
    return job;
}

/* One run under way. */
typedef struct Task {
    GPtrArray *runs;
    TvTestRun *run;
    TvTestRunDone *done;
    gpointer data;
} Task;

static void on_test_done(TvJobPool *pool, TvJob *job, gpointer user_data)
{
    Task *task = user_data;
    TvTestRun *run = task->run;

    (void)pool;
    tv_test_end_clear(&run->end);
    tv_test_end_judge_job(&run->end, !run->own, job);
    /* Their output is compared with pristine's. */
    run->end.no_reference |= g_str_has_prefix(run->test, "workload-") &&
                             run->end.outcome == TV_OUTCOME_PASS;
    run->seconds = job->seconds;
    run->done = TRUE;
    task->done(task->runs, run, task->data);
}

gboolean tv_test_runs_execute(const TvOptions *options, GPtrArray *runs,
                              TvTestRunDone *done, gpointer data,
                              GError **error)
{
    g_autoptr(TvJobPool) pool = tv_job_pool_new(options->jobs, "guest tests");
    g_autofree Task *tasks = g_new0(Task, runs->len);

    for (guint i = 0; i < runs->len; i++) {
        tasks[i] = (Task){runs, g_ptr_array_index(runs, i), done, data};
        tv_job_pool_add(pool, test_job(options, tasks[i].run), on_test_done,
                        &tasks[i]);
    }
    return tv_job_pool_run(pool, error);
}
