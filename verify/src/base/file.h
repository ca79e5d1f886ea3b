/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Writing of files: those that --output names, and those that are kept. */
#ifndef TV_BASE_FILE_H
#define TV_BASE_FILE_H

#include <glib.h>

/* FALSE if nothing can be written to @path: it is known before a long run. */
gboolean tv_output_file_check(const char *path, GError **error);

/*
 * Writes @text to @path.  A file is replaced as a whole or not at all; a
 * device, pipe or link is written to, never replaced.
 */
gboolean tv_output_file_write(const char *path, const char *text,
                              GError **error);

/*
 * Writes @text to @path unless the file has it already, and makes the directory
 * if need be: it repairs a file that was damaged.
 */
gboolean tv_kept_file(const char *path, const char *text, GError **error);

#endif
