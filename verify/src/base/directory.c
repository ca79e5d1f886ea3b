/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/directory.h"

#include <errno.h>
#include <fcntl.h>
#include <fts.h>
#include <gio/gio.h>
#include <glib/gstdio.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"
#include "base/job-pool.h"

gboolean tv_tree_make_directory(const char *path, GError **error)
{
    if (g_mkdir_with_parents(path, 0777) != 0) {
        return tv_error_set_errno(error, errno, "create directory", path, NULL);
    }
    return TRUE;
}

gboolean tv_tree_remove(const char *path, GError **error)
{
    char *const paths[] = {(char *)path, NULL};
    struct stat info;
    FTSENT *entry;
    FTS *walk;
    gboolean ok = TRUE;

    if (lstat(path, &info) != 0) {
        return errno == ENOENT
                   ? TRUE
                   : tv_error_set_errno(error, errno, "look at", path, NULL);
    }
    walk = fts_open(paths, FTS_PHYSICAL | FTS_NOCHDIR, NULL);
    if (!walk) {
        return tv_error_set_errno(error, errno, "walk", path, NULL);
    }
    while (ok && (entry = fts_read(walk))) {
        switch (entry->fts_info) {
        case FTS_D:
            /* A directory without write permission keeps its entries. */
            if (!(entry->fts_statp->st_mode & S_IWUSR)) {
                chmod(entry->fts_accpath, 0700);
            }
            break;
        case FTS_DP:
            ok = rmdir(entry->fts_accpath) == 0;
            break;
        default:
            ok = unlink(entry->fts_accpath) == 0;
            break;
        }
        if (!ok) {
            tv_error_set_errno(error, errno, "remove", entry->fts_path, NULL);
        }
    }
    fts_close(walk);
    return ok;
}

gboolean tv_tree_copy(const char *from, const char *to, const char *const *skip,
                      GError **error)
{
    g_autoptr(GDir) dir = g_dir_open(from, 0, error);
    g_autoptr(TvJob) job = NULL;
    g_autoptr(GStrvBuilder) words = g_strv_builder_new();
    g_auto(GStrv) argv = NULL;
    const char *name;

    if (!dir) {
        return FALSE;
    }
    if (g_mkdir(to, 0777) != 0) {
        return tv_error_set_errno(error, errno, "create directory", to, NULL);
    }
    g_strv_builder_add_many(words, "cp", "--recursive", "--no-dereference",
                            "--preserve=mode,timestamps", "--reflink=auto",
                            "--target-directory", to, "--", NULL);
    while ((name = g_dir_read_name(dir))) {
        if (!skip || !g_strv_contains(skip, name)) {
            g_autofree char *path = g_build_filename(from, name, NULL);

            g_strv_builder_add(words, path);
        }
    }
    argv = g_strv_builder_end(words);
    /* With no file to copy, cp would take this for a mistake. */
    if (g_str_equal(argv[g_strv_length(argv) - 1], "--")) {
        return TRUE;
    }
    job = tv_job_new((const char *const *)argv);
    return tv_job_run_ok(job, error);
}

gboolean tv_tree_copy_file(const char *from, const char *to, GError **error)
{
    g_autofree char *directory = g_path_get_dirname(to);
    g_autoptr(GFile) source = g_file_new_for_path(from);
    g_autoptr(GFile) target = g_file_new_for_path(to);

    return tv_tree_make_directory(directory, error) &&
           g_file_copy(source, target, G_FILE_COPY_NONE, NULL, NULL, NULL,
                       error);
}

gboolean tv_tree_replace(const char *place, const char *fresh, GError **error)
{
    if (g_rename(fresh, place) == 0) {
        return TRUE;
    }
    if (errno != ENOTEMPTY && errno != EEXIST) {
        return tv_error_set_errno(error, errno, "rename to", place, NULL);
    }
    if (renameat2(AT_FDCWD, fresh, AT_FDCWD, place, RENAME_EXCHANGE) == 0) {
        return tv_tree_remove(fresh, error);
    }
    if (errno != EINVAL && errno != ENOSYS) {
        return tv_error_set_errno(error, errno, "exchange", place, NULL);
    }
    /* A file system that cannot exchange: put it aside first. */
    {
        g_autofree char *old = g_strconcat(fresh, ".old", NULL);

        if (g_rename(place, old) != 0) {
            return tv_error_set_errno(error, errno, "put aside", place, NULL);
        }
        if (g_rename(fresh, place) != 0) {
            int saved = errno;

            g_rename(old, place);
            return tv_error_set_errno(error, saved, "rename to", place, NULL);
        }
        return tv_tree_remove(old, error);
    }
}

gboolean tv_tree_sweep(const char *directory, const char *prefix,
                       GError **error)
{
    g_autoptr(GDir) dir = g_dir_open(directory, 0, NULL);
    const char *name;

    while (dir && (name = g_dir_read_name(dir))) {
        if (g_str_has_prefix(name, prefix)) {
            g_autofree char *path = g_build_filename(directory, name, NULL);

            if (!tv_tree_remove(path, error)) {
                return FALSE;
            }
        }
    }
    return TRUE;
}

void tv_tree_prune(const char *top, const char *directory)
{
    g_autofree char *path = g_strdup(directory);

    while (strlen(path) > strlen(top) && rmdir(path) == 0) {
        char *parent = g_path_get_dirname(path);

        g_free(path);
        path = parent;
    }
}
