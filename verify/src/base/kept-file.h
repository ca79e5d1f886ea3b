/* Files with a content that is known, kept for compilers to read. */
#ifndef TV_BASE_KEPT_FILE_H
#define TV_BASE_KEPT_FILE_H

#include <glib.h>

/*
 * Sees to it that the file at @path, in a directory that is made if need be,
 * holds @text: one that was damaged is written anew.
 */
gboolean tv_kept_file(const char *path, const char *text, GError **error);

#endif
