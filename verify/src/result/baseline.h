/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What has changed since an earlier report. */
#ifndef TV_RESULT_BASELINE_H
#define TV_RESULT_BASELINE_H

#include "result/result.h"

typedef struct TvBaseline TvBaseline;

/* @path: a result that a command wrote as JSON (BUILD/report/COMMAND.json). */
TvBaseline *tv_baseline_load(const char *path, GError **error);
void tv_baseline_free(TvBaseline *baseline);

/* Whether the earlier report has a finding of this identity. */
gboolean tv_baseline_has(const TvBaseline *baseline, const TvFinding *finding);

/*
 * The findings (of const TvFinding, owned by @baseline) that the earlier report
 * has and @result has not.  One about a host that @result did not look at is
 * not gone, and is left out.
 */
GPtrArray *tv_baseline_absent(const TvBaseline *baseline,
                              const TvResult *result);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(TvBaseline, tv_baseline_free)

#endif
