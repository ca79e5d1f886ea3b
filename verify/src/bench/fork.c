/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <math.h>

#include "bench/groups.h"
#include "bench/samples.h"
#include "hosts/build.h"
#include "hosts/built-from.h"
#include "hosts/guests.h"
#include "hosts/host.h"

#define REPEATS 7
#define TIMEOUT_S 300

/* How the emulator is run; the first is what the others are compared with. */
static const struct {
    const char *name;
    const char *split;
    const char *fork_jit; /* of -fork-jit; NULL: its default */
    gboolean limited;     /* whether the row's limit is for it */
} modes[] = {
    { "split off", "off", NULL, FALSE },
    { "split on", "on", NULL, TRUE },
    { "on, fresh", "on", "fresh", FALSE },
    { "on, copy", "on", "copy", FALSE },
};

#define MODES G_N_ELEMENTS(modes)

/* The limits are for the default mode. */
static const struct {
    const char *name;
    const char *arguments; /* program and what it takes */
    double limit;          /* of the time with the split off */
} rows[] = {
    { "fork and exit, 1000 times", "fork-cost 1000", 1.3 },
    { "fork server, 1000 children", "fork-server 1000", 1.1 },
};

static gboolean run_once(const TvOptions *options, const char *qemu,
                         const char *dir, gsize row, gsize mode,
                         TvBenchSample *sample, GError **error)
{
    g_auto(GStrv) words = g_strsplit(rows[row].arguments, " ", -1);
    g_autofree char *program = g_build_filename(dir, words[0], NULL);
    g_autoptr(GStrvBuilder) argv = g_strv_builder_new();
    g_auto(GStrv) list = NULL;
    g_autoptr(TvJob) job = NULL;

    g_strv_builder_add_many(argv, qemu, "-split-wx", modes[mode].split, NULL);
    if (modes[mode].fork_jit) {
        g_strv_builder_add_many(argv, "-fork-jit", modes[mode].fork_jit, NULL);
    }
    g_strv_builder_add(argv, program);
    g_strv_builder_addv(argv, (const char **)words + 1);
    list = g_strv_builder_end(argv);
    job = tv_job_new((const char *const *)list);
    job->envp = tv_build_environment(options);
    job->timeout_s = TIMEOUT_S;
    return tv_bench_sample(job, sample, error);
}

/* In turn, so that what else the machine does is shared evenly. */
static gboolean measure_row(const TvOptions *options, TvBench *bench,
                            const char *qemu, const char *dir, gsize row,
                            GError **error)
{
    TvBenchSample samples[MODES][REPEATS];
    TvBenchSample off;

    for (int repeat = 0; repeat < REPEATS; repeat++) {
        for (gsize mode = 0; mode < MODES; mode++) {
            if (!run_once(options, qemu, dir, row, mode,
                          &samples[mode][repeat], error)) {
                return FALSE;
            }
        }
    }
    off = tv_bench_median(samples[0], REPEATS);
    for (gsize mode = 0; mode < MODES; mode++) {
        TvBenchSample all = tv_bench_median(samples[mode], REPEATS);

        tv_bench_add(bench, rows[row].name, modes[mode].name,
                     all.cpu / off.cpu,
                     modes[mode].limited ? rows[row].limit : NAN, "x",
                     g_strdup_printf("%.2f CPU-s, %.2f s of wall time",
                                     all.cpu, all.wall));
    }
    return TRUE;
}

TvBench *tv_bench_fork(const TvOptions *options, const char *group,
                       GError **error)
{
    const TvHost *host = tv_host_find("x86_64");
    const TvGuest *guest = tv_guest_find("x86_64");
    g_autofree char *target = tv_guest_target(guest, FALSE);
    g_autofree char *dir = tv_guest_own_dir(options, target);
    g_autofree char *qemu = tv_built_from_need_emulator(
        options, host, TV_SIDE_APPLIED, guest->name, FALSE, error);
    g_autoptr(TvBench) bench = tv_bench_new(group,
        "CPU time of an x86_64 guest and its children on host x86_64, against "
        "the split off; medians of 7 runs in turn.");

    G_STATIC_ASSERT(REPEATS == 7);
    if (!qemu || !tv_guest_tests_build(options, guest, FALSE, error)) {
        return NULL;
    }
    for (gsize row = 0; row < G_N_ELEMENTS(rows); row++) {
        if (!measure_row(options, bench, qemu, dir, row, error)) {
            return NULL;
        }
    }
    return g_steal_pointer(&bench);
}
