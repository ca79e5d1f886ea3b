/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The pristine upstream tree. */
#ifndef TV_UPSTREAM_SOURCE_H
#define TV_UPSTREAM_SOURCE_H

#include <glib.h>

#include "project/options.h"

/*
 * Makes BUILD/pristine/qemu-5.2.0 the pinned upstream (or the user's QEMU_SRC),
 * from the first of the sources that has it.  Returns the name of
 * its content: "sha256:HEX", "git:COMMIT" or "tree:HEX"; NULL on error.  Costs
 * milliseconds when nothing has changed.
 */
char *tv_source_ensure(const TvOptions *options, GError **error);

/* FALSE with TV_ERROR_TREE unless TREE/VERSION is the one of base.ini. */
gboolean tv_source_check_version(const TvBase *base, const char *tree,
                                 GError **error);

/*
 * Finds the pinned tarball, fetching it if need be, and returns its path, its
 * hash checked; @sha256 gets a copy of the hash.
 */
char *tv_source_find_tarball(const TvOptions *options, char **sha256,
                             GError **error);

#endif
