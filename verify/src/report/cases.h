/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A result as test cases, which is how JUnit and TAP see it. */
#ifndef TV_REPORT_CASES_H
#define TV_REPORT_CASES_H

#include "result/result.h"

typedef enum {
    TV_CASE_PASSED,
    TV_CASE_FAILED,  /* there are findings */
    TV_CASE_ERROR,   /* could not be looked at, or proves nothing */
    TV_CASE_SKIPPED, /* the backend is not converted */
} TvCaseEnd;

typedef struct TvCase {
    char *suite; /* the host; "project" if it is about none */
    char *name;  /* once in a suite */
    TvCaseEnd end;
    char *message;       /* one line: why it did not pass; NULL if it did */
    GPtrArray *findings; /* of const TvFinding: what is known of a failure */
    double seconds;
} TvCase;

/*
 * One case for each cell, and one for each finding that no such case accounts
 * for; suites come together.  At least one case failed if and only if there
 * are findings, and one is an error if and only if not all was looked at.
 */
GPtrArray *tv_report_cases(const TvResult *result);

#endif
