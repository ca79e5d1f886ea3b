/* SPDX-License-Identifier: GPL-2.0-or-later */
/* quilt, with the project's patches and nothing of the user's settings. */
#ifndef TV_SERIES_QUILT_H
#define TV_SERIES_QUILT_H

#include <glib.h>

#include "base/job-pool.h"
#include "series/series.h"

/*
 * Applies patches @from + 1 to @count (counted from 1) of @series to @tree,
 * where the first @from are applied already, with zero fuzz; shows progress
 * when there is more than one.  On error, TV_ERROR_INPUT for a patch that does
 * not apply, the patches before it stay applied.
 */
gboolean tv_quilt_push(const TvSeries *series, guint from, guint count,
                       const char *tree, GError **error);

/*
 * quilt with the arguments @words in @tree, its patches in @patches, which the
 * file @list names (NULL: PATCHES/series).
 */
TvJob *tv_quilt_job(const char *patches, const char *list, const char *tree,
                    const char *const *words);

/* FALSE with TV_ERROR_TOOL: quilt takes a missing patch(1) for a patch that
 * does not apply. */
gboolean tv_quilt_have_tools(GError **error);

#endif
