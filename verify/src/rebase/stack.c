/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <glib/gstdio.h>
#include <stdio.h>
#include <string.h>

#include "apply/apply.h"
#include "base/directory.h"
#include "base/error.h"
#include "base/git.h"
#include "rebase/rebase.h"
#include "series/patch.h"
#include "series/quilt.h"

static gboolean quilt(const TvRebase *rebase, GError **error,
                      const char *const *words)
{
    g_autoptr(TvJob) job =
        tv_quilt_job("patches", NULL, rebase->tree, words);

    /* Cut short, it would leave what it cannot take back itself. */
    job->must_finish = TRUE;
    return tv_job_run_ok(job, error);
}

#define QUILT(rebase, error, ...) \
    quilt(rebase, error, (const char *const[]){__VA_ARGS__, NULL})

static const char *name_of(const TvRebase *rebase, guint index)
{
    return g_ptr_array_index(rebase->names, index);
}

static TvPatch *load_patch(const TvRebase *rebase, guint index, GError **error)
{
    g_autofree char *root = g_path_get_dirname(rebase->directory);

    return tv_patch_load(root, name_of(rebase, index), error);
}

/* patch(1) for real; whether all was applied is known before. */
static gboolean run_patch(const TvRebase *rebase, guint index, GError **error)
{
    g_autofree char *path =
        g_build_filename(rebase->directory, name_of(rebase, index), NULL);
    g_autoptr(TvJob) job = tv_job_new_args(
        "patch", "-p1", "--force", "--fuzz=0", "--no-backup-if-mismatch",
        "--silent", "-i", path, NULL);

    job->cwd = g_strdup(rebase->work);
    if (!tv_job_run(job, error)) {
        return FALSE;
    }
    if (job->exit_code > 1) {
        g_autofree char *how = tv_job_describe(job);

        g_set_error(error, TV_ERROR, TV_ERROR_TOOL, "%s: %s", path, how);
        return FALSE;
    }
    return TRUE;
}

gboolean tv_rebase_push(const TvRebase *rebase, guint index,
                        const GPtrArray *diffs, const GPtrArray *drifts,
                        GError **error)
{
    g_autoptr(TvPatch) patch = NULL;
    g_autofree char *content = NULL;
    g_autofree char *made = NULL;

    if (!rebase->git) {
        return QUILT(rebase, error, "push", "--fuzz=0");
    }
    return (patch = load_patch(rebase, index, error)) &&
           run_patch(rebase, index, error) &&
           (content = tv_rebase_git_tree(rebase, diffs, drifts, error)) &&
           (made = tv_rebase_git_commit(rebase, content, patch, error)) &&
           tv_rebase_record(rebase, index, made, FALSE, NULL, error) &&
           tv_apply_git_move(rebase->tree, made, error);
}

/* quilt forgets a file of which no hunk applies, and the user is to edit it. */
static gboolean add_to_patch(const TvRebase *rebase, guint index,
                             const char *file, GError **error)
{
    g_autofree char *path = g_build_filename(rebase->tree, file, NULL);
    g_autofree char *known = g_build_filename(
        rebase->tree, ".pc", name_of(rebase, index), file, NULL);

    return rebase->git || !g_file_test(path, G_FILE_TEST_EXISTS) ||
           g_file_test(known, G_FILE_TEST_EXISTS) ||
           QUILT(rebase, error, "add", file);
}

/* The files FILE.rej of @drifts. */
static GPtrArray *rejects_of(const GPtrArray *drifts)
{
    GPtrArray *rejects = g_ptr_array_new_with_free_func(g_free);

    for (guint i = 0; i < drifts->len; i++) {
        const TvDrift *drift = g_ptr_array_index(drifts, i);
        g_autofree char *reject = g_strconcat(drift->diff->file, ".rej", NULL);

        if (drift->kind != TV_DRIFT_OFFSET &&
            !g_ptr_array_find_with_equal_func(rejects, reject, g_str_equal,
                                              NULL)) {
            g_ptr_array_add(rejects, g_steal_pointer(&reject));
        }
    }
    return rejects;
}

/*
 * Beside the tree's files; of one that is missing patch(1) has left none.  No
 * temporary files: cut short, there would be one that no later run knows.
 */
