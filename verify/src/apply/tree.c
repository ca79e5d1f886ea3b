/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "apply/apply.h"

#include <glib/gstdio.h>
#include <sys/stat.h>

#include "base/directory.h"
#include "base/error.h"
#include "series/quilt.h"
#include "upstream/source.h"

/* Takes back the first @count overlay files of @patch. */
static void remove_overlay(const TvPatch *patch, guint count,
                           const char *directory)
{
    for (guint i = 0; i < count; i++) {
        g_autofree char *copied = g_build_filename(
            directory, g_ptr_array_index(patch->overlay, i), NULL);

        g_unlink(copied);
    }
}

/* Overlay files of one patch; takes back what it copied when one fails. */
static gboolean copy_overlay(const TvSeries *series, guint index,
                             const char *directory, GError **error)
{
    const TvPatch *patch = g_ptr_array_index(series->patches, index);

    for (guint i = 0; i < patch->overlay->len; i++) {
        const char *file = g_ptr_array_index(patch->overlay, i);
        g_autofree char *from = tv_series_overlay_path(series, file);
        g_autofree char *to = g_build_filename(directory, file, NULL);

        if (!tv_tree_copy_file(from, to, error)) {
            g_prefix_error(error, "overlay of patches/%s: ", patch->name);
            remove_overlay(patch, i, directory);
            return FALSE;
        }
    }
    return TRUE;
}

char *tv_apply_kept_overlay(const char *tree, const char *file)
{
    return g_build_filename(tree, ".pc", "tcg-verify", "overlay", file, NULL);
}

gboolean tv_apply_keep_overlay(const TvSeries *series, guint count,
                               const char *tree, GError **error)
{
    g_autoptr(GPtrArray) files = tv_series_paths(series, count, 1);

    for (guint i = 0; i < files->len; i++) {
        const char *file = g_ptr_array_index(files, i);
        g_autofree char *from = tv_series_overlay_path(series, file);
        g_autofree char *to = tv_apply_kept_overlay(tree, file);

        if (!tv_tree_copy_file(from, to, error)) {
            return FALSE;
        }
    }
    return TRUE;
}

static gboolean fill(const TvOptions *options, const TvSeries *series,
                     guint count, const char *directory, GError **error)
{
    g_autofree char *pristine = tv_options_pristine(options);

    if (!tv_tree_copy(pristine, directory, NULL, error) ||
        !tv_quilt_push(series, 0, count, directory, error)) {
        return FALSE;
    }
    for (guint i = 0; i < count; i++) {
        if (!copy_overlay(series, i, directory, error)) {
            return FALSE;
        }
    }
    return count == 0 || tv_apply_keep_overlay(series, count, directory, error);
}

gboolean tv_apply_prefix(const TvOptions *options, const TvSeries *series,
                         guint count, const char *directory, GError **error)
{
    g_autofree char *parent = g_path_get_dirname(directory);

    if (g_file_test(directory, G_FILE_TEST_EXISTS)) {
        g_set_error(error, TV_ERROR, TV_ERROR_TREE, "%s exists already",
                    directory);
        return FALSE;
    }
    if (!tv_tree_make_directory(parent, error)) {
        return FALSE;
    }
    if (!fill(options, series, count, directory, error)) {
        tv_tree_remove(directory, NULL);
        return FALSE;
    }
    return TRUE;
}

gboolean tv_apply_next(const TvSeries *series, guint index,
                       const char *directory, GError **error)
{
    const TvPatch *patch = g_ptr_array_index(series->patches, index);

    if (!copy_overlay(series, index, directory, error)) {
        return FALSE;
    }
    if (!tv_quilt_push(series, index, index + 1, directory, error)) {
        remove_overlay(patch, patch->overlay->len, directory);
        return FALSE;
    }
    return TRUE;
}
