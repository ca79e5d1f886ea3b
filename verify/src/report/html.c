/* The HTML page: one file, no script, nothing fetched. */
#include "report/html.h"

#include <string.h>

#include "base/data.h"
#include "report/xml.h"

#define CSP "default-src 'none'; style-src 'unsafe-inline'"
#define SHORT_HASH 12

void tv_page_section(TvPage *page, const char *id, const char *title)
{
    tv_markup_start(page->out, "section", "id", id, NULL);
    tv_markup_leaf(page->out, "h2", title, NULL);
    g_string_append_c(page->out, '\n');
}

void tv_page_section_end(TvPage *page)
{
    tv_markup_end(page->out, "section");
    g_string_append_c(page->out, '\n');
}

static void append_head(TvPage *page)
{
    GString *out = page->out;
    g_autofree char *style = tv_data_text("report.css");
    g_autofree char *title =
        g_strdup_printf("tcg-verify %s: %s", page->result->command,
                        tv_result_status_name(page->result));

    /* Raw in HTML, but markup in XML: it must be the same as either. */
    g_assert(!strpbrk(style, "<&"));
    g_string_append(out, "<!DOCTYPE html>\n"
                         "<html lang=\"en\" "
                         "xmlns=\"http://www.w3.org/1999/xhtml\">\n<head>\n");
    tv_markup_void(out, "meta", "charset", "utf-8", NULL);
    tv_markup_void(out, "meta", "http-equiv", "Content-Security-Policy",
                   "content", CSP, NULL);
    tv_markup_void(out, "meta", "name", "viewport", "content",
                   "width=device-width, initial-scale=1", NULL);
    tv_markup_void(out, "meta", "name", "color-scheme", "content", "light dark",
                   NULL);
    tv_markup_leaf(out, "title", title, NULL);
    g_string_append_printf(out, "\n<style>\n%s</style>\n</head>\n", style);
}

static void append_fact(GString *out, const char *name, const char *value)
{
    tv_markup_start(out, "div", NULL);
    tv_markup_leaf(out, "dt", name, NULL);
    tv_markup_leaf(out, "dd", value, NULL);
    tv_markup_end(out, "div");
}

static void append_facts(TvPage *page)
{
    const TvResult *result = page->result;
    g_autofree char *cells = g_strdup_printf("%u", result->cells->len);
    g_autofree char *findings = g_strdup_printf(
        "%u at %u places", tv_result_count_findings(result), page->groups->len);
    g_autofree char *known = g_strdup_printf("%u", page->known->len);
    g_autofree char *seconds = g_strdup_printf("%.0f s", result->seconds);

    tv_markup_start(page->out, "dl", "class", "facts", NULL);
    append_fact(page->out, "findings", findings);
    append_fact(page->out, "known", known);
    append_fact(page->out, "cells", cells);
    append_fact(page->out, "time spent", seconds);
    if (result->series) {
        g_autofree char *series = g_strndup(result->series, SHORT_HASH);

        append_fact(page->out, "series", series);
    }
    append_fact(page->out, "tcg-verify", TV_VERSION);
    for (guint i = 0; i < result->tools->len; i++) {
        const TvTool *tool = result->tools->pdata[i];

        append_fact(page->out, tool->name, tool->version);
    }
    tv_markup_end(page->out, "dl");
    g_string_append_c(page->out, '\n');
}

/* Where the page has more than one look at. */
static void append_links(TvPage *page, const char *body)
{
    static const char *const sections[][2] = {
        {"trouble", "what proves nothing"},
        {"matrix", "hosts and layers"},
        {"project", "series and machine"},
        {"mutation", "mutation score"},
        {"findings", "findings"},
        {"known", "known findings"},
        {"gone", "gone"},
        {"patches", "patch by patch"},
        {"bench", "what it costs"},
    };

    tv_markup_start(page->out, "nav", NULL);
    for (gsize i = 0; i < G_N_ELEMENTS(sections); i++) {
        g_autofree char *id =
            g_strdup_printf("<section id=\"%s\">", sections[i][0]);
        g_autofree char *target = g_strdup_printf("#%s", sections[i][0]);

        if (strstr(body, id)) {
            tv_markup_leaf(page->out, "a", sections[i][1], "href", target,
                           NULL);
            g_string_append_c(page->out, ' ');
        }
    }
    tv_markup_end(page->out, "nav");
    g_string_append_c(page->out, '\n');
}

static void append_header(TvPage *page, const char *body)
{
    static const char *const words[] = {"clean", "findings", "not proved"};
    gboolean partly = !tv_result_is_complete(page->result);
    static const char *const classes[] = {"clean", "findings", "error"};
    int status = tv_result_exit_status(page->result);
    g_autofree char *class = g_strdup_printf("verdict %s", classes[status]);

    tv_markup_start(page->out, "header", NULL);
    tv_markup_start(page->out, "h1", NULL);
    tv_markup_printf(page->out, "tcg-verify %s ", page->result->command);
    tv_markup_leaf(page->out, "span",
                   status == 1 && partly ? "findings, and not all was proved"
                                         : words[status],
                   "class", class, NULL);
    tv_markup_end(page->out, "h1");
    append_facts(page);
    append_links(page, body);
    tv_markup_end(page->out, "header");
    g_string_append_c(page->out, '\n');
}

static void append_main(TvPage *page)
{
    g_string_append(page->out, "<main>\n");
    tv_page_trouble(page);
    g_string_append(page->out, "<div class=\"columns\">\n");
    tv_page_matrix(page);
    g_string_append(page->out, "<div>\n");
    tv_page_project(page);
    tv_page_scores(page);
    g_string_append(page->out, "</div>\n</div>\n");
    tv_page_findings(page);
    tv_page_patches(page);
    tv_page_benches(page);
    g_string_append(page->out, "</main>\n");
}

char *tv_report_html(const TvResult *result, const TvReportContext *context)
{
    g_autoptr(GPtrArray) groups = tv_finding_groups(result->findings, FALSE);
    g_autoptr(GPtrArray) known = tv_finding_groups(result->findings, TRUE);
    g_autofree char *last = tv_report_last_line(result);
    g_autofree char *body = NULL;
    TvPage page = {
        .out = g_string_new(NULL),
        .result = result,
        .context = context,
        .groups = groups,
        .known = known,
    };

    append_main(&page);
    body = g_string_free(page.out, FALSE);
    page.out = g_string_new(NULL);
    append_head(&page);
    g_string_append(page.out, "<body>\n");
    append_header(&page, body);
    g_string_append(page.out, body);
    g_string_append(page.out, "<footer>");
    tv_markup_leaf(page.out, "pre", last, "id", "last-line", NULL);
    g_string_append(page.out, "</footer>\n</body>\n</html>\n");
    return g_string_free(page.out, FALSE);
}
