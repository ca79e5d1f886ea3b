/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Sources that break each rule of L4, at lines that say so. */
#ifndef TV_PROOF_COCCI_CANARY_H
#define TV_PROOF_COCCI_CANARY_H

#include "proof/cocci/source.h"
#include "result/result.h"
#include "tree/tree.h"

/* Those that hold for the contract: an array of TvCocciSource, without text. */
GPtrArray *tv_cocci_canaries(const TvContract *contract);

/* The canary's text, with the contract's names. */
char *tv_cocci_canary_text(const TvContract *contract, const char *name);

/*
 * Every mark ("expect: RULE, RULE" in a comment) has its finding, every
 * finding its mark, and every rule of the contract a mark on each side of an
 * #ifdef.
 * NULL if so; else a line that says what is wrong, and a finding for each case
 * in @result.
 */
char *tv_cocci_canaries_judge(GPtrArray *canaries, const TvCheckTree *tree,
                              TvResult *result);

#endif
