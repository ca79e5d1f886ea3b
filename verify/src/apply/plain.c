/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "apply/apply.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "base/directory.h"
#include "base/error.h"
#include "base/hash.h"
#include "series/quilt.h"
#include "upstream/source.h"

#define GROUP "applied"

/*
 * What lies in the user's tree while the series is applied:
 *   .pc                      quilt's own
 *   .pc/tcg-verify/state     what was done
 *   .pc/tcg-verify/original  the patched files as they were
 * The directory .pc comes into the tree complete, by rename, before any file
 * is changed; so whatever happens then can be undone.
 */
typedef struct Place {
    const char *tree;
    char *pc;
    char *state;
    char *original;
    char *fresh_pc; /* .pc in the making */
} Place;

static Place *place_new(const char *tree)
{
    Place *place = g_new0(Place, 1);

    place->tree = tree;
    place->pc = g_build_filename(tree, ".pc", NULL);
    place->state = g_build_filename(place->pc, "tcg-verify", "state", NULL);
    place->original =
        g_build_filename(place->pc, "tcg-verify", "original", NULL);
    place->fresh_pc = g_build_filename(tree, ".pc-tcg-verify", NULL);
    return place;
}

static void place_free(Place *place)
{
    g_free(place->pc);
    g_free(place->state);
    g_free(place->original);
    g_free(place->fresh_pc);
    g_free(place);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Place, place_free)

/* The hash of a file, "" if it does not exist; NULL on error. */
static char *hash_or_none(const char *path, GError **error)
{
    struct stat info;

    if (lstat(path, &info) != 0 && errno == ENOENT) {
        return g_strdup("");
    }
    if (!S_ISREG(info.st_mode)) {
        g_set_error(error, TV_ERROR, TV_ERROR_TREE, "%s is no regular file",
                    path);
        return NULL;
    }
    return tv_hash_file(path, error);
}

static gboolean copy_files(const char *from, const char *to, char *const *files,
                           GError **error)
{
    for (; *files; files++) {
        g_autofree char *source = g_build_filename(from, *files, NULL);
        g_autofree char *target = g_build_filename(to, *files, NULL);

        if (g_file_test(source, G_FILE_TEST_EXISTS) &&
            !tv_tree_copy_file(source, target, error)) {
            return FALSE;
        }
    }
    return TRUE;
}

/* Puts @from in the place of @to by rename, or removes @to if @from is not. */
static gboolean put_file(const char *from, const char *to, GError **error)
{
    g_autofree char *part = g_strconcat(to, ".tcg-verify", NULL);

    if (!g_file_test(from, G_FILE_TEST_EXISTS)) {
        if (g_unlink(to) != 0 && errno != ENOENT) {
            return tv_error_set_errno(error, errno, "remove", to, NULL);
        }
        return TRUE;
    }
    g_unlink(part);
    if (!tv_tree_copy_file(from, part, error)) {
        g_unlink(part);
        return FALSE;
    }
    if (g_rename(part, to) != 0) {
        tv_error_set_errno(error, errno, "rename to", to, NULL);
        g_unlink(part);
        return FALSE;
    }
    return TRUE;
}

/*
 * Gives the originals back.  A file that is neither its original nor what
 * apply has made of it is refused before any is touched.
 */
