/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "upstream/source.h"

#include <glib/gstdio.h>
#include <stdio.h>

#include "base/directory.h"
#include "base/error.h"
#include "base/hash.h"
#include "upstream/download.h"

/* One line with the hash that a file has and those that it may have. */
static void set_wrong_hash(GError **error, const TvBase *base, const char *path,
                           const char *sha256)
{
    g_autofree char *name = g_path_get_basename(path);
    const TvTarball *named = tv_base_find_tarball(base, name);
    g_autoptr(GString) wanted = g_string_new(NULL);

    for (guint i = 0; i < base->tarballs->len; i++) {
        const TvTarball *tarball = g_ptr_array_index(base->tarballs, i);

        if (!named || named == tarball) {
            g_string_append_printf(wanted, "%s%s (%s)",
                                   wanted->len ? " nor " : "", tarball->sha256,
                                   tarball->file);
        }
    }
    g_set_error(error, TV_ERROR, TV_ERROR_HASH,
                "refused %s: its sha256 is %s, not %s as base.ini pins", path,
                sha256, wanted->str);
}

/* TRUE if base.ini has the hash of @path, which @sha256 gets; else FALSE with
 * TV_ERROR_HASH. */
static gboolean check_hash(const TvBase *base, const char *path, char **sha256,
                           GError **error)
{
    g_autofree char *found = tv_hash_file(path, error);

    for (guint i = 0; found && i < base->tarballs->len; i++) {
        const TvTarball *tarball = g_ptr_array_index(base->tarballs, i);

        if (g_str_equal(tarball->sha256, found)) {
            *sha256 = g_steal_pointer(&found);
            return TRUE;
        }
    }
    if (found) {
        set_wrong_hash(error, base, path, found);
    }
    return FALSE;
}

/* QEMU_TARBALL: a file, or a directory with one of the pinned names. */
static char *users_tarball(const TvBase *base, const char *given, char **sha256,
                           GError **error)
{
    g_autoptr(GString) names = g_string_new(NULL);
    g_autofree char *path = g_canonicalize_filename(given, NULL);
    g_autofree char *file = NULL;

    if (!g_file_test(path, G_FILE_TEST_IS_DIR)) {
        file = g_strdup(path);
    }
    for (guint i = 0; !file && i < base->tarballs->len; i++) {
        const TvTarball *tarball = g_ptr_array_index(base->tarballs, i);

        g_string_append_printf(names, "%s%s", names->len ? ", " : "",
                               tarball->file);
        file = g_build_filename(path, tarball->file, NULL);
        if (!g_file_test(file, G_FILE_TEST_EXISTS)) {
            g_clear_pointer(&file, g_free);
        }
    }
    if (!file) {
        g_set_error(error, TV_ERROR, TV_ERROR_INPUT,
                    "QEMU_TARBALL: the directory %s holds none of: %s", path,
                    names->str);
        return NULL;
    }
    if (!check_hash(base, file, sha256, error)) {
        g_prefix_error(error, "QEMU_TARBALL: ");
        return NULL;
    }
    return g_steal_pointer(&file);
}

/* Removes a file of the cache that has another hash. */
static char *cached_tarball(const TvBase *base, const char *cache,
                            char **sha256, GError **error)
{
    for (guint i = 0; i < base->tarballs->len; i++) {
        const TvTarball *tarball = g_ptr_array_index(base->tarballs, i);
        g_autofree char *file = g_build_filename(cache, tarball->file, NULL);
        g_autoptr(GError) local = NULL;

        if (!g_file_test(file, G_FILE_TEST_EXISTS)) {
            continue;
        }
        if (check_hash(base, file, sha256, &local)) {
            return g_steal_pointer(&file);
        }
        if (!g_error_matches(local, TV_ERROR, TV_ERROR_HASH)) {
            g_propagate_error(error, g_steal_pointer(&local));
            return NULL;
        }
        fprintf(stderr, "%s; removed\n", local->message);
        g_unlink(file);
    }
    return NULL;
}

/* Tries every source of base.ini; the error says why each one failed. */
static char *fetch(const TvOptions *options, const char *cache, char **sha256,
                   GError **error)
{
    g_autoptr(GString) reasons = g_string_new(NULL);

    for (guint i = 0; i < options->base->tarballs->len; i++) {
        const TvTarball *tarball =
            g_ptr_array_index(options->base->tarballs, i);
        g_autofree char *file = g_build_filename(cache, tarball->file, NULL);
        g_autofree char *part = g_strconcat(file, ".new", NULL);
        g_autoptr(GError) local = NULL;

        if (tv_download(options, tarball, part, &local) &&
            check_hash(options->base, part, sha256, &local)) {
            if (g_rename(part, file) == 0) {
                return g_steal_pointer(&file);
            }
            g_clear_pointer(sha256, g_free);
        }
        g_unlink(part);
        if (g_error_matches(local, TV_ERROR, TV_ERROR_CANCELLED)) {
            g_propagate_error(error, g_steal_pointer(&local));
            return NULL;
        }
        g_string_append_printf(reasons, "; %s: %s", tarball->name,
                               local ? local->message : "cannot rename");
    }
    g_set_error(error, TV_ERROR, TV_ERROR_NETWORK,
                "no source has the tarball; set QEMU_TARBALL to a file or "
                "directory that has it%s",
                reasons->str);
    return NULL;
}

char *tv_source_find_tarball(const TvOptions *options, char **sha256,
                             GError **error)
{
    const char *given = g_getenv("QEMU_TARBALL");
    g_autofree char *cache =
        tv_options_build_path(options, "cache", "tarballs", NULL);
    g_autoptr(GError) local = NULL;
    char *path;

    *sha256 = NULL;
    if (given && *given) {
        return users_tarball(options->base, given, sha256, error);
    }
    if (!tv_tree_make_directory(cache, error)) {
        return NULL;
    }
    path = cached_tarball(options->base, cache, sha256, &local);
    if (path) {
        return path;
    }
    if (local) {
        g_propagate_error(error, g_steal_pointer(&local));
        return NULL;
    }
    for (guint i = 0; i < options->base->tarballs->len; i++) {
        const TvTarball *tarball =
            g_ptr_array_index(options->base->tarballs, i);
        g_autofree char *prefix = g_strconcat(tarball->file, ".", NULL);

        if (!tv_tree_sweep(cache, prefix, error)) {
            return NULL;
        }
    }
    return fetch(options, cache, sha256, error);
}
