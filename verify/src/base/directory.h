/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Directory trees: copy, remove, swap. */
#ifndef TV_BASE_DIRECTORY_H
#define TV_BASE_DIRECTORY_H

#include <glib.h>

/* Removes @path and everything below it; one that does not exist is fine. */
gboolean tv_tree_remove(const char *path, GError **error);

/*
 * Copies @from to the new directory @to with modes, modification times and
 * symbolic links, by cp.  @skip (or NULL) is a NULL-ended list of entries of
 * the top directory to leave out.  After an error or an interruption the
 * caller removes the incomplete copy.
 */
gboolean tv_tree_copy(const char *from, const char *to,
                      const char *const *skip, GError **error);

/* Copies one file; makes missing directories; fails if @to exists. */
gboolean tv_tree_copy_file(const char *from, const char *to, GError **error);

/*
 * Puts @fresh in the place of @place by rename, so that at any moment the
 * whole old or the whole new tree is there; the old one is removed.
 */
gboolean tv_tree_replace(const char *place, const char *fresh,
                         GError **error);

/* Removes the entries of @directory whose names start with @prefix: what a
 * killed run has left.  The caller holds the lock. */
gboolean tv_tree_sweep(const char *directory, const char *prefix,
                       GError **error);

/* As mkdir -p. */
gboolean tv_tree_make_directory(const char *path, GError **error);

/* Removes the empty directories that lead from @directory up to @top, @top
 * itself stays. */
void tv_tree_prune(const char *top, const char *directory);

#endif
