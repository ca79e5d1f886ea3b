/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The tree as it is before a series, and after each of its patches. */
#ifndef TV_APPLY_WALK_H
#define TV_APPLY_WALK_H

#include <glib.h>

#include "project/options.h"

typedef struct TvPatchStep {
    const char *directory; /* the tree */
    const char *patch;     /* the one that was added; NULL: before the first */
    guint count;           /* patches of the series in the tree */
    gboolean last;         /* of the walk */
    gboolean whole;        /* nothing of the series is missing */
} TvPatchStep;

/* @step and what it points to are the walk's. */
typedef gboolean TvPatchVisit(const TvPatchStep *step, gpointer data,
                              GError **error);

/* FALSE with TV_ERROR_USAGE if @from and @to name no range of the series. */
gboolean tv_patch_walk_check(const TvOptions *options, const char *from,
                             const char *to, GError **error);

/*
 * Calls @visit for the tree before patch @from (NULL: the first) and for the
 * one after each patch up to @to (NULL: the last).  It is one directory, below
 * BUILD/cache/@name, which is locked meanwhile and then removed.  Needs nothing
 * but the source: fetches it if need be.
 *
 * TV_ERROR_USAGE if @from and @to name no range of the series.  Ends with the
 * first visit that fails; its error gets the patch's name in front.
 */
gboolean tv_patch_walk(const TvOptions *options, const char *name,
                       const char *from, const char *to, TvPatchVisit *visit,
                       gpointer data, GError **error);

#endif
