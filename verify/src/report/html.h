/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The parts of the HTML page; each appends nothing if it has nothing to say. */
#ifndef TV_REPORT_HTML_H
#define TV_REPORT_HTML_H

#include "report/report.h"
#include "result/fold.h"

/* What the parts share. */
typedef struct TvPage {
    GString *out;
    const TvResult *result;
    const TvReportContext *context;
    GPtrArray *groups;  /* of TvFindingGroup: findings that count; their
                         * places in it number the anchors, from 1 */
    GPtrArray *known;   /* of TvFindingGroup: suppressed */
    GPtrArray *hosts;   /* of char *, NULL-ended: those of the matrix */
    GPtrArray *layers;  /* of char *, NULL-ended: likewise */
    GPtrArray *patches; /* of char *: those that the page links to, whose
                         * texts follow at its end */
} TvPage;

/* <section><h2>. */
void tv_page_section(TvPage *page, const char *id, const char *title);
void tv_page_section_end(TvPage *page);

/* <table class=@class> with the headings @first and, NULL-ended, @others; where
 * it is wider than the page it scrolls by itself. */
void tv_page_table(TvPage *page, const char *class, const char *first,
                   const char *const *others);
void tv_page_table_end(TvPage *page);

/* <tr> and its heading @name; the caller ends the row. */
void tv_page_row(TvPage *page, const char *class, const char *name);
/* A field, @class being "number" or a status, or NULL. */
void tv_page_field(TvPage *page, const char *class, const char *format, ...)
    G_GNUC_PRINTF(3, 4);

/* The patch @name as a link to its text, if the project has it. */
void tv_page_patch(TvPage *page, const char *name);

/* Hosts down, layers across; checks that are about no host; void and error. */
void tv_page_matrix(TvPage *page);
void tv_page_project(TvPage *page);
void tv_page_trouble(TvPage *page);

/* Patches down, hosts across: the results of `check --each-patch`. */
void tv_page_patches(TvPage *page);

/* Mutants that each layer killed. */
void tv_page_scores(TvPage *page);

/* What `bench` has measured of this form of the series. */
void tv_page_benches(TvPage *page);

/* Findings by rule, findings, accepted ones, those gone since the baseline. */
void tv_page_findings(TvPage *page);

#endif
