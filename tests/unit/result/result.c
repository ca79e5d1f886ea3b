/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <string.h>

#include "base/error.h"
#include "report/report.h"
#include "result/result.h"

static TvResult *sample(void)
{
    TvResult *result = tv_result_new("lint");
    TvFinding *finding = tv_finding_new("series-unlisted", "patches/x.patch", 3,
                                        "x.patch is not listed");
    TvCell *cell = tv_cell_new("L1", "arm", "user", 32, TV_CELL_FINDINGS);

    cell->findings = 1;
    cell->checked = 2;
    finding->host = g_strdup("arm");
    finding->function = g_strdup("tcg_out32");
    tv_finding_add_step(
        finding, tv_step_new("tcg/tcg.c", 7, "f", "code_ptr is RX"));
    tv_finding_add_step(finding, tv_step_new(NULL, 0, NULL, "stored to"));
    tv_result_add_cell(result, cell);
    tv_result_add_cell(
        result, tv_cell_new("L1", "mips32", "user", 32, TV_CELL_NOT_CONVERTED));
    tv_result_add_finding(result, finding);
    tv_result_add_tool(result, "clang", "14.0.6");
    tv_result_add_tool(result, "clang", "14.0.6");
    tv_result_add_score(result, "arm", "L2", 3, 5, 1);
    return result;
}

static void test_exit_status(void)
{
    g_autoptr(TvResult) result = tv_result_new("lint");

    /* Nothing looked at is no pass. */
    g_assert_cmpint(tv_result_exit_status(result), ==, 2);
    g_assert_cmpstr(tv_result_status_name(result), ==, "error");
    tv_result_add_cell(result,
                       tv_cell_new("series", NULL, NULL, 0, TV_CELL_CLEAN));
    g_assert_cmpint(tv_result_exit_status(result), ==, 0);
    tv_result_add_cell(
        result, tv_cell_new("L1", "arm", NULL, 0, TV_CELL_NOT_CONVERTED));
    g_assert_cmpint(tv_result_exit_status(result), ==, 0);
    g_assert_true(tv_result_is_complete(result));
    tv_result_add_cell(result, tv_cell_new("L0", "arm", NULL, 0, TV_CELL_VOID));
    g_assert_cmpint(tv_result_exit_status(result), ==, 2);
    g_assert_cmpstr(tv_result_status_name(result), ==, "void");
    tv_result_add_cell(result,
                       tv_cell_new("L2", "arm", NULL, 0, TV_CELL_ERROR));
    g_assert_cmpint(tv_result_exit_status(result), ==, 2);
    g_assert_cmpstr(tv_result_status_name(result), ==, "error");
    g_assert_false(tv_result_is_complete(result));
}

/* A finding decides, and the last line counts what is void all the same. */
static void test_findings_beside_void(void)
{
    static const TvCellStatus others[] = {TV_CELL_VOID, TV_CELL_ERROR};

    for (gsize i = 0; i < G_N_ELEMENTS(others); i++) {
        g_autoptr(TvResult) result = tv_result_new("check");
        TvFinding *finding = tv_finding_new("rx-store", "f", 0, "m");
        g_autofree char *line = NULL;

        tv_result_add_cell(result,
                           tv_cell_new("L0", "arm", NULL, 0, others[i]));
        finding->suppressed = g_strdup("known");
        tv_result_add_finding(result, finding);
        g_assert_cmpint(tv_result_exit_status(result), ==, 2);
        tv_result_add_finding(result, tv_finding_new("rx-store", "g", 0, "m"));
        g_assert_cmpint(tv_result_exit_status(result), ==, 1);
        g_assert_cmpstr(tv_result_status_name(result), ==, "findings");
        g_assert_false(tv_result_is_complete(result));
        line = tv_report_last_line(result);
        g_assert_nonnull(strstr(line, " status=findings exit=1 "));
        g_assert_nonnull(strstr(line, i ? " void=0 errors=1" : " void=1 errors=0"));
    }
    /* A cell's own findings count where there is no list. */
    {
        g_autoptr(TvResult) result = tv_result_new("check");

        tv_result_add_cell(result,
                           tv_cell_new("L1", "arm", NULL, 0, TV_CELL_FINDINGS));
        tv_result_add_cell(result,
                           tv_cell_new("L2", "arm", NULL, 0, TV_CELL_ERROR));
        g_assert_cmpint(tv_result_exit_status(result), ==, 1);
    }
}

