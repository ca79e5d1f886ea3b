/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Findings that are known and stay, each with a reason.
 *
 * Files of groups: rule, file, function, text (the source line) and reason.  A
 * finding is matched by its identity (see result/result.h), never by count.  One that
 * is matched stays in the result, as suppressed, with the reason.
 */
#ifndef TV_RESULT_KNOWN_H
#define TV_RESULT_KNOWN_H

#include "result/result.h"

typedef struct TvKnownFindings TvKnownFindings;

/*
 * The built-in list, and with @path a file of the user's.  TV_ERROR_INPUT if
 * an entry has no reason, lacks another key or has one that is unknown, or
 * names a rule that does not exist or must not be suppressed.
 */
TvKnownFindings *tv_known_findings_load(const char *path, GError **error);
/* Entries of @text only; @name is for messages. */
TvKnownFindings *tv_known_findings_parse(const char *name, const char *text,
                                         GError **error);
void tv_known_findings_free(TvKnownFindings *known);

/*
 * TRUE if @finding (with file, function and text) is known: then its
 * suppressed is set, and the entry is in use.  @known may be NULL.
 */
gboolean tv_known_findings_apply(TvKnownFindings *known, TvFinding *finding);

/*
 * Adds a finding for each entry that matched nothing: of the user's file, and
 * with @built_in of the built-in list.  Call when all was looked at.
 */
void tv_known_findings_report_stale(const TvKnownFindings *known,
                                    gboolean built_in, TvResult *result);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(TvKnownFindings, tv_known_findings_free)

#endif
