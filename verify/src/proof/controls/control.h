/* L0, second half: every write site must be seen by every layer. */
#ifndef TV_PROOF_CONTROLS_CONTROL_H
#define TV_PROOF_CONTROLS_CONTROL_H

#include "proof/engine.h"
#include "proof/plan.h"
#include "result/result.h"

/* A use of the conversion macro in a unit. */
typedef struct TvSite {
    char *file;
    int line;        /* of the use */
    int first, last; /* of the statement that it stands in */
    gsize offset;    /* of the marked name in the text */
    gboolean seen[TV_N_LAYERS];
} TvSite;

/* An empty array of TvSite. */
GPtrArray *tv_sites_new(void);

/* The marked uses in a preprocessed text; an array of TvSite. */
GPtrArray *tv_sites_find(const TvCppText *text);

/*
 * Reduces the conversion macro to its argument and checks that each layer
 * reports each use of it, for each converted host of @plan (whose units have
 * been run).  Hosts where it does not are added to @failed (set of const
 * TvHost), with a finding for each site.  @sites (may be NULL) gets the number
 * of sites seen for each host (const TvHost to GUINT_TO_POINTER).
 */
gboolean tv_control_run(const TvCheckTree *tree, TvCheckCache *cache,
                        const TvPlan *plan, TvResult *result,
                        GHashTable *failed, GHashTable *sites, GError **error);

#endif
