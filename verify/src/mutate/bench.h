/*
 * Where mutants are tried: the tree as it is, with what every layer says of
 * it, and a copy of it of symbolic links in which one file at a time is
 * another.
 */
#ifndef TV_MUTATE_BENCH_H
#define TV_MUTATE_BENCH_H

#include "mutate/verdict.h"
#include "proof/plan.h"
#include "result/known.h"

/* A cell in which mutants are tried: of 64-bit guests, if there are any. */
typedef struct TvMutateCell {
    const TvPlanCell *place;
    GHashTable *known; /* set of char *: findings that the tree has itself, of
                        * any layer; see tv_mutate_bench_is_new */
} TvMutateCell;

typedef struct TvMutateBench {
    const TvCheckTree *base;
    TvCheckCache *cache; /* of the tree's own results and of verdicts */
    TvKnownFindings *known;
    const TvMutateNames *names;
    TvPlan *plan;
    GPtrArray *cells;   /* of TvMutateCell: all modes of a host together,
                         * softmmu first */
    guint layers;       /* bit set of 1 << TvMutateLayerId */
    GHashTable *caches; /* file to char *: what the cache rules say of the
                         * tree's own, NULL if nothing */
    GHashTable *inputs; /* host to char *: hash of what its cells see */
    char *versions[TV_MUTATE_LAYERS]; /* what each layer's word depends on;
                                       * NULL if it is not wanted */

    /* Of the copy; NULL until tv_mutate_bench_copy. */
    char *directory;
    TvTreeScan scan;
    TvCheckTree tree;  /* base with the copy's root */
    TvCheckCache *own; /* of the mutants' texts; goes with the copy */
} TvMutateBench;

/* The units of all cells, as check plans them, without running anything. */
TvPlan *tv_mutate_units(const TvCheckTree *base, GPtrArray *hosts,
                        GError **error);

/* For @hosts, of which nothing is known yet. */
TvMutateBench *tv_mutate_bench_new(const TvCheckTree *base, TvCheckCache *cache,
                                   TvKnownFindings *known,
                                   const TvMutateNames *names, GPtrArray *hosts,
                                   guint layers, GError **error);
void tv_mutate_bench_free(TvMutateBench *bench);

/*
 * Runs L1 and L2 over the unmutated tree for those of @hosts of which that is
 * not known.  TV_ERROR_TREE if a unit does not compile: then no mutant would.
 */
gboolean tv_mutate_bench_learn(TvMutateBench *bench, GPtrArray *hosts,
                               GError **error);

/* Makes the copy in @directory, which must not exist; @files (paths in the
 * tree) are those that mutants change. */
gboolean tv_mutate_bench_copy(TvMutateBench *bench, const char *directory,
                              GHashTable *files, GError **error);

/* Puts @text in the place of @file; NULL puts the tree's own there again. */
gboolean tv_mutate_bench_write(TvMutateBench *bench, const char *file,
                               const char *text, GError **error);

/* Whether the tree does not have @finding itself in that cell. */
gboolean tv_mutate_bench_is_new(const TvMutateCell *cell,
                                const TvFinding *finding);

/* Key of what comes of a mutant on @host, which is learnt; @text is its file's
 * with it. */
char *tv_mutate_bench_key(const TvMutateBench *bench, const TvMutant *mutant,
                          const TvHost *host, const char *text);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(TvMutateBench, tv_mutate_bench_free)

#endif