/* Lines that @result has written to stderr; runs @what in a process. */
static void announce_all(void)
{
    g_autoptr(TvResult) result = tv_result_new("check");
    g_autoptr(TvFinding) first = tv_finding_new("rx-store", "a.c", 1, "one");
    g_autoptr(TvFinding) other = tv_finding_new("rx-store", "b.c", 2, "two");
    TvFinding *known = tv_finding_new("rx-store", "c.c", 3, "three");

    first->host = g_strdup("arm");
    known->suppressed = g_strdup("known");
    /* Before it is asked to. */
    tv_result_announce(result, other);
    tv_result_add_finding(result, tv_finding_new("rx-store", "z.c", 9, "z"));
    tv_result_show_findings(result);
    tv_result_announce(NULL, first);
    tv_result_announce(result, first);
    tv_result_announce(result, first);
    /* Of another host, it is the same mistake. */
    g_free(first->host);
    first->host = g_strdup("tci");
    tv_result_announce(result, first);
    tv_result_add_finding(result, tv_finding_copy(first));
    tv_result_announce(result, other);
    tv_result_announce(result, known);
    tv_result_add_finding(result, known);
    g_free(other->message);
    other->message = g_strdup("of\nlines");
    tv_result_announce(result, other);
    /* A finding that was only announced is added at the end, once. */
    tv_result_add_announced(result);
    tv_result_add_announced(result);
    g_assert_cmpuint(result->findings->len, ==, 5);
    g_assert_cmpuint(tv_result_count_findings(result), ==, 4);
}

static void test_announce(void)
{
    if (g_test_subprocess()) {
        announce_all();
        return;
    }
    g_test_trap_subprocess(NULL, 0, 0);
    g_test_trap_assert_passed();
    g_test_trap_assert_stderr("finding: a.c:1: one [rx-store], host arm\n"
                              "finding: b.c:2: two [rx-store]\n"
                              "finding: b.c:2: of | lines [rx-store]\n");
}

static void test_round_trip(void)
{
    g_autoptr(TvResult) result = sample();
    g_autoptr(JsonNode) node = tv_result_to_json(result);
    g_autoptr(GError) error = NULL;
    g_autoptr(TvResult) again = tv_result_from_json(node, &error);
    g_autofree char *first = tv_report_json(result);
    g_autofree char *second = NULL;

    g_assert_no_error(error);
    second = tv_report_json(again);
    g_assert_cmpstr(first, ==, second);
    g_assert_cmpuint(again->tools->len, ==, 1);
    g_assert_cmpuint(again->scores->len, ==, 1);
}

static void test_merge(void)
{
    g_autoptr(TvResult) all = tv_result_new("report");

    tv_result_merge(all, sample());
    tv_result_merge(all, sample());
    g_assert_cmpuint(all->cells->len, ==, 4);
    g_assert_cmpuint(all->findings->len, ==, 2);
    g_assert_cmpuint(all->scores->len, ==, 2);
    g_assert_cmpuint(all->tools->len, ==, 1);
    g_assert_cmpint(tv_result_exit_status(all), ==, 1);
}

static void test_bad_json(void)
{
    static const char *const texts[] = {
        "[]",
        "{}",
        "{\"format\":1,\"cells\":1,\"findings\":[]}",
        "{\"format\":1,\"cells\":[1],\"findings\":[]}",
        "{\"format\":1,\"cells\":[{\"layer\":\"x\",\"status\":\"fine\"}],"
        "\"findings\":[]}",
        "{\"format\":1,\"cells\":[{\"layer\":\"x\",\"status\":\"clean\","
        "\"findings\":2}],\"findings\":[]}",
        "{\"format\":1,\"cells\":[],\"findings\":[{\"rule\":\"none-such\"}]}",
        "{\"format\":1,\"cells\":[],\"findings\":[{\"rule\":"
        "\"series-unlisted\",\"path\":{}}]}",
        "{\"format\":1,\"cells\":[],\"findings\":[],\"tools\":[{}]}",
        "{\"format\":1,\"cells\":[],\"findings\":[],\"tools\":1}",
        "{\"format\":1,\"cells\":[],\"findings\":[],\"scores\":[{"
        "\"host\":\"a\",\"layer\":\"all\",\"killed\":3,\"total\":2}]}",
        "{\"format\":1,\"cells\":[],\"findings\":[{\"rule\":"
        "\"series-unlisted\",\"path\":[{\"line\":1}]}]}",
    };

    for (gsize i = 0; i < G_N_ELEMENTS(texts); i++) {
        g_autoptr(JsonNode) node = json_from_string(texts[i], NULL);
        g_autoptr(GError) error = NULL;

        g_assert_null(tv_result_from_json(node, &error));
        g_assert_error(error, TV_ERROR, TV_ERROR_INPUT);
    }
}

