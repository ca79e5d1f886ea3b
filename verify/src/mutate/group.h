/*
 * Several mutants of a file at once, each in a function of its own, so that a
 * finding tells by its place whose it is.
 *
 * That holds for layers that judge one function at a time, L1 and L2.  L3
 * follows values from function to function: there a member is killed by a
 * finding in its own function whose place or path is in the statement that it
 * changes, and one that has none is not known to survive: it has to be tried
 * alone.
 */
#ifndef TV_MUTATE_GROUP_H
#define TV_MUTATE_GROUP_H

#include "mutate/judges.h"

/* One of a group. */
typedef struct TvMutateMember {
    const TvMutant *mutant;
    TvMutateVerdict *verdict; /* the caller's */
    int first;                /* lines of its function */
    int last;
    int from; /* and those of its statement */
    int to;
    gboolean visible; /* the compiler sees it in this cell */
    gboolean settled;
} TvMutateMember;

/* Whether the mutant may share a run with others; sets @member's lines. */
gboolean tv_mutate_group_takes(const TvMutant *mutant, const TvCCode *code,
                               TvMutateMember *member);

/*
 * Tries @members (array of TvMutateMember, no two of one function) of a file
 * with the text @before on @host.  Verdicts of those that are settled have
 * the words of L1 and L2 and of the cache rules, and of L3 if it kills them;
 * the others have to be tried alone, since what the layers said could not be
 * told apart.
 */
gboolean tv_mutate_group_judge(TvMutateBench *bench, const TvHost *host,
                               const char *before, GArray *members,
                               GError **error);

#endif
