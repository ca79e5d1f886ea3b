/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <glib/gstdio.h>
#include <string.h>

#include "base/directory.h"
#include "base/error.h"
#include "lint/lint.h"
#include "series/series.h"

#define GOOD                                                               \
    "Subject: [PATCH] tcg: Do one thing\n\nBecause.\n\nOverlay: a/new.h\n" \
    "---\n a.c | 2 +-\n 1 file changed, 1 insertion(+), 1 deletion(-)\n\n" \
    "diff --git a/a.c b/a.c\nindex 1..2 100644\n--- a/a.c\n+++ b/a.c\n"    \
    "@@ -1 +1 @@\n-a\n+b\n"

typedef struct Fixture {
    char *project;
} Fixture;

static void put(const Fixture *fixture, const char *path, const char *text)
{
    g_autofree char *file = g_build_filename(fixture->project, path, NULL);
    g_autofree char *directory = g_path_get_dirname(file);

    g_assert_true(tv_tree_make_directory(directory, NULL));
    g_assert_true(g_file_set_contents(file, text, -1, NULL));
}

static void set_up(Fixture *fixture, gconstpointer data)
{
    fixture->project = g_dir_make_tmp("series-XXXXXX", NULL);
    put(fixture, "series", "# head\nx/one.patch\n\n  \n");
    put(fixture, "patches/x/one.patch", GOOD);
    put(fixture, "overlay/a/new.h", "new\n");
}

static void tear_down(Fixture *fixture, gconstpointer data)
{
    g_assert_true(tv_tree_remove(fixture->project, NULL));
    g_free(fixture->project);
}

static void test_load(Fixture *fixture, gconstpointer data)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(TvSeries) series = tv_series_load(fixture->project, &error);
    g_autofree char *message = NULL;
    const TvPatch *patch;

    g_assert_no_error(error);
    g_assert_cmpuint(series->findings->len, ==, 0);
    g_assert_cmpuint(series->patches->len, ==, 1);
    patch = g_ptr_array_index(series->patches, 0);
    g_assert_cmpstr(patch->subject, ==, "tcg: Do one thing");
    g_assert_cmpuint(patch->files->len, ==, 1);
    g_assert_cmpstr(g_ptr_array_index(patch->files, 0), ==, "a.c");
    g_assert_cmpstr(g_ptr_array_index(patch->overlay, 0), ==, "a/new.h");
    message = tv_patch_message(patch);
    g_assert_cmpstr(message, ==, "tcg: Do one thing\n\nBecause.\n");
    g_assert_cmpuint(tv_series_find(series, "x/one", NULL), ==, 1);
    g_assert_cmpuint(tv_series_find(series, "x/one.patch", NULL), ==, 1);
    g_assert_cmpuint(tv_series_find(series, "one", &error), ==, 0);
    g_assert_error(error, TV_ERROR, TV_ERROR_USAGE);
}

static void test_hash(Fixture *fixture, gconstpointer data)
{
    g_autoptr(TvSeries) series = tv_series_load(fixture->project, NULL);
    g_autofree char *none = tv_series_hash(series, 0, NULL);
    g_autofree char *before = tv_series_hash(series, 1, NULL);
    g_autofree char *print = tv_series_fingerprint(fixture->project);
    g_autofree char *after = NULL;
    g_autofree char *other = NULL;

    g_assert_cmpstr(none, !=, before);
    put(fixture, "overlay/a/new.h", "newer\n");
    after = tv_series_hash(series, 1, NULL);
    other = tv_series_fingerprint(fixture->project);
    g_assert_cmpstr(before, !=, after);
    g_assert_cmpstr(print, !=, other);
}

/* Paths that could lead out of the tree never get past loading. */
static void test_paths(void)
{
    g_assert_true(tv_patch_path_is_safe("a"));
    g_assert_true(tv_patch_path_is_safe("a/b.c"));
    g_assert_true(tv_patch_path_is_safe("a/..b"));
    g_assert_false(tv_patch_path_is_safe(""));
    g_assert_false(tv_patch_path_is_safe("/a"));
    g_assert_false(tv_patch_path_is_safe("a//b"));
    g_assert_false(tv_patch_path_is_safe("a/../b"));
    g_assert_false(tv_patch_path_is_safe(".."));
    g_assert_false(tv_patch_path_is_safe("./a"));
    g_assert_false(tv_patch_path_is_safe("a/"));
}

static void test_folded_subject(Fixture *fixture, gconstpointer data)
{
    g_autoptr(TvPatch) patch = NULL;

    put(fixture, "patches/y.patch",
        "Subject: [PATCH] tcg: One\n two\n three\n\nBody.\n---\n\n"
        "diff --git a/a b/a\n");
    patch = tv_patch_load(fixture->project, "y.patch", NULL);
    g_assert_nonnull(patch);
    g_assert_cmpstr(patch->subject, ==, "tcg: One two three");
    g_assert_cmpstr(patch->body, ==, "Body.");
}

