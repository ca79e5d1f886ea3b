/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The series file, the patches it lists and the overlay they bring in. */
#ifndef TV_SERIES_SERIES_H
#define TV_SERIES_SERIES_H

#include <glib.h>

#include "series/patch.h"

typedef struct TvSeries {
    char *project;
    GPtrArray *patches;  /* of TvPatch, in order */
    GPtrArray *findings; /* of TvFinding: what is wrong with series, patches/
                            and overlay/, without a look at any tree */
} TvSeries;

/*
 * Reads PROJECT/series and its patches.  What is merely wrong (unlisted,
 * missing, listed twice, ...) goes to findings, so that lint can report
 * all of it; NULL only if the series cannot be read at all.
 */
TvSeries *tv_series_load(const char *project, GError **error);
void tv_series_free(TvSeries *series);

/*
 * As tv_series_load, and any finding is an error (TV_ERROR_INPUT), as is an
 * overlay file that @tree has already; @tree may be NULL.
 */
TvSeries *tv_series_load_clean(const char *project, const char *tree,
                               GError **error);

/* Adds to @findings the overlay files that @tree has as well. */
void tv_series_check_overlay(const TvSeries *series, const char *tree,
                             GPtrArray *findings);

/*
 * Number of the patch called @name (with or without ".patch"), counted from 1:
 * so it is the count of patches up to and with it.  0 with TV_ERROR_USAGE if
 * the series has no such patch.
 */
guint tv_series_find(const TvSeries *series, const char *name,
                     GError **error);

/* Absolute path of the overlay file @file; to be freed. */
char *tv_series_overlay_path(const TvSeries *series, const char *file);

/* What `git diff` says of the files that @patch brings in. */
char *tv_series_overlay_diff(const TvSeries *series, const TvPatch *patch,
                             GError **error);

/* Every path that the first @count patches touch or bring in, sorted, once
 * each; @overlay selects: -1 both, 0 touched only, 1 overlay only. */
GPtrArray *tv_series_paths(const TvSeries *series, guint count, int overlay);

/*
 * Hash over everything that the series is made of, however broken, for telling
 * results of one form of it from those of another.
 */
char *tv_series_fingerprint(const char *project);

/* Hash over the first @count patches with their overlay files, hex. */
char *tv_series_hash(const TvSeries *series, guint count, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(TvSeries, tv_series_free)

#endif
