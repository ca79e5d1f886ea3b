#include <errno.h>
#include <glib/gstdio.h>
#include <stdio.h>
#include <string.h>

#include "apply.h"
#include "error.h"
#include "git.h"
#include "patch.h"
#include "quilt.h"
#include "rebase.h"
#include "tree.h"

#define GROUP "rebase"

/* What a stop leaves for the next run. */
static GKeyFile *load_state(const TvRebase *rebase)
{
    GKeyFile *state = g_key_file_new();

    g_key_file_load_from_file(state, rebase->state, G_KEY_FILE_NONE, NULL);
    return state;
}

static gboolean save_state(const TvRebase *rebase, GKeyFile *state,
                           GError **error)
{
    return g_key_file_save_to_file(state, rebase->state, error);
}

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

static char *head_of(const TvRebase *rebase, GError **error)
{
    return TV_GIT(rebase->tree, NULL, error, "rev-parse", "HEAD");
}

/* The patches that quilt has on the tree. */
static guint count_applied(const TvRebase *rebase, gboolean *forced)
{
    g_autofree char *path =
        g_build_filename(rebase->tree, ".pc", "applied-patches", NULL);
    g_autofree char *text = NULL;
    g_auto(GStrv) lines = NULL;
    guint count;

    *forced = FALSE;
    if (!g_file_get_contents(path, &text, NULL, NULL)) {
        return 0;
    }
    g_strchomp(text);
    lines = g_strsplit(text, "\n", -1);
    count = *text ? g_strv_length(lines) : 0;
    if (count) {
        g_autofree char *name = g_strconcat(lines[count - 1], "~refresh", NULL);
        g_autofree char *mark =
            g_build_filename(rebase->tree, ".pc", name, NULL);

        *forced = g_file_test(mark, G_FILE_TEST_EXISTS);
    }
    return count;
}

gboolean tv_rebase_progress(TvRebase *rebase, guint *next, gboolean *stopped,
                            GError **error)
{
    g_autoptr(GKeyFile) state = load_state(rebase);

    if (!g_file_test(rebase->state, G_FILE_TEST_EXISTS)) {
        g_set_error(error, TV_ERROR, TV_ERROR_TREE,
                    "no rebase is under way in %s", rebase->tree);
        return FALSE;
    }
    if (!tv_rebase_read_names(rebase, error)) {
        return FALSE;
    }
    if (rebase->git) {
        *next = (guint)g_key_file_get_integer(state, GROUP, "next", NULL);
        *stopped = g_key_file_get_boolean(state, GROUP, "stopped", NULL);
    } else {
        *next = count_applied(rebase, stopped);
        *next -= *stopped ? 1 : 0;
    }
    return TRUE;
}

static gboolean record(const TvRebase *rebase, guint next, GPtrArray *rejects,
                       GError **error)
{
    g_autoptr(GKeyFile) state = load_state(rebase);
    g_autofree char *head = NULL;

    if (rebase->git) {
        if (!(head = head_of(rebase, error))) {
            return FALSE;
        }
        g_key_file_set_string(state, GROUP, "head", head);
    }
    g_key_file_set_integer(state, GROUP, "next", (gint)next);
    g_key_file_set_boolean(state, GROUP, "stopped", rejects != NULL);
    g_key_file_set_string_list(
        state, GROUP, "rejects",
        rejects ? (const char *const *)rejects->pdata : NULL,
        rejects ? rejects->len : 0);
    return save_state(rebase, state, error);
}

