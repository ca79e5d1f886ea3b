/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a measurement found, and its limits. */
#ifndef TV_RESULT_MEASUREMENT_H
#define TV_RESULT_MEASUREMENT_H

#include <glib.h>

#include "project/options.h"

/* A run of one group: a table of rows, and where and when it was made. */
typedef struct TvBench {
    char *group;    /* "check", "emulator" ... */
    char *series;   /* tv_series_fingerprint of what was measured */
    char *legend;   /* a sentence: what is measured, and against what */
    double load;    /* of the machine at the start, processes */
    guint processors;
    GPtrArray *rows; /* of TvBenchRow */
} TvBench;

typedef struct TvBenchRow {
    char *what;
    char *variant;     /* "split on"; NULL if there is but one */
    double value;      /* in @unit, as @limit is */
    double limit;      /* NAN: this variant has none */
    char *unit;        /* "s", "%" (more than the base), "x" (of the base) */
    char *detail;      /* the figures behind the value; NULL: none */
} TvBenchRow;

/* @group and @legend are copied; load and processors are the machine's; the
 * series is set by who knows it. */
TvBench *tv_bench_new(const char *group, const char *legend);
void tv_bench_free(TvBench *bench);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(TvBench, tv_bench_free)

/* @detail is taken; see the members. */
void tv_bench_add(TvBench *bench, const char *what, const char *variant,
                  double value, double limit, const char *unit, char *detail);

/* Values that are equal to their limit keep it. */
gboolean tv_bench_row_keeps(const TvBenchRow *row);

/* "1.07 x", "-0.03 %", "146.2 s"; to be freed. */
char *tv_bench_number(double value, const char *unit);

/* A table, as wide as what it holds; to be freed. */
char *tv_bench_text(const TvBench *bench);

/* Writes BUILD/report/bench-GROUP.json and returns what it wrote, or NULL. */
char *tv_bench_save(const TvBench *bench, const TvOptions *options,
                    GError **error);

/* What @group has left in the file @path. */
TvBench *tv_bench_load(const char *path, const char *group, GError **error);

#endif
