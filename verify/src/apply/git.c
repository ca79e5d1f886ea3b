/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "apply/apply.h"

#include <glib/gstdio.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "base/error.h"
#include "base/git.h"
#include "base/lock.h"
#include "base/progress.h"
#include "upstream/source.h"

#define GROUP "applied"

gboolean tv_apply_is_git(const char *tree)
{
    g_autofree char *git = g_build_filename(tree, ".git", NULL);

    /* A file in a linked work tree. */
    return g_file_test(git, G_FILE_TEST_EXISTS);
}

int tv_apply_hold(const char *tree, GError **error)
{
    return !tv_apply_is_git(tree) || tv_git_check_top(tree, error)
               ? tv_lock_tree(tree, error)
               : -1;
}

static char *state_path(const char *tree, GError **error)
{
    g_autofree char *path =
        TV_GIT(tree, NULL, error, "rev-parse", "--git-path", "tcg-verify");

    return path ? g_canonicalize_filename(path, tree) : NULL;
}

static gboolean check_clean(const char *tree, GError **error)
{
    g_autofree char *status = TV_GIT(tree, NULL, error, "status", "--porcelain",
                                     "--untracked-files=no");

    if (!status) {
        return FALSE;
    }
    if (*status) {
        status[strcspn(status, "\n")] = '\0';
        g_set_error(error, TV_ERROR, TV_ERROR_TREE,
                    "%s has changes that are not committed (%s); commit or "
                    "stash them",
                    tree, g_strstrip(status));
        return FALSE;
    }
    return TRUE;
}

/* Also files that git ignores: the checkout would overwrite them. */
static gboolean check_overlay(const TvSeries *series, const char *tree,
                              GError **error)
{
    g_autoptr(GPtrArray) files =
        tv_series_paths(series, series->patches->len, 1);

    for (guint i = 0; i < files->len; i++) {
        g_autofree char *path =
            g_build_filename(tree, g_ptr_array_index(files, i), NULL);
        struct stat info;

        if (lstat(path, &info) == 0) {
            g_set_error(error, TV_ERROR, TV_ERROR_TREE,
                        "%s exists already, and the series brings it in", path);
            return FALSE;
        }
    }
    return TRUE;
}

static gboolean stage_overlay(const TvSeries *series, const TvPatch *patch,
                              const char *tree, const char *index,
                              GError **error)
{
    for (guint i = 0; i < patch->overlay->len; i++) {
        const char *file = g_ptr_array_index(patch->overlay, i);
        g_autofree char *from = tv_series_overlay_path(series, file);
        g_autofree char *blob = TV_GIT(tree, index, error, "hash-object", "-w",
                                       "--no-filters", "--", from);
        g_autofree char *entry = NULL;
        g_autofree char *done = NULL;

        if (!blob) {
            return FALSE;
        }
        entry = g_strdup_printf(
            "%s,%s,%s",
            g_file_test(from, G_FILE_TEST_IS_EXECUTABLE) ? "100755" : "100644",
            blob, file);
        done = TV_GIT(tree, index, error, "update-index", "--add",
                      "--cacheinfo", entry);
        if (!done) {
            return FALSE;
        }
    }
    return TRUE;
}

/* @signoff (or NULL) is the last trailer of the message. */
static char *message_of(const TvPatch *patch, const char *tree,
                        const char *signoff, GError **error)
{
    g_autofree char *message = tv_patch_message(patch);
    g_autofree char *trailer = NULL;
    g_autoptr(TvJob) job = NULL;

    if (!signoff) {
        return g_steal_pointer(&message);
    }
    trailer = g_strconcat("Signed-off-by: ", signoff, NULL);
    job = tv_git_job(tree, NULL,
                     (const char *const[]){"interpret-trailers", "--where=end",
                                           "--if-exists=addIfDifferent",
                                           "--if-missing=add", "--trailer",
                                           trailer, NULL});
    job->input = g_steal_pointer(&message);
    return tv_job_run_ok(job, error) ? g_strdup(job->out->str) : NULL;
}

/*
 * By plumbing: a hook that changes the message or stops would make the commits
 * another series than the one that import is to bring back.
 */
