/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Setting what the applied tree did beside what pristine did, test by test. */
#ifndef TV_HOSTS_TESTS_COMPARE_H
#define TV_HOSTS_TESTS_COMPARE_H

#include <glib.h>
#include <json-glib/json-glib.h>

#include "hosts/tests/run.h"
#include "result/result.h"

/*
 * Adds to @result a cell for each host x guest x mode x configuration of
 * @runs (TvTestRun, executed), and a finding for each test that ended worse
 * than with pristine.  A cell in which pristine passes nothing is void.
 */
void tv_test_compare(GPtrArray *runs, TvResult *result);

/* A TvTestRunDone that announces the findings that tv_test_compare will add:
 * of @run and of what waited for it.  @result is a TvResult. */
void tv_test_announce(GPtrArray *runs, const TvTestRun *run, gpointer result);

/*
 * The verdict on @run against @pristine, both executed; reads their outputs
 * where no other test compares them.
 */
TvVerdict tv_test_compare_runs(const TvTestRun *pristine,
                               const TvTestRun *run);

/* The run of the same test by the pristine tree, NULL if there is none. */
const TvTestRun *tv_test_pristine_of(GPtrArray *runs, const TvTestRun *run);

/* A table of how many tests pass, pristine beside the others, and a line for
 * each test that did not pass; @verbose: for each test.  To be freed. */
char *tv_test_table(GPtrArray *runs, gboolean verbose);

/* One object for each test of each host and guest, with all its runs. */
JsonNode *tv_test_rows_json(GPtrArray *runs);

#endif
