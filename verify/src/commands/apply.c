/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "apply/apply.h"
#include "base/error.h"
#include "base/lock.h"
#include "commands/commands.h"
#include "commands/finish.h"
#include "result/result.h"
#include "upstream/source.h"

static char *to_patch;
static gboolean force;

static GOptionEntry entries[] = {
    {"to", 0, 0, G_OPTION_ARG_STRING, &to_patch,
     "Stop after PATCH (only for BUILD/src)", "PATCH"},
    {"force", 0, 0, G_OPTION_ARG_NONE, &force,
     "Make BUILD/src anew, losing changes made there by hand", NULL},
    {NULL},
};

/* Puts @series on the tree @given, or takes it off for NULL. */
static gboolean change_users_tree(const TvOptions *options, const char *given,
                                  const TvSeries *series, gboolean *changed,
                                  GError **error)
{
    g_autofree char *tree = realpath(given, NULL);
    gboolean git = tree && tv_apply_is_git(tree);
    gboolean ok;
    int lock;

    if (!tree) {
        return tv_error_set_errno(error, errno, "find the tree", given, NULL);
    }
    if ((lock = tv_apply_hold(tree, error)) < 0) {
        return FALSE;
    }
    if (series) {
        ok = git ? tv_apply_git(options, series, tree, changed, error)
                 : tv_apply_plain(options, series, tree, changed, error);
    } else {
        ok = git ? tv_unapply_git(tree, error) : tv_unapply_plain(tree, error);
    }
    tv_lock_release(lock);
    return ok;
}

/* The tree that was named, @tree; FALSE if two were. */
static gboolean find_tree(const TvOptions *options, int argc, char **argv,
                          const char **tree, GError **error)
{
    *tree = argc > 1 ? argv[1] : options->tree;
    if (argc > 2 || (argc > 1 && options->tree)) {
        g_set_error(error, TV_ERROR, TV_ERROR_USAGE,
                    "takes one tree, as an argument or by --tree; see --help");
        return FALSE;
    }
    return TRUE;
}

/* @count gets the number of patches. */
static gboolean apply(TvOptions *options, const char *tree, guint *count,
                      gboolean *changed, GError **error)
{
    g_autoptr(TvSeries) series = NULL;
    g_autofree char *pristine = NULL;
    g_autofree char *id = NULL;

    if (tree) {
        series = tv_series_load_clean(options->project, NULL, error);
        *count = series ? series->patches->len : 0;
        if (series && (to_patch || force)) {
            g_set_error(error, TV_ERROR, TV_ERROR_USAGE,
                        "--to and --force are for BUILD/src, not for a tree "
                        "of yours");
            return FALSE;
        }
        return series &&
               change_users_tree(options, tree, series, changed, error);
    }
    id = tv_source_ensure(options, error);
    if (!id) {
        return FALSE;
    }
    pristine = tv_options_pristine(options);
    series = tv_series_load_clean(options->project, pristine, error);
    if (!series) {
        return FALSE;
    }
    *count = series->patches->len;
    if (to_patch) {
        *count = tv_series_find(series, to_patch, error);
        if (*count == 0) {
            return FALSE;
        }
    }
    return tv_apply_build(options, series, id, *count, force, changed, error);
}

static TvResult *run(TvOptions *options, int argc, char **argv, GError **error)
{
    gint64 start = g_get_monotonic_time();
    g_autoptr(TvResult) result = tv_result_new("apply");
    g_autofree char *applied = tv_options_applied(options);
    gboolean changed = FALSE;
    guint count = 0;
    const char *tree;
    TvCell *cell;

    if (!find_tree(options, argc, argv, &tree, error) ||
        !apply(options, tree, &count, &changed, error)) {
        return NULL;
    }
    cell = tv_cell_new("apply", NULL, NULL, 0, TV_CELL_CLEAN);
    cell->checked = (int)count;
    cell->seconds = (g_get_monotonic_time() - start) / (double)G_USEC_PER_SEC;
    result->seconds = cell->seconds;
    tv_result_add_cell(result, cell);
    fprintf(stderr, "apply: %u patches %s %s\n", count,
            changed ? "put on" : "were already on", tree ? tree : applied);
    return g_steal_pointer(&result);
}

const TvCommand tv_command_apply = {
    .name = "apply",
    .arguments = "[TREE]",
    .summary = "put the series on a tree",
    .entries = entries,
    .uses = TV_USES_PLACES | TV_USES_TREE | TV_USES_REPORT,
    .run = run,
};

static GOptionEntry unapply_entries[] = {
    {"force", 0, 0, G_OPTION_ARG_NONE, &force,
     "Lose changes made by hand in BUILD/src", NULL},
    {NULL},
};

static gboolean unapply_build(TvOptions *options, GError **error)
{
    g_autofree char *id = tv_source_ensure(options, error);
    g_autoptr(TvSeries) series = NULL;
    gboolean changed;

    if (!id) {
        return FALSE;
    }
    series = tv_series_load(options->project, error);
    return series &&
           tv_apply_build(options, series, id, 0, force, &changed, error);
}

static TvResult *unapply(TvOptions *options, int argc, char **argv,
                         GError **error)
{
    g_autofree char *applied = tv_options_applied(options);
    g_autofree char *path = NULL;
    const char *tree;

    if (!find_tree(options, argc, argv, &tree, error) ||
        !(tree ? change_users_tree(options, tree, NULL, NULL, error)
               : unapply_build(options, error))) {
        return NULL;
    }
    if (!tree) {
        tv_finish_forget(options, "apply");
    }
    path = realpath(tree ? tree : applied, NULL);
    fprintf(stderr, "unapply: %s is what it was\n",
            tree && path ? path : applied);
    return tv_result_silent(0);
}

const TvCommand tv_command_unapply = {
    .name = "unapply",
    .arguments = "[TREE]",
    .summary = "take the series off a tree again",
    .entries = unapply_entries,
    .uses = TV_USES_PLACES | TV_USES_TREE,
    .run = unapply,
};
