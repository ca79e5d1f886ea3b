/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which patch of the series brought a line of the tree. */
#ifndef TV_SERIES_BLAME_H
#define TV_SERIES_BLAME_H

#include "result/result.h"
#include "series/series.h"

/* What stands for a patch's name where no patch is to blame. */
#define TV_BLAME_UPSTREAM "upstream"
#define TV_BLAME_LOCAL "local change"

typedef struct TvBlame TvBlame;

/*
 * Of the tree that @pristine becomes by the first @count patches of @series.
 * @applied: where that tree is now, with what was changed in it since; or NULL
 * if it has not been changed or is gone.  @series is borrowed.
 */
TvBlame *tv_blame_new(const TvSeries *series, guint count, const char *pristine,
                      const char *applied);
void tv_blame_free(TvBlame *blame);

/*
 * Name of the patch that added line @line (1-based) of @file, or one of the
 * above; owned by @blame.  NULL if there is no such file or line; with @error
 * set if a patch does not apply.
 */
const char *tv_blame_line(TvBlame *blame, const char *file, int line,
                          GError **error);

/*
 * Sets the patch of every finding in @result that has a line and no patch yet;
 * of the first @count patches, 0: all.  FALSE if the series cannot be read or
 * does not apply.
 */
gboolean tv_blame_result(TvResult *result, const TvOptions *options,
                         guint count, const char *applied, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(TvBlame, tv_blame_free)

#endif
