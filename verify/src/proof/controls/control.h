/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * L0: canaries, and every layer must see every write site.
 *
 * The conversion macro is reduced to its argument, in a copy of the contract's
 * header that goes before the tree's; then each use is a bug.  Units are taken
 * in waves, until every use that stands in the sources of a host is covered.
 */
#ifndef TV_PROOF_CONTROLS_CONTROL_H
#define TV_PROOF_CONTROLS_CONTROL_H

#include "proof/engine.h"
#include "proof/plan.h"
#include "result/result.h"

typedef struct TvControls {
    gboolean units;    /* canaries of L3, too */
    gboolean sites;    /* the positive control; else the canaries only */
    gboolean whole;    /* then a converted host without a site is void */
    const char *patch; /* noted in the cells, or NULL */
} TvControls;

/*
 * Runs the canaries, and the positive control over the units of @plan, which
 * have been run.  Adds a cell L0 for each of @hosts (TvHost), and a finding
 * for each canary or site that a layer does not report.
 */
gboolean tv_controls_run(const TvCheckTree *tree, TvCheckCache *cache,
                         const TvPlan *plan, GPtrArray *hosts,
                         const TvControls *wanted, TvResult *result,
                         GError **error);

#endif
