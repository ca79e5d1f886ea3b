/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "hosts/tests/outcome.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>

/* What timeout and shells add to the number of a signal. */
#define EXIT_SIGNAL 128

const char *tv_outcome_name(TvOutcome outcome)
{
    static const char *const names[] = {
        [TV_OUTCOME_PASS] = "pass",       [TV_OUTCOME_SKIPPED] = "skipped",
        [TV_OUTCOME_FAIL] = "fail",       [TV_OUTCOME_CRASH] = "crash",
        [TV_OUTCOME_TIMEOUT] = "timeout", [TV_OUTCOME_NOT_RUN] = "not run",
    };

    return names[outcome];
}

const char *tv_verdict_name(TvVerdict verdict)
{
    static const char *const names[] = {
        [TV_VERDICT_SAME] = "same",
        [TV_VERDICT_SKIPPED] = "skipped",
        [TV_VERDICT_BOTH_FAIL] = "fails on both",
        [TV_VERDICT_BETTER] = "better",
        [TV_VERDICT_WORSE] = "worse",
        [TV_VERDICT_OUTPUT] = "output differs",
        [TV_VERDICT_UNKNOWN] = "unknown",
    };

    return names[verdict];
}

void tv_test_end_clear(TvTestEnd *end)
{
    g_clear_pointer(&end->detail, g_free);
}

/* "make: *** [FILE:LINE: run-TEST] Error N" (make 4), the first one. */
static gboolean make_error(const char *err, int *code)
{
    const char *line = strstr(err, "*** [");
    const char *number = line ? strstr(line, "] Error ") : NULL;

    return number && sscanf(number, "] Error %d", code) == 1;
}

/* The last line that is not make's own complaint. */
static char *last_words(const char *out, const char *err)
{
    g_autofree char *all = g_strconcat(out, "\n", err, NULL);
    g_auto(GStrv) lines = g_strsplit(all, "\n", -1);

    for (guint i = g_strv_length(lines); i > 0; i--) {
        const char *line = g_strstrip(lines[i - 1]);

        if (*line && !g_str_has_prefix(line, "make:") &&
            !g_str_has_prefix(line, "make[")) {
            return g_strdup(line);
        }
    }
    return g_strdup("no output");
}

static void set_failure(TvTestEnd *end, int code, const char *out,
                        const char *err)
{
    g_autofree char *words = last_words(out, err);
    int number = code > EXIT_SIGNAL ? code - EXIT_SIGNAL : 0;

    if (number == SIGKILL) {
        end->outcome = TV_OUTCOME_TIMEOUT;
        end->detail = g_strdup_printf("killed, no end in time: %s", words);
    } else if (number && number < NSIG) {
        end->outcome = TV_OUTCOME_CRASH;
        end->detail = g_strdup_printf("%s: %s", g_strsignal(number), words);
    } else {
        end->outcome = TV_OUTCOME_FAIL;
        end->detail = g_strdup_printf("exit %d: %s", code, words);
    }
}

void tv_test_end_judge(TvTestEnd *end, gboolean by_make, int exit_code,
                       int term_signal, gboolean timed_out, const char *out,
                       const char *err)
{
    int code = exit_code;

    *end = (TvTestEnd){ .outcome = TV_OUTCOME_PASS };
    if (timed_out) {
        end->outcome = TV_OUTCOME_TIMEOUT;
        end->detail = g_strdup("killed, no end in time");
        return;
    }
    if (term_signal) {
        set_failure(end, EXIT_SIGNAL + term_signal, out, err);
        return;
    }
    if (!by_make) {
        if (code != 0) {
            set_failure(end, code, out, err);
        }
        return;
    }
    if (code != 0) {
        if (make_error(err, &code)) {
            set_failure(end, code, out, err);
        } else {
            g_autofree char *words = last_words(err, "");

            end->outcome = TV_OUTCOME_NOT_RUN;
            end->detail = g_strdup_printf("make: exit %d: %s", code, words);
        }
        return;
    }
    /* Each test that is run is announced by "  TEST    name on guest". */
    if (strstr(out, "  TEST ")) {
        end->no_reference = strstr(out, "no reference") != NULL;
    } else if (strstr(out, "  SKIPPED ")) {
        end->outcome = TV_OUTCOME_SKIPPED;
        end->detail = last_words(out, "");
    } else {
        end->outcome = TV_OUTCOME_NOT_RUN;
        end->detail = g_strdup("make ran no test");
    }
}

void tv_test_end_judge_job(TvTestEnd *end, gboolean by_make, const TvJob *job)
{
    if (job->error) {
        *end = (TvTestEnd){ .outcome = TV_OUTCOME_NOT_RUN,
                            .detail = g_strdup(job->error->message) };
        return;
    }
    tv_test_end_judge(end, by_make, job->exit_code, job->term_signal,
                      job->timed_out, job->out->str, job->err->str);
}

TvVerdict tv_verdict(const TvTestEnd *pristine, const TvTestEnd *applied,
                     gboolean same_output)
{
    if (pristine->outcome == TV_OUTCOME_NOT_RUN ||
        applied->outcome == TV_OUTCOME_NOT_RUN) {
        return TV_VERDICT_UNKNOWN;
    }
    if (applied->outcome > pristine->outcome) {
        return TV_VERDICT_WORSE;
    }
    if (applied->outcome < pristine->outcome) {
        return TV_VERDICT_BETTER;
    }
    switch (applied->outcome) {
    case TV_OUTCOME_PASS:
        return pristine->no_reference && !same_output ? TV_VERDICT_OUTPUT
                                                      : TV_VERDICT_SAME;
    case TV_OUTCOME_SKIPPED:
        return TV_VERDICT_SKIPPED;
    default:
        return TV_VERDICT_BOTH_FAIL;
    }
}