static gboolean put_rejects(const TvRebase *rebase, guint index,
                            const GPtrArray *drifts, GError **error)
{
    for (guint i = 0; i < drifts->len; i++) {
        const TvDrift *drift = g_ptr_array_index(drifts, i);
        g_autofree char *reject = g_strconcat(drift->diff->file, ".rej", NULL);
        g_autofree char *from = g_build_filename(rebase->work, reject, NULL);
        g_autofree char *to = g_build_filename(rebase->tree, reject, NULL);
        g_autofree char *directory = g_path_get_dirname(to);
        g_autofree char *text = NULL;

        if (drift->kind == TV_DRIFT_OFFSET) {
            continue;
        }
        g_file_get_contents(from, &text, NULL, NULL);
        if (!tv_tree_make_directory(directory, error) ||
            !g_file_set_contents_full(to, text ? text : drift->diff->text, -1,
                                      G_FILE_SET_CONTENTS_NONE, 0666,
                                      error) ||
            !add_to_patch(rebase, index, drift->diff->file, error)) {
            return FALSE;
        }
    }
    return TRUE;
}

static gboolean force_quilt(const TvRebase *rebase, GError **error)
{
    g_autoptr(TvJob) job = tv_quilt_job(
        "patches", NULL, rebase->tree,
        (const char *const[]){"push", "-f", "--fuzz=0", NULL});

    job->must_finish = TRUE;
    /* It ends with 1 when it leaves rejects. */
    return tv_job_run(job, error);
}

GPtrArray *tv_rebase_force(const TvRebase *rebase, guint index,
                           const GPtrArray *diffs, const GPtrArray *drifts,
                           GError **error)
{
    g_autoptr(GPtrArray) rejects = rejects_of(drifts);
    g_autofree char *made = NULL;

    if (rebase->git &&
        (!run_patch(rebase, index, error) ||
         !(made = tv_rebase_git_tree(rebase, diffs, drifts, error)))) {
        return NULL;
    }
    if (!tv_rebase_record(rebase, index, made, FALSE, rejects, error) ||
        !(rebase->git ? tv_rebase_git_show(rebase, made, drifts, error)
                      : force_quilt(rebase, error)) ||
        !put_rejects(rebase, index, drifts, error) ||
        !tv_rebase_record(rebase, index, made, TRUE, rejects, error)) {
        return NULL;
    }
    return g_steal_pointer(&rejects);
}

/* The commit of what the user has settled, unless the user has made it. */
static gboolean settle_git(const TvRebase *rebase, guint index,
                           GPtrArray *rejects, GError **error)
{
    g_autofree char *was = tv_rebase_noted(rebase, "head");
    g_autoptr(TvPatch) patch = load_patch(rebase, index, error);
    g_autoptr(GPtrArray) diffs = patch ? tv_rebase_parse(patch->diff) : NULL;
    g_autofree char *head = NULL;
    g_autofree char *old = NULL;
    g_autofree char *content = NULL;
    g_autofree char *made = NULL;

    if (!diffs || !tv_rebase_git_stage(rebase, diffs, error) ||
        !(head = tv_rebase_head(rebase, error)) ||
        !(old = TV_GIT(rebase->tree, NULL, error, "rev-parse",
                       "HEAD^{tree}")) ||
        !(content = TV_GIT(rebase->tree, NULL, error, "write-tree"))) {
        return FALSE;
    }
    if (!g_str_equal(old, content)) {
        return (made = tv_rebase_git_commit(rebase, content, patch, error)) &&
               tv_rebase_record(rebase, index, made, TRUE, rejects, error) &&
               TV_GIT_CHANGE(rebase->tree, error, "update-ref", "-m",
                             "tcg-verify rebase", "HEAD", made, head);
    }
    if (g_strcmp0(was, head) == 0) {
        g_set_error(error, TV_ERROR, TV_ERROR_TREE,
                    "%s has nothing of %s to commit; --skip leaves the patch "
                    "out",
                    rebase->tree, name_of(rebase, index));
        return FALSE;
    }
    return tv_rebase_record(rebase, index + 1, NULL, FALSE, NULL, error);
}

