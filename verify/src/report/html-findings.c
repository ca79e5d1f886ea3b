/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Findings of the HTML page, with what stands in the source. */
#include "report/html.h"
#include "report/place.h"
#include "report/xml.h"
#include "result/rules.h"

/* Lines of source before and after the one that counts. */
#define CONTEXT 3

static void append_line(GString *out, TvSourceLines *lines, const char *path,
                        int line, gboolean marked)
{
    const char *text = tv_source_lines_get(lines, path, line);

    if (!text) {
        return;
    }
    tv_markup_start(out, "span", "class", marked ? "line marked" : "line",
                    NULL);
    g_string_append_printf(out, "<i>%5d</i> ", line);
    tv_markup_text(out, text);
    g_string_append(out, "</span>\n");
}

/*
 * The source around the line; only what the finding has kept of it if the file
 * is gone or has changed since.
 */
static void append_source(TvPage *page, TvSourceLines *lines, const char *file,
                          int line, const char *text, int context)
{
    GString *out = page->out;
    g_autofree char *path =
        file ? tv_finding_place_path(page->context, file) : NULL;

    if (line > 0 && path && tv_finding_place_holds(lines, path, line, text)) {
        g_string_append(out, "<pre class=\"source\">");
        for (int at = MAX(1, line - context); at <= line + context; at++) {
            append_line(out, lines, path, at, at == line && context);
        }
        g_string_append(out, "</pre>\n");
    } else if (text) {
        tv_markup_leaf(out, "pre", text, "class", "source", NULL);
        g_string_append_c(out, '\n');
    }
}

static void append_place(GString *out, const char *file, int line,
                         const char *function)
{
    if (file) {
        tv_markup_start(out, "code", NULL);
        tv_markup_text(out, file);
        if (line) {
            tv_markup_printf(out, ":%d", line);
        }
        tv_markup_end(out, "code");
    }
    if (function) {
        g_string_append(out, " in ");
        tv_markup_leaf(out, "code", function, NULL);
    }
}

static void append_path(TvPage *page, TvSourceLines *lines,
                        const GPtrArray *path)
{
    GString *out = page->out;

    g_string_append(out, "<ol class=\"path\">\n");
    for (guint i = 0; i < path->len; i++) {
        const TvStep *step = path->pdata[i];

        g_string_append(out, "<li>");
        tv_markup_leaf(out, "b", step->what, NULL);
        g_string_append_c(out, ' ');
        append_place(out, step->file, step->line, step->function);
        append_source(page, lines, step->file, step->line, NULL, 0);
        g_string_append(out, "</li>\n");
    }
    g_string_append(out, "</ol>\n");
}

static void append_hosts(TvPage *page, const TvFindingGroup *group)
{
    guint all = page->hosts->len;

    if (all > 2 && group->hosts->len == all) {
        g_autofree char *text = g_strdup_printf("all %u hosts", all);

        g_string_append_c(page->out, ' ');
        tv_markup_leaf(page->out, "span", text, "class", "host", NULL);
        return;
    }
    for (guint i = 0; i < group->hosts->len; i++) {
        g_string_append_c(page->out, ' ');
        tv_markup_leaf(page->out, "span", group->hosts->pdata[i], "class",
                       "host", NULL);
    }
}

static void append_rule(GString *out, const char *id)
{
    const TvRule *rule = tv_rule_find(id);

    if (rule) {
        g_string_append(out, "<details><summary>");
        tv_markup_printf(out, "What %s means", id);
        g_string_append(out, "</summary>");
        tv_markup_leaf(out, "p", rule->text, NULL);
        g_string_append(out, "<p><b>Fix:</b> ");
        tv_markup_text(out, rule->fix);
        g_string_append(out, "</p></details>\n");
    }
}

static gboolean same_line(const TvFinding *a, const TvFinding *b)
{
    return a->line && a->line == b->line && g_strcmp0(a->file, b->file) == 0;
}

/* @before: what the page has just shown, or NULL. */
static void append_finding(TvPage *page, TvSourceLines *lines,
                           const TvFindingGroup *group,
                           const TvFindingGroup *before, const char *id)
{
    GString *out = page->out;
    const TvFinding *finding = group->first;

    tv_markup_start(out, "article", "id", id, NULL);
    g_string_append(out, "<h3>");
    tv_markup_leaf(out, "span", finding->rule, "class", "rule", NULL);
    tv_markup_printf(out, " %s", finding->message ? finding->message : "");
    if (page->context->baseline) {
        const char *state = tv_baseline_has(page->context->baseline, finding)
                                ? "unchanged"
                                : "new";
        g_autofree char *class = g_strdup_printf("state %s", state);

        g_string_append_c(out, ' ');
        tv_markup_leaf(out, "span", state, "class", class, NULL);
    }
    g_string_append(out, "</h3>\n<p class=\"where\">");
    append_place(out, finding->file, finding->line, finding->function);
    append_hosts(page, group);
    if (finding->patch) {
        g_string_append(out, " <span class=\"patch\">from ");
        tv_page_patch(page, finding->patch);
        g_string_append(out, "</span>");
    }
    g_string_append(out, " <span class=\"identity\">");
    tv_markup_text(out, finding->identity);
    g_string_append(out, "</span></p>\n");
    if (!before || !same_line(before->first, finding)) {
        append_source(page, lines, finding->file, finding->line, finding->text,
                      CONTEXT);
    }
    if (finding->path && finding->path->len) {
        append_path(page, lines, finding->path);
    }
    append_rule(out, finding->rule);
    if (finding->reproduce) {
        tv_markup_leaf(out, "pre", finding->reproduce, "class", "command",
                       NULL);
    }
    g_string_append(out, "</article>\n");
}

