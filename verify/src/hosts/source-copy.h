/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A copy of a source tree to build from, kept up to date by content.
 *
 * Trees are built from copies for two reasons: a user's tree may lack the
 * firmware that meson asks for, and must not change; and quilt gives a file
 * that it restores its old time stamp, with which ninja would take an object
 * made from the patched file for current.  Here a file gets a time stamp of
 * its own, which changes if and only if its content does.
 */
#ifndef TV_HOSTS_SOURCE_COPY_H
#define TV_HOSTS_SOURCE_COPY_H

#include <glib.h>

/*
 * Makes the directory @to an image of @from.  @overrides (or NULL) maps
 * relative paths to GBytes that stand in for, or are added to, the files of
 * @from.  Leaves out .git, .pc and roms/ (firmware sources).  Writes only files
 * that differ, each one atomically, and deletes what is gone from @from.
 */
gboolean tv_source_copy(const char *from, const char *to,
                        GHashTable *overrides, GError **error);

#endif
