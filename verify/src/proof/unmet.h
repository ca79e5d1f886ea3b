/*
 * Entries of the contract that no analysed program has.
 *
 * L3 tells for each program which entries name nothing in it.  Hosts, modes
 * and units differ, so only one that all programs of all hosts lack is wrong.
 */
#ifndef TV_PROOF_UNMET_H
#define TV_PROOF_UNMET_H

#include "proof/plan.h"
#include "result/result.h"

/*
 * The entries (char *) that each program of @plan, on which L3 has run, lacks;
 * sorted.  NULL if that says nothing: a host is not converted, or a program
 * was not analysed, which is told elsewhere.
 */
GPtrArray *tv_unmet_of_plan(const TvPlan *plan);

#endif
