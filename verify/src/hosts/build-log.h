/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reading the output of failed builds. */
#ifndef TV_HOSTS_BUILD_LOG_H
#define TV_HOSTS_BUILD_LOG_H

#include <glib.h>

/*
 * The first lines of a compiler's, linker's or meson's output that say what
 * went wrong, at most @count, joined by "; "; the last line if there is none.
 */
char *tv_build_log_errors(const char *log, guint count);

/*
 * Finds "qemu-5.2.0/FILE:LINE:" in @text; FALSE if it names no file of the
 * tree.  @file is relative to the tree; free it.
 */
gboolean tv_build_log_place(const char *text, char **file, int *line);

#endif
