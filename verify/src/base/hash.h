/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SHA-256 of files and of lists of inputs. */
#ifndef TV_BASE_HASH_H
#define TV_BASE_HASH_H

#include <glib.h>

/* 64 hex digits, or NULL with TV_ERROR_IO. */
char *tv_hash_file(const char *path, GError **error);

/* Adds the string and its end, so that ("ab", "c") is not ("a", "bc"). */
void tv_hash_add(GChecksum *checksum, const char *text);

/* Adds a file's contents, framed by its length. */
gboolean tv_hash_add_file(GChecksum *checksum, const char *path,
                          GError **error);

#endif
