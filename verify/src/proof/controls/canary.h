/* SPDX-License-Identifier: GPL-2.0-or-later */
/* L0, first half: units that are known to be bad must be reported. */
#ifndef TV_PROOF_CONTROLS_CANARY_H
#define TV_PROOF_CONTROLS_CANARY_H

#include "proof/engine.h"
#include "result/result.h"

/* A finding that a canary expects at one line. */
typedef struct TvCanaryMark {
    int line;
    char *layer; /* "L1", "L2" or "L3" */
    char *rule;
} TvCanaryMark;

/*
 * The marks in a canary's text: "expect: LAYER RULE, LAYER RULE" in comments.
 * An array of TvCanaryMark.
 */
GPtrArray *tv_canary_parse(const char *text);

/*
 * Runs the canaries for each host with the tree's headers, with @units also
 * those of L3.  Adds a finding and returns the host in @failed (set of const
 * TvHost) for each that does not come out as marked.
 */
gboolean tv_canaries_run(const TvCheckTree *tree, TvCheckCache *cache,
                         GPtrArray *hosts, gboolean units, TvResult *result,
                         GHashTable *failed, GError **error);

#endif
