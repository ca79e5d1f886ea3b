/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Views of a result. */
#ifndef TV_REPORT_REPORT_H
#define TV_REPORT_REPORT_H

#include "result/baseline.h"
#include "result/result.h"

/* What a view is made of, besides the result; all may be NULL. */
typedef struct TvReportContext {
    const char *tree;           /* absolute: where findings' files lie */
    const char *project;        /* absolute: or there */
    const TvBaseline *baseline; /* an earlier report to compare with */
    const GPtrArray *benches;   /* of TvBench: HTML only */
    int width;                  /* text: see tv_report_text */
    gboolean verbose;           /* text: every cell, every finding */
} TvReportContext;

/* Columns of the terminal on stdout, 0 if stdout is not a terminal. */
int tv_report_terminal_width(void);

/* The view of @result that @format names; to be freed. */
char *tv_report_render(const TvResult *result, TvFormat format,
                       const TvReportContext *context);

/*
 * The table, the findings and one last line that a machine can read.
 * @context->width is in columns; 0 means plain text without colour or cutting.
 * Without @context->verbose the cells of one host are folded into one per
 * layer, and no more than the first findings are shown.
 */
char *tv_report_text(const TvResult *result, const TvReportContext *context);

/* That last line, without its end; to be freed. */
char *tv_report_last_line(const TvResult *result);

/* Pretty-printed JSON, ends with a newline. */
char *tv_report_json(const TvResult *result);

/* SARIF 2.1.0: one run; findings that hosts share are one result. */
char *tv_report_sarif(const TvResult *result, const TvReportContext *context);

/* A test suite for each host, a test case for each cell (report/cases.h). */
char *tv_report_junit(const TvResult *result);

/* TAP version 13, a test for each cell. */
char *tv_report_tap(const TvResult *result);

/* One page that needs no other file and no network. */
char *tv_report_html(const TvResult *result, const TvReportContext *context);

#endif
