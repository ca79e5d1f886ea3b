/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Runs of one program whose time is taken, and what stands for all of them. */
#ifndef TV_BENCH_SAMPLES_H
#define TV_BENCH_SAMPLES_H

#include "base/job-pool.h"

typedef struct TvBenchSample {
    double wall; /* seconds */
    double cpu;  /* seconds of it and its children */
} TvBenchSample;

/* Runs @job to its end; see tv_job_run_ok. */
gboolean tv_bench_sample(TvJob *job, TvBenchSample *sample, GError **error);

/* The median of @count samples, for wall and CPU time apart. */
TvBenchSample tv_bench_median(const TvBenchSample *samples, guint count);

#endif
