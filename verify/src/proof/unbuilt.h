/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What of the series no cell of the matrix builds, for the report. */
#ifndef TV_PROOF_UNBUILT_H
#define TV_PROOF_UNBUILT_H

#include "proof/plan.h"

/*
 * Whether every alternative of @condition ("ifdef X", "if A || B") needs a
 * system other than that of the hosts, which is Linux.  FALSE where it is not
 * plain, so that what is listed is true and the list may lack some.
 */
gboolean tv_unbuilt_is_other_system(const char *condition);

/*
 * Sources and @headers (tv_plan_unseen_headers) in @touched that no cell of
 * @plan builds, then branches of the other ones as "FILE:LINE: #CONDITION"; of
 * char *, owned.
 */
GPtrArray *tv_unbuilt_find(const TvCheckTree *tree, const TvPlan *plan,
                           const GPtrArray *headers, GHashTable *touched);

#endif
