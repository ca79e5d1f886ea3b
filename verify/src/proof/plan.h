/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The units of each cell of the matrix: its sources by the tree's meson.build
 * (tree/meson.h), less those from which no name leads to a code pointer
 * (tree/names.h).  Units with the same flags in several cells are one.
 */
#ifndef TV_PROOF_PLAN_H
#define TV_PROOF_PLAN_H

#include "proof/unit.h"
#include "tree/names.h"

/* Units that L3 analyses together, and its result. */
typedef struct TvUnitGroup {
    const TvHost *host;
    GPtrArray *units; /* of TvUnit, not owned */
    gboolean kernel;  /* the JIT kernel of a cell */
    char *key;        /* hash of all that the result depends on */
    char *output;     /* text that the analyser printed, or NULL */
    char *broken;     /* the reason if it is missing, or NULL */
    gboolean cached;
    double seconds;
} TvUnitGroup;

/* One host, mode and guest. */
typedef struct TvPlanCell {
    const TvHost *host;
    const TvTarget *target;
    gboolean converted;
    GPtrArray *units;  /* of TvUnit, owned by the plan */
    GPtrArray *groups; /* of TvUnitGroup, owned by the plan; NULL until L3
                        * has run */
} TvPlanCell;

typedef struct TvPlan {
    GPtrArray *cells;   /* of TvPlanCell */
    GPtrArray *units;   /* of TvUnit, each once */
    GPtrArray *groups;  /* of TvUnitGroup, each once */
    guint blind;        /* sources left out of cells: no name of a code
                         * pointer stands in them */
    GPtrArray *outside; /* of char *: touched sources that no cell builds */
} TvPlan;

/* Narrows a plan; NULL members do not. */
typedef struct TvPlanFilter {
    const char *mode;         /* "softmmu" or "user" */
    const char *unit;         /* path of a source in the tree */
    const TvCodeNames *names; /* sources that can reach none of these are left
                               * out; those that the series touches stay, in
                               * the first cell of each host that builds them:
                               * they must compile, but hold nothing that
                               * depends on guest and mode */
    gboolean keep_blind;      /* untouched ones stay as well, likewise */
} TvPlanFilter;

/*
 * By rule: sources of the JIT kernel (tcg/ and accel/tcg/), sources that name
 * the contract and sources in @touched, as far as the tree's meson.build
 * builds them in a cell.  TV_ERROR_USAGE if the filter leaves nothing.
 */
TvPlan *tv_plan_make(const TvCheckTree *tree, GPtrArray *hosts,
                     GHashTable *touched, const TvPlanFilter *filter,
                     GError **error);
void tv_plan_free(TvPlan *plan);

/* An empty plan, whose units are not owned; and a cell of it, without units. */
TvPlan *tv_plan_new(void);
TvPlanCell *tv_plan_add_cell(TvPlan *plan, const TvHost *host,
                             const TvTarget *target);

void tv_unit_group_free(TvUnitGroup *group);

/*
 * A header among @names->headers that no unit of the plan was made of (another
 * backend's does not count), or NULL.  When there is one, the units left out
 * are what could include it.
 */
const char *tv_plan_uncovered(const TvPlan *plan, const TvCheckTree *tree,
                              const TvCodeNames *names);

/*
 * The headers and .inc files in @touched that no unit of the plan was made of;
 * sorted, owned by @touched.  Other backends' do not count.
 */
GPtrArray *tv_plan_unseen_headers(const TvPlan *plan, const TvCheckTree *tree,
                                  GHashTable *touched);

/*
 * Paths that the project's series touches or brings in; a set of char *, empty
 * when there is no series yet.
 */
GHashTable *tv_plan_touched(const char *project);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(TvPlan, tv_plan_free)

#endif
