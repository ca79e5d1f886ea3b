/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Mutants that are proven to be none: they do what the tree does.
 *
 * A file of groups: operator, file, function (may be empty), text (the
 * statement as it is), becomes (as the mutant has it) and reason.
 */
#ifndef TV_MUTATE_EQUIVALENT_H
#define TV_MUTATE_EQUIVALENT_H

#include "mutate/verdict.h"
#include "result/result.h"

typedef struct TvMutateKnown TvMutateKnown;

/* The built-in list.  TV_ERROR_INPUT if an entry lacks something. */
TvMutateKnown *tv_mutate_known_load(GError **error);
TvMutateKnown *tv_mutate_known_parse(const char *name, const char *text,
                                     GError **error);
void tv_mutate_known_free(TvMutateKnown *known);

/* The reason why the mutant is equivalent, NULL if it is not listed. */
const char *tv_mutate_known_find(const TvMutateKnown *known,
                                 const TvMutant *mutant);

/* Notes that @quote, a finding, killed a mutant; for one that is listed. */
void tv_mutate_known_killed(TvMutateKnown *known, const TvMutant *mutant,
                            const char *quote);

/*
 * Adds a finding for each entry that none of @mutants (all that the tree has)
 * matches, or that was killed.
 */
void tv_mutate_known_report(const TvMutateKnown *known, GPtrArray *mutants,
                            TvResult *result);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(TvMutateKnown, tv_mutate_known_free)

#endif
