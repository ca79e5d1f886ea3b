/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "hosts/source-copy.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "base/directory.h"
#include "base/error.h"
#include "base/job-pool.h"

/* By content, and without times: a file that rsync writes is new. */
static gboolean run_rsync(const char *from, const char *to,
                          GHashTable *overrides, GError **error)
{
    g_autofree char *source = g_strconcat(from, "/", NULL);
    g_autofree char *target = g_strconcat(to, "/", NULL);
    g_autoptr(TvJob) job = tv_job_new_args(
        "rsync", "--recursive", "--links", "--perms", "--checksum", "--delete",
        "--force", "--exclude-from=-", source, target, NULL);
    g_autoptr(GString) excluded = g_string_new("/.git\n/.pc\n/roms\n");
    GHashTableIter iter;
    gpointer relative;

    if (overrides) {
        g_hash_table_iter_init(&iter, overrides);
        while (g_hash_table_iter_next(&iter, &relative, NULL)) {
            g_string_append_printf(excluded, "/%s\n", (char *)relative);
        }
    }
    job->input = g_strdup(excluded->str);
    return tv_tree_make_directory(to, error) && tv_job_run_ok(job, error);
}

static gboolean write_override(const char *path, GBytes *bytes, GError **error)
{
    g_autofree char *parent = g_path_get_dirname(path);
    g_autofree char *there = NULL;
    struct stat info;
    gsize size, now;
    const char *data = g_bytes_get_data(bytes, &size);

    if (lstat(path, &info) == 0 && S_ISREG(info.st_mode) &&
        g_file_get_contents(path, &there, &now, NULL) && now == size &&
        (!size || memcmp(there, data, size) == 0)) {
        return chmod(path, 0644) == 0 ||
               tv_error_set_errno(error, errno, "set the mode of", path, NULL);
    }
    return tv_tree_make_directory(parent, error) &&
           g_file_set_contents_full(path, data ? data : "", (gssize)size,
                                    G_FILE_SET_CONTENTS_CONSISTENT, 0644,
                                    error);
}

gboolean tv_source_copy(const char *from, const char *to,
                        GHashTable *overrides, GError **error)
{
    GHashTableIter iter;
    gpointer relative, bytes;
    gboolean ok = run_rsync(from, to, overrides, error);

    if (ok && overrides) {
        g_hash_table_iter_init(&iter, overrides);
        while (ok && g_hash_table_iter_next(&iter, &relative, &bytes)) {
            g_autofree char *path = g_build_filename(to, relative, NULL);

            ok = write_override(path, bytes, error);
        }
    }
    return ok;
}
