/* L4 as a judge of mutants: semantic patches. */
#ifndef TV_MUTATE_JUDGE_COCCI_H
#define TV_MUTATE_JUDGE_COCCI_H

#include "mutate/group.h"

/* See TvMutateLayer. */
char *tv_mutate_cocci_version(const TvCheckTree *tree, GError **error);
gboolean tv_mutate_cocci_judge(const TvMutateSubject *subject,
                               TvMutateWord *word, GError **error);

/*
 * L4's words for many mutants by one run of spatch.  @members (array of
 * TvMutateMember) may be of several files; those of one file go together as
 * far as they are of different functions.  A member whose word stays open has
 * to be tried alone.
 */
gboolean tv_mutate_cocci_members(TvMutateBench *bench, GArray *members,
                                 GHashTable *texts, GError **error);

#endif