static char *identity_of(const char *file, int line, const char *function,
                         const char *host, const char *text)
{
    g_autoptr(TvFinding) finding =
        tv_finding_new("series-unlisted", file, line, "at line %d", line);

    finding->function = g_strdup(function);
    finding->host = g_strdup(host);
    finding->text = g_strdup(text);
    return tv_finding_compute_identity(finding);
}

/* An identity stays the same when only its surroundings change. */
static void test_identity(void)
{
    static const char *const same[] = {
        "    *p  =\t1 + sizeof (int);",
        "*p = 1 + sizeof(int);  ",
        "*p=1+sizeof(int);\r\n",
    };
    g_autofree char *first =
        identity_of("f.c", 10, "g", "x86_64", "*p = 1 + sizeof(int);");

    g_assert_cmpuint(strlen(first), ==, 16);
    for (gsize i = 0; i < G_N_ELEMENTS(same); i++) {
        g_autofree char *spaces = identity_of("f.c", 10, "g", "x86_64",
                                              same[i]);
        g_autofree char *moved = identity_of("f.c", 999, "g", "x86_64",
                                             same[i]);
        g_autofree char *renamed = identity_of("f.c", 10, "g", "amd64",
                                               same[i]);

        g_assert_cmpstr(first, ==, spaces);
        g_assert_cmpstr(first, ==, moved);
        g_assert_cmpstr(first, ==, renamed);
    }
}

/* And is another for another mistake. */
static void test_identity_differs(void)
{
    static const struct {
        const char *file;
        const char *function;
        const char *text;
    } others[] = {
        {"g.c", "g", "*p = 1;"},   {"f.c", "h", "*p = 1;"},
        {"f.c", NULL, "*p = 1;"},  {"f.c", "g", "*p = 2;"},
        {"f.c", "g", "*p = 1"},    {"f.c", "g", "unsigned p = 1;"},
        {"f.c", "g", "un signed p = 1;"},
    };
    g_autoptr(GHashTable) seen =
        g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    g_autoptr(TvFinding) other_rule =
        tv_finding_new("series-missing", "f.c", 1, "m");

    g_hash_table_add(seen, identity_of("f.c", 1, "g", NULL, "*p = 1;"));
    for (gsize i = 0; i < G_N_ELEMENTS(others); i++) {
        g_assert_true(g_hash_table_add(
            seen, identity_of(others[i].file, 1, others[i].function, NULL,
                              others[i].text)));
    }
    other_rule->function = g_strdup("g");
    other_rule->text = g_strdup("*p = 1;");
    g_assert_true(
        g_hash_table_add(seen, tv_finding_compute_identity(other_rule)));
}

/* A known finding stays in the result, but counts for nothing. */
static void test_suppressed(void)
{
    g_autoptr(TvResult) result = tv_result_new("lint");
    TvFinding *finding = tv_finding_new("series-unlisted", "f", 0, "message");
    g_autoptr(JsonNode) node = NULL;
    g_autoptr(TvResult) again = NULL;

    finding->suppressed = g_strdup("the reason");
    tv_result_add_finding(result, finding);
    tv_result_add_cell(result,
                       tv_cell_new("series", NULL, NULL, 0, TV_CELL_CLEAN));
    g_assert_cmpint(tv_result_exit_status(result), ==, 0);
    g_assert_cmpuint(tv_result_count_findings(result), ==, 0);
    node = tv_result_to_json(result);
    again = tv_result_from_json(node, NULL);
    g_assert_cmpint(tv_result_exit_status(again), ==, 0);
    finding = again->findings->pdata[0];
    g_assert_cmpstr(finding->suppressed, ==, "the reason");
    tv_result_add_finding(result,
                          tv_finding_new("series-unlisted", "f", 0, "other"));
    g_assert_cmpint(tv_result_exit_status(result), ==, 1);
}

