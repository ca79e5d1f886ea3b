/* The layers of `check` as judges of mutants. */
#ifndef TV_MUTATE_JUDGES_H
#define TV_MUTATE_JUDGES_H

#include "mutate/bench.h"

/* What a layer is asked about: a mutant in one cell. */
typedef struct TvMutateSubject {
    TvMutateBench *bench;
    const TvMutateCell *cell;
    const TvMutant *mutant;
    const char *before;  /* the file's text in the tree */
    const char *after;   /* and in the copy */
    GPtrArray *units;    /* of TvUnit: the cell's, of the copy; those whose text
                          * is not that of the tree were run by L1 and L2 */
    GHashTable *changed; /* set of these */
    guint kept;          /* files of bitcode in the bench's directory */
} TvMutateSubject;

typedef struct TvMutateLayer {
    const char *name;  /* as check names the layer */
    const char *sees;  /* what kind of mistake, in half a line */
    const char *blind; /* operators whose mistakes it cannot see: comma
                        * list, a "*" at an end matches all; or NULL */
    /* What the layer's word depends on beyond the units' texts; to be freed. */
    char *(*version)(const TvCheckTree *tree, GError **error);
    /* Adds to bench's cells what the layer finds in the tree itself; or NULL
     * if it has nothing beyond what the engine found. */
    gboolean (*prepare)(TvMutateBench *bench, GError **error);
    /* Sets word's outcome and what it said.  NULL: the engine's layers. */
    gboolean (*judge)(const TvMutateSubject *subject, TvMutateWord *word,
                      GError **error);
} TvMutateLayer;

/* Row @id; its name is NULL if check has no such layer yet. */
const TvMutateLayer *tv_mutate_layer(TvMutateLayerId id);

/* The bit set of a comma list of names; NULL is all of them. */
gboolean tv_mutate_layers_parse(const char *list, guint *layers,
                                GError **error);

/* Whether @layer cannot see what @operator does. */
gboolean tv_mutate_layer_is_blind(const TvMutateLayer *layer,
                                  const TvMutateOperator *operator);

/* Adds to a cell what a unit's layer run has found. */
void tv_mutate_layer_learn(const TvMutateBench *bench, TvMutateCell *cell,
                           const TvUnit *unit, TvLayer layer);

/* Whether the tree's @unit is made of @file, among others. */
gboolean tv_mutate_depends_on(const TvMutateBench *bench, const TvUnit *unit,
                              const char *file);
/* The same unit of the copy. */
TvUnit *tv_mutate_copy_unit(const TvMutateBench *bench, const TvUnit *base);
/* Whether L3 is among @missing and can see such a mutant. */
gboolean tv_mutate_needs_bitcode(const TvMutant *mutant, guint missing);
/* "file:line: message [rule]"; to be freed. */
char *tv_mutate_quote(const TvFinding *finding);

/*
 * Asks those of @missing that the engine does not run, and closes the words of
 * those that it ran.
 */
gboolean tv_mutate_ask(const TvMutateSubject *subject, guint missing,
                       TvMutateVerdict *verdict, GError **error);

/*
 * Tries a mutant, which makes @after of @before, on @host and fills in what is
 * missing of @verdict for the bench's layers.  Needs the bench's copy.
 */
gboolean tv_mutate_judge(TvMutateBench *bench, const TvMutant *mutant,
                         const TvHost *host, const char *before,
                         const char *after, TvMutateVerdict *verdict,
                         GError **error);

#endif
