/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The positive control of one unit, in rounds.
 *
 * In the first all sites are reduced.  Tools drop what follows some findings,
 * so sites that were seen are restored, by an edit of the preprocessed text,
 * and the rest is tried again; in the end one site by itself.
 */
#ifndef TV_PROOF_CONTROLS_REDUCED_UNIT_H
#define TV_PROOF_CONTROLS_REDUCED_UNIT_H

#include "proof/controls/sites.h"
#include "proof/store.h"

typedef struct TvControlUnit {
    TvUnit *unit;     /* a copy of the plan's, with the reduced macro */
    GPtrArray *sites; /* of TvSite; NULL until known */
    const GHashTable *covered; /* set of "FILE:LINE" that need not be looked
                                * at again; a unit with no other sites is not
                                * judged, and has none.  NULL: none are */
    gboolean idle;             /* that was so */
    int only;     /* index of the one site that stays reduced, or -1 */
    guint before; /* sites that were unseen before the last round */
} TvControlUnit;

/* @mark_dir: include directory with the reduced macro. */
TvControlUnit *tv_control_unit_new(const TvCheckTree *tree, const TvUnit *unit,
                                   const char *mark_dir);
void tv_control_unit_free(TvControlUnit *control);

/*
 * Fills the sites of all @units (array of TvControlUnit) and which layers see
 * them.  FALSE with @error if that could not be found out.
 */
gboolean tv_control_units_run(const TvCheckTree *tree, TvCheckCache *cache,
                              GPtrArray *units, GError **error);

#endif