char *tv_apply_git_commit(const char *tree, const char *content,
                          const char *parent, const char *message,
                          char *const *identity, gboolean sign, GError **error)
{
    /* commit-tree does not read commit.gpgSign. */
    g_autoptr(TvJob) job = tv_git_job(
        tree, NULL,
        (const char *const[]){"commit-tree", sign ? "-S" : "--no-gpg-sign",
                              "-p", parent, "-F", "-", content, NULL});

    job->input = g_strdup(message);
    tv_git_job_identify(job, identity);
    return tv_job_run_ok(job, error) ? g_strdup(g_strchomp(job->out->str))
                                     : NULL;
}

gboolean tv_apply_git_signs(const char *tree, gboolean *sign, GError **error)
{
    g_autofree char *value =
        TV_GIT(tree, NULL, error, "config", "--type=bool", "--default=false",
               "--get", "commit.gpgSign");

    *sign = g_strcmp0(value, "true") == 0;
    return value != NULL;
}

/* The commit of one patch on top of @parent. */
static char *commit_patch(const TvSeries *series, const TvPatch *patch,
                          const char *tree, const char *index,
                          const char *parent, char *const *identity,
                          const char *signoff, gboolean sign, GError **error)
{
    g_autofree char *message = message_of(patch, tree, signoff, error);
    g_autofree char *content = NULL;
    g_autoptr(GError) local = NULL;
    g_autofree char *applied =
        message ? TV_GIT(tree, index, &local, "apply", "--cached",
                         "--whitespace=nowarn", "--no-ignore-whitespace",
                         patch->path)
                : NULL;

    if (!message) {
        return NULL;
    }
    if (!applied) {
        if (g_error_matches(local, TV_ERROR, TV_ERROR_CANCELLED)) {
            g_propagate_error(error, g_steal_pointer(&local));
        } else {
            g_set_error(error, TV_ERROR, TV_ERROR_INPUT,
                        "patches/%s does not apply without fuzz: %s",
                        patch->name, local->message);
        }
        return NULL;
    }
    if (!stage_overlay(series, patch, tree, index, error) ||
        !(content = TV_GIT(tree, index, error, "write-tree"))) {
        return NULL;
    }
    return tv_apply_git_commit(tree, content, parent, message, identity, sign,
                               error);
}

char *tv_apply_commits(const TvSeries *series, const char *tree,
                       const char *index, const char *base,
                       char *const *identity, const char *signoff,
                       gboolean sign, GError **error)
{
    g_autoptr(TvProgress) progress =
        tv_progress_new("committing, patch", series->patches->len);
    g_autofree char *head = g_strdup(base);
    g_autofree char *read = TV_GIT(tree, index, error, "read-tree", base);

    if (!read) {
        return NULL;
    }
    for (guint i = 0; i < series->patches->len; i++) {
        const TvPatch *patch = g_ptr_array_index(series->patches, i);
        char *next;

        tv_progress_set(progress, i, patch->name);
        next = commit_patch(series, patch, tree, index, head, identity, signoff,
                            sign, error);
        if (!next) {
            return NULL;
        }
        g_free(head);
        head = next;
    }
    return g_steal_pointer(&head);
}

/*
 * The one step that touches the work tree.  It runs to its end whatever
 * happens to this process, so that git's own care for its files is enough.
 */
gboolean tv_apply_git_move(const char *tree, const char *commit, GError **error)
{
    /* A checkout that was copied has other times than its index, and --keep
     * takes that for a change. */
    return TV_GIT_CHANGE(tree, error, "update-index", "--refresh") &&
           TV_GIT_CHANGE(tree, error, "reset", "--quiet", "--keep", commit);
}

static gboolean save_state(const char *path, const char *base, const char *tip,
                           const char *hash, GError **error)
{
    g_autoptr(GKeyFile) state = g_key_file_new();

    g_key_file_set_string(state, GROUP, "base", base);
    g_key_file_set_string(state, GROUP, "tip", tip);
    g_key_file_set_string(state, GROUP, "series", hash);
    return g_key_file_save_to_file(state, path, error);
}

/* FALSE if no apply has left a state; the strings are NULL then. */
static gboolean load_state(const char *path, char **base, char **tip,
                           char **hash)
{
    g_autoptr(GKeyFile) state = g_key_file_new();

    g_key_file_load_from_file(state, path, G_KEY_FILE_NONE, NULL);
    *base = g_key_file_get_string(state, GROUP, "base", NULL);
    *tip = g_key_file_get_string(state, GROUP, "tip", NULL);
    *hash = g_key_file_get_string(state, GROUP, "series", NULL);
    return *base && *tip && *hash;
}