/* A row of a report is one line, whatever a program has said. */
static void test_one_line(void)
{
    static const char *const cases[][2] = {
        {"git: exit 1: one", "git: exit 1: one"},
        {"git: exit 1:\n    one\n\n    two", "git: exit 1: | one | two"},
        {"1\n2\n3\n4\n5\n6\n7\n", "1 | 2 | 3 | 4 | 5 | 6 | 7"},
        {"1\n2\n3\n4\n5\n6\n7\n8", "1 | 2 | 3 | [2 lines] | 6 | 7 | 8"},
    };
    g_autoptr(TvResult) result = tv_result_new("lint");

    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        TvCell *cell = tv_cell_new("series", NULL, NULL, 0, TV_CELL_ERROR);
        TvFinding *finding =
            tv_finding_new("series-unlisted", "f", 0, "%s", cases[i][0]);

        cell->note = g_strdup(cases[i][0]);
        tv_result_add_cell(result, cell);
        g_assert_cmpstr(cell->note, ==, cases[i][1]);
        tv_result_add_finding(result, finding);
        g_assert_cmpstr(finding->message, ==, cases[i][1]);
    }
}

static void test_path(void)
{
    g_autoptr(TvResult) result = sample();
    const TvFinding *finding = result->findings->pdata[0];
    g_autoptr(TvFinding) copy = tv_finding_copy(finding);
    const TvStep *step;

    g_assert_cmpuint(copy->path->len, ==, 2);
    g_assert_true(copy->path != finding->path);
    step = copy->path->pdata[0];
    g_assert_cmpstr(step->file, ==, "tcg/tcg.c");
    g_assert_cmpint(step->line, ==, 7);
    g_assert_cmpstr(step->function, ==, "f");
    g_assert_cmpstr(step->what, ==, "code_ptr is RX");
    step = copy->path->pdata[1];
    g_assert_null(step->file);
    g_assert_null(step->function);
}

static void test_text(void)
{
    g_autoptr(TvResult) result = sample();
    const TvReportContext plain = { 0 };
    const TvReportContext terminal = { .width = 20 };
    g_autofree char *text = tv_report_text(result, &plain);
    g_autofree char *narrow = tv_report_text(result, &terminal);

    g_assert_nonnull(strstr(text, "host    L1\n"));
    g_assert_nonnull(strstr(text, "arm     1 finding\n"));
    g_assert_nonnull(strstr(text, "mips32  not converted\n"));
    g_assert_nonnull(strstr(
        text, "patches/x.patch:3: x.patch is not listed [series-unlisted]\n"));
    g_assert_nonnull(
        strstr(text, "     1. tcg/tcg.c:7: code_ptr is RX (in f)\n"
                     "     2. stored to\n"));
    g_assert_true(g_str_has_suffix(
        text, "tcg-verify: command=lint status=findings exit=1 cells=2 "
              "clean=0 not-converted=1 findings=1 known=0 void=0 "
              "errors=0\n"));
    /* No control sequences unless it is for a terminal. */
    g_assert_null(strchr(text, '\033'));
    g_assert_nonnull(strchr(narrow, '\033'));
    g_assert_nonnull(strstr(narrow, "  L1: "));
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/result/exit-status", test_exit_status);
    g_test_add_func("/result/announce", test_announce);
    g_test_add_func("/result/findings-beside-void", test_findings_beside_void);
    g_test_add_func("/result/round-trip", test_round_trip);
    g_test_add_func("/result/merge", test_merge);
    g_test_add_func("/result/bad-json", test_bad_json);
    g_test_add_func("/result/identity", test_identity);
    g_test_add_func("/result/identity-differs", test_identity_differs);
    g_test_add_func("/result/suppressed", test_suppressed);
    g_test_add_func("/result/one-line", test_one_line);
    g_test_add_func("/result/path", test_path);
    g_test_add_func("/result/text", test_text);
    return g_test_run();
}
