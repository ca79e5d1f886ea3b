/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <string.h>

#include "hosts/tests/compare.h"
#include "hosts/tests/outcome.h"

static TvTestEnd judge_make(int code, const char *out, const char *err)
{
    TvTestEnd end;

    tv_test_end_judge(&end, TRUE, code, 0, FALSE, out, err);
    return end;
}

static void test_pass(void)
{
    g_auto(TvTestEnd) end = judge_make(0, "  TEST    sha1 on arm\n", "");
    g_auto(TvTestEnd) unchecked = judge_make(
        0, "  TEST    float_convs on i386\n"
           "  SKIPPED float_convs check on i386 because no reference\n", "");

    g_assert_cmpint(end.outcome, ==, TV_OUTCOME_PASS);
    g_assert_false(end.no_reference);
    g_assert_null(end.detail);
    g_assert_cmpint(unchecked.outcome, ==, TV_OUTCOME_PASS);
    g_assert_true(unchecked.no_reference);
}

static void test_skipped_is_no_pass(void)
{
    g_auto(TvTestEnd) skipped = judge_make(
        0, "  SKIPPED semiconsole on arm because MANUAL ONLY\n", "");
    g_auto(TvTestEnd) nothing = judge_make(0, "", "");

    g_assert_cmpint(skipped.outcome, ==, TV_OUTCOME_SKIPPED);
    g_assert_cmpint(nothing.outcome, ==, TV_OUTCOME_NOT_RUN);
}

static void test_failures(void)
{
    g_auto(TvTestEnd) fail = judge_make(
        2, "  TEST    sha1 on arm\n",
        "make: *** [Makefile.target:155: run-sha1] Error 1\n");
    g_auto(TvTestEnd) crash = judge_make(
        2, "  TEST    sha1 on arm\n",
        "qemu: uncaught target signal 11\n"
        "make: *** [Makefile.target:155: run-sha1] Error 139\n");
    g_auto(TvTestEnd) timeout = judge_make(
        2, "  TEST    sha1 on arm\n",
        "Killed\nmake: *** [Makefile.target:155: run-sha1] Error 137\n");
    g_auto(TvTestEnd) no_rule = judge_make(
        2, "", "make: *** No rule to make target 'run-sha2'.  Stop.\n");
    g_auto(TvTestEnd) hung = { TV_OUTCOME_PASS };

    g_assert_cmpint(fail.outcome, ==, TV_OUTCOME_FAIL);
    g_assert_cmpint(crash.outcome, ==, TV_OUTCOME_CRASH);
    g_assert_nonnull(strstr(crash.detail, "uncaught target signal 11"));
    g_assert_cmpint(timeout.outcome, ==, TV_OUTCOME_TIMEOUT);
    g_assert_cmpint(no_rule.outcome, ==, TV_OUTCOME_NOT_RUN);
    tv_test_end_judge(&hung, TRUE, -1, 9, TRUE, "", "");
    g_assert_cmpint(hung.outcome, ==, TV_OUTCOME_TIMEOUT);
}

static void test_direct(void)
{
    g_auto(TvTestEnd) good = { 0 };
    g_auto(TvTestEnd) bad = { 0 };
    g_auto(TvTestEnd) crash = { 0 };

    tv_test_end_judge(&good, FALSE, 0, 0, FALSE, "", "");
    tv_test_end_judge(&bad, FALSE, 1, 0, FALSE, "3 wrong of 8\n", "");
    tv_test_end_judge(&crash, FALSE, -1, 11, FALSE, "", "");
    g_assert_cmpint(good.outcome, ==, TV_OUTCOME_PASS);
    g_assert_cmpint(bad.outcome, ==, TV_OUTCOME_FAIL);
    g_assert_cmpstr(bad.detail, ==, "exit 1: 3 wrong of 8");
    g_assert_cmpint(crash.outcome, ==, TV_OUTCOME_CRASH);
}

static TvVerdict verdict(TvOutcome pristine, TvOutcome applied)
{
    TvTestEnd a = { .outcome = pristine };
    TvTestEnd b = { .outcome = applied };

    return tv_verdict(&a, &b, TRUE);
}

static void test_verdicts(void)
{
    TvTestEnd unchecked = { .outcome = TV_OUTCOME_PASS,
                            .no_reference = TRUE };
    TvTestEnd pass = { .outcome = TV_OUTCOME_PASS };

    g_assert_cmpint(verdict(TV_OUTCOME_PASS, TV_OUTCOME_PASS), ==,
                    TV_VERDICT_SAME);
    g_assert_cmpint(verdict(TV_OUTCOME_PASS, TV_OUTCOME_FAIL), ==,
                    TV_VERDICT_WORSE);
    g_assert_cmpint(verdict(TV_OUTCOME_PASS, TV_OUTCOME_SKIPPED), ==,
                    TV_VERDICT_WORSE);
    g_assert_cmpint(verdict(TV_OUTCOME_FAIL, TV_OUTCOME_CRASH), ==,
                    TV_VERDICT_WORSE);
    g_assert_cmpint(verdict(TV_OUTCOME_FAIL, TV_OUTCOME_FAIL), ==,
                    TV_VERDICT_BOTH_FAIL);
    g_assert_cmpint(verdict(TV_OUTCOME_FAIL, TV_OUTCOME_PASS), ==,
                    TV_VERDICT_BETTER);
    g_assert_cmpint(verdict(TV_OUTCOME_SKIPPED, TV_OUTCOME_SKIPPED), ==,
                    TV_VERDICT_SKIPPED);
    g_assert_cmpint(verdict(TV_OUTCOME_NOT_RUN, TV_OUTCOME_PASS), ==,
                    TV_VERDICT_UNKNOWN);
    g_assert_cmpint(verdict(TV_OUTCOME_PASS, TV_OUTCOME_NOT_RUN), ==,
                    TV_VERDICT_UNKNOWN);
    g_assert_cmpint(tv_verdict(&unchecked, &pass, FALSE), ==,
                    TV_VERDICT_OUTPUT);
    g_assert_cmpint(tv_verdict(&pass, &pass, FALSE), ==, TV_VERDICT_SAME);
}

