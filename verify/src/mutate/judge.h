/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Tries mutants.  One at a time: the engine of check on its units in the copy,
 * the cache rules on its text, and the address units of the kernel with it.
 * Many at once: the semantic patches of L4.
 */
#ifndef TV_MUTATE_JUDGE_H
#define TV_MUTATE_JUDGE_H

#include "mutate/bench.h"

/* A mutant on the bench's host, and the verdict on it so far. */
typedef struct TvMutateTried {
    guint index; /* as whoever asked counts it */
    const TvMutant *mutant;
    const char *before; /* its file's text in the tree; not owned */
    char *after;        /* and with the mutant */
    char *key;          /* see tv_mutate_bench_key */
    TvMutateVerdict *verdict;
} TvMutateTried;

/* Fills in the words that the verdict lacks of the bench's layers but L4.
 * Needs the bench's copy, of one host. */
gboolean tv_mutate_judge(TvMutateBench *bench, TvMutateTried *tried,
                         GError **error);

/* Sets L4's word on each of @list (of TvMutateTried). */
gboolean tv_mutate_cocci_judge(TvMutateBench *bench, GPtrArray *list,
                               GError **error);

#endif