gboolean tv_rebase_settle(TvRebase *rebase, guint index, GError **error)
{
    g_autoptr(GPtrArray) rejects = tv_rebase_rejects(rebase);

    for (guint i = 0; i < rejects->len; i++) {
        g_autofree char *path = g_build_filename(
            rebase->tree, g_ptr_array_index(rejects, i), NULL);

        if (g_file_test(path, G_FILE_TEST_EXISTS)) {
            g_set_error(error, TV_ERROR, TV_ERROR_TREE,
                        "%s is still there: bring in by hand what it has, and "
                        "remove it",
                        path);
            return FALSE;
        }
    }
    return rebase->git ? settle_git(rebase, index, rejects, error)
                       : QUILT(rebase, error, "refresh", "-p", "ab",
                               "--no-index", "--no-timestamps");
}

/* What a forced patch has left that neither git nor quilt takes back. */
static void remove_rejects(const TvRebase *rebase)
{
    g_autoptr(GPtrArray) rejects = tv_rebase_rejects(rebase);

    for (guint i = 0; i < rejects->len; i++) {
        g_autofree char *path = g_build_filename(
            rebase->tree, g_ptr_array_index(rejects, i), NULL);
        g_autofree char *directory = g_path_get_dirname(path);

        g_unlink(path);
        tv_tree_prune(rebase->tree, directory);
    }
}

/* Back to @commit; files that git does not know stay. */
static gboolean reset_git(const TvRebase *rebase, const char *commit,
                          GError **error)
{
    return TV_GIT_CHANGE(rebase->tree, error, "reset", "--quiet", "--hard",
                         commit);
}

gboolean tv_rebase_skip(TvRebase *rebase, const char *name, GError **error)
{
    g_autofree char *head = tv_rebase_noted(rebase, "head");
    g_autofree char *noted =
        rebase->git ? tv_rebase_noted(rebase, "next") : NULL;
    g_autofree char *path =
        g_build_filename(rebase->directory, "series", NULL);
    g_autoptr(GString) list = g_string_new(NULL);
    gboolean forced;
    guint next = tv_rebase_count_applied(rebase, &forced);
    gboolean applied = next > 0 && next <= rebase->names->len &&
                       g_str_equal(name_of(rebase, next - 1), name);

    if (!tv_rebase_note(rebase, "skip", name, error) ||
        !(rebase->git ? reset_git(rebase, head, error)
                      : !applied || QUILT(rebase, error, "pop", "-f"))) {
        return FALSE;
    }
    remove_rejects(rebase);
    for (guint i = 0; i < rebase->names->len; i++) {
        if (!g_str_equal(name_of(rebase, i), name)) {
            g_string_append_printf(list, "%s\n", name_of(rebase, i));
        }
    }
    next = noted ? (guint)g_ascii_strtoull(noted, NULL, 10) : next - applied;
    return tv_rebase_replace(path, list->str, error) &&
           tv_rebase_read_names(rebase, error) &&
           tv_rebase_record(rebase, next, NULL, FALSE, NULL, error);
}

/* What a run that was cut short in the middle of a patch has left. */
static gboolean undo(const TvRebase *rebase, gboolean by_force, GError **error)
{
    g_autofree char *head = tv_rebase_noted(rebase, "head");
    g_autofree char *made = tv_rebase_noted(rebase, "made");
    g_autofree char *now = NULL;
    gboolean forced;

    if (rebase->git) {
        if (!(now = tv_rebase_head(rebase, error)) ||
            (made && *made && g_strcmp0(head, now) == 0 &&
             !tv_rebase_git_undo(rebase, made, by_force, error))) {
            return FALSE;
        }
    } else {
        tv_rebase_count_applied(rebase, &forced);
        if (forced && !QUILT(rebase, error, "pop", "-f")) {
            return FALSE;
        }
    }
    remove_rejects(rebase);
    return TRUE;
}

gboolean tv_rebase_recover(TvRebase *rebase, gboolean *skipped, GError **error)
{
    g_autofree char *skip = tv_rebase_noted(rebase, "skip");
    gboolean stopped;
    guint next;

    if (!tv_rebase_progress(rebase, &next, &stopped, error)) {
        return FALSE;
    }
    *skipped = skip != NULL;
    if (skip) {
        return tv_rebase_skip(rebase, skip, error);
    }
    return stopped || undo(rebase, FALSE, error);
}

