/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The verdict on one mutant on one host, and where it is kept. */
#ifndef TV_MUTATE_VERDICT_H
#define TV_MUTATE_VERDICT_H

#include "mutate/plan.h"
#include "proof/store.h"

/* In the order of the tables; see mutate/layers.c. */
typedef enum {
    TV_MUTATE_CACHES,
    TV_MUTATE_L1,
    TV_MUTATE_L2,
    TV_MUTATE_L3,
    TV_MUTATE_L4,
    TV_MUTATE_LAYERS,
} TvMutateLayerId;

typedef enum {
    TV_MUTANT_PENDING, /* not tried yet */
    TV_MUTANT_JUDGED,
    TV_MUTANT_INVALID,   /* it does not compile */
    TV_MUTANT_NO_CHANGE, /* no compiler sees it: left out by an #if */
} TvMutantState;

typedef enum {
    TV_OUTCOME_NONE,   /* the layer did not look */
    TV_OUTCOME_KILLED, /* it has a finding that the tree has not */
    TV_OUTCOME_SURVIVED,
    TV_OUTCOME_BLIND, /* cannot see such mistakes, by its nature */
    TV_OUTCOME_VOID,  /* its word proves nothing: it broke off */
} TvMutantOutcome;

typedef struct TvMutateWord {
    TvMutantOutcome outcome;
    char *quote; /* "file:line: message [rule]": the first finding, or why
                 * it is void; NULL if nothing */
    double seconds;
} TvMutateWord;

typedef struct TvMutateVerdict {
    TvMutantState state;
    const TvHost *host; /* where it was judged; NULL if nowhere */
    char *mode;         /* "softmmu" or "user"; or NULL */
    char *why;          /* it is invalid: the error; or NULL */
    TvMutateWord words[TV_MUTATE_LAYERS];
} TvMutateVerdict;

const char *tv_mutant_state_name(TvMutantState state);
const char *tv_mutant_outcome_name(TvMutantOutcome outcome);

TvMutateVerdict *tv_mutate_verdict_new(void);
void tv_mutate_verdict_free(TvMutateVerdict *verdict);

/* Sets the outcome and the quote; a mutant that the layer has killed
 * stays killed, by the first finding.  Takes @quote. */
void tv_mutate_word_set(TvMutateWord *word, TvMutantOutcome outcome,
                        char *quote);

/* TRUE if any layer killed it. */
gboolean tv_mutate_verdict_killed(const TvMutateVerdict *verdict);

/* The bit set of those of @layers that have not been asked yet. */
guint tv_mutate_verdict_missing(const TvMutateVerdict *verdict, guint layers);

/*
 * Kept under @key, which stands for the mutant's text and all it is compiled
 * with.  @versions: for each layer what its word depends on beyond that; a
 * word of another version is left out.  NULL if nothing is known.
 */
TvMutateVerdict *tv_mutate_verdict_load(TvCheckCache *cache, const char *key,
                                        char *const *versions);
void tv_mutate_verdict_store(TvCheckCache *cache, const char *key,
                             char *const *versions,
                             const TvMutateVerdict *verdict);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(TvMutateVerdict, tv_mutate_verdict_free)

#endif
