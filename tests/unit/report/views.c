/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Views of a result: readers can parse them for any content. */
#include <glib/gstdio.h>
#include <string.h>

#include "report/cases.h"
#include "report/report.h"
#include "report/xml.h"
#include "result/baseline.h"

/* All that escaping has to stand: markup, quotes, control characters, line
 * ends, bytes that are no UTF-8, code points that XML does not have. */
#define NASTY \
    "<b>&amp;\"' ]]> \\ # \t\r\n\x01\x1b[31m \x7f \xff\xfe \xef\xbf\xbf -- " \
    "\xc3\xa4 %s </script>"

static const TvReportContext no_context = { .tree = "/none", .project = "/" };

static TvFinding *finding(const char *rule, const char *host)
{
    TvFinding *one = tv_finding_new(rule, "tcg/" NASTY ".c", 12, "%s", NASTY);

    one->function = g_strdup(NASTY);
    one->text = g_strdup("*p = 1; " NASTY);
    one->host = g_strdup(host);
    one->patch = g_strdup("rw/x.patch");
    one->reproduce = g_strdup("tcg-verify check " NASTY);
    tv_finding_add_step(one, tv_step_new("tcg/tcg.c", 7, "f", NASTY));
    tv_finding_add_step(one, tv_step_new(NULL, 0, NULL, "stored to"));
    return one;
}

static TvCell *cell(const char *layer, const char *host, const char *mode,
                    int bits, TvCellStatus status, int findings,
                    const char *note)
{
    TvCell *one = tv_cell_new(layer, host, mode, bits, status);

    one->findings = findings;
    one->checked = 3;
    one->seconds = 1.5;
    one->note = g_strdup(note);
    return one;
}

/* Every status, a shared finding, a known one, one that no cell counts. */
static TvResult *sample(void)
{
    TvResult *result = tv_result_new("check");
    TvFinding *known = finding("rx-cast-const", "arm");

    tv_result_add_cell(result, cell("L1", "arm", "user", 32,
                                    TV_CELL_FINDINGS, 1, NULL));
    tv_result_add_cell(result, cell("L1", "arm", "user", 64, TV_CELL_CLEAN, 0,
                                    NULL));
    tv_result_add_cell(result, cell("L1", "mips32", "user", 32,
                                    TV_CELL_FINDINGS, 1, NULL));
    tv_result_add_cell(result, cell("L2", "mips32", "softmmu", 64,
                                    TV_CELL_VOID, 0, NASTY));
    tv_result_add_cell(result, cell("L2", "arm", "softmmu", 64, TV_CELL_ERROR,
                                    0, NULL));
    tv_result_add_cell(result, cell("L0", "tci", NULL, 0,
                                    TV_CELL_NOT_CONVERTED, 0, NULL));
    tv_result_add_cell(result, cell("series", NULL, NULL, 0, TV_CELL_CLEAN, 0,
                                    NULL));
    tv_result_add_finding(result, finding("rx-store", "arm"));
    tv_result_add_finding(result, finding("rx-store", "mips32"));
    tv_result_add_finding(result, finding("backend-not-converted", "tci"));
    known->suppressed = g_strdup("because " NASTY);
    tv_result_add_finding(result, known);
    tv_result_add_tool(result, "clang", "14 <" NASTY ">");
    tv_result_add_score(result, "arm", "L2", 3, 5, 1);
    tv_result_add_score(result, "arm", "all", 4, 5, 1);
    return result;
}

/* The tree that a parser makes from markup. */
typedef struct Parsed {
    GHashTable *counts; /* element to number */
    GString *text;
    GPtrArray *attributes; /* of char *: "element name=value" */
} Parsed;

static void on_start(GMarkupParseContext *context, const char *element,
                     const char **names, const char **values, gpointer data,
                     GError **error)
{
    Parsed *parsed = data;
    guint count =
        GPOINTER_TO_UINT(g_hash_table_lookup(parsed->counts, element));

    g_hash_table_insert(parsed->counts, g_strdup(element),
                        GUINT_TO_POINTER(count + 1));
    for (; *names; names++, values++) {
        g_ptr_array_add(parsed->attributes,
                        g_strdup_printf("%s %s=%s", element, *names, *values));
    }
}

