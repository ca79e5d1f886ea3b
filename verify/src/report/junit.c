/* SPDX-License-Identifier: GPL-2.0-or-later */
/* JUnit XML: a test suite for each host, a test case for each cell. */
#include "report/cases.h"
#include "report/report.h"
#include "report/xml.h"

typedef struct Counts {
    guint tests;
    guint failures;
    guint errors;
    guint skipped;
    double seconds;
} Counts;

static void count(Counts *counts, const TvCase *item)
{
    counts->tests++;
    counts->failures += item->end == TV_CASE_FAILED;
    counts->errors += item->end == TV_CASE_ERROR;
    counts->skipped += item->end == TV_CASE_SKIPPED;
    counts->seconds += item->seconds;
}

/* Readers want a point, whatever the locale. */
static char *format_seconds(double seconds)
{
    char buffer[G_ASCII_DTOSTR_BUF_SIZE];

    return g_strdup(g_ascii_formatd(buffer, sizeof(buffer), "%.3f", seconds));
}

static void start_suite(GString *out, const char *element, const char *name,
                        const Counts *counts)
{
    g_autofree char *tests = g_strdup_printf("%u", counts->tests);
    g_autofree char *failures = g_strdup_printf("%u", counts->failures);
    g_autofree char *errors = g_strdup_printf("%u", counts->errors);
    g_autofree char *skipped = g_strdup_printf("%u", counts->skipped);
    g_autofree char *time = format_seconds(counts->seconds);

    /* The whole has no member "skipped" in the schemas that readers use. */
    tv_markup_start(out, element, "name", name, "tests", tests, "failures",
                    failures, "errors", errors, "time", time,
                    g_str_equal(element, "testsuite") ? "skipped" : NULL,
                    skipped, NULL);
    g_string_append_c(out, '\n');
}

static void append_details(GString *out, const TvCase *item)
{
    for (guint i = 0; i < item->findings->len; i++) {
        const TvFinding *finding = item->findings->pdata[i];
        g_autofree char *line = tv_finding_line(finding);

        tv_markup_printf(out, "%s\n", line);
        if (finding->text) {
            tv_markup_printf(out, "    %s\n", finding->text);
        }
        for (guint s = 0; finding->path && s < finding->path->len; s++) {
            const TvStep *step = finding->path->pdata[s];

            tv_markup_printf(out, "    %u. %s:%d: %s\n", s + 1,
                             step->file ? step->file : "", step->line,
                             step->what);
        }
        if (finding->reproduce) {
            tv_markup_printf(out, "    %s\n", finding->reproduce);
        }
    }
}

static void append_case(GString *out, const TvResult *result,
                        const TvCase *item)
{
    g_autofree char *class =
        g_strdup_printf("%s.%s", result->command, item->suite);
    g_autofree char *time = format_seconds(item->seconds);

    g_string_append(out, "    ");
    tv_markup_start(out, "testcase", "classname", class, "name", item->name,
                    "time", time, NULL);
    switch (item->end) {
    case TV_CASE_PASSED:
        break;
    case TV_CASE_SKIPPED:
        tv_markup_void(out, "skipped", "message", item->message, NULL);
        break;
    case TV_CASE_FAILED:
        tv_markup_start(out, "failure", "type", "findings", "message",
                        item->message, NULL);
        append_details(out, item);
        tv_markup_end(out, "failure");
        break;
    case TV_CASE_ERROR:
        tv_markup_leaf(out, "error", item->message, "type", "not-proved",
                       "message", item->message, NULL);
        break;
    }
    tv_markup_end(out, "testcase");
    g_string_append_c(out, '\n');
}

char *tv_report_junit(const TvResult *result)
{
    GString *out = g_string_new("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    g_autoptr(GPtrArray) cases = tv_report_cases(result);
    g_autofree char *name = g_strdup_printf("tcg-verify %s", result->command);
    Counts all = {0};

    for (guint i = 0; i < cases->len; i++) {
        count(&all, cases->pdata[i]);
    }
    start_suite(out, "testsuites", name, &all);
    for (guint i = 0; i < cases->len;) {
        const char *suite = ((TvCase *)cases->pdata[i])->suite;
        Counts own = {0};
        guint end = i;

        for (; end < cases->len; end++) {
            const TvCase *item = cases->pdata[end];

            if (!g_str_equal(item->suite, suite)) {
                break;
            }
            count(&own, item);
        }
        g_string_append(out, "  ");
        start_suite(out, "testsuite", suite, &own);
        for (; i < end; i++) {
            append_case(out, result, cases->pdata[i]);
        }
        g_string_append(out, "  ");
        tv_markup_end(out, "testsuite");
        g_string_append_c(out, '\n');
    }
    tv_markup_end(out, "testsuites");
    g_string_append_c(out, '\n');
    return g_string_free(out, FALSE);
}
