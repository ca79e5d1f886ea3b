/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "bench/groups.h"
#include "bench/samples.h"
#include "hosts/build.h"
#include "hosts/built-from.h"
#include "hosts/guests.h"
#include "hosts/host.h"

/* Under callgrind, everything is fifty times slower. */
#define TIMEOUT_S 1800
#define REPEATS 5

/* What the patched emulator may cost more than pristine, in per cent. */
#define OFF_LIMIT 0.15
#define ON_LIMIT 0.25
#define TEXT_LIMIT 0.5
#define MEMORY_LIMIT 2.0

/* The emulators that are compared, in this order; the first is the base. */
enum { PRISTINE, OFF, ON, N_SIDES };

static const struct {
    const char *name;
    TvSide side;
    const char *split; /* NULL: there is no such option */
} sides[N_SIDES] = {
    [PRISTINE] = { "pristine", TV_SIDE_PRISTINE, NULL },
    [OFF] = { "split off", TV_SIDE_APPLIED, "off" },
    [ON] = { "split on", TV_SIDE_APPLIED, "on" },
};

/*
 * Guest programs whose instructions on the host are counted.  A name without
 * a slash is one of tests/guest.
 */
static const struct {
    const char *what;
    const char *const argv[6];
} programs[] = {
    { "instructions, perl starts", { "/usr/bin/perl", "-e", "1" } },
    { "instructions, python starts",
      { "/usr/bin/python3", "-I", "-S", "-c", "pass" } },
    { "instructions, buffer flushed", { "code-churn", "1", "4096" } },
};

/* proc(5): Pss counts a page that is mapped twice once. */
#define MEMORY_PROGRAM                                                        \
    "open my $f, '<', '/proc/self/smaps_rollup' or die $!;"                   \
    "while (<$f>) { print if /^(Rss|Pss):/ }"

typedef struct Setup {
    const TvOptions *options;
    char *own;            /* directory of the guest programs of tests/guest */
    char *user[N_SIDES];  /* emulators */
    char *system[N_SIDES];
} Setup;

static void setup_clear(Setup *setup)
{
    for (int i = 0; i < N_SIDES; i++) {
        g_free(setup->user[i]);
        g_free(setup->system[i]);
    }
    g_free(setup->own);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Setup, setup_clear)

static gboolean setup_open(Setup *setup, const TvOptions *options,
                           GError **error)
{
    const TvHost *host = tv_host_find("x86_64");
    const TvGuest *guest = tv_guest_find("x86_64");
    g_autofree char *target = tv_guest_target(guest, FALSE);

    setup->options = options;
    setup->own = tv_guest_own_dir(options, target);
    for (int i = 0; i < N_SIDES; i++) {
        setup->user[i] = tv_built_from_need_emulator(
            options, host, sides[i].side, "x86_64", FALSE, error);
        setup->system[i] = setup->user[i]
                               ? tv_built_from_need_emulator(options, host,
                                                         sides[i].side,
                                                         "aarch64", TRUE, error)
                               : NULL;
        if (!setup->system[i]) {
            return FALSE;
        }
    }
    return tv_guest_tests_build(options, guest, FALSE, error) &&
           tv_guest_tests_build(options, tv_guest_find("aarch64"), TRUE,
                                error);
}

static TvJob *job_of(const Setup *setup, GStrvBuilder *argv)
{
    g_auto(GStrv) list = g_strv_builder_end(argv);
    TvJob *job = tv_job_new((const char *const *)list);

    job->envp = tv_build_environment(setup->options);
    job->timeout_s = TIMEOUT_S;
    return job;
}

static void add_user_emulator(const Setup *setup, GStrvBuilder *argv, int side)
{
    g_strv_builder_add(argv, setup->user[side]);
    if (sides[side].split) {
        g_strv_builder_add_many(argv, "-split-wx", sides[side].split, NULL);
    }
}

static void add_percent(TvBench *bench, const char *what, int side,
                        double value, double base, double limit, char *detail)
{
    tv_bench_add(bench, what, sides[side].name, (value / base - 1) * 100,
                 side == PRISTINE ? NAN : limit, "%", detail);
}

