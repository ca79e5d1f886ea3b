/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <glib/gstdio.h>
#include <stdio.h>
#include <string.h>

#include "base/directory.h"
#include "base/error.h"
#include "base/git.h"
#include "import/import.h"

/*
 * In the project while its files are replaced: what they were (old/), and the
 * list of all that are (list, complete before the first is touched).
 */
#define PLACE ".tcg-verify-import"

static const char *const rooms[] = {"series", "patches", "overlay"};

static void list_files(const char *root, const char *below, GHashTable *files)
{
    g_autofree char *path = g_build_filename(root, below, NULL);
    g_autoptr(GDir) dir = g_dir_open(path, 0, NULL);
    const char *name;

    if (!dir) {
        if (g_file_test(path, G_FILE_TEST_EXISTS)) {
            g_hash_table_add(files, g_strdup(below));
        }
        return;
    }
    while ((name = g_dir_read_name(dir))) {
        g_autofree char *inner = g_build_filename(below, name, NULL);

        list_files(root, inner, files);
    }
}

gboolean tv_import_same_file(const char *a, const char *b)
{
    return tv_patch_same_content(a, b) &&
           g_file_test(a, G_FILE_TEST_IS_EXECUTABLE) ==
               g_file_test(b, G_FILE_TEST_IS_EXECUTABLE);
}

static int by_name(gconstpointer a, gconstpointer b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Git could not give it back. */
static gboolean is_untracked(const char *project, const char *file)
{
    g_autofree char *out =
        TV_GIT(project, NULL, NULL, "ls-files", "--others", "--", file);

    return out && *out;
}

/* Those that are not the same in both, or in one only.  A file that no series lists
 * and git does not track stays. */
static GPtrArray *differing(const char *project, const char *stage)
{
    g_autoptr(GHashTable) files =
        g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    GPtrArray *changed = g_ptr_array_new_with_free_func(g_free);
    GHashTableIter iter;
    gpointer file;

    for (gsize i = 0; i < G_N_ELEMENTS(rooms); i++) {
        list_files(project, rooms[i], files);
        list_files(stage, rooms[i], files);
    }
    g_hash_table_iter_init(&iter, files);
    while (g_hash_table_iter_next(&iter, &file, NULL)) {
        g_autofree char *old = g_build_filename(project, file, NULL);
        g_autofree char *fresh = g_build_filename(stage, file, NULL);

        if (!tv_import_same_file(old, fresh) &&
            (g_file_test(fresh, G_FILE_TEST_EXISTS) ||
             !is_untracked(project, file))) {
            g_ptr_array_add(changed, g_strdup(file));
        }
    }
    g_ptr_array_sort(changed, by_name);
    return changed;
}

/* Moves @from over @to; if there is no @from, there is no @to afterwards. */
static gboolean move_file(const char *from, const char *to, const char *top,
                          GError **error)
{
    g_autofree char *directory = g_path_get_dirname(to);

    if (!g_file_test(from, G_FILE_TEST_EXISTS)) {
        if (g_unlink(to) != 0 && errno != ENOENT) {
            return tv_error_set_errno(error, errno, "remove", to, NULL);
        }
        tv_tree_prune(top, directory);
        return TRUE;
    }
    if (!tv_tree_make_directory(directory, error)) {
        return FALSE;
    }
    if (g_rename(from, to) != 0) {
        return tv_error_set_errno(error, errno, "replace", to, NULL);
    }
    return TRUE;
}

gboolean tv_import_recover(const char *project, GError **error)
{
    g_autofree char *place = g_build_filename(project, PLACE, NULL);
    g_autofree char *list = g_build_filename(place, "list", NULL);
    g_autofree char *text = NULL;
    g_auto(GStrv) files = NULL;

    if (!g_file_get_contents(list, &text, NULL, NULL)) {
        return tv_tree_remove(place, error);
    }
    fprintf(stderr, "%s: taking back what an interrupted import has begun\n",
            project);
    files = g_strsplit(text, "\n", -1);
    for (char **file = files; *file && **file; file++) {
        g_autofree char *old = g_build_filename(place, "old", *file, NULL);
        g_autofree char *copy = g_strconcat(old, ".back", NULL);
        g_autofree char *to = g_build_filename(project, *file, NULL);

        /* A copy: so this can be cut short as well. */
        g_unlink(copy);
        if ((g_file_test(old, G_FILE_TEST_EXISTS) &&
             !tv_tree_copy_file(old, copy, error)) ||
            !move_file(copy, to, project, error)) {
            return FALSE;
        }
    }
    return tv_tree_remove(place, error);
}

static gboolean prepare(const char *project, const char *stage,
                        const char *place, const GPtrArray *changed,
                        GError **error)
{
    g_autofree char *list = g_build_filename(place, "list", NULL);
    g_autoptr(GString) text = g_string_new(NULL);

    if (!tv_tree_remove(place, error) ||
        !tv_tree_make_directory(place, error)) {
        return FALSE;
    }
    for (guint i = 0; i < changed->len; i++) {
        const char *file = g_ptr_array_index(changed, i);
        g_autofree char *now = g_build_filename(project, file, NULL);
        g_autofree char *fresh = g_build_filename(stage, file, NULL);
        g_autofree char *old = g_build_filename(place, "old", file, NULL);
        g_autofree char *to = g_build_filename(place, "new", file, NULL);

        if ((g_file_test(now, G_FILE_TEST_EXISTS) &&
             !tv_tree_copy_file(now, old, error)) ||
            (g_file_test(fresh, G_FILE_TEST_EXISTS) &&
             !tv_tree_copy_file(fresh, to, error))) {
            return FALSE;
        }
        g_string_append_printf(text, "%s\n", file);
    }
    return g_file_set_contents(list, text->str, -1, error);
}

gboolean tv_import_install(TvImport *import, guint *count, GError **error)
{
    const char *project = import->options->project;
    g_autofree char *place = g_build_filename(project, PLACE, NULL);
    g_autoptr(GPtrArray) changed = differing(project, import->stage);

    *count = changed->len;
    if (!changed->len) {
        return TRUE;
    }
    if (!prepare(project, import->stage, place, changed, error)) {
        tv_tree_remove(place, NULL);
        return FALSE;
    }
    for (guint i = 0; i < changed->len; i++) {
        const char *file = g_ptr_array_index(changed, i);
        g_autofree char *fresh = g_build_filename(place, "new", file, NULL);
        g_autofree char *to = g_build_filename(project, file, NULL);
        g_autofree char *old = g_build_filename(place, "old", file, NULL);
        gboolean had = g_file_test(old, G_FILE_TEST_EXISTS);
        gboolean has = g_file_test(fresh, G_FILE_TEST_EXISTS);

        if (!move_file(fresh, to, project, error)) {
            tv_import_recover(project, NULL);
            return FALSE;
        }
        fprintf(stderr, "%s %s\n", !had ? "new" : has ? "changed" : "removed",
                file);
    }
    return tv_tree_remove(place, error);
}

char *tv_import_uncommitted(const char *project, const char *const *places,
                            GError **error)
{
    g_autofree char *inside =
        TV_GIT(project, NULL, NULL, "rev-parse", "--is-inside-work-tree");
    g_autoptr(GStrvBuilder) words = g_strv_builder_new();
    g_auto(GStrv) list = NULL;

    if (g_strcmp0(inside, "true") != 0) {
        return g_strdup("");
    }
    g_strv_builder_add_many(words, "status", "--porcelain", "--", NULL);
    g_strv_builder_addv(words, (const char **)places);
    list = g_strv_builder_end(words);
    return tv_git(project, NULL, error, (const char *const *)list);
}