static gboolean restore(const Place *place, GKeyFile *state, GError **error)
{
    g_auto(GStrv) files =
        g_key_file_get_string_list(state, GROUP, "files", NULL, NULL);
    g_auto(GStrv) hashes =
        g_key_file_get_string_list(state, GROUP, "hashes", NULL, NULL);
    g_auto(GStrv) directories =
        g_key_file_get_string_list(state, GROUP, "directories", NULL, NULL);
    g_autofree gboolean *changed = NULL;

    if (!files || !hashes || g_strv_length(files) != g_strv_length(hashes)) {
        g_set_error(error, TV_ERROR, TV_ERROR_TREE, "%s is damaged",
                    place->state);
        return FALSE;
    }
    changed = g_new0(gboolean, g_strv_length(files) + 1);
    for (guint i = 0; files[i]; i++) {
        g_autofree char *path = g_build_filename(place->tree, files[i], NULL);
        g_autofree char *original =
            g_build_filename(place->original, files[i], NULL);
        g_autofree char *is = hash_or_none(path, error);
        g_autofree char *was = is ? hash_or_none(original, error) : NULL;

        if (!was) {
            return FALSE;
        }
        changed[i] = !g_str_equal(is, was);
        if (changed[i] && !g_str_equal(is, hashes[i])) {
            g_set_error(error, TV_ERROR, TV_ERROR_TREE,
                        "%s was changed after apply; take that change back "
                        "first",
                        path);
            return FALSE;
        }
    }
    for (guint i = 0; files[i]; i++) {
        g_autofree char *path = g_build_filename(place->tree, files[i], NULL);
        g_autofree char *part = g_strconcat(path, ".tcg-verify", NULL);
        g_autofree char *original =
            g_build_filename(place->original, files[i], NULL);

        /* A run that was killed may have left it. */
        g_unlink(part);
        if (changed[i] && !put_file(original, path, error)) {
            return FALSE;
        }
    }
    for (guint i = 0; directories && directories[i]; i++) {
        g_autofree char *path =
            g_build_filename(place->tree, directories[i], NULL);

        g_rmdir(path);
    }
    return tv_tree_remove(place->pc, error);
}

/* NULL if the tree has none of ours. */
static GKeyFile *load_state(const Place *place)
{
    g_autoptr(GKeyFile) state = g_key_file_new();

    if (!g_key_file_load_from_file(state, place->state, G_KEY_FILE_NONE,
                                   NULL)) {
        return NULL;
    }
    return g_steal_pointer(&state);
}

/* The directories that @files need and @tree lacks, deepest first. */
static char **missing_directories(const char *tree, char *const *files)
{
    g_autoptr(GPtrArray) missing = g_ptr_array_new_with_free_func(g_free);

    for (; *files; files++) {
        g_autofree char *directory = g_path_get_dirname(*files);
        guint at = 0;

        while (!g_str_equal(directory, ".")) {
            g_autofree char *path = g_build_filename(tree, directory, NULL);
            char *parent = g_path_get_dirname(directory);

            if (!g_file_test(path, G_FILE_TEST_EXISTS) &&
                !g_ptr_array_find_with_equal_func(missing, directory,
                                                  g_str_equal, NULL)) {
                g_ptr_array_insert(missing, (gint)at++, g_strdup(directory));
            }
            g_free(directory);
            directory = parent;
        }
    }
    g_ptr_array_add(missing, NULL);
    return g_strdupv((char **)missing->pdata);
}

/*
 * Makes @scratch: the files that the series touches, patched by quilt, and the
 * overlay.
 */
static gboolean make_scratch(const TvSeries *series, const char *tree,
                             const char *scratch, char *const *files,
                             GError **error)
{
    guint count = series->patches->len;
    g_autoptr(GPtrArray) overlay = tv_series_paths(series, count, 1);

    if (!tv_tree_make_directory(scratch, error) ||
        !copy_files(tree, scratch, files, error)) {
        return FALSE;
    }
    for (guint i = 0; i < overlay->len; i++) {
        const char *file = g_ptr_array_index(overlay, i);
        g_autofree char *from = tv_series_overlay_path(series, file);
        g_autofree char *to = g_build_filename(scratch, file, NULL);

        if (g_file_test(to, G_FILE_TEST_EXISTS)) {
            g_set_error(error, TV_ERROR, TV_ERROR_TREE,
                        "%s/%s exists already, and the series brings it in",
                        tree, file);
            return FALSE;
        }
        if (!tv_tree_copy_file(from, to, error)) {
            return FALSE;
        }
    }
    return tv_quilt_push(series, 0, count, scratch, error) &&
           tv_apply_keep_overlay(series, count, scratch, error);
}

static GKeyFile *make_state(const char *tree, const char *scratch,
                            const char *hash, char *const *files,
                            GError **error)
{
    g_autoptr(GKeyFile) state = g_key_file_new();
    g_autoptr(GPtrArray) hashes = g_ptr_array_new_with_free_func(g_free);
    g_auto(GStrv) directories = missing_directories(tree, files);

    for (char *const *file = files; *file; file++) {
        g_autofree char *path = g_build_filename(scratch, *file, NULL);
        char *is = hash_or_none(path, error);

        if (!is) {
            return NULL;
        }
        g_ptr_array_add(hashes, is);
    }
    g_key_file_set_string(state, GROUP, "series", hash);
    g_key_file_set_string_list(state, GROUP, "files",
                               (const char *const *)files,
                               g_strv_length((char **)files));
    g_key_file_set_string_list(state, GROUP, "hashes",
                               (const char *const *)hashes->pdata, hashes->len);
    g_key_file_set_string_list(state, GROUP, "directories",
                               (const char *const *)directories,
                               g_strv_length(directories));
    return g_steal_pointer(&state);
}

