/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Programs that this one starts. */
#ifndef TV_BASE_CHILD_H
#define TV_BASE_CHILD_H

#include <glib.h>

/* Path of a file in the directory of this program; it need not exist. */
char *tv_child_program(const char *name, GError **error);

/*
 * In a child, before its exec: it leads a process group of its own and takes
 * signals as always.  @must_finish: it outlives this process.
 */
void tv_child_setup(gboolean must_finish);

#endif