/* Runs of one guest: outcomes by configuration, one test each column. */
static GPtrArray *sample_runs(const TvOutcome *pristine, const TvOutcome *on,
                              int tests)
{
    GPtrArray *runs =
        g_ptr_array_new_with_free_func((GDestroyNotify)tv_test_run_free);

    for (int side = 0; side < 2; side++) {
        for (int i = 0; i < tests; i++) {
            TvTestRun *run = g_new0(TvTestRun, 1);

            run->host = tv_host_find("x86_64");
            run->guest = tv_guest_find("arm");
            run->configuration = &tv_configurations[side * 2];
            run->test = g_strdup_printf("test%d", i);
            run->dir = g_strdup("/nonexistent");
            run->command = g_strdup("true");
            run->end.outcome = side ? on[i] : pristine[i];
            g_ptr_array_add(runs, run);
        }
    }
    return runs;
}

static void compare(const TvOutcome *pristine, const TvOutcome *on, int tests,
                    TvCellStatus status, int same, int findings)
{
    g_autoptr(GPtrArray) runs = sample_runs(pristine, on, tests);
    g_autoptr(TvResult) result = tv_result_new("test");
    const TvCell *cell;

    tv_test_compare(runs, result);
    g_assert_cmpuint(result->cells->len, ==, 1);
    cell = g_ptr_array_index(result->cells, 0);
    g_assert_cmpstr(cell->layer, ==, "on");
    g_assert_cmpint(cell->status, ==, status);
    g_assert_cmpint(cell->checked, ==, same);
    g_assert_cmpuint(result->findings->len, ==, (guint)findings);
}

static void test_compare(void)
{
    static const TvOutcome good[] = { TV_OUTCOME_PASS, TV_OUTCOME_PASS };
    static const TvOutcome half[] = { TV_OUTCOME_PASS, TV_OUTCOME_FAIL };
    static const TvOutcome crash[] = { TV_OUTCOME_PASS, TV_OUTCOME_CRASH };
    static const TvOutcome none[] = { TV_OUTCOME_FAIL, TV_OUTCOME_FAIL };
    static const TvOutcome lost[] = { TV_OUTCOME_PASS, TV_OUTCOME_NOT_RUN };

    compare(good, good, 2, TV_CELL_CLEAN, 2, 0);
    compare(half, half, 2, TV_CELL_CLEAN, 1, 0);
    compare(good, half, 2, TV_CELL_FINDINGS, 1, 1);
    compare(half, crash, 2, TV_CELL_FINDINGS, 1, 1);
    compare(half, good, 2, TV_CELL_CLEAN, 1, 0);
    /* Nothing that passes is nothing that could get worse. */
    compare(none, none, 2, TV_CELL_VOID, 0, 0);
    compare(good, lost, 2, TV_CELL_ERROR, 1, 0);
    compare(lost, good, 2, TV_CELL_ERROR, 1, 0);
}

static void test_table(void)
{
    static const TvOutcome half[] = { TV_OUTCOME_PASS, TV_OUTCOME_FAIL };
    static const TvOutcome good[] = { TV_OUTCOME_PASS, TV_OUTCOME_PASS };
    g_autoptr(GPtrArray) runs = sample_runs(good, half, 2);
    g_autofree char *brief = tv_test_table(runs, FALSE);
    g_autofree char *verbose = tv_test_table(runs, TRUE);

    g_assert_nonnull(strstr(brief, "2/2"));
    g_assert_nonnull(strstr(brief, "1/2"));
    g_assert_nonnull(strstr(brief, "test1: pristine=pass on=fail"));
    g_assert_null(strstr(brief, "test0:"));
    g_assert_nonnull(strstr(verbose, "test0: pristine=pass on=pass"));
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/outcome/pass", test_pass);
    g_test_add_func("/outcome/skipped-is-no-pass", test_skipped_is_no_pass);
    g_test_add_func("/outcome/failures", test_failures);
    g_test_add_func("/outcome/direct", test_direct);
    g_test_add_func("/outcome/verdicts", test_verdicts);
    g_test_add_func("/compare/cells", test_compare);
    g_test_add_func("/compare/table", test_table);
    return g_test_run();
}
