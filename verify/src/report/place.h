/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Where the file that a finding names lies, and what stands there. */
#ifndef TV_REPORT_PLACE_H
#define TV_REPORT_PLACE_H

#include "ctext/lines.h"
#include "report/report.h"

typedef enum {
    TV_ROOT_TREE,    /* relative to the tree that was looked at */
    TV_ROOT_PROJECT, /* relative to the project: a patch, the overlay */
    TV_ROOT_NONE,    /* absolute */
} TvRoot;

TvRoot tv_finding_place_root(const TvReportContext *context, const char *file);

/* Absolute path of @file; NULL if it does not exist; to be freed. */
char *tv_finding_place_path(const TvReportContext *context, const char *file);

/* As a URI: percent-encoded, relative unless @file is absolute; to be freed. */
char *tv_finding_place_uri(const char *file);

/*
 * Whether line @line of @path still is what the finding saw: @text, white
 * space at the ends aside.  TRUE if @text is NULL and the line exists.
 */
gboolean tv_finding_place_holds(TvSourceLines *lines, const char *path,
                                int line, const char *text);

#endif
