#include "base/archive.h"

#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/directory.h"
#include "base/error.h"
#include "base/interrupt.h"
#include "base/progress.h"

#define BLOCK_SIZE 65536
#define UNPACK_FLAGS                                                        \
    (ARCHIVE_EXTRACT_TIME | ARCHIVE_EXTRACT_PERM | ARCHIVE_EXTRACT_UNLINK | \
     ARCHIVE_EXTRACT_SECURE_SYMLINKS | ARCHIVE_EXTRACT_SECURE_NODOTDOT)

static gboolean archive_failed(GError **error, struct archive *archive,
                               const char *path)
{
    g_set_error(error, TV_ERROR, TV_ERROR_INPUT,
                "cannot unpack %s: %s; the file is truncated or damaged, "
                "delete it and fetch it again",
                path, archive_error_string(archive));
    return FALSE;
}

/* Where an entry goes: its path with @top replaced by @directory. */
static char *target_of(const char *name, const char *top, const char *directory)
{
    gsize length = strlen(top);

    if (g_str_has_prefix(name, "./")) {
        name += 2;
    }
    if (strncmp(name, top, length) != 0 ||
        (name[length] && name[length] != '/')) {
        return NULL;
    }
    /* archive_write_disk checks only what it is given, so check here. */
    for (const char *part = name; part; part = strchr(part, '/')) {
        part += *part == '/';
        if (g_str_has_prefix(part, "..") && (!part[2] || part[2] == '/')) {
            return NULL;
        }
    }
    return g_strconcat(directory, name + length, NULL);
}

static gboolean copy_data(struct archive *in, struct archive *out,
                          const char *path, GError **error)
{
    const void *block;
    gsize size;
    la_int64_t offset;
    int status;

    while ((status = archive_read_data_block(in, &block, &size, &offset)) ==
           ARCHIVE_OK) {
        if (archive_write_data_block(out, block, size, offset) != ARCHIVE_OK) {
            return tv_error_set_errno(error, archive_errno(out), "unpack", path,
                                      archive_error_string(out));
        }
    }
    return status == ARCHIVE_EOF ? TRUE : archive_failed(error, in, path);
}

static gboolean unpack_entry(struct archive *in, struct archive *out,
                             struct archive_entry *entry, const char *path,
                             const char *directory, const char *top,
                             GError **error)
{
    const char *name = archive_entry_pathname(entry);
    const char *link = archive_entry_hardlink(entry);
    g_autofree char *target = name ? target_of(name, top, directory) : NULL;

    if (!target) {
        g_set_error(error, TV_ERROR, TV_ERROR_INPUT,
                    "%s has an entry '%s' outside of %s/: refused", path,
                    name ? name : "", top);
        return FALSE;
    }
    archive_entry_set_pathname(entry, target);
    if (link) {
        g_autofree char *source = target_of(link, top, directory);

        if (!source) {
            g_set_error(error, TV_ERROR, TV_ERROR_INPUT,
                        "%s links '%s' to '%s' outside of %s/: refused", path,
                        name, link, top);
            return FALSE;
        }
        archive_entry_set_hardlink(entry, source);
    }
    /* As any checkout: the archive's owner and special bits are no matter. */
    archive_entry_set_perm(entry, archive_entry_perm(entry) & 0777);
    if (archive_write_header(out, entry) != ARCHIVE_OK ||
        (archive_entry_size(entry) > 0 && !copy_data(in, out, path, error)) ||
        archive_write_finish_entry(out) != ARCHIVE_OK) {
        if (error && !*error) {
            g_set_error(error, TV_ERROR, TV_ERROR_IO, "cannot unpack %s: %s",
                        target, archive_error_string(out));
        }
        return FALSE;
    }
    return TRUE;
}

static gboolean unpack_all(struct archive *in, struct archive *out,
                           const char *path, const char *directory,
                           const char *top, GError **error)
{
    g_autoptr(TvProgress) progress = tv_progress_new("unpacking, files", 0);
    struct archive_entry *entry;
    guint count = 0;
    int status;

    while ((status = archive_read_next_header(in, &entry)) == ARCHIVE_OK) {
        if (!unpack_entry(in, out, entry, path, directory, top, error) ||
            !tv_interrupt_check(error)) {
            return FALSE;
        }
        tv_progress_set(progress, ++count, NULL);
    }
    if (status != ARCHIVE_EOF) {
        return archive_failed(error, in, path);
    }
    if (count == 0) {
        g_set_error(error, TV_ERROR, TV_ERROR_INPUT, "%s is empty", path);
        return FALSE;
    }
    return TRUE;
}

gboolean tv_tarball_unpack(const char *path, const char *directory,
                           const char *top, GError **error)
{
    struct archive *in = archive_read_new();
    struct archive *out = archive_write_disk_new();
    g_autofree char *real = NULL;
    gboolean ok;

    archive_read_support_filter_all(in);
    archive_read_support_format_tar(in);
    archive_write_disk_set_options(out, UNPACK_FLAGS);
    ok = tv_tree_make_directory(directory, error);
    if (ok) {
        /* A link on the way to the directory is the user's own affair. */
        real = realpath(directory, NULL);
        ok = real
                 ? TRUE
                 : tv_error_set_errno(error, errno, "resolve", directory, NULL);
    }
    if (ok && archive_read_open_filename(in, path, BLOCK_SIZE) != ARCHIVE_OK) {
        ok = archive_failed(error, in, path);
    }
    ok = ok && unpack_all(in, out, path, real, top, error);
    /* Directories get their times only here. */
    if (ok && archive_write_close(out) != ARCHIVE_OK) {
        g_set_error(error, TV_ERROR, TV_ERROR_IO, "cannot finish %s: %s",
                    directory, archive_error_string(out));
        ok = FALSE;
    }
    archive_read_free(in);
    archive_write_free(out);
    return ok;
}
