/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where mutants are tried: the tree as it is, with the findings of each layer
 * in it, and a copy of symbolic links in which one file at a time is another.
 */
#ifndef TV_MUTATE_BENCH_H
#define TV_MUTATE_BENCH_H

#include "mutate/layers.h"
#include "proof/plan.h"
#include "result/known.h"

/* A cell in which mutants are tried. */
typedef struct TvMutateCell {
    TvPlanCell *place;
    GHashTable *known; /* set of tv_host_counts_key: findings of the tree */
    GHashTable *twins; /* file to TvUnit: the units of the kernel in the copy,
                        * unchanged; NULL until needed */
    GHashTable *bitcode; /* twin to char *: its file, which stays */
} TvMutateCell;

typedef struct TvMutateBench {
    const TvCheckTree *base;
    TvCheckCache *cache; /* of the tree's own results and of verdicts */
    TvKnownFindings *known;
    TvPlan *plan;
    GPtrArray *cells;   /* of TvMutateCell: one guest of each mode of a host,
                         * of 64 bits if there are any; softmmu first */
    guint layers;       /* bit set of 1 << TvMutateLayerId */
    GHashTable *inputs; /* host to char *: hash of the text of its units */
    char *versions[TV_MUTATE_LAYERS]; /* see tv_mutate_layer_version; NULL if
                                       * the layer is not wanted */

    /* Of the copy; NULL until tv_mutate_bench_copy. */
    char *directory;
    TvTreeScan scan;
    TvCheckTree tree;  /* base with the copy's root */
    TvCheckCache *own; /* of the mutants' texts; goes with the copy */
} TvMutateBench;

/* The units of all cells, as check plans them, without running anything. */
TvPlan *tv_mutate_units(const TvCheckTree *base, GPtrArray *hosts,
                        GError **error);

/*
 * Runs L1 and L2 over the unmutated tree for @hosts.  TV_ERROR_TREE if a unit
 * does not compile: then no mutant would.
 */
TvMutateBench *tv_mutate_bench_new(const TvCheckTree *base, TvCheckCache *cache,
                                   TvKnownFindings *known, GPtrArray *hosts,
                                   guint layers, GError **error);
void tv_mutate_bench_free(TvMutateBench *bench);

/* Makes the copy in @directory, which must not exist. */
gboolean tv_mutate_bench_copy(TvMutateBench *bench, const char *directory,
                              GError **error);

/* Puts @text in the place of @file; NULL puts the tree's own there again. */
gboolean tv_mutate_bench_write(TvMutateBench *bench, const char *file,
                               const char *text, GError **error);

/* The same unit of the copy as @base is of the tree. */
TvUnit *tv_mutate_bench_unit(const TvMutateBench *bench, const TvUnit *base);

/* Key of the verdict on a mutant on @host; @text is its file's with it. */
char *tv_mutate_bench_key(const TvMutateBench *bench, const TvMutant *mutant,
                          const TvHost *host, const char *text);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(TvMutateBench, tv_mutate_bench_free)

#endif
