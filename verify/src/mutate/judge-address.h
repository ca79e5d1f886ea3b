/* L3 as a judge of mutants: address units. */
#ifndef TV_MUTATE_JUDGE_ADDRESS_H
#define TV_MUTATE_JUDGE_ADDRESS_H

#include "mutate/judges.h"

/* See TvMutateLayer. */
char *tv_mutate_units_version(const TvCheckTree *tree, GError **error);

/*
 * What the analyser finds in the cell's kernel, or in the unit @alone of it,
 * with the subject's changed units.  What the tree has itself is in the cell's
 * known then.  NULL with @failure set if it has no word, else with @error.
 */
GPtrArray *tv_mutate_units_findings(const TvMutateSubject *subject,
                                    const TvUnit *alone, char **failure,
                                    GError **error);

/*
 * The JIT kernel of the subject's cell is analysed as a whole, with the units
 * that the mutant changes compiled anew and the bitcode of the others as the
 * tree has it, which is kept below cache/mutate while a run lasts; a changed
 * unit outside of the kernel is analysed alone.
 */
gboolean tv_mutate_units_judge(const TvMutateSubject *subject,
                               TvMutateWord *word, GError **error);

#endif