static void on_text(GMarkupParseContext *context, const char *text, gsize size,
                    gpointer data, GError **error)
{
    g_string_append_len(((Parsed *)data)->text, text, (gssize)size);
}

static Parsed *parse(const char *markup)
{
    static const GMarkupParser parser = { .start_element = on_start,
                                          .text = on_text };
    Parsed *parsed = g_new0(Parsed, 1);
    g_autoptr(GMarkupParseContext) context = NULL;
    g_autoptr(GError) error = NULL;

    parsed->counts =
        g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    parsed->text = g_string_new(NULL);
    parsed->attributes = g_ptr_array_new_with_free_func(g_free);
    context = g_markup_parse_context_new(&parser, 0, parsed, NULL);
    g_markup_parse_context_parse(context, markup, -1, &error);
    g_assert_no_error(error);
    g_markup_parse_context_end_parse(context, &error);
    g_assert_no_error(error);
    return parsed;
}

static void parsed_free(Parsed *parsed)
{
    g_hash_table_unref(parsed->counts);
    g_string_free(parsed->text, TRUE);
    g_ptr_array_unref(parsed->attributes);
    g_free(parsed);
}

static guint count_of(const Parsed *parsed, const char *element)
{
    return GPOINTER_TO_UINT(g_hash_table_lookup(parsed->counts, element));
}

static gboolean has_attribute(const Parsed *parsed, const char *attribute)
{
    return g_ptr_array_find_with_equal_func(parsed->attributes, attribute,
                                            g_str_equal, NULL);
}

/* No byte that XML 1.0 has no way to hold, written out or as a reference. */
static void assert_legal(const char *markup)
{
    g_assert_true(g_utf8_validate(markup, -1, NULL));
    for (const char *at = markup; *at; at = g_utf8_next_char(at)) {
        gunichar c = g_utf8_get_char(at);

        g_assert_true(c == '\n' || c == '\t' || c == '\r' || c >= 0x20);
        g_assert_cmpuint(c, !=, 0xffff);
    }
    g_assert_null(strstr(markup, "&#x1;"));
    g_assert_null(strstr(markup, "&#x1b;"));
    g_assert_null(strstr(markup, "<b>&amp;amp;"));
}

static void test_markup(void)
{
    g_autoptr(GString) out = g_string_new(NULL);
    Parsed *parsed;

    tv_markup_start(out, "a", "x", "1\n2\"<", "left-out", NULL, NULL);
    tv_markup_void(out, "v", NULL);
    tv_markup_leaf(out, "l", "<&>\x02", "y", "&", NULL);
    tv_markup_printf(out, "%s", "'");
    tv_markup_end(out, "a");
    parsed = parse(out->str);
    g_assert_true(has_attribute(parsed, "l y=&"));
    g_assert_nonnull(strstr(out->str, "x=\"1&#10;2&quot;&lt;\""));
    g_assert_cmpstr(parsed->text->str, ==, "<&>\xef\xbf\xbd'");
    parsed_free(parsed);

    /* A value that is left out does not end the list. */
    g_string_truncate(out, 0);
    tv_markup_leaf(out, "l", NULL, "gone", NULL, NULL);
    g_assert_cmpstr(out->str, ==, "<l></l>");
}

static void test_cases(void)
{
    g_autoptr(TvResult) result = sample();
    g_autoptr(TvResult) empty = tv_result_new("check");
    g_autoptr(GPtrArray) cases = tv_report_cases(result);
    g_autoptr(GPtrArray) none = tv_report_cases(empty);
    guint ends[TV_CASE_SKIPPED + 1] = { 0 };
    const TvCase *first = cases->pdata[0];

    for (guint i = 0; i < cases->len; i++) {
        ends[((TvCase *)cases->pdata[i])->end]++;
    }
    /* Two cells with findings, and the finding of tci, which no cell counts;
     * the known one belongs to no patch. */
    g_assert_cmpuint(ends[TV_CASE_FAILED], ==, 3);
    g_assert_cmpuint(ends[TV_CASE_ERROR], ==, 2);
    g_assert_cmpuint(ends[TV_CASE_SKIPPED], ==, 1);
    g_assert_cmpuint(ends[TV_CASE_PASSED], ==, 2);
    g_assert_cmpstr(first->suite, ==, "arm");
    g_assert_cmpstr(first->name, ==, "L1 user 32-bit guest");
    g_assert_cmpuint(first->findings->len, ==, 1);
    g_assert_cmpuint(none->len, ==, 1);
    g_assert_cmpint(((TvCase *)none->pdata[0])->end, ==, TV_CASE_ERROR);
}

