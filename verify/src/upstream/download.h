/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Fetching a tarball of base.ini over the network. */
#ifndef TV_UPSTREAM_DOWNLOAD_H
#define TV_UPSTREAM_DOWNLOAD_H

#include <glib.h>

#include "project/options.h"

/*
 * Fetches @tarball to the file @path, from Debian's source package or from its
 * URI, whichever it has.  @path is written only when the file is complete; its
 * hash is the caller's to check.  TV_ERROR_NETWORK or TV_ERROR_TOOL.
 */
gboolean tv_download(const TvOptions *options, const TvTarball *tarball,
                     const char *path, GError **error);

#endif
