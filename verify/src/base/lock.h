/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One run at a time in a directory of build/, or on a user's tree. */
#ifndef TV_BASE_LOCK_H
#define TV_BASE_LOCK_H

#include <glib.h>

/*
 * Takes the lock DIRECTORY/.lock, making the directory; waits for another run
 * and says so on stderr.  Returns a descriptor for tv_lock_release, or -1.
 * The kernel releases it when the process dies, however it dies.
 */
int tv_lock_take(const char *directory, GError **error);

/*
 * Takes the directory @tree, in which it leaves nothing.  Does not wait: a git
 * hook of the run that has it may have started this one.  TV_ERROR_TREE names
 * that run.  A descriptor as above, or -1.
 */
int tv_lock_tree(const char *tree, GError **error);

/* Takes -1 as well. */
void tv_lock_release(int lock);

#endif
