#include "base/directory.h"

#include <errno.h>
#include <fcntl.h>
#include <fts.h>
#include <glib/gstdio.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"
#include "base/interrupt.h"

#define COPY_CHUNK (1 << 20)

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

static gboolean copy_bytes(int in, int out)
{
    g_autofree char *buffer = NULL;
    ssize_t size;

    while ((size = copy_file_range(in, NULL, out, NULL, COPY_CHUNK, 0)) > 0) {
        continue;
    }
    if (size == 0) {
        return TRUE;
    }
    /* Not between these file systems: by hand, from where it stopped. */
    buffer = g_malloc(COPY_CHUNK);
    while ((size = read(in, buffer, COPY_CHUNK)) > 0) {
        for (ssize_t done = 0, part; done < size; done += part) {
            part = write(out, buffer + done, size - done);
            if (part < 0) {
                return FALSE;
            }
        }
    }
    return size == 0;
}

static gboolean copy_regular(const char *from, const char *to,
                             const struct stat *info, GError **error)
{
    const struct timespec times[] = {info->st_mtim, info->st_mtim};
    int in = open(from, O_RDONLY | O_CLOEXEC);
    int out;
    gboolean ok;

    if (in < 0) {
        return tv_error_set_errno(error, errno, "open", from, NULL);
    }
    out = open(to, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (out < 0) {
        tv_error_set_errno(error, errno, "create", to, NULL);
        close(in);
        return FALSE;
    }
    ok = copy_bytes(in, out) && fchmod(out, info->st_mode & 07777) == 0 &&
         futimens(out, times) == 0;
    if (!ok) {
        tv_error_set_errno(error, errno, "write", to, "is the disk full?");
    }
    close(in);
    if (close(out) != 0 && ok) {
        ok = tv_error_set_errno(error, errno, "write", to, "is the disk full?");
    }
    return ok;
}

static gboolean copy_link(const char *from, const char *to,
                          const struct stat *info, GError **error)
{
    const struct timespec times[] = {info->st_mtim, info->st_mtim};
    g_autofree char *target = g_file_read_link(from, error);

    if (!target) {
        return FALSE;
    }
    if (symlink(target, to) != 0 ||
        utimensat(AT_FDCWD, to, times, AT_SYMLINK_NOFOLLOW) != 0) {
        return tv_error_set_errno(error, errno, "create link", to, NULL);
    }
    return TRUE;
}

static gboolean copy_entry(FTS *walk, FTSENT *entry, const char *to,
                           GError **error)
{
    const struct stat *info = entry->fts_statp;

    switch (entry->fts_info) {
    case FTS_D:
        if (mkdir(to, 0700) != 0) {
            return tv_error_set_errno(error, errno, "create directory", to,
                                      NULL);
        }
        return TRUE;
    case FTS_DP: {
        const struct timespec times[] = {info->st_mtim, info->st_mtim};

        if (chmod(to, info->st_mode & 07777) != 0 ||
            utimensat(AT_FDCWD, to, times, 0) != 0) {
            return tv_error_set_errno(error, errno, "finish", to, NULL);
        }
        return TRUE;
    }
    case FTS_F:
        return copy_regular(entry->fts_accpath, to, info, error);
    case FTS_SL:
    case FTS_SLNONE:
        return copy_link(entry->fts_accpath, to, info, error);
    case FTS_DEFAULT:
        g_set_error(error, TV_ERROR, TV_ERROR_TREE,
                    "%s is neither file, directory nor link", entry->fts_path);
        return FALSE;
    default:
        return tv_error_set_errno(error, entry->fts_errno, "read",
                                  entry->fts_path, NULL);
    }
}

gboolean tv_tree_copy(const char *from, const char *to, const char *const *skip,
                      GError **error)
{
    char *const paths[] = {(char *)from, NULL};
    gsize prefix = strlen(from);
    FTSENT *entry;
    FTS *walk = fts_open(paths, FTS_PHYSICAL | FTS_NOCHDIR, NULL);
    gboolean ok = TRUE;

    if (!walk) {
        return tv_error_set_errno(error, errno, "walk", from, NULL);
    }
    while (ok && (entry = fts_read(walk))) {
        g_autofree char *target =
            g_strconcat(to, entry->fts_path + prefix, NULL);

        if (skip && entry->fts_level == 1 &&
            g_strv_contains(skip, entry->fts_name)) {
            fts_set(walk, entry, FTS_SKIP);
            continue;
        }
        ok =
            copy_entry(walk, entry, target, error) && tv_interrupt_check(error);
    }
    fts_close(walk);
    return ok;
}

gboolean tv_tree_copy_file(const char *from, const char *to, GError **error)
{
    g_autofree char *directory = g_path_get_dirname(to);
    struct stat info;

    if (stat(from, &info) != 0) {
        return tv_error_set_errno(error, errno, "read", from, NULL);
    }
    return tv_tree_make_directory(directory, error) &&
           copy_regular(from, to, &info, error);
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
