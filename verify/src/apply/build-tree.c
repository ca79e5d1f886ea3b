/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "apply/apply.h"

#include <errno.h>
#include <fcntl.h>
#include <fts.h>
#include <glib/gstdio.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "base/directory.h"
#include "base/error.h"
#include "base/hash.h"
#include "base/lock.h"
#include "base/manifest.h"
#include "project/kept-tree.h"
#include "upstream/firmware.h"

/*
 * Compilers are run again for what is newer than their output.  So a file of
 * the fresh tree is as old as its twin in the old tree if they are equal, and
 * as of now if not, even where its content is upstream's again.
 */
static gboolean keep_times(const TvKeptTree *place, GError **error)
{
    const struct timespec now[] = {{.tv_nsec = UTIME_NOW},
                                   {.tv_nsec = UTIME_NOW}};
    char *const paths[] = {place->fresh, NULL};
    gsize prefix = strlen(place->fresh);
    FTS *walk = fts_open(paths, FTS_PHYSICAL | FTS_NOCHDIR, NULL);
    FTSENT *entry;
    gboolean ok = TRUE;

    if (!walk) {
        return tv_error_set_errno(error, errno, "walk", place->fresh, NULL);
    }
    while (ok && (entry = fts_read(walk))) {
        const struct stat *fresh = entry->fts_statp;
        g_autofree char *twin = NULL;
        struct stat old;

        if (entry->fts_info == FTS_D && entry->fts_level == 1 &&
            g_str_equal(entry->fts_name, ".pc")) {
            fts_set(walk, entry, FTS_SKIP);
        }
        if (entry->fts_info != FTS_F) {
            continue;
        }
        twin = g_strconcat(place->tree, entry->fts_path + prefix, NULL);
        if (lstat(twin, &old) != 0) {
            ok = utimensat(AT_FDCWD, entry->fts_path, now, 0) == 0;
        } else if (old.st_size != fresh->st_size ||
                   old.st_mtim.tv_sec != fresh->st_mtim.tv_sec ||
                   old.st_mtim.tv_nsec != fresh->st_mtim.tv_nsec) {
            const struct timespec kept[] = {old.st_mtim, old.st_mtim};
            gboolean same = tv_patch_same_content(twin, entry->fts_path);

            ok =
                utimensat(AT_FDCWD, entry->fts_path, same ? kept : now, 0) == 0;
        }
        if (!ok) {
            tv_error_set_errno(error, errno, "set the time of", entry->fts_path,
                               NULL);
        }
    }
    fts_close(walk);
    return ok;
}

/* Changes by hand that the fresh tree does not have. */
static gboolean check_edits(const TvKeptTree *place, GError **error)
{
    g_autofree char *manifest = NULL;
    g_auto(GStrv) lines = NULL;

    if (!g_file_get_contents(place->manifest, &manifest, NULL, NULL) ||
        tv_manifest_changed(manifest, place->tree, NULL) == 0) {
        return TRUE;
    }
    lines = g_strsplit(manifest, "\n", -1);
    for (char **line = lines; *line && **line; line++) {
        g_autofree char *one = g_strconcat(*line, "\n", NULL);
        g_autofree char *file = NULL;
        g_autofree char *old = NULL;
        g_autofree char *fresh = NULL;

        if (tv_manifest_changed(one, place->tree, &file) == 0) {
            continue;
        }
        old = g_build_filename(place->tree, file, NULL);
        fresh = g_build_filename(place->fresh, file, NULL);
        if (g_file_test(old, G_FILE_TEST_EXISTS) && !tv_patch_same_content(old, fresh)) {
            g_set_error(error, TV_ERROR, TV_ERROR_TREE,
                        "%s was changed by hand, and the series has changed "
                        "as well; bring the change into its patch ('quilt "
                        "refresh') or give --force to lose it",
                        old);
            return FALSE;
        }
    }
    return TRUE;
}

static gboolean make(const TvOptions *options, const TvSeries *series,
                     const TvKeptTree *place, guint count, gboolean force,
                     GError **error)
{
    g_autofree char *manifest = NULL;

    if (!tv_apply_prefix(options, series, count, place->fresh, error) ||
        (!force && !check_edits(place, error)) || !keep_times(place, error) ||
        !(manifest = tv_manifest_of(place->fresh, error))) {
        return FALSE;
    }
    /* No stamp, no tree: so a run killed in between starts again. */
    if (g_unlink(place->stamp) != 0 && errno != ENOENT) {
        return tv_error_set_errno(error, errno, "remove", place->stamp, NULL);
    }
    return tv_tree_replace(place->tree, place->fresh, error) &&
           g_file_set_contents(place->manifest, manifest, -1, error);
}

