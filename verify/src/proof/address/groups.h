/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * L3: address units.  The JIT kernel of each cell is compiled to bitcode and
 * analysed as one; other units that see code pointers are analysed alone.
 *
 * Cells of a host share most groups: those with the same key are one.  First
 * the units of all unknown groups are compiled, unless L1 has left their
 * bitcode; then each group is analysed, by tcg-address-units.
 */
#ifndef TV_PROOF_ADDRESS_GROUPS_H
#define TV_PROOF_ADDRESS_GROUPS_H

#include "proof/collect.h"
#include "proof/plan.h"
#include "proof/store.h"

/*
 * Fills the groups of each cell of @plan, whose units have been preprocessed
 * (unit->digest).  FALSE if interrupted or if a tool is missing; that a group
 * failed stands in its broken.  What tv_layer_units_collect will add is
 * announced by @announce, unless that is NULL.
 */
gboolean tv_layer_units_run(const TvCheckTree *tree, TvCheckCache *cache,
                            TvPlan *plan, const TvAnnounce *announce,
                            GError **error);

/* The findings (TvFinding) of a group; sets @broken if its output is none. */
GPtrArray *tv_layer_units_findings(const TvCheckTree *tree,
                                   TvKnownFindings *known,
                                   const TvUnitGroup *group, char **broken);

/* Adds a cell L3 for each cell of @plan, and findings, to @result. */
void tv_layer_units_collect(TvResult *result, const TvCheckTree *tree,
                            const TvPlan *plan, TvKnownFindings *known,
                            const char *patch);

/*
 * The entries of the contract (char *) that each program of @plan, on which L3
 * has run, lacks; sorted.  Hosts, modes and units differ, so only one that all
 * programs of all hosts lack is wrong.  NULL if a host is not converted or a
 * program was not analysed, which is reported elsewhere.
 */
GPtrArray *tv_unmet_of_plan(const TvPlan *plan);

#endif
