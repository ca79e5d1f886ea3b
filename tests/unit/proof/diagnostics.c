/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The input of check: tools' output, dependencies, marks. */
#include <string.h>

#include "proof/controls/canary.h"
#include "proof/controls/sites.h"
#include "proof/diagnostics.h"
#include "proof/store.h"

static void test_clang(void)
{
    g_autoptr(GPtrArray) found = tv_diagnostics_parse(
        "In file included from tcg/tcg.c:35:\n"
        "tcg/tcg.c:977:39: warning: cast from 'const struct X *' to 'void *' "
        "drops const qualifier [-Wcast-qual]\n"
        "tcg/tcg.c:12:3: error: passing 'const uint8_t *' discards qualifiers "
        "[-Werror,-Wincompatible-pointer-types-discards-qualifiers]\n"
        "tcg/tcg.c:12:3: note: passing argument here\n"
        "a.h:1:2: fatal error: 'x[1].h' file not found\n"
        "3 errors generated.\n");
    const TvDiagnostic *diagnostic;

    g_assert_cmpint(found->len, ==, 3);
    diagnostic = found->pdata[0];
    g_assert_cmpint(diagnostic->severity, ==, TV_DIAGNOSTIC_WARNING);
    g_assert_cmpstr(diagnostic->file, ==, "tcg/tcg.c");
    g_assert_cmpint(diagnostic->line, ==, 977);
    g_assert_cmpint(diagnostic->column, ==, 39);
    g_assert_cmpstr(diagnostic->option, ==, "cast-qual");
    g_assert_true(
        g_str_has_suffix(diagnostic->message, "drops const qualifier"));
    diagnostic = found->pdata[1];
    g_assert_cmpint(diagnostic->severity, ==, TV_DIAGNOSTIC_ERROR);
    g_assert_cmpstr(diagnostic->option, ==,
                    "incompatible-pointer-types-discards-qualifiers");
    diagnostic = found->pdata[2];
    g_assert_cmpint(diagnostic->severity, ==, TV_DIAGNOSTIC_FATAL);
    g_assert_null(diagnostic->option);
}

static void test_sparse(void)
{
    g_autoptr(GPtrArray) found = tv_diagnostics_parse(
        "/a b/x.i:16:13: warning: incorrect type in argument 1 (different "
        "address spaces)\n"
        "/a b/x.i:16:13:    expected void *\n"
        "/a b/x.i:16:13:    got unsigned char const [usertype] __rx *p\n"
        "/a b/x.i:29:5: error: assignment to const expression\n"
        "sparse: something else\n");
    const TvDiagnostic *diagnostic;

    g_assert_cmpint(found->len, ==, 2);
    diagnostic = found->pdata[0];
    g_assert_cmpstr(diagnostic->file, ==, "/a b/x.i");
    g_assert_cmpstr(diagnostic->message, ==,
                    "incorrect type in argument 1 (different address spaces)"
                    "; expected void *"
                    "; got unsigned char const [usertype] __rx *p");
    diagnostic = found->pdata[1];
    g_assert_cmpint(diagnostic->severity, ==, TV_DIAGNOSTIC_ERROR);
    g_assert_cmpint(diagnostic->line, ==, 29);
}

static void test_depends(void)
{
    g_autoptr(GPtrArray) paths = tv_check_cache_parse_depends(
        "unit: tcg/tcg.c include/a.h \\\n  /usr/b\\ c.h\n");

    g_assert_cmpint(paths->len, ==, 3);
    g_assert_cmpstr(paths->pdata[0], ==, "tcg/tcg.c");
    g_assert_cmpstr(paths->pdata[1], ==, "include/a.h");
    g_assert_cmpstr(paths->pdata[2], ==, "/usr/b c.h");
}

static void test_marks(void)
{
    g_autoptr(GPtrArray) marks = tv_canary_parse(
        "int a;\n    f(p); /* expect: L1 rx-store, L2 rx-cast-drops */\n"
        "    g(p); /* expect: L3 units-store-rx, L9 nothing */\n");
    const TvCanaryMark *mark;

    g_assert_cmpint(marks->len, ==, 3);
    mark = marks->pdata[0];
    g_assert_cmpint(mark->line, ==, 2);
    g_assert_cmpstr(mark->layer, ==, "L1");
    g_assert_cmpstr(mark->rule, ==, "rx-store");
    mark = marks->pdata[1];
    g_assert_cmpstr(mark->layer, ==, "L2");
    g_assert_cmpstr(mark->rule, ==, "rx-cast-drops");
    mark = marks->pdata[2];
    g_assert_cmpstr(mark->layer, ==, "L3");
    g_assert_cmpint(mark->line, ==, 3);
    g_assert_cmpstr(mark->rule, ==, "units-store-rx");
}

static void test_uses(void)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(TvContract) contract = tv_contract_load(NULL, &error);
    g_autoptr(GArray) lines = NULL;

    g_assert_no_error(error);
    lines = tv_control_uses_scan(
        contract,
        "#define OUT(s, v) \\\n    (*TCG_CODE_PTR_RW(s, (s)->p) = (v))\n"
        "void f(TCGContext *s)\n{\n    *TCG_CODE_PTR_RW(s, p) = 0;\n"
        "    /* TCG_CODE_PTR_RW is a macro */\n}\n");
    g_assert_cmpint(lines->len, ==, 1);
    g_assert_cmpint(g_array_index(lines, guint, 0), ==, 5);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/check/parse/clang", test_clang);
    g_test_add_func("/check/parse/sparse", test_sparse);
    g_test_add_func("/check/parse/depends", test_depends);
    g_test_add_func("/check/parse/marks", test_marks);
    g_test_add_func("/check/parse/uses", test_uses);
    return g_test_run();
}
