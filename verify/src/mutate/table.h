/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Verdicts on mutants as tables, findings and scores. */
#ifndef TV_MUTATE_TABLE_H
#define TV_MUTATE_TABLE_H

#include "mutate/equivalent.h"
#include "mutate/layers.h"

/* All that a report is made of. */
typedef struct TvMutateOutcome {
    const TvCheckTree *tree;
    const TvMutatePlan *plan;
    GPtrArray *verdicts; /* of TvMutateVerdict, one for each of its tasks */
    TvMutateKnown *known;
    guint layers; /* bit set of 1 << TvMutateLayerId */
} TvMutateOutcome;

/*
 * Kill rates by operator and by host.  @width in columns; 0 is all columns.
 */
char *tv_mutate_table(const TvMutateOutcome *outcome, int width);

/* One mutant: its diff and what each layer says of it on each host. */
char *tv_mutate_describe(const TvMutateOutcome *outcome);

/* Cells, scores and findings (mutant-survives, mutant-stale) to @result. */
void tv_mutate_collect(const TvMutateOutcome *outcome, TvResult *result);

/* A TvMutateSettled that announces the findings that tv_mutate_collect will
 * add; @data is a TvMutateAnnounce. */
typedef struct TvMutateAnnounce {
    const TvCheckTree *tree;
    TvMutateKnown *known;
    TvResult *result;
} TvMutateAnnounce;

void tv_mutate_announce(const TvMutateTask *task,
                        const TvMutateVerdict *verdict, gpointer data);

/* The list of a plan: one line for each task. */
char *tv_mutate_list(const TvMutatePlan *plan);

#endif
