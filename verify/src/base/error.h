/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Errors of tcg-verify: every one of them means "could not run", exit 2. */
#ifndef TV_BASE_ERROR_H
#define TV_BASE_ERROR_H

#include <glib.h>

typedef enum {
    TV_ERROR_INPUT,     /* a file of the project or of the user is wrong */
    TV_ERROR_USAGE,     /* the command line is wrong */
    TV_ERROR_TOOL,      /* a program is missing or failed to run */
    TV_ERROR_IO,        /* a file or directory cannot be read or written */
    TV_ERROR_NETWORK,   /* nothing could be fetched */
    TV_ERROR_HASH,      /* a file is not the one that base.ini pins */
    TV_ERROR_TREE,      /* a source tree is not in the state needed */
    TV_ERROR_CANCELLED, /* interrupted */
} TvError;

#define TV_ERROR (tv_error_quark())
GQuark tv_error_quark(void);

/*
 * Sets @error to "ACTION PATH: strerror(err). HINT"; @hint may be NULL.
 * Always returns FALSE, so that a caller can return it.
 */
gboolean tv_error_set_errno(GError **error, int err, const char *action,
                            const char *path, const char *hint);

#endif
