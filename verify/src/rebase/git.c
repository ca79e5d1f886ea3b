/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>

#include "apply/apply.h"
#include "base/directory.h"
#include "base/error.h"
#include "base/git.h"
#include "rebase/rebase.h"

static gboolean is_there(const char *path)
{
    struct stat info;

    return lstat(path, &info) == 0;
}

/*
 * HEAD's files, not those of the work tree: these may have other line ends
 * (core.autocrlf) or not be there (a sparse checkout).
 */
static gboolean lay_out_file(const TvRebase *rebase, const TvFileDiff *diff,
                             GError **error)
{
    g_autofree char *entry = TV_GIT(rebase->tree, NULL, error, "ls-tree",
                                    "HEAD", "--", diff->file);
    g_autofree char *to = g_build_filename(rebase->work, diff->file, NULL);
    g_autofree char *directory = g_path_get_dirname(to);
    g_auto(GStrv) words = NULL;
    g_autoptr(TvJob) job = NULL;

    if (!entry) {
        return FALSE;
    }
    words = g_strsplit_set(entry, " \t", 4);
    if (!*entry) {
        g_autofree char *own = g_build_filename(rebase->tree, diff->file, NULL);

        /* An untracked file is in the way. */
        return !diff->creates || !is_there(own) ||
               tv_tree_copy_file(own, to, error);
    }
    if (!g_str_has_prefix(words[0], "100")) {
        return TRUE;
    }
    job = tv_git_job(rebase->tree, NULL,
                     (const char *const[]){"cat-file", "blob", words[2],
                                           NULL});
    return tv_job_run_ok(job, error) &&
           tv_tree_make_directory(directory, error) &&
           g_file_set_contents_full(
               to, job->out->str, (gssize)job->out->len,
               G_FILE_SET_CONTENTS_NONE,
               g_str_equal(words[0], "100755") ? 0777 : 0666, error);
}

gboolean tv_rebase_git_lay_out(const TvRebase *rebase, const GPtrArray *diffs,
                               GError **error)
{
    if (!tv_tree_remove(rebase->work, error) ||
        !tv_tree_make_directory(rebase->work, error)) {
        return FALSE;
    }
    for (guint i = 0; i < diffs->len; i++) {
        if (!lay_out_file(rebase, g_ptr_array_index(diffs, i), error)) {
            return FALSE;
        }
    }
    return TRUE;
}

static gboolean is_in_the_way(const GPtrArray *drifts, const TvFileDiff *diff)
{
    for (guint i = 0; i < drifts->len; i++) {
        const TvDrift *drift = g_ptr_array_index(drifts, i);

        if (drift->diff == diff && drift->kind == TV_DRIFT_EXISTS) {
            return TRUE;
        }
    }
    return FALSE;
}

static gboolean stage_file(const TvRebase *rebase, const char *index,
                           const char *file, GError **error)
{
    g_autofree char *path = g_build_filename(rebase->work, file, NULL);
    g_autofree char *blob = NULL;
    g_autofree char *entry = NULL;
    g_autofree char *done = NULL;

    if (!is_there(path)) {
        done = TV_GIT(rebase->tree, index, error, "update-index",
                      "--force-remove", "--", file);
        return done != NULL;
    }
    blob = TV_GIT(rebase->tree, index, error, "hash-object", "-w",
                  "--no-filters", "--", path);
    if (!blob) {
        return FALSE;
    }
    entry = g_strdup_printf(
        "%s,%s,%s",
        g_file_test(path, G_FILE_TEST_IS_EXECUTABLE) ? "100755" : "100644",
        blob, file);
    done = TV_GIT(rebase->tree, index, error, "update-index", "--add",
                  "--cacheinfo", entry);
    return done != NULL;
}

char *tv_rebase_git_tree(const TvRebase *rebase, const GPtrArray *diffs,
                         const GPtrArray *drifts, GError **error)
{
    /* lay_out removes what a killed run has left of it, the lock as well. */
    g_autofree char *index =
        g_build_filename(rebase->work, ".tcg-verify-index", NULL);
    g_autofree char *read =
        TV_GIT(rebase->tree, index, error, "read-tree", "HEAD");
    char *content;

    if (!read) {
        return NULL;
    }
    for (guint i = 0; i < diffs->len; i++) {
        const TvFileDiff *diff = g_ptr_array_index(diffs, i);

        if (!is_in_the_way(drifts, diff) &&
            !stage_file(rebase, index, diff->file, error)) {
            return NULL;
        }
    }
    content = TV_GIT(rebase->tree, index, error, "write-tree");
    g_unlink(index);
    return content;
}

gboolean tv_rebase_git_show(const TvRebase *rebase, const char *content,
                            const GPtrArray *drifts, GError **error)
{
    if (!TV_GIT_CHANGE(rebase->tree, error, "update-index", "--refresh") ||
        !TV_GIT_CHANGE(rebase->tree, error, "read-tree", "-m", "-u", "HEAD",
                       content)) {
        return FALSE;
    }
    /* What is to be edited has to be there, in a sparse checkout as well. */
    for (guint i = 0; i < drifts->len; i++) {
        const TvDrift *drift = g_ptr_array_index(drifts, i);
        const char *file = drift->diff->file;
        g_autofree char *laid = g_build_filename(rebase->work, file, NULL);
        g_autofree char *path = g_build_filename(rebase->tree, file, NULL);

        if (drift->kind != TV_DRIFT_OFFSET && is_there(laid) &&
            !is_there(path) &&
            !TV_GIT_CHANGE(rebase->tree, error, "checkout",
                           "--ignore-skip-worktree-bits", "--", file)) {
            return FALSE;
        }
    }
    return TRUE;
}

