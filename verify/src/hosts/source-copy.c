#include "hosts/source-copy.h"

#include <errno.h>
#include <gio/gio.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"

static gboolean left_out(const char *relative)
{
    return g_str_equal(relative, ".git") || g_str_equal(relative, ".pc") ||
           g_str_equal(relative, "roms");
}

static gboolean same_bytes(const char *path, gconstpointer data, gsize size)
{
    g_autoptr(GMappedFile) there = NULL;
    struct stat st;

    if (lstat(path, &st) != 0 || !S_ISREG(st.st_mode) ||
        (gsize)st.st_size != size) {
        return FALSE;
    }
    if (size == 0) {
        return TRUE;
    }
    there = g_mapped_file_new(path, FALSE, NULL);
    return there && g_mapped_file_get_length(there) == size &&
           memcmp(g_mapped_file_get_contents(there), data, size) == 0;
}

static gboolean write_file(const char *path, gconstpointer data, gsize size,
                           int mode, GError **error)
{
    struct stat st;

    if (lstat(path, &st) == 0 && S_ISDIR(st.st_mode) && g_rmdir(path) != 0) {
        return tv_error_set_errno(error, errno, "replace directory", path,
                                  NULL);
    }
    if (!same_bytes(path, data, size)) {
        return g_file_set_contents_full(path, data, (gssize)size,
                                        G_FILE_SET_CONTENTS_CONSISTENT, mode,
                                        error);
    }
    if ((st.st_mode & 07777) != (mode_t)mode && chmod(path, mode) != 0) {
        return tv_error_set_errno(error, errno, "set the mode of", path, NULL);
    }
    return TRUE;
}

static gboolean copy_link(const char *from, const char *to, GError **error)
{
    g_autofree char *target = g_file_read_link(from, error);
    g_autofree char *there = g_file_read_link(to, NULL);

    if (!target) {
        return FALSE;
    }
    if (g_strcmp0(target, there) == 0) {
        return TRUE;
    }
    g_unlink(to);
    if (symlink(target, to) != 0) {
        return tv_error_set_errno(error, errno, "make link", to, NULL);
    }
    return TRUE;
}

static gboolean copy_file(const char *from, const struct stat *st,
                          const char *to, GError **error)
{
    g_autoptr(GMappedFile) source = NULL;

    if (st->st_size == 0) {
        return write_file(to, "", 0, st->st_mode & 0777, error);
    }
    source = g_mapped_file_new(from, FALSE, error);
    return source && write_file(to, g_mapped_file_get_contents(source),
                                g_mapped_file_get_length(source),
                                st->st_mode & 0777, error);
}

static gboolean delete_tree(const char *path, GError **error)
{
    struct stat st;

    if (lstat(path, &st) == 0 && S_ISDIR(st.st_mode)) {
        g_autoptr(GDir) dir = g_dir_open(path, 0, error);
        const char *name;

        while (dir && (name = g_dir_read_name(dir))) {
            g_autofree char *child = g_build_filename(path, name, NULL);

            if (!delete_tree(child, error)) {
                return FALSE;
            }
        }
        if (!dir) {
            return FALSE;
        }
    }
    if (g_remove(path) != 0) {
        return tv_error_set_errno(error, errno, "delete", path, NULL);
    }
    return TRUE;
}

/* Deletes what is in @to and neither in @from nor overridden. */
static gboolean prune(const char *from, const char *to, const char *relative,
                      GHashTable *overrides, GError **error)
{
    g_autoptr(GDir) dir = g_dir_open(to, 0, error);
    const char *name;

    if (!dir) {
        return FALSE;
    }
    while ((name = g_dir_read_name(dir))) {
        g_autofree char *below =
            *relative ? g_build_filename(relative, name, NULL)
                      : g_strdup(name);
        g_autofree char *source = g_build_filename(from, name, NULL);
        g_autofree char *path = g_build_filename(to, name, NULL);
        struct stat st;

        if ((lstat(source, &st) == 0 && !left_out(below)) ||
            (overrides && g_hash_table_contains(overrides, below))) {
            continue;
        }
        if (!delete_tree(path, error)) {
            return FALSE;
        }
    }
    return TRUE;
}

static gboolean copy_dir(const char *from, const char *to,
                         const char *relative, GHashTable *overrides,
                         GError **error)
{
    g_autoptr(GDir) dir = g_dir_open(from, 0, error);
    const char *name;

    if (!dir) {
        return FALSE;
    }
    if (g_file_test(to, G_FILE_TEST_EXISTS) &&
        !g_file_test(to, G_FILE_TEST_IS_DIR)) {
        g_unlink(to);
    }
    if (g_mkdir_with_parents(to, 0777) != 0) {
        return tv_error_set_errno(error, errno, "make directory", to, NULL);
    }
    while ((name = g_dir_read_name(dir))) {
        g_autofree char *below =
            *relative ? g_build_filename(relative, name, NULL)
                      : g_strdup(name);
        g_autofree char *source = g_build_filename(from, name, NULL);
        g_autofree char *path = g_build_filename(to, name, NULL);
        struct stat st;
        gboolean ok;

        if (left_out(below) ||
            (overrides && g_hash_table_contains(overrides, below))) {
            continue;
        }
        if (lstat(source, &st) != 0) {
            return tv_error_set_errno(error, errno, "read", source, NULL);
        }
        if (S_ISDIR(st.st_mode)) {
            ok = copy_dir(source, path, below, overrides, error);
        } else if (S_ISLNK(st.st_mode)) {
            ok = copy_link(source, path, error);
        } else {
            ok = copy_file(source, &st, path, error);
        }
        if (!ok) {
            return FALSE;
        }
    }
    return prune(from, to, relative, overrides, error);
}

static gboolean write_overrides(const char *to, GHashTable *overrides,
                                GError **error)
{
    GHashTableIter iter;
    gpointer relative, bytes;

    g_hash_table_iter_init(&iter, overrides);
    while (g_hash_table_iter_next(&iter, &relative, &bytes)) {
        g_autofree char *path = g_build_filename(to, relative, NULL);
        g_autofree char *parent = g_path_get_dirname(path);
        gsize size;
        gconstpointer data = g_bytes_get_data(bytes, &size);

        if (g_mkdir_with_parents(parent, 0777) != 0) {
            return tv_error_set_errno(error, errno, "make directory", parent,
                                      NULL);
        }
        if (!write_file(path, data ? data : "", size, 0644, error)) {
            return FALSE;
        }
    }
    return TRUE;
}

gboolean tv_source_copy(const char *from, const char *to,
                        GHashTable *overrides, GError **error)
{
    return copy_dir(from, to, "", overrides, error) &&
           (!overrides || write_overrides(to, overrides, error));
}