/* A report of test cases passes if and only if the exit status is 0. */
static void test_verdicts(void)
{
    for (int status = TV_CELL_NOT_CONVERTED; status <= TV_CELL_ERROR;
         status++) {
        for (int stray = 0; stray < 2; stray++) {
            g_autoptr(TvResult) result = tv_result_new("check");
            g_autoptr(GPtrArray) cases = NULL;
            gboolean failed = FALSE, trouble = FALSE;

            tv_result_add_cell(result, cell("L1", "arm", NULL, 0,
                                            (TvCellStatus)status, 0, NULL));
            if (stray) {
                tv_result_add_finding(result, finding("rx-store", "tci"));
            }
            cases = tv_report_cases(result);
            for (guint i = 0; i < cases->len; i++) {
                TvCaseEnd end = ((TvCase *)cases->pdata[i])->end;

                failed |= end == TV_CASE_FAILED;
                trouble |= end == TV_CASE_ERROR;
            }
            g_assert_cmpint(failed ? 1 : trouble ? 2 : 0, ==,
                            tv_result_exit_status(result));
            g_assert_cmpint(trouble, ==, !tv_result_is_complete(result));
        }
    }
}

static void test_junit(void)
{
    g_autoptr(TvResult) result = sample();
    g_autofree char *text = tv_report_junit(result);
    Parsed *parsed = parse(text);

    assert_legal(text);
    g_assert_cmpuint(count_of(parsed, "testsuites"), ==, 1);
    g_assert_cmpuint(count_of(parsed, "testsuite"), ==, 4);
    g_assert_cmpuint(count_of(parsed, "testcase"), ==, 8);
    g_assert_cmpuint(count_of(parsed, "failure"), ==, 3);
    g_assert_cmpuint(count_of(parsed, "error"), ==, 2);
    g_assert_cmpuint(count_of(parsed, "skipped"), ==, 1);
    g_assert_true(has_attribute(parsed, "testsuites tests=8"));
    g_assert_true(has_attribute(parsed, "testsuites failures=3"));
    g_assert_true(has_attribute(parsed, "testsuites errors=2"));
    g_assert_true(has_attribute(parsed, "testsuite name=arm"));
    g_assert_true(has_attribute(parsed, "testsuite time=4.500"));
    g_assert_nonnull(strstr(parsed->text->str, "<b>&amp;\"'"));
    g_assert_nonnull(strstr(parsed->text->str, "[rx-store]"));
    parsed_free(parsed);
}

static void test_tap(void)
{
    g_autoptr(TvResult) result = sample();
    g_autofree char *text = tv_report_tap(result);
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
    guint good = 0, bad = 0;

    g_assert_true(g_utf8_validate(text, -1, NULL));
    g_assert_true(g_str_has_prefix(text, "TAP version 13\n1..8\n"));
    for (char **line = lines; *line; line++) {
        good += g_str_has_prefix(*line, "ok ");
        bad += g_str_has_prefix(*line, "not ok ");
        /* Whatever a message holds, it begins no line of its own. */
        g_assert_true(!**line || g_str_has_prefix(*line, "ok ") ||
                      g_str_has_prefix(*line, "not ok ") ||
                      g_str_has_prefix(*line, "  ") || line - lines < 2);
    }
    g_assert_cmpuint(good, ==, 3);
    g_assert_cmpuint(bad, ==, 5);
    g_assert_nonnull(strstr(text, " - tci: L0 # SKIP the backend is not "
                                  "converted\n"));
    g_assert_nonnull(strstr(text, "  severity: \"error\"\n"));
}

static JsonObject *member(JsonObject *object, const char *first, ...)
{
    va_list args;

    va_start(args, first);
    for (const char *key = first; key; key = va_arg(args, const char *)) {
        object = json_object_get_object_member(object, key);
        g_assert_nonnull(object);
    }
    va_end(args);
    return object;
}