static void test_mail(Fixture *fixture, gconstpointer data)
{
    g_autoptr(TvPatch) patch =
        tv_patch_load(fixture->project, "x/one.patch", NULL);
    g_autofree char *mail = tv_lint_mail_text(patch, "diff --git more\n");

    g_assert_true(g_str_has_prefix(
        mail, "From: Stand In <stand-in@example.org>\n"
              "Subject: [PATCH] tcg: Do one thing\n\nBecause.\n\n"
              "Overlay: a/new.h\n"
              "Signed-off-by: Stand In <stand-in@example.org>\n---\n"));
    g_assert_true(g_str_has_suffix(mail, "+b\ndiff --git more\n"));
}

static void test_checkpatch_output(Fixture *fixture, gconstpointer data)
{
    g_autoptr(TvPatch) patch =
        tv_patch_load(fixture->project, "x/one.patch", NULL);
    g_autoptr(GPtrArray) findings =
        g_ptr_array_new_with_free_func((GDestroyNotify)tv_finding_free);
    g_autoptr(GError) error = NULL;
    const TvFinding *finding;

    g_assert_true(tv_lint_parse_checkpatch(
        patch,
        "WARNING: line over 80 characters\n#12: FILE: a.c:7:\n+x\n\n"
        "ERROR: Missing Signed-off-by: line(s)\n\n"
        "total: 1 errors, 1 warnings, 3 lines checked\n",
        findings, &error));
    g_assert_no_error(error);
    g_assert_cmpuint(findings->len, ==, 2);
    finding = g_ptr_array_index(findings, 0);
    g_assert_cmpstr(finding->file, ==, "a.c");
    g_assert_cmpint(finding->line, ==, 7);
    g_assert_cmpstr(finding->message, ==, "WARNING: line over 80 characters");
    finding = g_ptr_array_index(findings, 1);
    g_assert_cmpstr(finding->file, ==, "patches/x/one.patch");

    /* Less said than counted, nothing counted, nothing said: no pass. */
    g_assert_false(tv_lint_parse_checkpatch(
        patch, "total: 1 errors, 0 warnings, 3 lines checked\n", findings,
        &error));
    g_assert_error(error, TV_ERROR, TV_ERROR_TOOL);
    g_clear_error(&error);
    g_assert_false(tv_lint_parse_checkpatch(
        patch, "total: 0 errors, 0 warnings, 0 lines checked\n", findings,
        &error));
    g_clear_error(&error);
    g_assert_false(tv_lint_parse_checkpatch(patch, "", findings, &error));
}

static void compare(Fixture *fixture, const char *exported, const char *rule,
                    int line)
{
    g_autoptr(TvPatch) patch =
        tv_patch_load(fixture->project, "x/one.patch", NULL);
    g_autoptr(GPtrArray) findings =
        g_ptr_array_new_with_free_func((GDestroyNotify)tv_finding_free);
    const TvFinding *finding;

    tv_lint_compare(patch, exported, findings);
    if (!rule) {
        g_assert_cmpuint(findings->len, ==, 0);
        return;
    }
    g_assert_cmpuint(findings->len, ==, 1);
    finding = g_ptr_array_index(findings, 0);
    g_assert_cmpstr(finding->rule, ==, rule);
    g_assert_cmpint(finding->line, ==, line);
}

static char *with(const char *from, const char *to)
{
    g_autoptr(GString) text = g_string_new(GOOD);

    g_assert_cmpuint(g_string_replace(text, from, to, 0), >, 0);
    return g_string_free(g_steal_pointer(&text), FALSE);
}

static void test_compare(Fixture *fixture, gconstpointer data)
{
    g_autofree char *header = with("Because.", "Why not.");
    g_autofree char *stat = with("| 2 +-", "| 3 +-");
    g_autofree char *index = with("index 1..2", "index 1..3");
    g_autofree char *diff = with("+b\n", "+c\n");
    g_autofree char *more = with("+b\n", "+b\n+c\n");

    compare(fixture, GOOD, NULL, 0);
    compare(fixture, header, "round-trip", 3);
    compare(fixture, stat, "diff-stat", 7);
    compare(fixture, index, "diff-index", 11);
    compare(fixture, diff, "round-trip", 16);
    compare(fixture, more, "round-trip", 17);
}

int main(int argc, char **argv)
{
#define ADD(name, function) \
    g_test_add("/series/" name, Fixture, NULL, set_up, function, tear_down)
    g_test_init(&argc, &argv, NULL);
    ADD("load", test_load);
    ADD("hash", test_hash);
    g_test_add_func("/series/paths", test_paths);
    ADD("folded-subject", test_folded_subject);
    ADD("mail", test_mail);
    ADD("checkpatch-output", test_checkpatch_output);
    ADD("compare", test_compare);
    return g_test_run();
}
