/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The things that `bench` measures, a file each. */
#ifndef TV_BENCH_GROUPS_H
#define TV_BENCH_GROUPS_H

#include "result/measurement.h"

typedef struct TvBenchGroup {
    const char *name;
    const char *summary;   /* of the help: what is measured, what it needs */
    gboolean by_default;   /* if no group is named */
    gboolean by_host;      /* it measures what --host names */
    /* NULL with an error if anything does not run; a value above its limit is
     * a row like others. */
    TvBench *(*run)(const TvOptions *options, const char *group,
                    GError **error);
} TvBenchGroup;

/* Ended by a row whose name is NULL. */
extern const TvBenchGroup tv_bench_groups[];

/* The groups that have left results in @directory, of TvBench, in the order of
 * the table.  One that cannot be read is an error. */
GPtrArray *tv_bench_load_all(const char *directory, GError **error);

/* check: with an empty cache, a full one, and one backend touched. */
TvBench *tv_bench_check(const TvOptions *options, const char *group,
                        GError **error);

/* mutate: every mutant of the applied tree, in a build directory of its own. */
TvBench *tv_bench_mutate(const TvOptions *options, const char *group,
                         GError **error);

/* emulator: instructions, memory and size of qemu-x86_64, and the boot of a
 * system with several processors; needs what 'build --host=x86_64' makes. */
TvBench *tv_bench_emulator(const TvOptions *options, const char *group,
                           GError **error);

/* fork: guest programs that fork; needs the same. */
TvBench *tv_bench_fork(const TvOptions *options, const char *group,
                       GError **error);

#endif
