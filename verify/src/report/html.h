/* The parts of the HTML page; each appends nothing if it has nothing to say. */
#ifndef TV_REPORT_HTML_H
#define TV_REPORT_HTML_H

#include "report/report.h"
#include "result/groups.h"

/* What the parts share. */
typedef struct TvPage {
    GString *out;
    const TvResult *result;
    const TvReportContext *context;
    GPtrArray *groups; /* of TvFindingGroup: findings that count; their
                        * places in it number the anchors, from 1 */
    GPtrArray *known;  /* of TvFindingGroup: suppressed */
} TvPage;

/* <section><h2>. */
void tv_page_section(TvPage *page, const char *id, const char *title);
void tv_page_section_end(TvPage *page);

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

/* Findings by rule, findings, known ones, those gone since the baseline. */
void tv_page_findings(TvPage *page);

#endif
