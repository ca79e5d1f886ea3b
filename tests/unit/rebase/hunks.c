/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Hunks as rebase reads them. */
#include <glib.h>

#include "rebase/rebase.h"

static const char text[] =
    "diff --git a/tcg/a.c b/tcg/a.c\n"
    "index 111..222 100644\n"
    "--- a/tcg/a.c\n"
    "+++ b/tcg/a.c\n"
    "@@ -10,3 +10,4 @@ static void f(void)\n"
    " one\n"
    "-two\n"
    "+2\n"
    "+--- a/not/a/file\n"
    " three\n"
    "@@ -40 +41 @@\n"
    "-last\n"
    "+end\n"
    "\\ No newline at end of file\n"
    "diff --git a/tcg/b.c b/tcg/b.c\n"
    "new file mode 100644\n"
    "--- /dev/null\n"
    "+++ b/tcg/b.c\n"
    "@@ -0,0 +1 @@\n"
    "+diff --git a/x b/x\n";

static void test_parse(void)
{
    g_autoptr(GPtrArray) diffs = tv_rebase_parse(text);
    const TvFileDiff *diff;
    const TvHunk *hunk;

    g_assert_cmpuint(diffs->len, ==, 2);
    diff = g_ptr_array_index(diffs, 0);
    g_assert_cmpstr(diff->file, ==, "tcg/a.c");
    g_assert_false(diff->creates);
    g_assert_true(g_str_has_suffix(diff->text, "end of file\n"));
    g_assert_cmpuint(diff->hunks->len, ==, 2);
    hunk = g_ptr_array_index(diff->hunks, 0);
    g_assert_cmpuint(hunk->line, ==, 10);
    g_assert_cmpstr(hunk->section, ==, "static void f(void)");
    g_assert_cmpuint(hunk->old->len, ==, 3);
    g_assert_cmpstr(g_ptr_array_index(hunk->old, 1), ==, "two");
    g_assert_cmpuint(hunk->made->len, ==, 4);
    g_assert_cmpstr(g_ptr_array_index(hunk->made, 2), ==,
                    "--- a/not/a/file");
    hunk = g_ptr_array_index(diff->hunks, 1);
    g_assert_cmpuint(hunk->number, ==, 2);
    g_assert_cmpuint(hunk->line, ==, 40);
    g_assert_cmpstr(hunk->section, ==, "");
    g_assert_cmpuint(hunk->old->len, ==, 1);
    diff = g_ptr_array_index(diffs, 1);
    g_assert_cmpstr(diff->file, ==, "tcg/b.c");
    g_assert_true(diff->creates);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/rebase/parse", test_parse);
    return g_test_run();
}