/*
 * The number in a line of valgrind, "==1== Collected : 123"; it depends on
 * nothing but the program, its arguments, environment and addresses.
 */
static double collected(const char *text)
{
    const char *at = strstr(text, "Collected : ");

    return at ? g_ascii_strtod(at + strlen("Collected : "), NULL) : NAN;
}

static gboolean count_instructions(const Setup *setup, gsize program, int side,
                                   double *count, GError **error)
{
    g_autoptr(GStrvBuilder) argv = g_strv_builder_new();
    g_autoptr(TvJob) job = NULL;
    const char *name = programs[program].argv[0];
    g_autofree char *path = *name == '/'
                                ? g_strdup(name)
                                : g_build_filename(setup->own, name, NULL);

    /* Without randomization, the same addresses: hash tables are as full. */
    g_strv_builder_add_many(argv, "setarch", "-R", "valgrind",
                            "--tool=callgrind", "--smc-check=all",
                            "--callgrind-out-file=/dev/null", NULL);
    add_user_emulator(setup, argv, side);
    g_strv_builder_add(argv, path);
    g_strv_builder_addv(argv, (const char **)programs[program].argv + 1);
    job = job_of(setup, argv);
    /* A hash seed of its own each time, otherwise. */
    job->envp = g_environ_setenv(job->envp, "PERL_HASH_SEED", "0", TRUE);
    job->envp = g_environ_setenv(job->envp, "PYTHONHASHSEED", "0", TRUE);
    if (!tv_job_run_ok(job, error)) {
        g_prefix_error(error, "%s, %s: ", programs[program].what,
                       sides[side].name);
        return FALSE;
    }
    *count = collected(job->err->str);
    if (isnan(*count)) {
        g_set_error(error, TV_ERROR, TV_ERROR_TOOL,
                    "callgrind did not report the instructions of %s",
                    path);
        return FALSE;
    }
    return TRUE;
}

static gboolean measure_instructions(const Setup *setup, TvBench *bench,
                                     gsize program, GError **error)
{
    static const double limits[] = { NAN, OFF_LIMIT, ON_LIMIT };
    double counts[N_SIDES];

    for (int side = 0; side < N_SIDES; side++) {
        fprintf(stderr, "bench: %s, %s\n", programs[program].what,
                sides[side].name);
        if (!count_instructions(setup, program, side, &counts[side], error)) {
            return FALSE;
        }
        add_percent(bench, programs[program].what, side, counts[side],
                    counts[PRISTINE], limits[side],
                    g_strdup_printf("%.0f instructions", counts[side]));
    }
    return TRUE;
}

static gboolean measure_text(const Setup *setup, TvBench *bench, GError **error)
{
    double sizes[N_SIDES];

    for (int side = 0; side <= OFF; side++) {
        g_autoptr(TvJob) job =
            tv_job_new_args("size", "--format=gnu", setup->user[side], NULL);
        const char *line;

        /* text, data and bss, after a line of headings. */
        if (!tv_job_run_ok(job, error)) {
            return FALSE;
        }
        line = strchr(job->out->str, '\n');
        sizes[side] = line ? g_ascii_strtod(line + 1, NULL) : 0;
        if (sizes[side] <= 0) {
            g_set_error(error, TV_ERROR, TV_ERROR_TOOL,
                        "size reports no text of %s", setup->user[side]);
            return FALSE;
        }
        tv_bench_add(bench, "text of qemu-x86_64",
                     side == PRISTINE ? "pristine" : "applied",
                     (sizes[side] / sizes[PRISTINE] - 1) * 100,
                     side == PRISTINE ? NAN : TEXT_LIMIT, "%",
                     g_strdup_printf("%.0f bytes", sizes[side]));
    }
    return TRUE;
}

/* The kilobytes of a line "Pss:   123 kB". */
static double kilobytes(const char *text, const char *name)
{
    const char *at = strstr(text, name);

    return at ? g_ascii_strtod(at + strlen(name), NULL) : NAN;
}