static JsonObject *nth(JsonObject *object, const char *key, guint index)
{
    JsonArray *array = json_object_get_array_member(object, key);

    g_assert_nonnull(array);
    g_assert_cmpuint(index, <, json_array_get_length(array));
    return json_array_get_object_element(array, index);
}

static const char *string(JsonObject *object, const char *key)
{
    return json_object_get_string_member(object, key);
}

/* The run of the SARIF log; @node is freed by the caller. */
static JsonObject *sarif_run(const char *text, JsonNode **node)
{
    g_autoptr(GError) error = NULL;
    JsonObject *log;

    *node = json_from_string(text, &error);
    g_assert_no_error(error);
    log = json_node_get_object(*node);
    g_assert_cmpstr(string(log, "version"), ==, "2.1.0");
    return nth(log, "runs", 0);
}

static void test_sarif(void)
{
    g_autoptr(TvResult) result = sample();
    g_autofree char *text = tv_report_sarif(result, &no_context);
    g_autoptr(JsonNode) node = NULL;
    JsonObject *run = sarif_run(text, &node);
    JsonArray *results = json_object_get_array_member(run, "results");
    JsonObject *shared, *known, *step, *rule, *place;

    /* arm and mips32 share one mistake; then tci's; then the known one */
    g_assert_cmpuint(json_array_get_length(results), ==, 3);
    shared = json_array_get_object_element(results, 0);
    g_assert_cmpint(json_object_get_int_member(shared, "occurrenceCount"), ==,
                    2);
    g_assert_cmpuint(json_array_get_length(json_object_get_array_member(
                         member(shared, "properties", NULL), "hosts")), ==, 2);
    rule = nth(member(run, "tool", "driver", NULL), "rules",
               (guint)json_object_get_int_member(shared, "ruleIndex"));
    g_assert_cmpstr(string(rule, "id"), ==, string(shared, "ruleId"));
    g_assert_nonnull(strstr(string(member(rule, "help", NULL), "text"),
                            "Fix: "));
    place = member(nth(shared, "locations", 0), "physicalLocation", NULL);
    g_assert_cmpint(json_object_get_int_member(member(place, "region", NULL),
                                               "startLine"), ==, 12);
    g_assert_cmpstr(string(member(place, "artifactLocation", NULL),
                           "uriBaseId"), ==, "SRCROOT");
    /* Nothing that a URI may not hold, nor a scheme or fragment of its own. */
    g_assert_null(strpbrk(string(member(place, "artifactLocation", NULL),
                                 "uri"), "<>\"# \n\\:?"));
    step = nth(nth(nth(shared, "codeFlows", 0), "threadFlows", 0),
               "locations", 0);
    g_assert_cmpint(
        json_object_get_int_member(
            member(step, "location", "physicalLocation", "region", NULL),
            "startLine"), ==, 7);
    g_assert_false(json_object_has_member(shared, "baselineState"));
    known = json_array_get_object_element(results, 2);
    g_assert_true(g_str_has_prefix(
        string(nth(known, "suppressions", 0), "justification"), "because "));
    g_assert_false(json_object_get_boolean_member(
        nth(run, "invocations", 0), "executionSuccessful"));
    nth(nth(run, "invocations", 0), "toolExecutionNotifications", 1);
    g_assert_cmpstr(string(nth(member(run, "tool", NULL), "extensions", 0),
                           "name"), ==, "clang");
}

/* @result as the file that a later run takes for its baseline. */
static TvBaseline *baseline_of(const TvResult *result)
{
    g_autofree char *json = tv_report_json(result);
    g_autofree char *path = NULL;
    g_autoptr(GError) error = NULL;
    TvBaseline *baseline;
    int file = g_file_open_tmp("baseline-XXXXXX.json", &path, &error);

    g_assert_no_error(error);
    g_close(file, NULL);
    g_file_set_contents(path, json, -1, &error);
    g_assert_no_error(error);
    baseline = tv_baseline_load(path, &error);
    g_assert_no_error(error);
    g_remove(path);
    return baseline;
}

