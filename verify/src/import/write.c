/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <string.h>

#include "base/directory.h"
#include "base/error.h"
#include "import/import.h"
#include "series/quilt.h"
#include "series/series.h"

/* The patches of the stage, to be compared with those of the project. */
static gboolean put_patch(const TvImport *import, const TvImportPatch *patch,
                          const char *text, GError **error)
{
    g_autofree char *path =
        g_build_filename(import->stage, "patches", patch->name, NULL);
    g_autofree char *directory = g_path_get_dirname(path);
    const char *rule = strstr(text, "\n---\n");
    g_autofree char *head = NULL;
    g_autofree char *whole = NULL;

    if (!rule) {
        g_set_error(error, TV_ERROR, TV_ERROR_TOOL,
                    "git format-patch writes %s without a line '---'",
                    patch->name);
        return FALSE;
    }
    rule += strlen("\n---\n");
    head = g_strndup(text, rule - text);
    whole = g_strconcat(head, patch->notes, rule, NULL);
    return tv_tree_make_directory(directory, error) &&
           g_file_set_contents(path, whole, -1, error);
}

/* Headers are mails: what is not ASCII would come encoded. */
static gboolean check_message(const TvImportPatch *patch, GError **error)
{
    if (!g_str_is_ascii(patch->message)) {
        g_set_error(error, TV_ERROR, TV_ERROR_INPUT,
                    "the message of %s is not plain ASCII, as headers of "
                    "patches have to be",
                    patch->name);
        return FALSE;
    }
    if (strchr(patch->message, '\r')) {
        g_set_error(error, TV_ERROR, TV_ERROR_INPUT,
                    "the message of %s has carriage returns; end its lines in "
                    "LF alone",
                    patch->name);
        return FALSE;
    }
    if (strstr(patch->message, "\n---\n") ||
        strstr(patch->message, "\ndiff --git ")) {
        g_set_error(error, TV_ERROR, TV_ERROR_INPUT,
                    "the message of %s has a line that begins a diff",
                    patch->name);
        return FALSE;
    }
    return TRUE;
}

/* Every file that any patch changes or deletes. */
static GPtrArray *touched_files(const TvImport *import)
{
    g_autoptr(GHashTable) seen =
        g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    GPtrArray *files = g_ptr_array_new_with_free_func(g_free);

    for (guint i = 0; i < import->patches->len; i++) {
        const TvImportPatch *patch = g_ptr_array_index(import->patches, i);
        g_auto(GStrv) lines = g_strsplit(patch->entries->str, "\n", -1);

        for (char **line = lines; *line && **line; line++) {
            const char *path = strchr(*line, '\t') + 1;

            if (g_hash_table_add(seen, g_strdup(path))) {
                g_ptr_array_add(files, g_strdup(path));
            }
        }
    }
    return files;
}

/* Commits all that have a diff; a remark names the others. */
static char *commit_all(TvImport *import, const char *base, guint *count,
                        GError **error)
{
    g_autofree char *head = g_strdup(base);

    *count = 0;
    for (guint i = 0; i < import->patches->len; i++) {
        const TvImportPatch *patch = g_ptr_array_index(import->patches, i);
        g_autofree char *done = NULL;
        char *next;

        if (!patch->entries->len && patch->overlay->len) {
            g_set_error(error, TV_ERROR, TV_ERROR_INPUT,
                        "%s only brings in %s; a patch that brings in a file "
                        "has to change one of upstream's as well, as "
                        "meson.build",
                        patch->name,
                        (char *)g_ptr_array_index(patch->overlay, 0));
            return NULL;
        }
        if (!patch->entries->len) {
            tv_import_remark(import,
                             "%s changes no file of upstream and is left out",
                             patch->name);
            continue;
        }
        if (!check_message(patch, error) ||
            !(done = TV_PATCH_GIT(import->repository, patch->entries->str,
                                  error, "update-index", "--index-info"))) {
            return NULL;
        }
        next = tv_patch_repository_commit(import->repository, head,
                                          patch->message, error);
        if (!next) {
            return NULL;
        }
        g_free(head);
        head = next;
        ++*count;
    }
    return g_steal_pointer(&head);
}

