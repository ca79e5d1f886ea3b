/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <glib/gstdio.h>
#include <string.h>

#include "apply/apply.h"
#include "base/directory.h"
#include "base/error.h"
#include "upstream/source.h"

/* The series of tests/fixtures on its upstream, patch by patch. */
typedef struct Fixture {
    TvOptions options;
    TvBase base;
    TvSeries *series;
    char *top;
    char *work;
} Fixture;

static void set_up(Fixture *fixture, gconstpointer data)
{
    g_autofree char *project =
        g_test_build_filename(G_TEST_DIST, "fixtures", "project", NULL);
    g_autofree char *upstream =
        g_test_build_filename(G_TEST_DIST, "fixtures", "upstream", NULL);
    g_autofree char *pristine = NULL;
    g_autofree char *parent = NULL;

    fixture->top = g_dir_make_tmp("apply-XXXXXX", NULL);
    fixture->base.version = "5.2.0";
    fixture->base.directory = "qemu-5.2.0";
    fixture->options.base = &fixture->base;
    fixture->options.project = g_build_filename(fixture->top, "p", NULL);
    fixture->options.build_dir = g_build_filename(fixture->top, "b", NULL);
    g_assert_true(tv_tree_copy(project, fixture->options.project, NULL, NULL));
    pristine = tv_options_pristine(&fixture->options);
    parent = g_path_get_dirname(pristine);
    g_assert_true(tv_tree_make_directory(parent, NULL));
    g_assert_true(tv_tree_copy(upstream, pristine, NULL, NULL));
    fixture->series =
        tv_series_load_clean(fixture->options.project, pristine, NULL);
    g_assert_nonnull(fixture->series);
    fixture->work = g_build_filename(fixture->top, "work", NULL);
}

static void tear_down(Fixture *fixture, gconstpointer data)
{
    g_assert_true(tv_tree_remove(fixture->top, NULL));
    tv_series_free(fixture->series);
    g_free(fixture->options.project);
    g_free(fixture->options.build_dir);
    g_free(fixture->top);
    g_free(fixture->work);
}

static char *get(const Fixture *fixture, const char *path)
{
    g_autofree char *file = g_build_filename(fixture->work, path, NULL);
    char *text = NULL;

    g_file_get_contents(file, &text, NULL, NULL);
    return text;
}

/* Step by step leads to the same files as all at once. */
static void test_next(Fixture *fixture, gconstpointer data)
{
    static const char *const files[] = {
        "tcg/tcg.c",
        "include/tcg/tcg.h",
        "tcg/i386/tcg-target.c.inc",
        "include/tcg/tcg-code-ptr.h",
    };
    g_autoptr(GError) error = NULL;
    char *step_by_step[G_N_ELEMENTS(files)];

    g_assert_true(tv_apply_prefix(&fixture->options, fixture->series, 0,
                                  fixture->work, &error));
    g_assert_no_error(error);
    for (guint i = 0; i < fixture->series->patches->len; i++) {
        g_autofree char *header = get(fixture, files[3]);

        g_assert_null(header);
        g_assert_true(tv_apply_next(fixture->series, i, fixture->work, &error));
        g_assert_no_error(error);
    }
    for (gsize i = 0; i < G_N_ELEMENTS(files); i++) {
        step_by_step[i] = get(fixture, files[i]);
        g_assert_nonnull(step_by_step[i]);
    }
    g_assert_true(tv_tree_remove(fixture->work, NULL));
    g_assert_true(tv_apply_prefix(&fixture->options, fixture->series, 3,
                                  fixture->work, &error));
    for (gsize i = 0; i < G_N_ELEMENTS(files); i++) {
        g_autofree char *at_once = get(fixture, files[i]);

        g_assert_cmpstr(step_by_step[i], ==, at_once);
        g_free(step_by_step[i]);
    }
    g_assert_false(tv_apply_prefix(&fixture->options, fixture->series, 3,
                                   fixture->work, &error));
    g_assert_error(error, TV_ERROR, TV_ERROR_TREE);
}

/* A patch that fails leaves the tree as the patch before it did. */
static void test_next_fails(Fixture *fixture, gconstpointer data)
{
    g_autofree char *target =
        g_build_filename(fixture->work, "tcg", "tcg.c", NULL);
    g_autoptr(GError) error = NULL;
    g_autofree char *header = NULL;
    g_autofree char *includes = NULL;
    g_autofree char *before = NULL;

    g_assert_true(tv_apply_prefix(&fixture->options, fixture->series, 2,
                                  fixture->work, NULL));
    g_assert_true(g_file_set_contents(target, "other\n", -1, NULL));
    before = get(fixture, "include/tcg/tcg.h");
    g_assert_false(tv_apply_next(fixture->series, 2, fixture->work, &error));
    g_assert_error(error, TV_ERROR, TV_ERROR_INPUT);
    g_assert_nonnull(strstr(error->message, "patches/rw/emit.patch"));
    includes = get(fixture, "include/tcg/tcg.h");
    header = get(fixture, "include/tcg/tcg-code-ptr.h");
    g_assert_cmpstr(before, ==, includes);
    g_assert_null(header);
}

/* A prefix that cannot be made leaves no directory. */
static void test_prefix_fails(Fixture *fixture, gconstpointer data)
{
    g_autofree char *pristine = tv_options_pristine(&fixture->options);
    g_autofree char *target = g_build_filename(pristine, "tcg", "tcg.c", NULL);
    g_autoptr(GError) error = NULL;

    g_assert_true(g_file_set_contents(target, "other\n", -1, NULL));
    g_assert_false(tv_apply_prefix(&fixture->options, fixture->series, 3,
                                   fixture->work, &error));
    g_assert_error(error, TV_ERROR, TV_ERROR_INPUT);
    g_assert_false(g_file_test(fixture->work, G_FILE_TEST_EXISTS));
}

int main(int argc, char **argv)
{
#define ADD(name, function) \
    g_test_add("/apply/" name, Fixture, NULL, set_up, function, tear_down)
    g_test_init(&argc, &argv, NULL);
    ADD("next", test_next);
    ADD("next-fails", test_next_fails);
    ADD("prefix-fails", test_prefix_fails);
    return g_test_run();
}
