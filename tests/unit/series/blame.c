/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The patch that brought a line. */
#include <glib/gstdio.h>
#include <string.h>

#include "base/directory.h"
#include "base/error.h"
#include "series/blame.h"

#define HEAD "Subject: [PATCH] x: Change\n\nBecause.\n---\n"
#define FILE_A "diff --git a/d/a.c b/d/a.c\nindex 1..2 100644\n" \
               "--- a/d/a.c\n+++ b/d/a.c\n"

typedef struct Fixture {
    char *project;
    char *pristine;
    char *applied;
    TvSeries *series;
    TvBlame *blame;
} Fixture;

static void put(const char *root, const char *name, const char *text)
{
    g_autofree char *path = g_build_filename(root, name, NULL);
    g_autofree char *dir = g_path_get_dirname(path);

    g_assert_true(tv_tree_make_directory(dir, NULL));
    g_assert_true(g_file_set_contents(path, text, -1, NULL));
}

static void set_up(Fixture *fixture, gconstpointer data)
{
    g_autoptr(GError) error = NULL;

    fixture->project = g_dir_make_tmp("blame-XXXXXX", NULL);
    fixture->pristine = g_build_filename(fixture->project, "old", NULL);
    fixture->applied = g_build_filename(fixture->project, "now", NULL);
    put(fixture->project, "series", "p/one.patch\np/two.patch\np/three.patch\n");
    put(fixture->project, "overlay/d/new.h", "first\nsecond\n");
    put(fixture->pristine, "d/a.c", "1\n2\n3\n4\n5\n6\n7\n8\n");
    put(fixture->pristine, "d/b.c", "b\n");
    /* Two hunks; the second stands behind a line that the first adds. */
    put(fixture->project, "patches/p/one.patch",
        HEAD FILE_A "@@ -1,3 +1,4 @@\n 1\n+one\n 2\n 3\n"
                    "@@ -6,3 +7,3 @@ f\n 6\n-7\n+seven\n 8\n");
    /* A file of its own before; adds the overlay; leaves no context. */
    put(fixture->project, "patches/p/two.patch",
        "Subject: [PATCH] x: Change\n\nBecause.\n\nOverlay: d/new.h\n---\n"
        "diff --git a/d/b.c b/d/b.c\nindex 1..2 100644\n"
        "--- a/d/b.c\n+++ b/d/b.c\n@@ -1 +1,2 @@\n b\n+two\n"
        FILE_A "@@ -1,0 +2,2 @@\n+two\n+two again\n");
    /* Changes a line of the first patch, takes one away. */
    put(fixture->project, "patches/p/three.patch",
        HEAD FILE_A "@@ -3,4 +3,3 @@\n two again\n-one\n-2\n+three\n 3\n");
    fixture->series = tv_series_load(fixture->project, &error);
    g_assert_no_error(error);
    g_assert_cmpuint(fixture->series->patches->len, ==, 3);
}

static void tear_down(Fixture *fixture, gconstpointer data)
{
    tv_blame_free(fixture->blame);
    tv_series_free(fixture->series);
    g_assert_true(tv_tree_remove(fixture->project, NULL));
    g_free(fixture->project);
    g_free(fixture->pristine);
    g_free(fixture->applied);
}

static void expect(Fixture *fixture, guint count, gboolean applied,
                   const char *file, const char *const *origins)
{
    g_autoptr(GError) error = NULL;
    int line = 1;

    g_clear_pointer(&fixture->blame, tv_blame_free);
    fixture->blame =
        tv_blame_new(fixture->series, count, fixture->pristine,
                     applied ? fixture->applied : NULL);
    for (; origins[line - 1]; line++) {
        const char *origin =
            tv_blame_line(fixture->blame, file, line, &error);

        g_assert_no_error(error);
        g_assert_cmpstr(origin, ==, origins[line - 1]);
    }
    g_assert_null(tv_blame_line(fixture->blame, file, line, &error));
    g_assert_null(tv_blame_line(fixture->blame, file, 0, &error));
    g_assert_no_error(error);
}