static gboolean measure_memory(const Setup *setup, TvBench *bench,
                               GError **error)
{
    double base = 0;

    for (int side = 0; side < N_SIDES; side++) {
        g_autoptr(GStrvBuilder) argv = g_strv_builder_new();
        g_autoptr(TvJob) job = NULL;
        double pss, rss;

        g_strv_builder_add_many(argv, "setarch", "-R", NULL);
        add_user_emulator(setup, argv, side);
        g_strv_builder_add_many(argv, "/usr/bin/perl", "-e", MEMORY_PROGRAM,
                                NULL);
        job = job_of(setup, argv);
        job->envp = g_environ_setenv(job->envp, "PERL_HASH_SEED", "0", TRUE);
        if (!tv_job_run_ok(job, error)) {
            return FALSE;
        }
        pss = kilobytes(job->out->str, "Pss:");
        rss = kilobytes(job->out->str, "Rss:");
        if (isnan(pss) || isnan(rss)) {
            g_set_error(error, TV_ERROR, TV_ERROR_TOOL,
                        "the kernel does not report the memory of qemu-x86_64 "
                        "(/proc/self/smaps_rollup, Linux 4.14)");
            return FALSE;
        }
        base = side == PRISTINE ? pss : base;
        add_percent(bench, "memory, perl starts", side, pss, base,
                    MEMORY_LIMIT,
                    g_strdup_printf("%.0f KiB of pages; resident by page "
                                    "tables: %.0f KiB", pss, rss));
    }
    return TRUE;
}

static TvJob *boot_job(const Setup *setup, int side)
{
    g_autoptr(GStrvBuilder) argv = g_strv_builder_new();
    g_autofree char *target =
        tv_guest_target(tv_guest_find("aarch64"), TRUE);
    g_autofree char *own = tv_guest_own_dir(setup->options, target);
    g_autofree char *program = g_build_filename(own, "smp-churn", NULL);
    g_autofree char *accel = g_strconcat(
        "tcg,thread=multi,tb-size=1", sides[side].split ? ",split-wx=" : NULL,
        sides[side].split, NULL);

    g_strv_builder_add_many(
        argv, setup->system[side], "-nodefaults", "-accel", accel, "-M",
        "virt", "-cpu", "cortex-a57", "-smp", "4", "-display", "none",
        "-monitor", "none", "-chardev", "stdio,id=output",
        "-semihosting-config",
        "enable=on,target=native,chardev=output", "-kernel", program, NULL);
    return job_of(setup, argv);
}

/* Threads of several processors wait for each other: only time can be taken. */
static gboolean measure_boot(const Setup *setup, TvBench *bench, GError **error)
{
    TvBenchSample samples[N_SIDES][REPEATS];
    double base;

    for (int repeat = 0; repeat < REPEATS; repeat++) {
        for (int side = 0; side < N_SIDES; side++) {
            g_autoptr(TvJob) job = boot_job(setup, side);

            if (!tv_bench_sample(job, &samples[side][repeat], error)) {
                g_prefix_error(error, "the system, %s: ", sides[side].name);
                return FALSE;
            }
        }
    }
    base = tv_bench_median(samples[PRISTINE], REPEATS).wall;
    for (int side = 0; side < N_SIDES; side++) {
        TvBenchSample all = tv_bench_median(samples[side], REPEATS);

        tv_bench_add(bench, "system of 4 processors", sides[side].name,
                     all.wall / base, NAN, "x",
                     g_strdup_printf("%.2f s of wall time, %.2f CPU-s; median "
                                     "of %d", all.wall, all.cpu, REPEATS));
    }
    return TRUE;
}

TvBench *tv_bench_emulator(const TvOptions *options, const char *group,
                           GError **error)
{
    g_auto(Setup) setup = {0};
    g_autoptr(TvBench) bench = tv_bench_new(group,
        "The patched qemu-x86_64 against pristine, x86_64 guests on host "
        "x86_64; instructions counted by callgrind.");

    if (!setup_open(&setup, options, error)) {
        return NULL;
    }
    for (gsize i = 0; i < G_N_ELEMENTS(programs); i++) {
        if (!measure_instructions(&setup, bench, i, error)) {
            return NULL;
        }
    }
    if (!measure_text(&setup, bench, error) ||
        !measure_memory(&setup, bench, error) ||
        !measure_boot(&setup, bench, error)) {
        return NULL;
    }
    return g_steal_pointer(&bench);
}
