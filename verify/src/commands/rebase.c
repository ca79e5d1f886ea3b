/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "apply/apply.h"
#include "base/error.h"
#include "base/lock.h"
#include "base/progress.h"
#include "base/shell-line.h"
#include "commands/commands.h"
#include "rebase/rebase.h"
#include "series/patch.h"
#include "series/quilt.h"

static gboolean option_continue;
static gboolean option_skip;
static gboolean option_abort;

static GOptionEntry entries[] = {
    {"continue", 0, 0, G_OPTION_ARG_NONE, &option_continue,
     "Go on: what the stop has left is settled, or the run was interrupted",
     NULL},
    {"skip", 0, 0, G_OPTION_ARG_NONE, &option_skip,
     "Go on without the patch that the last run stopped at", NULL},
    {"abort", 0, 0, G_OPTION_ARG_NONE, &option_abort,
     "Give the tree back as it was before", NULL},
    {NULL},
};

/* 6.0 has a split of its own; a base before 5.0 was never tried. */
static gboolean check_version(const char *tree, GError **error)
{
    g_autofree char *path = g_build_filename(tree, "VERSION", NULL);
    g_autofree char *meson = g_build_filename(tree, "meson.build", NULL);
    g_autofree char *version = NULL;

    if (!g_file_get_contents(path, &version, NULL, NULL)) {
        g_set_error(error, TV_ERROR, TV_ERROR_TREE,
                    "%s has no VERSION file: it is no QEMU source tree", tree);
        return FALSE;
    }
    g_strstrip(version);
    if (!g_str_has_prefix(version, "5.")) {
        g_set_error(error, TV_ERROR, TV_ERROR_TREE,
                    "%s is QEMU %s; the series can be ported to 5.x", tree,
                    version);
        return FALSE;
    }
    if (!g_file_test(meson, G_FILE_TEST_EXISTS)) {
        fprintf(stderr,
                "rebase: %s (QEMU %s) has no meson.build: what the series "
                "adds there goes to the Makefiles, and 'check' cannot read "
                "such a tree\n",
                tree, version);
    }
    return TRUE;
}

static void show_offsets(const TvRebase *rebase, const char *name,
                         const GPtrArray *drifts, TvProgress *progress)
{
    for (guint i = 0; i < drifts->len; i++) {
        const TvDrift *drift = g_ptr_array_index(drifts, i);

        if (drift->kind == TV_DRIFT_OFFSET) {
            tv_progress_wipe();
            printf("%s: ", name);
            tv_rebase_explain(rebase, drift);
        }
    }
}

static void show_drifts(const TvRebase *rebase, guint index,
                        const GPtrArray *drifts)
{
    const char *name = g_ptr_array_index(rebase->names, index);

    printf("\n%s does not apply; patch %u of %u.\n\n", name, index + 1,
           rebase->names->len);
    for (guint i = 0; i < drifts->len; i++) {
        const TvDrift *drift = g_ptr_array_index(drifts, i);

        if (drift->kind != TV_DRIFT_OFFSET) {
            tv_rebase_explain(rebase, drift);
            printf("\n");
        }
    }
}

static void show_next_step(const TvRebase *rebase, const GPtrArray *rejects)
{
    g_autofree char *tree = tv_shell_word(rebase->tree);

    printf("What applies is in the tree, the rest is in\n");
    for (guint i = 0; i < rejects->len; i++) {
        printf("    %s\n", (char *)g_ptr_array_index(rejects, i));
    }
    printf("Bring it in by hand%s, remove these files, then\n"
           "    tcg-verify rebase --continue --tree %s\n"
           "--skip leaves the patch out, --abort takes all back.\n",
           rebase->git ? "" : " ('quilt add' a file that the patch does not "
                              "have yet before you edit it)",
           tree);
}

