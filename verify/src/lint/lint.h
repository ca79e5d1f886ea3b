/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What `lint` looks at; one file for each part. */
#ifndef TV_LINT_LINT_H
#define TV_LINT_LINT_H

#include <glib.h>

#include "project/options.h"
#include "result/result.h"
#include "series/series.h"

/* Adds findings on the header of @patch. */
void tv_lint_header(const TvPatch *patch, GPtrArray *findings);

/*
 * Commits every patch in a scratch repository and compares what git exports
 * with the file.  Returns the number of patches that were looked at (a patch
 * that does not apply is a finding and ends it), or -1 with @error.  Findings
 * are announced by @announce as they come.
 */
int tv_lint_round_trip(const TvOptions *options, const TvSeries *series,
                       const char *pristine_id, GPtrArray *findings,
                       TvResult *announce, GError **error);

/*
 * Compares one patch file with what git has exported for it, identity taken
 * out; a part of the round trip.
 */
void tv_lint_compare(const TvPatch *patch, const char *exported,
                     GPtrArray *findings);

/*
 * Runs TREE/scripts/checkpatch.pl on every patch.  Returns the number of
 * patches that were looked at, or -1 with @error.  @announce shows what no
 * exception excuses as it comes; @findings has it, and faulty exceptions.
 */
int tv_lint_checkpatch(const TvOptions *options, const TvSeries *series,
                       const char *tree, GPtrArray *findings,
                       TvResult *announce, GError **error);

/* The patch as it would be mailed, a stand-in for the sender stamped in;
 * @overlay is the diff of its overlay files or "". */
char *tv_lint_mail_text(const TvPatch *patch, const char *overlay);

/*
 * Adds a finding for everything that checkpatch says in @output; FALSE with
 * TV_ERROR_TOOL if that is not a complete run's.
 */
gboolean tv_lint_parse_checkpatch(const TvPatch *patch, const char *output,
                                  GPtrArray *findings, GError **error);

/* A section of verify/data/checkpatch-exceptions.ini. */
typedef struct TvLintException {
    char *section;
    char *patch;   /* as in the series, with or without ".patch" */
    char *message; /* "WARNING: ..." in full */
    char *file;    /* in the QEMU tree */
    char *reason;
    gboolean used;
} TvLintException;

/* All of them, of TvLintException, in their order; what is not given is
 * NULL.  The file need not exist. */
GPtrArray *tv_lint_exceptions_load(const char *project, GError **error);

/* Whether one of @exceptions excuses @finding; it is marked as used then. */
gboolean tv_lint_excuses(GPtrArray *exceptions, const TvFinding *finding);

/*
 * Takes the findings that verify/data/checkpatch-exceptions.ini excuses out of
 * @findings and adds one for each exception that is incomplete or unused.
 */
gboolean tv_lint_except(const char *project, GPtrArray *findings,
                        GError **error);

#endif