#define UP TV_BLAME_UPSTREAM
#define LOCAL TV_BLAME_LOCAL
#define EXPECT(fixture, count, applied, file, ...) \
    expect(fixture, count, applied, file,          \
           (const char *const[]){__VA_ARGS__, NULL})

static void test_series(Fixture *fixture, gconstpointer data)
{
    EXPECT(fixture, 0, FALSE, "d/a.c", UP, UP, UP, UP, UP, UP, UP, UP);
    EXPECT(fixture, 1, FALSE, "d/a.c", UP, "p/one.patch", UP, UP, UP, UP, UP,
           "p/one.patch", UP);
    EXPECT(fixture, 2, FALSE, "d/a.c", UP, "p/two.patch", "p/two.patch",
           "p/one.patch", UP, UP, UP, UP, UP, "p/one.patch", UP);
    EXPECT(fixture, 3, FALSE, "d/a.c", UP, "p/two.patch", "p/two.patch",
           "p/three.patch", UP, UP, UP, UP, "p/one.patch", UP);
    EXPECT(fixture, 3, FALSE, "d/b.c", UP, "p/two.patch");
}

static void test_overlay(Fixture *fixture, gconstpointer data)
{
    EXPECT(fixture, 3, FALSE, "d/new.h", "p/two.patch", "p/two.patch");
    EXPECT(fixture, 1, FALSE, "d/new.h", NULL);
}

static void test_no_file(Fixture *fixture, gconstpointer data)
{
    EXPECT(fixture, 3, FALSE, "d/none.c", NULL);
}

/* A change by hand in the tree is neither upstream's nor a patch's. */
static void test_local(Fixture *fixture, gconstpointer data)
{
    put(fixture->applied, "d/a.c",
        "1\ntwo\ntwo again\nthree\n3\nby hand\n4\n5\n6\nseven\n");
    EXPECT(fixture, 3, TRUE, "d/a.c", UP, "p/two.patch", "p/two.patch",
           "p/three.patch", UP, LOCAL, UP, UP, UP, "p/one.patch");
}

/* A tree with some of the patches only. */
static void test_partial(Fixture *fixture, gconstpointer data)
{
    put(fixture->applied, "d/a.c", "1\none\n2\n3\n4\n5\n6\nseven\n8\n");
    EXPECT(fixture, 3, TRUE, "d/a.c", UP, "p/one.patch", UP, UP, UP, UP, UP,
           "p/one.patch", UP);
    put(fixture->applied, "d/a.c", "1\n2\n3\n4\n5\n6\n7\n8\n");
    EXPECT(fixture, 3, TRUE, "d/a.c", UP, UP, UP, UP, UP, UP, UP, UP);
}

/* As patch(1) does it: a hunk goes to the nearest place that it fits. */
static void test_offset(Fixture *fixture, gconstpointer data)
{
    put(fixture->pristine, "d/a.c", "0\n0\n1\n2\n3\n4\n5\n6\n7\n8\n");
    EXPECT(fixture, 1, FALSE, "d/a.c", UP, UP, UP, "p/one.patch", UP, UP, UP,
           UP, UP, "p/one.patch", UP);
}

static void test_misfit(Fixture *fixture, gconstpointer data)
{
    g_autoptr(GError) error = NULL;

    put(fixture->pristine, "d/a.c", "1\n2\n3\n4\n5\n6\nx\n8\n");
    fixture->blame =
        tv_blame_new(fixture->series, 3, fixture->pristine, NULL);
    g_assert_null(tv_blame_line(fixture->blame, "d/a.c", 1, &error));
    g_assert_error(error, TV_ERROR, TV_ERROR_INPUT);
    g_assert_nonnull(strstr(error->message, "p/one.patch"));
    g_assert_nonnull(strstr(error->message, "d/a.c"));
}

static void add(const char *name, void (*test)(Fixture *, gconstpointer))
{
    g_autofree char *path = g_strconcat("/patch-blame/", name, NULL);

    g_test_add(path, Fixture, NULL, set_up, test, tear_down);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    add("series", test_series);
    add("overlay", test_overlay);
    add("no-file", test_no_file);
    add("local", test_local);
    add("partial", test_partial);
    add("offset", test_offset);
    add("misfit", test_misfit);
    return g_test_run();
}
