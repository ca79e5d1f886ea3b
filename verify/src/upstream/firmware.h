/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Firmware that a source tree lacks: ./configure fails without it, and
 * Debian's tarball leaves it out.
 */
#ifndef TV_UPSTREAM_FIRMWARE_H
#define TV_UPSTREAM_FIRMWARE_H

#include <glib.h>

/* Relative paths to contents (char *, GBytes *), both owned. */
GHashTable *tv_firmware_table(void);

/* Adds to @table empty stand-ins for the files that pc-bios/meson.build names
 * and @tree lacks. */
gboolean tv_firmware_stand_ins(const char *tree, GHashTable *table,
                               GError **error);

/* Puts these into @tree itself, which is one of our own.  A tree whose
 * pc-bios/meson.build is not there needs none. */
gboolean tv_firmware_add(const char *tree, GError **error);

#endif
