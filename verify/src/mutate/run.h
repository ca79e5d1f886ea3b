/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Runs the tasks of a plan in processes of this program, some tasks of one host
 * each, and reads the verdicts that they leave in the cache: so an interrupted
 * run loses nothing.  A task that is not settled on its first host goes to the
 * next one in another round.
 */
#ifndef TV_MUTATE_RUN_H
#define TV_MUTATE_RUN_H

#include "mutate/bench.h"
#include "mutate/plan.h"

/* Called with each task that has its verdict, as soon as it has. */
typedef void TvMutateSettled(const TvMutateTask *task,
                             const TvMutateVerdict *verdict, gpointer data);

/*
 * A verdict for each task of the plan, in its order (an array of
 * TvMutateVerdict).  @arguments: what the command line of a process holds
 * beyond the shared options; NULL-ended.  NULL: nothing is run, and a mutant
 * without a verdict is pending.
 */
GPtrArray *tv_mutate_run(TvMutateBench *bench, const TvMutatePlan *plan,
                         const char *const *arguments,
                         TvMutateSettled *settled, gpointer data,
                         GError **error);

/*
 * The other side: judges the mutants that @input names, one in a line, its
 * index in the plan and its id, and writes a line to stdout for each.  The
 * bench is of the one host.  Its copy is made below cache/mutate and removed.
 * TV_ERROR_USAGE names a line that is no mutant.
 */
gboolean tv_mutate_work(TvMutateBench *bench, const TvMutatePlan *plan,
                        const char *input, GError **error);

#endif
