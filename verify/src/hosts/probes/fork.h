/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * When a forked child maps its code.  It is not inherited, so its addresses
 * are free in the child at first; a thread that starts there before the code is
 * mapped may be given them for its stack or its heap.
 */
#ifndef TV_HOSTS_PROBES_FORK_H
#define TV_HOSTS_PROBES_FORK_H

#include <glib.h>

#define TV_FORK_RUNS 2 /* -fork-jit copy and fresh */

/*
 * Shell script: each COMMAND, an emulator whose guest forks, is run by gdb
 * until it forks, and its child on from there until that starts a thread.
 * Needs gdb; ends with another status than 0 without it.
 */
extern const char tv_fork_script[];

/*
 * Judges the output of the script for TV_FORK_RUNS commands.  Returns the fault
 * of one, or NULL.  Sets TV_ERROR_TOOL, and returns NULL, if a line is missing:
 * that proves nothing.
 */
char *tv_fork_judge(const char *text, GError **error);

#endif