/* All that follow; 1 if it had to stop. */
static int go_on(TvRebase *rebase, guint index, GError **error)
{
    g_autofree char *root = g_path_get_dirname(rebase->directory);
    g_autoptr(TvProgress) progress =
        tv_progress_new("rebase", rebase->names->len);

    for (; index < rebase->names->len; index++) {
        const char *name = g_ptr_array_index(rebase->names, index);
        g_autoptr(TvPatch) patch = tv_patch_load(root, name, error);
        g_autoptr(GPtrArray) diffs =
            patch ? tv_rebase_parse(patch->diff) : NULL;
        g_autoptr(GPtrArray) drifts = NULL;
        g_autoptr(GPtrArray) rejects = NULL;
        gboolean fails;

        tv_progress_set(progress, index, name);
        if (!diffs || !(drifts = tv_rebase_try(rebase, diffs, patch->path,
                                               &fails, error))) {
            return 2;
        }
        show_offsets(rebase, name, drifts, progress);
        if (!fails) {
            if (!tv_rebase_push(rebase, index, diffs, drifts, error)) {
                return 2;
            }
            continue;
        }
        tv_progress_wipe();
        /* Of the tree as it is before anything is forced. */
        show_drifts(rebase, index, drifts);
        rejects = tv_rebase_force(rebase, index, diffs, drifts, error);
        if (!rejects) {
            return 2;
        }
        show_next_step(rebase, rejects);
        return 1;
    }
    return 0;
}

static int begin(TvRebase *rebase, const TvSeries *series, GError **error)
{
    if (!check_version(rebase->tree, error) ||
        !tv_rebase_begin(rebase, series, error)) {
        return 2;
    }
    return go_on(rebase, 0, error);
}

static int resume(TvRebase *rebase, GError **error)
{
    gboolean stopped;
    gboolean skipped;
    guint next;

    if (!tv_rebase_recover(rebase, &skipped, error) ||
        !tv_rebase_progress(rebase, &next, &stopped, error)) {
        return 2;
    }
    if (option_skip && !stopped && !skipped) {
        g_set_error(error, TV_ERROR, TV_ERROR_TREE,
                    "%s has not stopped at a patch that could be left out",
                    rebase->tree);
        return 2;
    }
    if (!stopped) {
        return !rebase->git || tv_apply_git_ready(rebase->tree, error)
                   ? go_on(rebase, next, error)
                   : 2;
    }
    if (option_skip) {
        const char *name = g_ptr_array_index(rebase->names, next);

        return tv_rebase_skip(rebase, name, error) ? go_on(rebase, next, error)
                                                   : 2;
    }
    return tv_rebase_settle(rebase, next, error)
               ? go_on(rebase, next + 1, error)
               : 2;
}

static int rebase_tree(TvOptions *options, const char *tree, GError **error)
{
    g_autoptr(TvSeries) series =
        tv_series_load_clean(options->project, NULL, error);
    g_autoptr(TvRebase) rebase =
        series ? tv_rebase_new(options, tree, error) : NULL;
    g_autofree char *quoted = NULL;
    int status;

    if (!rebase || (!rebase->git && !tv_quilt_have_tools(error))) {
        return 2;
    }
    if (option_abort) {
        if (!tv_rebase_abort(rebase, error)) {
            return 2;
        }
        fprintf(stderr, "rebase: %s is what it was\n", tree);
        return 0;
    }
    status = option_continue || option_skip ? resume(rebase, error)
                                            : begin(rebase, series, error);
    if (status != 0) {
        return status;
    }
    if (!tv_rebase_end(rebase, series, error)) {
        return 2;
    }
    quoted = tv_shell_word(tree);
    fprintf(stderr,
            "rebase: %u of %u patches are on %s%s\n"
            "Prove it: tcg-verify check --tree %s\n",
            rebase->names->len, series->patches->len, tree,
            rebase->git ? "" : "; as quilt's, in its patches/", quoted);
    return 0;
}

static TvResult *run(TvOptions *options, int argc, char **argv, GError **error)
{
    g_autofree char *tree = NULL;
    int status;
    int lock;

    if (argc > 1 || !options->tree ||
        option_continue + option_skip + option_abort > 1) {
        g_set_error(error, TV_ERROR, TV_ERROR_USAGE,
                    "takes --tree DIR and at most one of --continue, --skip "
                    "and --abort; see --help");
        return NULL;
    }
    tree = realpath(options->tree, NULL);
    if (!tree) {
        tv_error_set_errno(error, errno, "find the tree", options->tree, NULL);
        return NULL;
    }
    if ((lock = tv_apply_hold(tree, error)) < 0) {
        return NULL;
    }
    status = rebase_tree(options, tree, error);
    tv_lock_release(lock);
    return status == 2 ? NULL : tv_result_silent(status);
}

const TvCommand tv_command_rebase = {
    .name = "rebase",
    .summary = "port the series to a tree of another 5.x",
    .entries = entries,
    .uses = TV_USES_PROJECT | TV_USES_TREE,
    .run = run,
};
