/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "bench/samples.h"

#include <stdlib.h>
#include <sys/resource.h>

static double child_cpu(void)
{
    struct rusage usage;

    getrusage(RUSAGE_CHILDREN, &usage);
    return usage.ru_utime.tv_sec + usage.ru_utime.tv_usec / 1e6 +
           usage.ru_stime.tv_sec + usage.ru_stime.tv_usec / 1e6;
}

gboolean tv_bench_sample(TvJob *job, TvBenchSample *sample, GError **error)
{
    double cpu = child_cpu();

    if (!tv_job_run_ok(job, error)) {
        return FALSE;
    }
    sample->wall = job->seconds;
    sample->cpu = child_cpu() - cpu;
    return TRUE;
}

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

static double middle(GArray *values)
{
    g_array_sort(values, by_value);
    return g_array_index(values, double, values->len / 2);
}

TvBenchSample tv_bench_median(const TvBenchSample *samples, guint count)
{
    g_autoptr(GArray) wall = g_array_new(FALSE, FALSE, sizeof(double));
    g_autoptr(GArray) cpu = g_array_new(FALSE, FALSE, sizeof(double));

    for (guint i = 0; i < count; i++) {
        g_array_append_val(wall, samples[i].wall);
        g_array_append_val(cpu, samples[i].cpu);
    }
    return (TvBenchSample){middle(wall), middle(cpu)};
}