/* Quilt's .pc with the originals, into the tree by one rename. */
static gboolean install_pc(const Place *place, const char *scratch,
                           GKeyFile *state, char *const *files, GError **error)
{
    g_autofree char *from = g_build_filename(scratch, ".pc", NULL);
    g_autofree char *original =
        g_build_filename(place->fresh_pc, "tcg-verify", "original", NULL);
    g_autofree char *path =
        g_build_filename(place->fresh_pc, "tcg-verify", "state", NULL);

    if (!tv_tree_copy(from, place->fresh_pc, NULL, error) ||
        !tv_tree_make_directory(original, error) ||
        !copy_files(place->tree, original, files, error) ||
        !g_key_file_save_to_file(state, path, error)) {
        return FALSE;
    }
    if (g_rename(place->fresh_pc, place->pc) != 0) {
        return tv_error_set_errno(error, errno, "create", place->pc, NULL);
    }
    return TRUE;
}

static gboolean install_files(const Place *place, const char *scratch,
                              char *const *files, GKeyFile *state,
                              GError **error)
{
    for (; *files; files++) {
        g_autofree char *from = g_build_filename(scratch, *files, NULL);
        g_autofree char *to = g_build_filename(place->tree, *files, NULL);

        if (!put_file(from, to, error)) {
            return FALSE;
        }
    }
    g_key_file_set_boolean(state, GROUP, "complete", TRUE);
    return g_key_file_save_to_file(state, place->state, error);
}

static gboolean apply(const TvOptions *options, const TvSeries *series,
                      const Place *place, const char *scratch, const char *hash,
                      GError **error)
{
    g_autoptr(GPtrArray) paths =
        tv_series_paths(series, series->patches->len, -1);
    g_autoptr(GKeyFile) state = NULL;
    char *const *files;

    g_ptr_array_add(paths, NULL);
    files = (char *const *)paths->pdata;
    if (!tv_source_check_version(options->base, place->tree, error) ||
        !make_scratch(series, place->tree, scratch, files, error) ||
        !(state = make_state(place->tree, scratch, hash, files, error))) {
        return FALSE;
    }
    if (!install_pc(place, scratch, state, files, error)) {
        tv_tree_remove(place->fresh_pc, NULL);
        return FALSE;
    }
    if (!install_files(place, scratch, files, state, error)) {
        g_autoptr(GError) undo = NULL;

        if (!restore(place, state, &undo)) {
            g_prefix_error(error, "%s; 'tcg-verify unapply' takes it back: ",
                           undo->message);
        }
        return FALSE;
    }
    return TRUE;
}

/* Takes back what a killed run has begun; what is left is a complete series
 * in @state, or none. */
static gboolean recover(const Place *place, GKeyFile **state, GError **error)
{
    if (!tv_tree_remove(place->fresh_pc, error)) {
        return FALSE;
    }
    *state = load_state(place);
    if (*state && !g_key_file_get_boolean(*state, GROUP, "complete", NULL)) {
        fprintf(stderr, "%s: taking back what an interrupted run has begun\n",
                place->tree);
        if (!restore(place, *state, error)) {
            return FALSE;
        }
        g_clear_pointer(state, g_key_file_unref);
    }
    return TRUE;
}

