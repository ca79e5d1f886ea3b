/* SPDX-License-Identifier: GPL-2.0-or-later */
/* `build --each-patch`: the emulators of every patch, linked. */
#ifndef TV_HOSTS_EACH_PATCH_H
#define TV_HOSTS_EACH_PATCH_H

#include <glib.h>

#include "project/options.h"
#include "result/result.h"

/*
 * Applies the series patch by patch, from @from to @to (NULL: the first, the
 * last), and builds after each what --guest asks for of @hosts (const
 * TvHost *).  Adds a cell for each patch and host, and a finding where a
 * patch does not build though the tree before it does.  A tree before the
 * first that does not build is an error.  The caller has the lock of BUILD/host
 * and has made the sysroots.
 */
gboolean tv_build_each_patch(const TvOptions *options, GPtrArray *hosts,
                             const char *from, const char *to, TvResult *result,
                             GError **error);

#endif
