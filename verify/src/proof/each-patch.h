/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * `check --each-patch`: every patch against its predecessor.
 *
 * The cache keys by content, so a patch costs only the units whose text it
 * changes.  Findings are compared by host and identity; their number may only
 * fall, and on a converted host none may be left at the end.
 */
#ifndef TV_PROOF_EACH_PATCH_H
#define TV_PROOF_EACH_PATCH_H

#include "proof/store.h"
#include "result/known.h"
#include "result/result.h"
#include "series/series.h"

typedef struct TvEachPatch {
    const TvOptions *options;
    const TvContract *contract;
    const TvCheckTools *tools;
    TvKnownFindings *known;
    TvCheckCache *cache;
    TvFileFacts *facts;
    GPtrArray *hosts;   /* of const TvHost */
    const char *guests; /* comma list or NULL */
    const char *from;   /* first patch to judge, NULL: the first */
    const char *to;     /* last one, NULL: the last */
    guint layers;
} TvEachPatch;

/*
 * Applies the series patch by patch to a tree below BUILD/cache and judges
 * each.  A unit whose text a patch changes is compiled for its host, whether
 * or not it can see a code pointer.  Adds a cell for each patch and host, and
 * findings with the patch's name; @table gets the counts as text.
 */
gboolean tv_each_patch_run(const TvEachPatch *each, TvResult *result,
                           char **table, GError **error);

#endif
