/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Known findings: matched, refused and stale ones. */
#include <string.h>

#include "base/error.h"
#include "result/known.h"

#define ENTRY(reason)                                                          \
    "[a]\nrule=rx-store\nfile=tcg/x.c\nfunction=f\ntext=*p = (1);\n" reason

static TvFinding *sample(void)
{
    TvFinding *finding = tv_finding_new("rx-store", "tcg/x.c", 5, "whatever");

    finding->function = g_strdup("f");
    finding->text = g_strdup("\t*p =   (1);");
    return finding;
}

static void test_match(void)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(TvKnownFindings) known =
        tv_known_findings_parse("list", ENTRY("reason=why\n"), &error);
    g_autoptr(TvFinding) finding = sample();

    g_assert_no_error(error);
    g_assert_true(tv_known_findings_apply(known, finding));
    g_assert_cmpstr(finding->suppressed, ==, "why");
    /* By identity: the line may move, the text may not change, and how often
     * it comes does not matter. */
    finding->line = 99;
    g_assert_true(tv_known_findings_apply(known, finding));
    g_clear_pointer(&finding->suppressed, g_free);
    g_free(finding->text);
    finding->text = g_strdup("*p = (2);");
    g_assert_false(tv_known_findings_apply(known, finding));
    g_assert_null(finding->suppressed);
    g_assert_false(tv_known_findings_apply(NULL, finding));
}

static void test_refused(void)
{
    static const struct {
        const char *text;
        const char *says;
    } cases[] = {
        {ENTRY(""), "needs a reason"},
        {ENTRY("reason=\n"), "needs a reason"},
        {ENTRY("reason=   \n"), "needs a reason"},
        {ENTRY("reason=why\ncount=2\n"), "no key 'count'"},
        {"[a]\nrule=rx-store\nfile=f.c\nfunction=\nreason=why\n",
         "needs a text"},
        {"[a]\nrule=rx-shop\nfile=f.c\nfunction=\ntext=t\nreason=why\n",
         "no rule 'rx-shop'"},
        {"[a]\nrule=canary-silent\nfile=f.c\nfunction=\ntext=t\nreason=why\n",
         "cannot be suppressed"},
        {"[a]\nrule=units-contract-unused\nfile=f.c\nfunction=\ntext=t\n"
         "reason=why\n",
         "cannot be suppressed"},
        {ENTRY("reason=why\n") ENTRY("reason=other\n"), "twice"},
        {"rule=rx-store\n", "list"},
    };

    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GError) error = NULL;

        g_assert_null(tv_known_findings_parse("list", cases[i].text, &error));
        g_assert_error(error, TV_ERROR, TV_ERROR_INPUT);
        g_assert_nonnull(strstr(error->message, cases[i].says));
    }
}

static void test_stale(void)
{
    g_autoptr(TvKnownFindings) known = tv_known_findings_parse(
        "list",
        ENTRY("reason=why\n") "[b]\nrule=rx-store\nfile=tcg/y.c\nfunction=\n"
                              "text=gone\nreason=why\n",
        NULL);
    g_autoptr(TvFinding) finding = sample();
    g_autoptr(TvResult) result = tv_result_new("check");
    const TvFinding *stale;

    g_assert_true(tv_known_findings_apply(known, finding));
    tv_known_findings_report_stale(known, FALSE, result);
    g_assert_cmpuint(result->findings->len, ==, 1);
    stale = result->findings->pdata[0];
    g_assert_cmpstr(stale->rule, ==, "known-stale");
    g_assert_cmpstr(stale->file, ==, "tcg/y.c");
    g_assert_nonnull(strstr(stale->message, "[b]"));
    g_assert_nonnull(strstr(stale->message, "list"));
}

static void test_built_in(void)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(TvKnownFindings) known = tv_known_findings_load(NULL, &error);
    g_autoptr(TvResult) result = tv_result_new("check");

    g_assert_no_error(error);
    g_assert_nonnull(known);
    /* They are about one tree only. */
    tv_known_findings_report_stale(known, FALSE, result);
    g_assert_cmpuint(result->findings->len, ==, 0);
    tv_known_findings_report_stale(known, TRUE, result);
    g_assert_cmpuint(result->findings->len, >, 0);
    g_assert_null(tv_known_findings_load("/no/such/file", &error));
    g_assert_error(error, TV_ERROR, TV_ERROR_INPUT);
    g_assert_nonnull(strstr(error->message, "/no/such/file"));
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/known-findings/match", test_match);
    g_test_add_func("/known-findings/refused", test_refused);
    g_test_add_func("/known-findings/stale", test_stale);
    g_test_add_func("/known-findings/built-in", test_built_in);
    return g_test_run();
}