static char *key_of(const TvSeries *series, const char *pristine_id,
                    guint count, GError **error)
{
    g_autofree char *hash = tv_series_hash(series, count, error);

    return hash ? g_strdup_printf("%s series:%s\n", pristine_id, hash) : NULL;
}

/* check looks at the tree with changes by hand. */
static void report_edits(const TvKeptTree *place)
{
    g_autofree char *manifest = NULL;
    g_autofree char *first = NULL;
    guint edits;

    if (g_file_get_contents(place->manifest, &manifest, NULL, NULL) &&
        (edits = tv_manifest_changed(manifest, place->tree, &first))) {
        fprintf(stderr,
                "apply: %u file%s of %s changed by hand (%s%s), left as "
                "is; --force makes the tree anew\n",
                edits, edits == 1 ? " was" : "s were", place->tree, first,
                edits == 1 ? "" : ", ...");
    }
}

gboolean tv_apply_build(const TvOptions *options, const TvSeries *series,
                        const char *pristine_id, guint count, gboolean force,
                        gboolean *changed, GError **error)
{
    g_autoptr(TvKeptTree) place = tv_kept_tree_new(options, "src");
    g_autofree char *key = key_of(series, pristine_id, count, error);
    g_autofree char *stamp = NULL;
    gboolean ok = TRUE;
    int lock;

    if (!key || (lock = tv_lock_take(place->directory, error)) < 0) {
        return FALSE;
    }
    *changed = force ||
               !g_file_get_contents(place->stamp, &stamp, NULL, NULL) ||
               !g_str_equal(stamp, key) ||
               !g_file_test(place->tree, G_FILE_TEST_IS_DIR);
    if (*changed) {
        ok = tv_tree_sweep(place->directory, TV_KEPT_TREE_TEMPORARY, error) &&
             make(options, series, place, count, force, error) &&
             g_file_set_contents(place->stamp, key, -1, error);
        if (!ok) {
            tv_tree_remove(place->fresh, NULL);
        }
    } else {
        report_edits(place);
        ok = tv_firmware_add(place->tree, error);
    }
    tv_lock_release(lock);
    return ok;
}

/* How many patches of @series the tree has by its stamp; -1: of another. */
static int patches_of(const TvSeries *series, const char *stamp, GError **error)
{
    for (int count = (int)series->patches->len; count >= 0; count--) {
        g_autofree char *hash = tv_series_hash(series, (guint)count, error);
        g_autofree char *end =
            hash ? g_strdup_printf(" series:%s\n", hash) : NULL;

        if (!end || g_str_has_suffix(stamp, end)) {
            return end ? count : -1;
        }
    }
    return -1;
}

char *tv_apply_current(const TvOptions *options, GError **error)
{
    g_autoptr(TvKeptTree) place = tv_kept_tree_new(options, "src");
    g_autoptr(TvSeries) series = NULL;
    g_autofree char *stamp = NULL;
    g_autoptr(GError) problem = NULL;
    int count;

    if (options->tree) {
        return g_strdup(options->tree);
    }
    if (!g_file_get_contents(place->stamp, &stamp, NULL, NULL)) {
        g_set_error(error, TV_ERROR, TV_ERROR_TREE,
                    "there is no applied tree %s; run 'tcg-verify apply'",
                    place->tree);
        return NULL;
    }
    if (!(series = tv_series_load(options->project, error))) {
        return NULL;
    }
    count = patches_of(series, stamp, &problem);
    if (problem) {
        g_propagate_error(error, g_steal_pointer(&problem));
        return NULL;
    }
    if (count < 0) {
        g_set_error(error, TV_ERROR, TV_ERROR_TREE,
                    "%s was made from another series than the present one; "
                    "run 'tcg-verify apply'",
                    place->tree);
        return NULL;
    }
    if (count < (int)series->patches->len) {
        fprintf(stderr, "%s has the first %d of %u patches\n", place->tree,
                count, series->patches->len);
    }
    return g_strdup(place->tree);
}

char *tv_apply_identity(const TvOptions *options, GError **error)
{
    g_autoptr(TvKeptTree) place = tv_kept_tree_new(options, "src");
    g_autofree char *tree = tv_apply_current(options, error);
    g_autofree char *stamp = NULL;

    if (!tree || options->tree) {
        return g_steal_pointer(&tree);
    }
    if (!g_file_get_contents(place->stamp, &stamp, NULL, error)) {
        return NULL;
    }
    return g_strdup(g_strchomp(stamp));
}
