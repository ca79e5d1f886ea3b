/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One patch file: header and what its diff touches. */
#ifndef TV_SERIES_PATCH_H
#define TV_SERIES_PATCH_H

#include <glib.h>

#include "result/result.h"

typedef struct TvPatch {
    char *name;         /* as the series has it: "const/arm.patch" */
    char *path;         /* absolute */
    char *text;         /* the whole file */
    char *subject;      /* unfolded, without "[PATCH] " */
    char *body;         /* paragraphs and trailers, without Overlay: lines */
    GPtrArray *overlay; /* of char *: paths of its Overlay: trailers */
    GPtrArray *files;   /* of char *: paths that its diff touches */
    const char *message; /* in @text: what follows the subject's lines */
    const char *notes;  /* in @text: the line "---", or NULL */
    const char *diff;   /* in @text: the first "diff --git", or NULL */
} TvPatch;

/*
 * Reads PROJECT/patches/NAME.  TV_ERROR_INPUT if it has no subject, no diff or
 * names a path outside of the tree; the grammar beyond that is for lint.
 */
TvPatch *tv_patch_load(const char *project, const char *name, GError **error);

/*
 * As tv_patch_load, but the diff may have any form that quilt writes, or be
 * missing; what it touches is not looked at.
 */
TvPatch *tv_patch_read_header(const char *project, const char *name,
                              GError **error);
void tv_patch_free(TvPatch *patch);

/* Subject, body and trailers as the message of a commit. */
char *tv_patch_message(const TvPatch *patch);

/* The first line of a diffstat in @from to @end, as " path | 3 +++"; else
 * @end. */
const char *tv_patch_find_stat(const char *from, const char *end);

/* What stands between "---" and the diffstat, or "". */
char *tv_patch_notes(const TvPatch *patch);

/* Adds a finding of @rule in line @line of the patch file; lint reproduces
 * it. */
void tv_patch_finding(GPtrArray *findings, const TvPatch *patch,
                      const char *rule, int line, const char *format, ...)
    G_GNUC_PRINTF(5, 6);

/* FALSE for absolute paths and those with "..", "." or empty parts. */
gboolean tv_patch_path_is_safe(const char *path);

/* Printable ASCII without blanks, quotes and backslashes: what diffs, mails and
 * trailers have as it is. */
gboolean tv_patch_path_is_plain(const char *path);

/*
 * Adds a finding of series-kind for each file that the diff of @patch changes
 * in a way that a series cannot have: quilt, patch(1) and git have to make the
 * same files of it, and import has to be able to bring them back.
 */
void tv_patch_kinds(const TvPatch *patch, GPtrArray *findings);

/* TRUE if both files are there with one content. */
gboolean tv_patch_same_content(const char *a, const char *b);

/* What the file @path is that can neither be in the overlay nor be changed by a
 * patch, as "is binary"; NULL if it can, or is not there. */
const char *tv_patch_unfit_file(const char *path);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(TvPatch, tv_patch_free)

#endif