/* One line for each rule that is broken. */
static void append_rules(TvPage *page)
{
    GString *out = page->out;
    const TvRule *rule;

    tv_page_table(page, NULL, "rule",
                  (const char *const[]){"layer", "places", "what", NULL});
    for (guint r = 0; (rule = tv_rule_nth(r)); r++) {
        guint places = 0;
        guint first = 0;

        for (guint i = 0; i < page->groups->len; i++) {
            const TvFindingGroup *group = page->groups->pdata[i];

            if (g_str_equal(group->first->rule, rule->id)) {
                first = first ? first : i + 1;
                places++;
            }
        }
        if (places) {
            g_autofree char *target = g_strdup_printf("#f%u", first);

            g_string_append(out, "<tr><th scope=\"row\">");
            tv_markup_leaf(out, "a", rule->id, "href", target, NULL);
            g_string_append(out, "</th>");
            tv_page_field(page, NULL, "%s", rule->layer);
            tv_page_field(page, "number", "%u", places);
            tv_page_field(page, NULL, "%s", rule->summary);
            g_string_append(out, "</tr>\n");
        }
    }
    tv_page_table_end(page);
}

/* The accepted findings: a row each, folded away. */
static void append_known(TvPage *page)
{
    GString *out = page->out;

    tv_page_section(page, "known", "Accepted findings, not counted");
    g_string_append(out, "<details><summary>");
    tv_markup_printf(out, "%u accepted, each with its reason; places: %u",
                     page->result->findings->len -
                         tv_result_count_findings(page->result),
                     page->known->len);
    g_string_append(out, "</summary>\n");
    tv_page_table(page, NULL, "rule",
                  (const char *const[]){"place", "why it stays", "hosts",
                                        "patch", NULL});
    for (guint i = 0; i < page->known->len; i++) {
        const TvFindingGroup *group = page->known->pdata[i];
        const TvFinding *finding = group->first;

        tv_page_row(page, "known", finding->rule);
        g_string_append(out, "<td>");
        append_place(out, finding->file, finding->line, finding->function);
        if (finding->text) {
            tv_markup_leaf(out, "pre", finding->text, NULL);
        }
        g_string_append(out, "</td>");
        tv_page_field(page, NULL, "%s", finding->suppressed);
        g_string_append(out, "<td>");
        append_hosts(page, group);
        g_string_append(out, "</td><td>");
        if (finding->patch) {
            tv_page_patch(page, finding->patch);
        }
        g_string_append(out, "</td></tr>\n");
    }
    tv_page_table_end(page);
    g_string_append(out, "</details>\n");
    tv_page_section_end(page);
}

static void append_gone(TvPage *page)
{
    GString *out = page->out;
    g_autoptr(GPtrArray) absent =
        tv_baseline_absent(page->context->baseline, page->result);
    g_autoptr(GPtrArray) groups = tv_finding_groups(absent, FALSE);

    if (groups->len == 0) {
        return;
    }
    tv_page_section(page, "gone", "Gone since the baseline");
    g_string_append(out, "<ul>\n");
    for (guint i = 0; i < groups->len; i++) {
        const TvFindingGroup *group = groups->pdata[i];
        const TvFinding *finding = group->first;

        g_string_append(out, "<li>");
        tv_markup_leaf(out, "span", finding->rule, "class", "rule", NULL);
        tv_markup_printf(out, " %s ", finding->message);
        append_place(out, finding->file, finding->line, finding->function);
        append_hosts(page, group);
        g_string_append(out, "</li>\n");
    }
    g_string_append(out, "</ul>\n");
    tv_page_section_end(page);
}

void tv_page_findings(TvPage *page)
{
    TvSourceLines *lines = tv_source_lines_new();

    if (page->groups->len) {
        tv_page_section(page, "findings", "Findings");
        append_rules(page);
        for (guint i = 0; i < page->groups->len; i++) {
            g_autofree char *id = g_strdup_printf("f%u", i + 1);

            append_finding(page, lines, page->groups->pdata[i],
                           i ? page->groups->pdata[i - 1] : NULL, id);
        }
        tv_page_section_end(page);
    }
    if (page->known->len) {
        append_known(page);
    }
    if (page->context->baseline) {
        append_gone(page);
    }
    tv_source_lines_free(lines);
}