/* Patches of another upstream would not be patches of this one. */
static gboolean check_base(const TvImport *import, const char *base,
                           GError **error)
{
    g_autofree char *out = TV_PATCH_GIT(import->repository, NULL, error,
                                        "ls-tree", "-r", base);
    g_auto(GStrv) lines = NULL;
    GHashTableIter iter;
    gpointer path;
    gpointer blob;

    if (!out) {
        return FALSE;
    }
    lines = g_strsplit(out, "\n", -1);
    g_hash_table_iter_init(&iter, import->before);
    while (g_hash_table_iter_next(&iter, &path, &blob)) {
        g_autofree char *line =
            g_strdup_printf("blob %s\t%s", (char *)blob, (char *)path);
        gboolean same = FALSE;

        for (char **entry = lines; *entry && !same; entry++) {
            same = g_str_has_suffix(*entry, line);
        }
        if (!same) {
            g_set_error(error, TV_ERROR, TV_ERROR_TREE,
                        "%s: %s was not upstream's %s before the first patch; "
                        "edits come back from trees of that release only",
                        import->tree, (char *)path,
                        import->options->base->version);
            return FALSE;
        }
    }
    return TRUE;
}

/*
 * The patches are git's.  quilt, by which `apply` puts them on most trees, has
 * to make the same of them.
 */
static gboolean check_applies(const TvImport *import, const TvSeries *series,
                              const GPtrArray *touched, const char *tip,
                              GError **error)
{
    g_autofree char *pristine = tv_options_pristine(import->options);
    g_autofree char *scratch =
        g_build_filename(import->stage, "applied", NULL);
    g_autofree char *empty = NULL;
    g_autofree char *made = NULL;
    g_autofree char *differs = NULL;

    if (!tv_tree_make_directory(scratch, error)) {
        return FALSE;
    }
    for (guint i = 0; i < touched->len; i++) {
        const char *file = g_ptr_array_index(touched, i);
        g_autofree char *from = g_build_filename(pristine, file, NULL);
        g_autofree char *to = g_build_filename(scratch, file, NULL);

        if (g_file_test(from, G_FILE_TEST_EXISTS) &&
            !tv_tree_copy_file(from, to, error)) {
            return FALSE;
        }
    }
    if (!tv_quilt_push(series, 0, series->patches->len, scratch, error) ||
        !(empty = TV_PATCH_GIT(import->repository, NULL, error, "read-tree",
                               "--empty")) ||
        !(made = tv_patch_repository_base(import->repository, touched, scratch,
                                          error)) ||
        !(differs = TV_PATCH_GIT(import->repository, NULL, error, "diff-tree",
                                 "-r", "--name-only", "--no-renames", tip,
                                 made))) {
        return FALSE;
    }
    if (*differs) {
        differs[strcspn(differs, "\n")] = '\0';
        g_set_error(error, TV_ERROR, TV_ERROR_INPUT,
                    "applied by quilt, they make another %s than the tree has",
                    differs);
        return FALSE;
    }
    return TRUE;
}

gboolean tv_import_write(TvImport *import, GError **error)
{
    g_autofree char *pristine = tv_options_pristine(import->options);
    g_autofree char *overlay =
        g_build_filename(import->stage, "overlay", NULL);
    g_autofree char *patches =
        g_build_filename(import->stage, "patches", NULL);
    g_autofree char *path = g_build_filename(import->stage, "series", NULL);
    g_autoptr(GPtrArray) touched = touched_files(import);
    g_autofree char *base = tv_patch_repository_base(
        import->repository, touched, pristine, error);
    g_autofree char *tip = NULL;
    g_autoptr(TvSeries) series = NULL;
    guint count;
    guint number = 0;

    tip = base && check_base(import, base, error)
              ? commit_all(import, base, &count, error)
              : NULL;
    if (!tip || !tv_tree_make_directory(overlay, error) ||
        !tv_tree_make_directory(patches, error)) {
        return FALSE;
    }
    if (count && !tv_patch_repository_format(import->repository, base, tip,
                                             error)) {
        return FALSE;
    }
    for (guint i = 0; i < import->patches->len; i++) {
        const TvImportPatch *patch = g_ptr_array_index(import->patches, i);
        g_autofree char *text = NULL;

        if (!patch->entries->len) {
            continue;
        }
        text = tv_patch_repository_read(import->repository, ++number, error);
        if (!text || !put_patch(import, patch, text, error)) {
            return FALSE;
        }
    }
    if (!g_file_set_contents(path, import->series, -1, error)) {
        return FALSE;
    }
    /* What could not be applied again is not handed over. */
    series = tv_series_load_clean(import->stage, pristine, error);
    if (!series) {
        g_prefix_error(error, "the edits make no series: ");
        return FALSE;
    }
    if (series->patches->len != count) {
        g_set_error(error, TV_ERROR, TV_ERROR_INPUT,
                    "the edits make no series: %u patches, of which it lists "
                    "%u",
                    count, series->patches->len);
        return FALSE;
    }
    if (!check_applies(import, series, touched, tip, error)) {
        g_prefix_error(error, "the edits make no series: ");
        return FALSE;
    }
    return TRUE;
}