static void test_baseline(void)
{
    g_autoptr(TvResult) before = tv_result_new("check");
    g_autoptr(TvResult) now = tv_result_new("check");
    g_autoptr(TvBaseline) baseline = NULL;
    g_autoptr(JsonNode) node = NULL;
    g_autoptr(GError) error = NULL;
    g_autofree char *sarif = NULL;
    g_autofree char *text = NULL;
    g_autofree char *html = NULL;
    TvReportContext context = no_context;
    JsonObject *run;
    TvFinding *moved;

    tv_result_add_finding(before, finding("rx-store", "arm"));
    tv_result_add_finding(before, finding("rx-cast-drops", "arm"));
    /* Not looked at any more: that it is gone is not known. */
    tv_result_add_finding(before, finding("rx-modifiers", "s390x"));
    tv_result_add_cell(now, cell("L1", "arm", NULL, 0, TV_CELL_FINDINGS, 2,
                                 NULL));
    moved = finding("rx-store", "arm");
    moved->line = 99;
    tv_result_add_finding(now, moved);
    tv_result_add_finding(now, finding("rx-cast-adds", "arm"));
    context.baseline = baseline = baseline_of(before);

    sarif = tv_report_sarif(now, &context);
    run = sarif_run(sarif, &node);
    g_assert_cmpuint(json_array_get_length(
                         json_object_get_array_member(run, "results")), ==, 3);
    g_assert_cmpstr(string(nth(run, "results", 0), "baselineState"), ==,
                    "unchanged");
    g_assert_cmpstr(string(nth(run, "results", 1), "baselineState"), ==,
                    "new");
    g_assert_cmpstr(string(nth(run, "results", 2), "baselineState"), ==,
                    "absent");
    g_assert_cmpstr(string(nth(run, "results", 2), "ruleId"), ==,
                    "rx-cast-drops");
    text = tv_report_text(now, &context);
    g_assert_nonnull(
        strstr(text, "baseline: 1 new, 1 unchanged, 1 gone\n"));
    html = tv_report_html(now, &context);
    g_assert_nonnull(strstr(html, "Gone since the baseline"));
    g_assert_null(tv_baseline_load("/none", &error));
    g_assert_nonnull(error);
}

static void test_html(void)
{
    g_autoptr(TvResult) result = sample();
    g_autofree char *html = NULL;
    g_autofree char *last = NULL;
    TvCell *patched = cell("patch", "arm", NULL, 0, TV_CELL_NOT_CONVERTED, 48,
                           NULL);
    Parsed *parsed;

    patched->patch = g_strdup("const/" NASTY);
    tv_result_add_cell(result, patched);
    last = tv_report_last_line(result);
    html = tv_report_html(result, &no_context);
    parsed = parse(html);
    assert_legal(html);
    g_assert_cmpuint(count_of(parsed, "html"), ==, 1);
    /* Nothing runs and nothing is fetched. */
    g_assert_cmpuint(count_of(parsed, "script"), ==, 0);
    g_assert_cmpuint(count_of(parsed, "link"), ==, 0);
    g_assert_cmpuint(count_of(parsed, "img"), ==, 0);
    g_assert_null(strstr(html, "url("));
    g_assert_null(strstr(html, "@import"));
    g_assert_null(strstr(html, "src="));
    for (guint i = 0; i < parsed->attributes->len; i++) {
        const char *attribute = parsed->attributes->pdata[i];

        g_assert_true(!strstr(attribute, " href=") ||
                      strstr(attribute, " href=#"));
    }
    g_assert_nonnull(strstr(html, "prefers-color-scheme: dark"));
    g_assert_cmpuint(count_of(parsed, "article"), ==, 2);
    g_assert_true(has_attribute(parsed, "tr class=known"));
    g_assert_true(has_attribute(parsed, "section id=matrix"));
    g_assert_true(has_attribute(parsed, "section id=patches"));
    g_assert_true(has_attribute(parsed, "section id=mutation"));
    g_assert_true(has_attribute(parsed, "section id=trouble"));
    g_assert_true(has_attribute(parsed, "section id=known"));
    g_assert_true(has_attribute(parsed, "a href=#f1"));
    g_assert_true(has_attribute(parsed, "article id=f2"));
    g_assert_nonnull(strstr(parsed->text->str, "75 %"));
    g_assert_nonnull(strstr(parsed->text->str, "stored to"));
    g_assert_nonnull(strstr(parsed->text->str, last));
    g_assert_true(g_str_has_suffix(html, "</html>\n"));
    parsed_free(parsed);
}

