/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * COVER_LETTER.md.  Parts of it are generated: what stands between the lines
 * "<!-- generated: NAME -->" and "<!-- end: NAME -->".
 */
#ifndef TV_COVER_COVER_H
#define TV_COVER_COVER_H

#include <glib.h>

#include "project/options.h"
#include "series/series.h"

/* Names of the generated parts, NULL-ended; the cover letter has each once. */
extern const char *const tv_cover_parts[];

/* What the part @name should be, with an empty line at both ends. */
char *tv_cover_part(const char *name, const TvSeries *series, GError **error);

/*
 * @text with its generated parts made anew.  What is wrong with the markers
 * goes to @findings (of TvFinding), and what was stale, unless it is NULL.
 * NULL with @error only if a part cannot be made.
 */
char *tv_cover_refresh(const char *text, const TvSeries *series,
                       GPtrArray *findings, GError **error);

/*
 * Adds to @findings what is wrong with the project's cover letter.  FALSE with
 * @error if that could not be found out.
 */
gboolean tv_cover_check(const TvSeries *series, GPtrArray *findings,
                        GError **error);

/* Rewrites the generated parts in the file; @changed is set if any was
 * stale. */
gboolean tv_cover_rewrite(const TvSeries *series, gboolean *changed,
                          GError **error);

/*
 * The cover letter as git takes it for a mail: subject, empty line, text.  Of
 * the change log it has what concerns the versions from 2 up to @version.
 */
char *tv_cover_mail(const TvSeries *series, guint version, GError **error);

/* The part "results": a row for each host. */
char *tv_cover_results(const char *project, GError **error);

/* The part "costs": the rows of bench, with their limits. */
char *tv_cover_costs(const char *project, GError **error);

/*
 * Takes the results of check, test, mutate and bench in BUILD/report that are
 * of the present series over to the project, and reports on standard error
 * which are not.
 */
gboolean tv_cover_take_results(const TvOptions *options, const TvSeries *series,
                               GError **error);

/* One line on results that are of another form of the series; "" if none. */
char *tv_cover_results_age(const TvSeries *series, GError **error);

#endif
