/* Unpacking of tarballs. */
#ifndef TV_BASE_ARCHIVE_H
#define TV_BASE_ARCHIVE_H

#include <glib.h>

/*
 * Unpacks the archive @path into the new directory @directory.  Every entry
 * has to lie below the archive's own top directory @top, which is left out of
 * the paths; absolute paths, ".." and writing through symbolic links are
 * refused.  A truncated or broken archive is an error.  What was unpacked
 * until an error stays for the caller to remove.
 */
gboolean tv_tarball_unpack(const char *path, const char *directory,
                           const char *top, GError **error);

#endif
