/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The samples, tables and plots of `bench`. */
#include <glib/gstdio.h>
#include <math.h>
#include <string.h>

#include "base/directory.h"
#include "bench/groups.h"
#include "bench/samples.h"
#include "report/report.h"

static TvBench *two_rows(const char *series)
{
    TvBench *bench = tv_bench_new("fork", "A legend & more.");

    bench->series = g_strdup(series);
    tv_bench_add(bench, "fork", "off", 1.0, NAN, "x", NULL);
    tv_bench_add(bench, "fork", "on", 1.32, 1.3, "x", g_strdup("2 CPU-s"));
    return bench;
}

static void test_numbers(void)
{
    g_autofree char *seconds = tv_bench_number(146.24, "s");
    g_autofree char *less = tv_bench_number(-0.031, "%");
    g_autofree char *times = tv_bench_number(1.069, "x");

    g_assert_cmpstr(seconds, ==, "146.2 s");
    g_assert_cmpstr(less, ==, "-0.03 %");
    g_assert_cmpstr(times, ==, "1.07 x");
}

static void test_limits(void)
{
    g_autoptr(TvBench) bench = two_rows("s");
    TvBenchRow *off = bench->rows->pdata[0], *on = bench->rows->pdata[1];
    g_autofree char *text = tv_bench_text(bench);

    g_assert_true(tv_bench_row_keeps(off));
    g_assert_false(tv_bench_row_keeps(on));
    on->value = on->limit;
    g_assert_true(tv_bench_row_keeps(on));
    g_assert_nonnull(strstr(text, "1.32 x     1.30 x! 2 CPU-s"));
    g_assert_nonnull(strstr(text, "1.00 x          -"));
}

static void test_kept(void)
{
    g_autofree char *directory = g_dir_make_tmp("bench-XXXXXX", NULL);
    g_autofree char *report = g_build_filename(directory, "report", NULL);
    g_autofree char *path =
        g_build_filename(report, "bench-fork.json", NULL);
    TvOptions options = {.project = directory, .build_dir = directory};
    g_autoptr(TvBench) bench = two_rows("s");
    g_autoptr(GError) error = NULL;
    g_autofree char *json = tv_bench_save(bench, &options, &error);
    g_autoptr(GPtrArray) all = NULL;
    const TvBench *again;
    const TvBenchRow *row;

    g_assert_no_error(error);
    all = tv_bench_load_all(report, &error);
    g_assert_no_error(error);
    g_assert_cmpuint(all->len, ==, 1);
    again = all->pdata[0];
    g_assert_cmpstr(again->group, ==, "fork");
    g_assert_cmpstr(again->series, ==, "s");
    g_assert_cmpstr(again->legend, ==, "A legend & more.");
    g_assert_cmpuint(again->rows->len, ==, 2);
    row = again->rows->pdata[0];
    g_assert_true(isnan(row->limit));
    row = again->rows->pdata[1];
    g_assert_cmpstr(row->variant, ==, "on");
    g_assert_cmpfloat(row->value, ==, 1.32);
    g_assert_cmpfloat(row->limit, ==, 1.3);
    g_assert_cmpstr(row->unit, ==, "x");
    g_assert_cmpstr(row->detail, ==, "2 CPU-s");

    /* A file that is no result does not count as one without rows. */
    g_assert_true(g_file_set_contents(path, "{\"format\": 1}", -1, NULL));
    g_assert_null(tv_bench_load_all(report, &error));
    g_assert_nonnull(strstr(error->message, "bench fork"));
    tv_tree_remove(directory, NULL);
}

static void test_drawn(void)
{
    g_autoptr(GPtrArray) all =
        g_ptr_array_new_with_free_func((GDestroyNotify)tv_bench_free);
    g_autoptr(TvResult) result = tv_result_new("report");
    TvReportContext context = {.benches = all};
    g_autofree char *page = NULL;
    g_autofree char *other = NULL;

    result->series = g_strdup("s");
    g_ptr_array_add(all, two_rows("s"));
    page = tv_report_html(result, &context);
    g_assert_nonnull(strstr(page, "<svg class=\"plot\""));
    g_assert_nonnull(strstr(page, "class=\"bar findings\""));
    g_assert_nonnull(strstr(page, "A legend &amp; more."));
    g_assert_nonnull(strstr(page, "href=\"#bench\""));

    /* Another form of the series costs something else. */
    g_ptr_array_set_size(all, 0);
    g_ptr_array_add(all, two_rows("of yesterday"));
    other = tv_report_html(result, &context);
    g_assert_null(strstr(other, "<svg"));
}

static void test_median(void)
{
    const TvBenchSample samples[] = {{3, 10}, {1, 30}, {2, 20}};
    TvBenchSample all = tv_bench_median(samples, G_N_ELEMENTS(samples));

    g_assert_cmpfloat(all.wall, ==, 2);
    g_assert_cmpfloat(all.cpu, ==, 20);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/bench/numbers", test_numbers);
    g_test_add_func("/bench/limits", test_limits);
    g_test_add_func("/bench/kept", test_kept);
    g_test_add_func("/bench/drawn", test_drawn);
    g_test_add_func("/bench/median", test_median);
    return g_test_run();
}
