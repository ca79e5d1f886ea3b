/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How one run of one guest test ended, and how two runs compare. */
#ifndef TV_HOSTS_TESTS_OUTCOME_H
#define TV_HOSTS_TESTS_OUTCOME_H

#include <glib.h>

#include "base/job-pool.h"

/* In the order of getting worse. */
typedef enum {
    TV_OUTCOME_PASS,
    TV_OUTCOME_SKIPPED, /* upstream's makefile does not run it */
    TV_OUTCOME_FAIL,    /* ran to its end, and says no */
    TV_OUTCOME_CRASH,   /* ended by a signal */
    TV_OUTCOME_TIMEOUT,
    TV_OUTCOME_NOT_RUN, /* make or the emulator could not be started */
} TvOutcome;

const char *tv_outcome_name(TvOutcome outcome);

typedef struct TvTestEnd {
    TvOutcome outcome;
    gboolean no_reference; /* passed, but its output was not compared */
    char *detail;          /* one line if it did not pass, else NULL */
} TvTestEnd;

void tv_test_end_clear(TvTestEnd *end);

/*
 * Judges a run of "make run-TEST" (@by_make) or of the emulator itself.
 * @out and @err are what it wrote.  @exit_code and @term_signal as in TvJob.
 * Fills @end; clear it.
 */
void tv_test_end_judge(TvTestEnd *end, gboolean by_make, int exit_code,
                       int term_signal, gboolean timed_out, const char *out,
                       const char *err);

/* The same for a job that has ended, started or not. */
void tv_test_end_judge_job(TvTestEnd *end, gboolean by_make, const TvJob *job);

typedef enum {
    TV_VERDICT_SAME,      /* passed with both */
    TV_VERDICT_SKIPPED,   /* run with neither */
    TV_VERDICT_BOTH_FAIL, /* no better and no worse: not a pass */
    TV_VERDICT_BETTER,
    TV_VERDICT_WORSE,
    TV_VERDICT_OUTPUT,    /* passed with both, printed different things */
    TV_VERDICT_UNKNOWN,   /* one of the two was not run */
} TvVerdict;

const char *tv_verdict_name(TvVerdict verdict);

/* @same_output counts only for tests whose output no other test compares. */
TvVerdict tv_verdict(const TvTestEnd *pristine, const TvTestEnd *applied,
                     gboolean same_output);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(TvTestEnd, tv_test_end_clear)

#endif
