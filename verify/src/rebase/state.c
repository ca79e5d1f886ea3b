/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <glib/gstdio.h>
#include <string.h>

#include "apply/apply.h"
#include "base/directory.h"
#include "base/error.h"
#include "base/git.h"
#include "rebase/rebase.h"

#define GROUP TV_REBASE_GROUP

TvRebase *tv_rebase_new(const TvOptions *options, const char *tree,
                        GError **error)
{
    g_autoptr(TvRebase) rebase = g_new0(TvRebase, 1);
    g_autofree char *place = NULL;

    rebase->options = options;
    rebase->tree = g_strdup(tree);
    rebase->git = tv_apply_is_git(tree);
    rebase->names = g_ptr_array_new_with_free_func(g_free);
    if (rebase->git) {
        g_autofree char *git = TV_GIT(tree, NULL, error, "rev-parse",
                                      "--git-path", "tcg-verify-rebase");
        g_autofree char *path = git ? g_canonicalize_filename(git, tree) : NULL;

        if (!path) {
            return NULL;
        }
        rebase->work = g_build_filename(path, "work", NULL);
        rebase->directory = g_build_filename(path, "patches", NULL);
        rebase->state = g_build_filename(path, "state", NULL);
    } else {
        rebase->work = g_strdup(tree);
        rebase->directory = g_build_filename(tree, "patches", NULL);
        rebase->state =
            g_build_filename(rebase->directory, ".tcg-verify-rebase", NULL);
    }
    place = g_path_get_dirname(rebase->state);
    rebase->fresh = g_strconcat(place, ".tcg-verify", NULL);
    /* A run that was killed may have left it. */
    return tv_tree_remove(rebase->fresh, error) ? g_steal_pointer(&rebase)
                                                : NULL;
}

void tv_rebase_free(TvRebase *rebase)
{
    if (!rebase) {
        return;
    }
    g_free(rebase->tree);
    g_free(rebase->work);
    g_free(rebase->directory);
    g_free(rebase->state);
    g_free(rebase->fresh);
    g_ptr_array_unref(rebase->names);
    g_free(rebase);
}

gboolean tv_rebase_write_patches(const TvSeries *series, const char *directory,
                                 GError **error)
{
    g_autoptr(GString) list = g_string_new(NULL);
    g_autofree char *path = g_build_filename(directory, "series", NULL);

    for (guint i = 0; i < series->patches->len; i++) {
        const TvPatch *patch = g_ptr_array_index(series->patches, i);
        g_autofree char *to = g_build_filename(directory, patch->name, NULL);
        g_autofree char *parent = g_path_get_dirname(to);
        g_autofree char *overlay = tv_series_overlay_diff(series, patch, error);
        g_autofree char *text =
            g_strdup_printf("Subject: [PATCH] %s\n\n%s\n---\n\n%s%s",
                            patch->subject, patch->body, patch->diff, overlay);

        if (!overlay || !tv_tree_make_directory(parent, error) ||
            !g_file_set_contents(to, text, -1, error)) {
            return FALSE;
        }
        g_string_append_printf(list, "%s\n", patch->name);
    }
    return g_file_set_contents(path, list->str, -1, error);
}

gboolean tv_rebase_read_names(TvRebase *rebase, GError **error)
{
    g_autofree char *path = g_build_filename(rebase->directory, "series", NULL);
    g_autofree char *text = NULL;
    g_auto(GStrv) lines = NULL;

    if (!g_file_get_contents(path, &text, NULL, error)) {
        return FALSE;
    }
    g_ptr_array_set_size(rebase->names, 0);
    lines = g_strsplit(text, "\n", -1);
    for (char **line = lines; *line; line++) {
        /* What follows the name are options that quilt notes. */
        char *name = g_strstrip(*line);

        name[strcspn(name, " \t")] = '\0';
        if (*name && *name != '#') {
            g_ptr_array_add(rebase->names, g_strdup(name));
        }
    }
    return TRUE;
}

/*
 * What a stop, or an interruption, leaves for the next run:
 *   base     HEAD before all of it
 *   head     HEAD before the patch that is under way
 *   next     its number, counted from 0
 *   made     the commit that is to be the next HEAD, or the tree object that a
 *            stop puts into the work tree
 *   rejects  the files FILE.rej of a stop
 *   stopped  all of the stop is in the tree
 *   skip     the name of a patch that is being left out
 * It is written before the tree is touched.  So HEAD, or quilt, says later
 * whether that was done.
 */
