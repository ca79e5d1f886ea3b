/*
 * Runs the tasks of a plan in processes of this program, some tasks each, and
 * reads what they leave in the cache: so an interrupted run loses nothing.
 */
#ifndef TV_MUTATE_RUN_H
#define TV_MUTATE_RUN_H

#include "mutate/bench.h"

/*
 * What is known of a task.  Its hosts are asked in turn: where an #if leaves
 * the mutant out it counts for nothing, and where it survives the next two (of
 * types, which are quick to judge: all) are asked as well, since the branch or
 * function that holds it may be a dead one there.  The
 * verdict is that of the host that kills it, else of the first where it is a
 * mutant.  NULL if a host has to be asked first: @next is set to it.
 */
TvMutateVerdict *tv_mutate_task_verdict(TvMutateBench *bench,
                                        const TvMutatePlan *plan,
                                        const TvMutateTask *task,
                                        const TvHost **next);

/* Called with each task that has its verdict, as soon as it has. */
typedef void TvMutateSettled(const TvMutateTask *task,
                             const TvMutateVerdict *verdict, gpointer data);

/*
 * A verdict for each task of the plan, in its order (an array of
 * TvMutateVerdict).  @arguments: what the command line of a process holds
 * beyond the shared options; NULL-ended.  NULL: nothing is run, and what is
 * not known is pending.
 */
GPtrArray *tv_mutate_run(TvMutateBench *bench, const TvMutatePlan *plan,
                         const char *const *arguments,
                         TvMutateSettled *settled, gpointer data,
                         GError **error);

/*
 * The other side: judges the tasks that stand on stdin, one in a line, its id
 * and hosts, and writes a line to stdout for each.  The bench's copy is made
 * below @directory and goes with it.
 */
gboolean tv_mutate_work(TvMutateBench *bench, const TvMutatePlan *plan,
                        const char *directory, GError **error);

/* The hosts that the lines in @input name; TV_ERROR_USAGE if none. */
GPtrArray *tv_mutate_work_hosts(const char *input, GError **error);

#endif