gboolean tv_rebase_begin(TvRebase *rebase, const TvSeries *series,
                         GError **error)
{
    g_autofree char *pc = g_build_filename(rebase->tree, ".pc", NULL);
    g_autofree char *place = g_path_get_dirname(rebase->state);
    g_autofree char *patches =
        g_strconcat(rebase->fresh, rebase->directory + strlen(place), NULL);
    g_autofree char *path =
        g_strconcat(rebase->fresh, rebase->state + strlen(place), NULL);
    g_autoptr(GKeyFile) state = g_key_file_new();
    g_autofree char *head = NULL;

    if (g_file_test(rebase->state, G_FILE_TEST_EXISTS)) {
        g_set_error(error, TV_ERROR, TV_ERROR_TREE,
                    "a rebase is under way in %s; give --continue, --skip or "
                    "--abort",
                    rebase->tree);
        return FALSE;
    }
    if (rebase->git) {
        if (!tv_apply_git_ready(rebase->tree, error) ||
            !tv_tree_remove(place, error) ||
            !(head = tv_rebase_head(rebase, error))) {
            return FALSE;
        }
        g_key_file_set_string(state, TV_REBASE_GROUP, "base", head);
    } else {
        const char *const places[] = {pc, rebase->directory};

        for (gsize i = 0; i < G_N_ELEMENTS(places); i++) {
            if (g_file_test(places[i], G_FILE_TEST_EXISTS)) {
                g_set_error(error, TV_ERROR, TV_ERROR_TREE,
                            "%s exists: quilt is in use there. Put it aside, "
                            "or make the tree a git repository",
                            places[i]);
                return FALSE;
            }
        }
    }
    g_key_file_set_integer(state, TV_REBASE_GROUP, "next", 0);
    if (!tv_rebase_write_patches(series, patches, error) ||
        !g_key_file_save_to_file(state, path, error)) {
        tv_tree_remove(rebase->fresh, NULL);
        return FALSE;
    }
    if (g_rename(rebase->fresh, place) != 0) {
        tv_error_set_errno(error, errno, "create", place, NULL);
        tv_tree_remove(rebase->fresh, NULL);
        return FALSE;
    }
    return tv_rebase_read_names(rebase, error);
}

/* The rename comes first: half of it would be neither a rebase nor none. */
static gboolean discard(const TvRebase *rebase, GError **error)
{
    g_autofree char *place = g_path_get_dirname(rebase->state);

    if (g_rename(place, rebase->fresh) != 0) {
        return tv_error_set_errno(error, errno, "remove", place, NULL);
    }
    return tv_tree_remove(rebase->fresh, error);
}

gboolean tv_rebase_end(TvRebase *rebase, const TvSeries *series,
                       GError **error)
{
    g_autofree char *base = tv_rebase_noted(rebase, "base");
    g_autofree char *hash = NULL;

    if (!rebase->git) {
        g_unlink(rebase->state);
        return TRUE;
    }
    /* `unapply` takes it back, too. */
    hash = tv_series_hash(series, series->patches->len, error);
    return hash && tv_apply_git_record(rebase->tree, base, hash, error) &&
           discard(rebase, error);
}

gboolean tv_rebase_abort(TvRebase *rebase, GError **error)
{
    g_autofree char *base = tv_rebase_noted(rebase, "base");
    g_autofree char *pc = g_build_filename(rebase->tree, ".pc", NULL);
    gboolean stopped;
    guint next;

    if (!tv_rebase_progress(rebase, &next, &stopped, error) ||
        (!stopped && !undo(rebase, TRUE, error))) {
        return FALSE;
    }
    if (rebase->git) {
        if (!reset_git(rebase, base, error)) {
            return FALSE;
        }
    } else if (next + stopped > 0 &&
               !QUILT(rebase, error, "pop", "-a", "-f")) {
        return FALSE;
    }
    remove_rejects(rebase);
    return (rebase->git || tv_tree_remove(pc, error)) &&
           discard(rebase, error);
}
