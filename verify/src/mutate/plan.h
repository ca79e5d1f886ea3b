/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which mutants a tree has, and on which hosts each is tried. */
#ifndef TV_MUTATE_PLAN_H
#define TV_MUTATE_PLAN_H

#include "mutate/operators/mutant.h"
#include "proof/plan.h"

/* One mutant on one host. */
typedef struct TvMutateTask {
    const TvMutant *mutant;
    GPtrArray *hosts; /* of TvHost: tried in this order until the text that
                       * the compiler sees is changed */
} TvMutateTask;

typedef struct TvMutatePlan {
    GPtrArray *mutants; /* of TvMutant: all that the tree has */
    GHashTable *texts;  /* path of each file with mutants to its text */
    GPtrArray *tasks;   /* of TvMutateTask: what is to be run */
    guint outside;      /* mutants chosen whose file no cell builds */
} TvMutatePlan;

/* Narrows a plan; NULL and 0 do not. */
typedef struct TvMutateFilter {
    const char *operators; /* comma list of ids; a "*" at an end matches all */
    const char *file;      /* path in the tree */
    const char *id;        /* the one mutant */
    guint sample;          /* only so many */
    gboolean all_hosts;    /* on each of the hosts that build the file */
    gboolean every_route;  /* see tv_mutants_make */
} TvMutateFilter;

/* All mutants of the tree, and no tasks. */
TvMutatePlan *tv_mutate_plan_new(const TvCheckTree *tree,
                                 const TvMutateNames *names,
                                 gboolean every_route, GError **error);

/*
 * @units shows which hosts build a file: a backend's own, or all.  A mutant is
 * tried on one of these, which the hash of its id picks out of @all (of
 * TvHost); it is left out if that host is not in @hosts.
 */
TvMutatePlan *tv_mutate_plan_make(const TvCheckTree *tree,
                                  const TvMutateNames *names,
                                  const TvPlan *units, GPtrArray *all,
                                  GPtrArray *hosts,
                                  const TvMutateFilter *filter, GError **error);
void tv_mutate_plan_free(TvMutatePlan *plan);

/* The task's host when it is tried on one only, or the first. */
const TvHost *tv_mutate_task_host(const TvMutateTask *task);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(TvMutatePlan, tv_mutate_plan_free)

#endif