gboolean tv_rebase_git_stage(const TvRebase *rebase, const GPtrArray *diffs,
                             GError **error)
{
    gboolean ok = TV_GIT_CHANGE(rebase->tree, error, "add", "--update");

    for (guint i = 0; ok && i < diffs->len; i++) {
        const TvFileDiff *diff = g_ptr_array_index(diffs, i);
        g_autofree char *path =
            g_build_filename(rebase->tree, diff->file, NULL);

        /* Not 'git add', which leaves out what is ignored, or outside of a
         * sparse checkout. */
        ok = !is_there(path) || TV_GIT_CHANGE(rebase->tree, error,
                                              "update-index", "--add", "--",
                                              diff->file);
    }
    return ok;
}

/* "" if @revision does not have it. */
static char *blob_of(const TvRebase *rebase, const char *revision,
                     const char *file)
{
    g_autofree char *name = g_strdup_printf("%s:%s", revision, file);
    char *blob = TV_GIT(rebase->tree, NULL, NULL, "rev-parse", "--verify",
                        "--quiet", name);

    return blob ? blob : g_strdup("");
}

/* Paths that differ from HEAD, and those of @made that git does not know. */
static GPtrArray *half_made(const TvRebase *rebase, const char *made,
                            GError **error)
{
    g_autofree char *status =
        TV_GIT(rebase->tree, NULL, error, "-c", "core.quotePath=false",
               "status", "--porcelain", "--untracked-files=no", "--no-renames");
    g_autofree char *fresh =
        status ? TV_GIT(rebase->tree, NULL, error, "-c",
                        "core.quotePath=false", "diff-tree", "-r",
                        "--name-only", "--no-renames", "--diff-filter=A",
                        "HEAD", made)
               : NULL;
    g_autoptr(GPtrArray) paths = NULL;
    g_auto(GStrv) dirty = NULL;
    g_auto(GStrv) added = NULL;

    if (!fresh) {
        return NULL;
    }
    paths = g_ptr_array_new_with_free_func(g_free);
    dirty = g_strsplit(status, "\n", -1);
    added = g_strsplit(fresh, "\n", -1);
    for (char **line = dirty; *line && **line; line++) {
        /* tv_git takes off blanks at its end only. */
        g_ptr_array_add(paths, g_strdup(*line + strlen("XY ")));
    }
    for (char **file = added; *file && **file; file++) {
        g_autofree char *path = g_build_filename(rebase->tree, *file, NULL);

        if (is_there(path) && !g_ptr_array_find_with_equal_func(
                                  paths, *file, g_str_equal, NULL)) {
            g_ptr_array_add(paths, g_strdup(*file));
        }
    }
    return g_steal_pointer(&paths);
}

gboolean tv_rebase_git_undo(const TvRebase *rebase, const char *made,
                            gboolean force, GError **error)
{
    g_autoptr(GPtrArray) paths = half_made(rebase, made, error);
    g_autoptr(GPtrArray) fresh = g_ptr_array_new_with_free_func(g_free);

    if (!paths || !paths->len) {
        return paths != NULL;
    }
    for (guint i = 0; i < paths->len; i++) {
        const char *file = g_ptr_array_index(paths, i);
        g_autofree char *path = g_build_filename(rebase->tree, file, NULL);
        g_autofree char *is = is_there(path)
                                  ? TV_GIT(rebase->tree, NULL, NULL,
                                           "hash-object", "--", file)
                                  : g_strdup("");
        g_autofree char *was = blob_of(rebase, "HEAD", file);
        g_autofree char *should = blob_of(rebase, made, file);
        gboolean ours = g_strcmp0(is, should) == 0;

        /* Only the index was ahead. */
        if (!ours && g_strcmp0(is, was) != 0 && !force) {
            g_set_error(error, TV_ERROR, TV_ERROR_TREE,
                        "%s was changed after the rebase was interrupted; put "
                        "the change aside ('git stash'), or --abort",
                        path);
            return FALSE;
        }
        if (ours && !*was) {
            g_ptr_array_add(fresh, g_steal_pointer(&path));
        }
    }
    for (guint i = 0; i < fresh->len; i++) {
        const char *path = g_ptr_array_index(fresh, i);
        g_autofree char *directory = g_path_get_dirname(path);

        g_unlink(path);
        tv_tree_prune(rebase->tree, directory);
    }
    return TV_GIT_CHANGE(rebase->tree, error, "reset", "--quiet", "--hard");
}

char *tv_rebase_git_commit(const TvRebase *rebase, const char *content,
                           const TvPatch *patch, GError **error)
{
    g_autofree char *head = TV_GIT(rebase->tree, NULL, error, "rev-parse",
                                   "HEAD");
    g_autofree char *message = tv_patch_message(patch);
    g_auto(GStrv) identity =
        head ? tv_git_identity(rebase->tree, error) : NULL;
    gboolean sign;

    return identity && tv_apply_git_signs(rebase->tree, &sign, error)
               ? tv_apply_git_commit(rebase->tree, content, head, message,
                                     identity, sign, error)
               : NULL;
}