static GKeyFile *load(const TvRebase *rebase)
{
    GKeyFile *state = g_key_file_new();

    g_key_file_load_from_file(state, rebase->state, G_KEY_FILE_NONE, NULL);
    return state;
}

gboolean tv_rebase_replace(const char *path, const char *text, GError **error)
{
    g_autofree char *part = g_strconcat(path, ".new", NULL);

    if (!g_file_set_contents_full(part, text, -1, G_FILE_SET_CONTENTS_NONE,
                                  0666, error)) {
        return FALSE;
    }
    return g_rename(part, path) == 0 ||
           tv_error_set_errno(error, errno, "replace", path, NULL);
}

static gboolean save(const TvRebase *rebase, GKeyFile *state, GError **error)
{
    g_autofree char *text = g_key_file_to_data(state, NULL, NULL);

    return tv_rebase_replace(rebase->state, text, error);
}

char *tv_rebase_noted(const TvRebase *rebase, const char *key)
{
    g_autoptr(GKeyFile) state = load(rebase);

    return g_key_file_get_string(state, GROUP, key, NULL);
}

gboolean tv_rebase_note(const TvRebase *rebase, const char *key,
                        const char *value, GError **error)
{
    g_autoptr(GKeyFile) state = load(rebase);

    g_key_file_set_string(state, GROUP, key, value);
    return save(rebase, state, error);
}

char *tv_rebase_head(const TvRebase *rebase, GError **error)
{
    return TV_GIT(rebase->tree, NULL, error, "rev-parse", "HEAD");
}

guint tv_rebase_count_applied(const TvRebase *rebase, gboolean *forced)
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
    g_autoptr(GKeyFile) state = load(rebase);
    g_autofree char *made = g_key_file_get_string(state, GROUP, "made", NULL);
    g_autofree char *head = NULL;
    gboolean forced;

    if (!g_file_test(rebase->state, G_FILE_TEST_EXISTS)) {
        g_set_error(error, TV_ERROR, TV_ERROR_TREE,
                    "no rebase is under way in %s", rebase->tree);
        return FALSE;
    }
    if (!tv_rebase_read_names(rebase, error)) {
        return FALSE;
    }
    *stopped = g_key_file_get_boolean(state, GROUP, "stopped", NULL);
    *next = (guint)g_key_file_get_integer(state, GROUP, "next", NULL);
    if (!rebase->git) {
        guint count = tv_rebase_count_applied(rebase, &forced);

        /* Also one that the user has refreshed already. */
        *stopped &= count == *next + 1;
        *next = count - (forced || *stopped);
        return TRUE;
    }
    if (!(head = tv_rebase_head(rebase, error))) {
        return FALSE;
    }
    if (g_strcmp0(made, head) == 0) {
        ++*next;
        *stopped = FALSE;
    }
    return TRUE;
}

gboolean tv_rebase_record(const TvRebase *rebase, guint next, const char *made,
                          gboolean stopped, GPtrArray *rejects, GError **error)
{
    g_autoptr(GKeyFile) state = load(rebase);
    g_autofree char *head = NULL;

    if (rebase->git) {
        if (!(head = tv_rebase_head(rebase, error))) {
            return FALSE;
        }
        g_key_file_set_string(state, GROUP, "head", head);
    }
    g_key_file_set_string(state, GROUP, "made", made ? made : "");
    g_key_file_set_integer(state, GROUP, "next", (gint)next);
    g_key_file_set_boolean(state, GROUP, "stopped", stopped);
    g_key_file_set_string_list(state, GROUP, "rejects",
                               rejects ? (const char *const *)rejects->pdata
                                       : NULL,
                               rejects ? rejects->len : 0);
    g_key_file_remove_key(state, GROUP, "skip", NULL);
    return save(rebase, state, error);
}

GPtrArray *tv_rebase_rejects(const TvRebase *rebase)
{
    g_autoptr(GKeyFile) state = load(rebase);
    GPtrArray *rejects = g_ptr_array_new_with_free_func(g_free);
    g_auto(GStrv) list =
        g_key_file_get_string_list(state, GROUP, "rejects", NULL, NULL);

    for (char **reject = list; reject && *reject; reject++) {
        g_ptr_array_add(rejects, g_strdup(*reject));
    }
    return rejects;
}
