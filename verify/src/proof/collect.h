/* SPDX-License-Identifier: GPL-2.0-or-later */
/* From units that were run to cells and findings of the result. */
#ifndef TV_PROOF_COLLECT_H
#define TV_PROOF_COLLECT_H

#include "proof/plan.h"
#include "result/known.h"
#include "result/result.h"

/*
 * What one host came to.  A finding that several cells share (a header, a
 * common unit) counts once.
 */
typedef struct TvHostCount {
    const TvHost *host;
    gboolean converted;
    GHashTable *findings; /* rule, file, function, text and message to
                           * TvFinding */
    guint build_errors;   /* of these */
    GHashTable *known;    /* the same of those that are suppressed */
    gboolean failed;      /* a cell of it is an error or void */
} TvHostCount;

/*
 * Adds a cell for each layer in @layers and each cell of the plan to @result,
 * and one finding a host.  A host that is not converted gets its count only,
 * but its build errors are findings.  @patch or NULL is noted in all of them.
 * @counts (array of TvHostCount, or NULL) is filled as well.
 */
void tv_check_collect(TvResult *result, const TvCheckTree *tree,
                      const TvPlan *plan, TvKnownFindings *known,
                      guint layers, const char *patch, GPtrArray *counts);

/* What tv_check_announce needs. */
typedef struct TvAnnounce {
    TvResult *result;
    const TvCheckTree *tree;
    TvKnownFindings *known;
} TvAnnounce;

/* For TvCheckEngine.on_unit: announces what tv_check_collect will add.  @data
 * is a TvAnnounce. */
void tv_check_announce(const TvUnit *unit, gpointer data);

GPtrArray *tv_host_counts_new(void);
TvHostCount *tv_host_counts_get(GPtrArray *counts, const TvHost *host);

/* Makes @cell at least as bad as @status; @note says why, of @file or NULL. */
void tv_collect_status(TvCell *cell, TvCellStatus status, const char *file,
                       const char *note);

/* What makes two findings of a host one. */
char *tv_host_counts_key(const TvFinding *finding);

#endif