gboolean tv_apply_plain(const TvOptions *options, const TvSeries *series,
                        const char *tree, gboolean *changed, GError **error)
{
    g_autoptr(Place) place = place_new(tree);
    g_autofree char *hash = tv_series_hash(series, series->patches->len, error);
    g_autofree char *work = tv_options_build_path(options, "tree", NULL);
    g_autofree char *scratch = NULL;
    g_autoptr(GKeyFile) state = NULL;
    gboolean ok;

    *changed = FALSE;
    if (!hash || !recover(place, &state, error)) {
        return FALSE;
    }
    if (state) {
        g_autofree char *old =
            g_key_file_get_string(state, GROUP, "series", NULL);

        if (g_strcmp0(old, hash) == 0) {
            return TRUE;
        }
        g_set_error(error, TV_ERROR, TV_ERROR_TREE,
                    "%s has an earlier form of the series; 'tcg-verify "
                    "unapply' it first",
                    tree);
        return FALSE;
    }
    if (g_file_test(place->pc, G_FILE_TEST_EXISTS)) {
        g_set_error(error, TV_ERROR, TV_ERROR_TREE,
                    "%s is in use by quilt already (%s exists); 'quilt pop "
                    "-a' and remove it",
                    tree, place->pc);
        return FALSE;
    }
    if (!tv_tree_make_directory(work, error)) {
        return FALSE;
    }
    scratch = g_build_filename(work, "XXXXXX", NULL);
    if (!g_mkdtemp(scratch)) {
        return tv_error_set_errno(error, errno, "create", scratch, NULL);
    }
    ok = apply(options, series, place, scratch, hash, error);
    tv_tree_remove(scratch, NULL);
    g_rmdir(work);
    *changed = ok;
    return ok;
}

/* A file as it was before any patch, by quilt's copies. */
static gboolean keep_original(const Place *place, const TvSeries *series,
                              const char *file, GError **error)
{
    g_autofree char *to = g_build_filename(place->original, file, NULL);

    for (guint i = 0; i < series->patches->len; i++) {
        const TvPatch *patch = g_ptr_array_index(series->patches, i);
        g_autofree char *from =
            g_build_filename(place->pc, patch->name, file, NULL);
        struct stat info;

        if (stat(from, &info) == 0) {
            /* For quilt, a file that is not there is an empty one. */
            return info.st_size == 0 || tv_tree_copy_file(from, to, error);
        }
    }
    return TRUE;
}

gboolean tv_apply_plain_record(const TvSeries *series, const char *tree,
                               GError **error)
{
    g_autoptr(Place) place = place_new(tree);
    g_autoptr(GKeyFile) state = load_state(place);
    g_autoptr(GPtrArray) all = NULL;
    g_autoptr(GKeyFile) fresh = NULL;
    g_autofree char *hash = NULL;
    g_auto(GStrv) files = NULL;
    g_auto(GStrv) directories = NULL;

    if (!state) {
        return TRUE;
    }
    files = g_key_file_get_string_list(state, GROUP, "files", NULL, NULL);
    directories =
        g_key_file_get_string_list(state, GROUP, "directories", NULL, NULL);
    hash = tv_series_hash(series, series->patches->len, error);
    if (!files || !hash) {
        return FALSE;
    }
    all = tv_series_paths(series, series->patches->len, -1);
    for (guint i = all->len; i-- > 0;) {
        const char *file = g_ptr_array_index(all, i);

        if (g_strv_contains((const char *const *)files, file)) {
            g_ptr_array_remove_index(all, i);
        } else if (!keep_original(place, series, file, error)) {
            return FALSE;
        }
    }
    for (char **file = files; *file; file++) {
        g_ptr_array_add(all, g_strdup(*file));
    }
    g_ptr_array_add(all, NULL);
    fresh = make_state(tree, tree, hash, (char *const *)all->pdata, error);
    if (!fresh) {
        return FALSE;
    }
    g_key_file_set_string_list(
        fresh, GROUP, "directories", (const char *const *)directories,
        directories ? g_strv_length(directories) : 0);
    g_key_file_set_boolean(fresh, GROUP, "complete", TRUE);
    return g_key_file_save_to_file(fresh, place->state, error);
}

gboolean tv_unapply_plain(const char *tree, GError **error)
{
    g_autoptr(Place) place = place_new(tree);
    g_autoptr(GKeyFile) state = NULL;
    gboolean was_pending;

    state = load_state(place);
    was_pending =
        state && !g_key_file_get_boolean(state, GROUP, "complete", NULL);
    g_clear_pointer(&state, g_key_file_unref);
    if (!recover(place, &state, error)) {
        return FALSE;
    }
    if (was_pending) {
        return TRUE;
    }
    if (!state) {
        g_set_error(error, TV_ERROR, TV_ERROR_TREE,
                    "%s has no series that apply has put on it", tree);
        return FALSE;
    }
    return restore(place, state, error);
}