gboolean tv_apply_git_state(const char *tree, char **base, char **tip,
                            char **hash, GError **error)
{
    g_autofree char *path = state_path(tree, error);
    g_autofree char *known = NULL;

    if (!path) {
        return FALSE;
    }
    if (load_state(path, base, tip, hash)) {
        known = TV_GIT(tree, NULL, NULL, "merge-base", "--is-ancestor", *base,
                       "HEAD");
    }
    if (!known) {
        g_set_error(error, TV_ERROR, TV_ERROR_TREE,
                    "HEAD of %s does not come from a series that apply has "
                    "committed",
                    tree);
        return FALSE;
    }
    return check_clean(tree, error);
}

gboolean tv_apply_git_ready(const char *tree, GError **error)
{
    g_auto(GStrv) identity = NULL;

    return check_clean(tree, error) &&
           (identity = tv_git_identity(tree, error)) != NULL;
}

gboolean tv_apply_git_record(const char *tree, const char *base,
                             const char *hash, GError **error)
{
    g_autofree char *path = state_path(tree, error);
    g_autofree char *tip =
        path ? TV_GIT(tree, NULL, error, "rev-parse", "HEAD") : NULL;

    return tip && save_state(path, base, tip, hash, error);
}

gboolean tv_apply_git(const TvOptions *options, const TvSeries *series,
                      const char *tree, gboolean *changed, GError **error)
{
    g_autofree char *head =
        TV_GIT(tree, NULL, error, "rev-parse", "--verify", "HEAD^{commit}");
    g_autofree char *state = head ? state_path(tree, error) : NULL;
    g_autofree char *hash =
        state ? tv_series_hash(series, series->patches->len, error) : NULL;
    g_autofree char *index = NULL;
    g_autofree char *index_lock = NULL;
    g_autofree char *base = NULL;
    g_autofree char *old = NULL;
    g_autofree char *last = NULL;
    g_autofree char *tip = NULL;
    g_auto(GStrv) identity = NULL;
    gboolean sign;

    *changed = FALSE;
    if (!hash) {
        return FALSE;
    }
    if (load_state(state, &base, &last, &old) && g_str_equal(last, head)) {
        if (g_str_equal(old, hash)) {
            return TRUE;
        }
        g_set_error(error, TV_ERROR, TV_ERROR_TREE,
                    "%s has an earlier form of the series; 'tcg-verify "
                    "unapply' it first",
                    tree);
        return FALSE;
    }
    if (!tv_source_check_version(options->base, tree, error) ||
        !tv_apply_git_ready(tree, error) ||
        !tv_apply_git_signs(tree, &sign, error) ||
        !check_overlay(series, tree, error)) {
        return FALSE;
    }
    index = g_strconcat(state, ".index", NULL);
    index_lock = g_strconcat(index, ".lock", NULL);
    /* What a killed run has left; this one holds the tree. */
    g_unlink(index_lock);
    tip = (identity = tv_git_identity(tree, error))
              ? tv_apply_commits(series, tree, index, head, identity, NULL,
                                 sign, error)
              : NULL;
    g_unlink(index);
    if (!tip || !save_state(state, head, tip, hash, error)) {
        return FALSE;
    }
    if (!tv_apply_git_move(tree, tip, error)) {
        g_unlink(state);
        return FALSE;
    }
    *changed = TRUE;
    return TRUE;
}

gboolean tv_unapply_git(const char *tree, GError **error)
{
    g_autofree char *head =
        TV_GIT(tree, NULL, error, "rev-parse", "--verify", "HEAD^{commit}");
    g_autofree char *state = head ? state_path(tree, error) : NULL;
    g_autofree char *base = NULL;
    g_autofree char *tip = NULL;
    g_autofree char *hash = NULL;

    if (!state) {
        return FALSE;
    }
    if (!load_state(state, &base, &tip, &hash) || !g_str_equal(tip, head)) {
        g_set_error(error, TV_ERROR, TV_ERROR_TREE,
                    "HEAD of %s is not the end of a series that apply has "
                    "committed",
                    tree);
        return FALSE;
    }
    if (!check_clean(tree, error) || !tv_apply_git_move(tree, base, error)) {
        return FALSE;
    }
    g_unlink(state);
    return TRUE;
}
