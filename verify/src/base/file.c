/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/file.h"

#include <errno.h>
#include <stdio.h>
#include <sys/stat.h>

#include "base/directory.h"
#include "base/error.h"

gboolean tv_output_file_check(const char *path, GError **error)
{
    g_autofree char *directory = g_path_get_dirname(path);

    if (g_file_test(path, G_FILE_TEST_IS_DIR)) {
        return tv_error_set_errno(error, EISDIR, "write", path, NULL);
    }
    if (!g_file_test(directory, G_FILE_TEST_IS_DIR)) {
        return tv_error_set_errno(error, ENOENT, "write", path,
                                  "Make its directory first");
    }
    return TRUE;
}

gboolean tv_output_file_write(const char *path, const char *text,
                              GError **error)
{
    struct stat info;
    FILE *file;
    gboolean good;

    if (lstat(path, &info) < 0 || S_ISREG(info.st_mode)) {
        return g_file_set_contents(path, text, -1, error);
    }
    file = fopen(path, "w");
    if (!file) {
        return tv_error_set_errno(error, errno, "open", path, NULL);
    }
    good = fputs(text, file) >= 0;
    good = fclose(file) == 0 && good;
    return good || tv_error_set_errno(error, errno, "write", path, NULL);
}

gboolean tv_kept_file(const char *path, const char *text, GError **error)
{
    g_autofree char *dir = g_path_get_dirname(path);
    g_autofree char *now = NULL;

    if (g_file_get_contents(path, &now, NULL, NULL) &&
        g_str_equal(now, text)) {
        return TRUE;
    }
    return tv_tree_make_directory(dir, error) &&
           g_file_set_contents(path, text, -1, error);
}