/* What a reader has to know before the word "clean". */
static void test_html_facts(void)
{
    static const char *const hosts[] = {"arm", "mips32", "tci"};
    g_autofree char *project = g_dir_make_tmp("views-XXXXXX", NULL);
    g_autofree char *patches = g_build_filename(project, "patches", NULL);
    g_autofree char *patch = g_build_filename(patches, "x.patch", NULL);
    TvReportContext context = {.tree = "/none", .project = project};
    g_autoptr(TvResult) result = tv_result_new("report");
    g_autofree char *html = NULL;
    const char *legend, *matrix;
    Parsed *parsed;

    g_mkdir(patches, 0777);
    g_assert_true(g_file_set_contents(patch, "the text of it", -1, NULL));
    for (gsize i = 0; i < G_N_ELEMENTS(hosts); i++) {
        TvFinding *known = finding("rx-cast-const", hosts[i]);

        tv_result_add_cell(result, cell("L1", hosts[i], "user", 32,
                                        TV_CELL_CLEAN, 0, "a note"));
        known->suppressed = g_strdup("a reason");
        g_free(known->patch);
        known->patch = g_strdup("x.patch");
        tv_result_add_finding(result, known);
    }
    result->date = g_strdup("2026-12-01 09:30 UTC");
    result->machine = g_strdup("a machine");
    result->unbuilt = g_ptr_array_new_with_free_func(g_free);
    g_ptr_array_add(result->unbuilt, g_strdup("bsd-user/main.c"));
    g_ptr_array_add(result->unbuilt, g_strdup("tcg/a.inc:7: #ifdef _WIN32"));
    g_ptr_array_add(result->unbuilt, g_strdup("tcg/b.h:9: #if defined(A)"));
    html = tv_report_html(result, &context);
    parsed = parse(html);
    g_assert_nonnull(strstr(html, "<p class=\"claim\">Clean means"));
    g_assert_nonnull(strstr(html, "<dd>2026-12-01 09:30 UTC</dd>"));
    g_assert_nonnull(strstr(html, "<dd>a machine</dd>"));
    /* The number of the last line, and one row for one mistake. */
    g_assert_nonnull(strstr(html, "<dt>known</dt><dd>3 at 1 place</dd>"));
    g_assert_nonnull(strstr(parsed->text->str, " known=3 "));
    g_assert_nonnull(strstr(html, ">all 3 hosts<"));
    g_assert_nonnull(strstr(parsed->text->str, "no cell compiles: 1."));
    g_assert_nonnull(strstr(parsed->text->str, "at least 2."));
    g_assert_nonnull(strstr(parsed->text->str, "tcg/a.inc:7: #ifdef _WIN32"));
    g_assert_true(has_attribute(parsed, "a href=#patch1"));
    g_assert_true(has_attribute(parsed, "pre id=patch1"));
    g_assert_nonnull(strstr(parsed->text->str, "the text of it"));
    /* Not only for those who can point at a square. */
    g_assert_null(strstr(html, " title="));
    g_assert_nonnull(
        strstr(parsed->text->str, "user 32-bit guest: clean, 3 looked at, "
                                  "1.5 s; a note"));
    legend = strstr(html, "A square is a cell");
    matrix = strstr(html, "<table class=\"matrix\"");
    g_assert_nonnull(legend);
    g_assert_nonnull(matrix);
    g_assert_cmpuint(legend - html, <, matrix - html);
    parsed_free(parsed);
    g_remove(patch);
    g_rmdir(patches);
    g_rmdir(project);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/views/markup", test_markup);
    g_test_add_func("/views/cases", test_cases);
    g_test_add_func("/views/verdicts", test_verdicts);
    g_test_add_func("/views/junit", test_junit);
    g_test_add_func("/views/tap", test_tap);
    g_test_add_func("/views/sarif", test_sarif);
    g_test_add_func("/views/baseline", test_baseline);
    g_test_add_func("/views/html", test_html);
    g_test_add_func("/views/html-facts", test_html_facts);
    return g_test_run();
}
