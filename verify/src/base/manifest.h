/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Mode, size and modification time of every file of a tree, as it was made: a
 * later change by hand shows without reading the files.  Files added later do
 * not count: interpreters leave their caches in source trees.
 */
#ifndef TV_BASE_MANIFEST_H
#define TV_BASE_MANIFEST_H

#include <glib.h>

/* The text; quilt's .pc is left out. */
char *tv_manifest_of(const char *tree, GError **error);

/*
 * Counts the files of @manifest that are gone or changed in @tree; @first (or
 * NULL) gets the first one's path, to be freed.
 */
guint tv_manifest_changed(const char *manifest, const char *tree,
                          char **first);

#endif
