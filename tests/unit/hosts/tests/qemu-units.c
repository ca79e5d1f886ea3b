/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The outcome of a unit test of QEMU, counted from its TAP. */
#include "hosts/tests/qemu-units.h"

static void test_count(void)
{
    TvUnitTestCount all = {0}, bad = {0}, none = {0};

    tv_unit_test_count("# random seed: x\n1..3\n# Start of a tests\n"
                       "ok 1 /a/b\nok 2 /a/c # SKIP no memfd\nok 3 /a/d\n",
                       &all);
    g_assert_cmpuint(all.planned, ==, 3);
    g_assert_cmpuint(all.passed, ==, 2);
    g_assert_cmpuint(all.skipped, ==, 1);
    g_assert_cmpuint(all.failed, ==, 0);
    g_assert_cmpstr(all.first, ==, "ok 2 /a/c # SKIP no memfd");
    g_free(all.first);

    tv_unit_test_count("1..2\nok 1 /a\nnot ok 2 /b # SKIP\n", &bad);
    g_assert_cmpuint(bad.failed, ==, 1);
    g_assert_cmpuint(bad.skipped, ==, 0);
    g_assert_cmpstr(bad.first, ==, "not ok 2 /b # SKIP");
    g_free(bad.first);

    tv_unit_test_count("look, ok 1\n", &none);
    g_assert_cmpuint(none.planned + none.passed, ==, 0);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/unit-tests-host/count", test_count);
    return g_test_run();
}