/* patch(1) for real; whether all was applied is known before. */
static gboolean run_patch(const TvRebase *rebase, guint index, GError **error)
{
    g_autofree char *path =
        g_build_filename(rebase->directory, name_of(rebase, index), NULL);
    g_autoptr(TvJob) job = tv_job_new_args(
        "patch", "-p1", "--force", "--fuzz=0", "--no-backup-if-mismatch",
        "--silent", "-i", path, NULL);

    job->cwd = g_strdup(rebase->tree);
    job->must_finish = TRUE;
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

static gboolean commit(const TvRebase *rebase, guint index, GError **error)
{
    g_autofree char *root = g_path_get_dirname(rebase->directory);
    g_autoptr(TvPatch) patch =
        tv_patch_load(root, name_of(rebase, index), error);
    g_auto(GStrv) identity =
        patch ? tv_git_identity(rebase->tree, error) : NULL;
    g_autoptr(TvJob) job = NULL;

    if (!identity) {
        return FALSE;
    }
    job = tv_git_job(rebase->tree, NULL,
                     (const char *const[]){"commit", "--quiet", "--no-verify",
                                           "-F", "-", NULL});
    tv_git_job_identify(job, identity);
    job->input = tv_patch_message(patch);
    job->must_finish = TRUE;
    return tv_job_run_ok(job, error);
}

/* The patch's files, and whatever git knows, into the index. */
static gboolean stage(const TvRebase *rebase, const GPtrArray *diffs,
                      GError **error)
{
    gboolean ok = TV_GIT_CHANGE(rebase->tree, error, "add", "--update");

    for (guint i = 0; ok && i < diffs->len; i++) {
        const TvFileDiff *diff = g_ptr_array_index(diffs, i);
        g_autofree char *path =
            g_build_filename(rebase->tree, diff->file, NULL);

        if (diff->creates && g_file_test(path, G_FILE_TEST_EXISTS)) {
            ok = TV_GIT_CHANGE(rebase->tree, error, "add", "--force", "--",
                               diff->file);
        }
    }
    return ok;
}

gboolean tv_rebase_push(const TvRebase *rebase, guint index,
                        const GPtrArray *diffs, GError **error)
{
    if (!rebase->git) {
        return QUILT(rebase, error, "push", "--fuzz=0");
    }
    return run_patch(rebase, index, error) && stage(rebase, diffs, error) &&
           commit(rebase, index, error) &&
           record(rebase, index + 1, NULL, error);
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

GPtrArray *tv_rebase_force(const TvRebase *rebase, guint index,
                           const GPtrArray *drifts, GError **error)
{
    g_autoptr(GPtrArray) rejects = g_ptr_array_new_with_free_func(g_free);

    if (rebase->git) {
        if (!run_patch(rebase, index, error)) {
            return NULL;
        }
    } else {
        g_autoptr(TvJob) job = tv_quilt_job(
            "patches", NULL, rebase->tree,
            (const char *const[]){"push", "-f", "--fuzz=0", NULL});

        job->must_finish = TRUE;
        /* It ends with 1 when it leaves rejects. */
        if (!tv_job_run(job, error)) {
            return NULL;
        }
    }
    for (guint i = 0; i < drifts->len; i++) {
        const TvDrift *drift = g_ptr_array_index(drifts, i);
        g_autofree char *reject = g_strconcat(drift->diff->file, ".rej", NULL);
        g_autofree char *path = g_build_filename(rebase->tree, reject, NULL);
        g_autofree char *directory = g_path_get_dirname(path);

        if (drift->kind == TV_DRIFT_OFFSET ||
            g_ptr_array_find_with_equal_func(rejects, reject, g_str_equal,
                                             NULL)) {
            continue;
        }
        /* patch(1) leaves none of a file that is missing. */
        if (!g_file_test(path, G_FILE_TEST_EXISTS) &&
            (!tv_tree_make_directory(directory, error) ||
             !g_file_set_contents(path, drift->diff->text, -1, error))) {
            return NULL;
        }
        if (!add_to_patch(rebase, index, drift->diff->file, error)) {
            return NULL;
        }
        g_ptr_array_add(rejects, g_steal_pointer(&reject));
    }
    return record(rebase, index, rejects, error) ? g_steal_pointer(&rejects)
                                                 : NULL;
}

static GPtrArray *diffs_of(const TvRebase *rebase, guint index, GError **error)
{
    g_autofree char *root = g_path_get_dirname(rebase->directory);
    g_autoptr(TvPatch) patch =
        tv_patch_load(root, name_of(rebase, index), error);

    return patch ? tv_rebase_parse(patch->diff) : NULL;
}

/* The commit of what the user has settled, unless the user has made it. */
static gboolean settle_git(const TvRebase *rebase, guint index,
                           GError **error)
{
    g_autoptr(GKeyFile) state = load_state(rebase);
    g_autofree char *was = g_key_file_get_string(state, GROUP, "head", NULL);
    g_autoptr(GPtrArray) diffs = diffs_of(rebase, index, error);
    g_autofree char *head = NULL;
    g_autofree char *staged = NULL;

    if (!diffs || !stage(rebase, diffs, error) ||
        !(head = head_of(rebase, error)) ||
        !(staged = TV_GIT(rebase->tree, NULL, error, "diff", "--cached",
                          "--name-only"))) {
        return FALSE;
    }
    if (*staged) {
        return commit(rebase, index, error);
    }
    if (g_strcmp0(was, head) == 0) {
        g_set_error(error, TV_ERROR, TV_ERROR_TREE,
                    "%s has nothing of %s to commit; --skip leaves the patch "
                    "out",
                    rebase->tree, name_of(rebase, index));
        return FALSE;
    }
    return TRUE;
}

gboolean tv_rebase_settle(TvRebase *rebase, guint index, GError **error)
{
    g_autoptr(GKeyFile) state = load_state(rebase);
    g_auto(GStrv) rejects =
        g_key_file_get_string_list(state, GROUP, "rejects", NULL, NULL);

    for (char **reject = rejects; reject && *reject; reject++) {
        g_autofree char *path = g_build_filename(rebase->tree, *reject, NULL);

        if (g_file_test(path, G_FILE_TEST_EXISTS)) {
            g_set_error(error, TV_ERROR, TV_ERROR_TREE,
                        "%s is still there: bring in by hand what it has, and "
                        "remove it",
                        path);
            return FALSE;
        }
    }
    if (rebase->git ? !settle_git(rebase, index, error)
                    : !QUILT(rebase, error, "refresh", "-p", "ab",
                             "--no-index", "--no-timestamps")) {
        return FALSE;
    }
    return record(rebase, index + 1, NULL, error);
}

/* What a forced patch has left that neither git nor quilt takes back. */
static void remove_rejects(const TvRebase *rebase)
{
    g_autoptr(GKeyFile) state = load_state(rebase);
    g_auto(GStrv) rejects =
        g_key_file_get_string_list(state, GROUP, "rejects", NULL, NULL);

    for (char **reject = rejects; reject && *reject; reject++) {
        g_autofree char *path = g_build_filename(rebase->tree, *reject, NULL);
        g_autofree char *directory = g_path_get_dirname(path);

        g_unlink(path);
        tv_tree_prune(rebase->tree, directory);
    }
}

/* Back to @commit; what the patch has created and git does not know goes. */
static gboolean reset_git(const TvRebase *rebase, const char *commit_id,
                          guint index, gboolean stopped, GError **error)
{
    g_autoptr(GPtrArray) diffs =
        stopped ? diffs_of(rebase, index, error) : g_ptr_array_new();

    return diffs && stage(rebase, diffs, error) &&
           TV_GIT_CHANGE(rebase->tree, error, "reset", "--quiet", "--hard",
                         commit_id);
}

gboolean tv_rebase_skip(TvRebase *rebase, guint index, GError **error)
{
    g_autoptr(GKeyFile) state = load_state(rebase);
    g_autofree char *head = g_key_file_get_string(state, GROUP, "head", NULL);
    g_autofree char *path =
        g_build_filename(rebase->directory, "series", NULL);
    g_autoptr(GString) list = g_string_new(NULL);

    if (rebase->git ? !reset_git(rebase, head, index, TRUE, error)
                    : !QUILT(rebase, error, "pop", "-f")) {
        return FALSE;
    }
    remove_rejects(rebase);
    for (guint i = 0; i < rebase->names->len; i++) {
        if (i != index) {
            g_string_append_printf(list, "%s\n", name_of(rebase, i));
        }
    }
    return g_file_set_contents(path, list->str, -1, error) &&
           tv_rebase_read_names(rebase, error) &&
           record(rebase, index, NULL, error);
}

gboolean tv_rebase_begin(TvRebase *rebase, const TvSeries *series,
                         GError **error)
{
    g_autofree char *pc = g_build_filename(rebase->tree, ".pc", NULL);
    g_autofree char *parent = g_path_get_dirname(rebase->state);
    g_autoptr(GKeyFile) state = load_state(rebase);
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
            !tv_tree_remove(parent, error) ||
            !(head = head_of(rebase, error))) {
            return FALSE;
        }
        g_key_file_set_string(state, GROUP, "base", head);
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
    if (!tv_rebase_write_patches(rebase, series, error) ||
        !tv_tree_make_directory(parent, error) ||
        !save_state(rebase, state, error) ||
        !tv_rebase_read_names(rebase, error)) {
        tv_tree_remove(parent, NULL);
        return FALSE;
    }
    return record(rebase, 0, NULL, error);
}

gboolean tv_rebase_end(TvRebase *rebase, const TvSeries *series,
                       GError **error)
{
    g_autoptr(GKeyFile) state = load_state(rebase);
    g_autofree char *base = g_key_file_get_string(state, GROUP, "base", NULL);
    g_autofree char *hash = NULL;
    g_autofree char *parent = g_path_get_dirname(rebase->state);

    if (!rebase->git) {
        g_unlink(rebase->state);
        return TRUE;
    }
    /* `unapply` takes it back, too. */
    hash = tv_series_hash(series, series->patches->len, error);
    return hash && tv_apply_git_record(rebase->tree, base, hash, error) &&
           tv_tree_remove(parent, error);
}

gboolean tv_rebase_abort(TvRebase *rebase, GError **error)
{
    g_autoptr(GKeyFile) state = load_state(rebase);
    g_autofree char *base = g_key_file_get_string(state, GROUP, "base", NULL);
    g_autofree char *parent = g_path_get_dirname(rebase->state);
    g_autofree char *pc = g_build_filename(rebase->tree, ".pc", NULL);
    gboolean stopped;
    guint next;

    if (!tv_rebase_progress(rebase, &next, &stopped, error)) {
        return FALSE;
    }
    if (rebase->git) {
        if (!reset_git(rebase, base, next, stopped, error)) {
            return FALSE;
        }
    } else if (next + stopped > 0 &&
               !QUILT(rebase, error, "pop", "-a", "-f")) {
        return FALSE;
    }
    remove_rejects(rebase);
    return tv_tree_remove(parent, error) &&
           (rebase->git || tv_tree_remove(pc, error));
}
