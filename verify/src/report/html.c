/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The HTML page: one file, no script, nothing fetched. */
#include "report/html.h"

#include <string.h>

#include "base/data.h"
#include "report/xml.h"

#define CSP "default-src 'none'; style-src 'unsafe-inline'"
#define SHORT_HASH 12

/* The sentence below the verdict. */
#define CLAIM \
    "Clean means that the layers of the matrix found no write through the " \
    "executable alias, no mix of the two aliases and no missing cache flush " \
    "in the sources that a cell compiles; it says nothing about generated " \
    "code, plugins, a guest's mappings over the code buffer, " \
    "/proc/self/mem, or files and branches that no cell builds."

void tv_page_section(TvPage *page, const char *id, const char *title)
{
    tv_markup_start(page->out, "section", "id", id, NULL);
    tv_markup_leaf(page->out, "h2", title, NULL);
    g_string_append_c(page->out, '\n');
}

void tv_page_section_end(TvPage *page)
{
    g_string_append(page->out, "</section>\n");
}

void tv_page_table(TvPage *page, const char *class, const char *first,
                   const char *const *others)
{
    g_string_append(page->out, "<div class=\"wide\">");
    tv_markup_start(page->out, "table", "class", class, NULL);
    g_string_append(page->out, "\n<thead><tr>");
    tv_markup_leaf(page->out, "th", first, NULL);
    for (; *others; others++) {
        tv_markup_leaf(page->out, "th", *others, NULL);
    }
    g_string_append(page->out, "</tr></thead>\n<tbody>\n");
}

void tv_page_table_end(TvPage *page)
{
    g_string_append(page->out, "</tbody></table></div>\n");
}

void tv_page_row(TvPage *page, const char *class, const char *name)
{
    tv_markup_start(page->out, "tr", "class", class, NULL);
    tv_markup_leaf(page->out, "th", name, "scope", "row", NULL);
}

void tv_page_field(TvPage *page, const char *class, const char *format, ...)
{
    g_autofree char *text = NULL;
    va_list args;

    va_start(args, format);
    text = g_strdup_vprintf(format, args);
    va_end(args);
    tv_markup_leaf(page->out, "td", text, "class", class, NULL);
}

static char *patch_text(const TvPage *page, const char *name)
{
    g_autofree char *path =
        g_build_filename(page->context->project ? page->context->project : "",
                         "patches", name, NULL);
    char *text = NULL;

    g_file_get_contents(path, &text, NULL, NULL);
    return text;
}

void tv_page_patch(TvPage *page, const char *name)
{
    g_autofree char *target = NULL;
    guint index = page->patches->len;

    if (!g_ptr_array_find_with_equal_func(page->patches, name, g_str_equal,
                                          &index)) {
        g_autofree char *text = patch_text(page, name);

        if (!text) {
            tv_markup_leaf(page->out, "code", name, NULL);
            return;
        }
        index = page->patches->len;
        g_ptr_array_add(page->patches, g_strdup(name));
    }
    target = g_strdup_printf("#patch%u", index + 1);
    tv_markup_leaf(page->out, "a", name, "href", target, NULL);
}

/* A browser opens the details around what a link leads to. */
static void append_patch_texts(TvPage *page)
{
    if (page->patches->len == 0) {
        return;
    }
    tv_page_section(page, "texts", "Patches that this page names");
    for (guint i = 0; i < page->patches->len; i++) {
        g_autofree char *text = patch_text(page, page->patches->pdata[i]);
        g_autofree char *id = g_strdup_printf("patch%u", i + 1);

        g_string_append(page->out, "<details>");
        tv_markup_leaf(page->out, "summary", page->patches->pdata[i], NULL);
        tv_markup_leaf(page->out, "pre", text, "class", "source", "id", id,
                       NULL);
        g_string_append(page->out, "</details>\n");
    }
    tv_page_section_end(page);
}

static void append_unbuilt(TvPage *page)
{
    const GPtrArray *unbuilt = page->result->unbuilt;
    guint branches = 0;

    if (!unbuilt) {
        return;
    }
    for (guint i = 0; i < unbuilt->len; i++) {
        branches += strstr(unbuilt->pdata[i], ": #") != NULL;
    }
    tv_page_section(page, "unbuilt", "Built by no cell");
    tv_markup_start(page->out, "p", "class", "legend", NULL);
    tv_markup_printf(page->out,
                     "Files of the series that no cell compiles: %u.  "
                     "Branches of the others for systems that no host of the "
                     "matrix has: at least %u.  Of the layers only L4 reads "
                     "them, as text, where they name a code pointer.",
                     unbuilt->len - branches, branches);
    g_string_append(page->out, "</p>\n");
    for (int branch = 0; branch < 2; branch++) {
        tv_markup_start(page->out, "details", NULL);
        tv_markup_leaf(page->out, "summary", branch ? "branches" : "files",
                       NULL);
        g_string_append(page->out, "<ul>\n");
        for (guint i = 0; i < unbuilt->len; i++) {
            if ((strstr(unbuilt->pdata[i], ": #") != NULL) == branch) {
                g_string_append(page->out, "<li>");
                tv_markup_leaf(page->out, "code", unbuilt->pdata[i], NULL);
                g_string_append(page->out, "</li>\n");
            }
        }
        g_string_append(page->out, "</ul></details>\n");
    }
    tv_page_section_end(page);
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
                         "xmlns=\"http://www.w3.org/1999/xhtml\">\n<head>\n"
                         "<meta charset=\"utf-8\"/>"
                         "<meta http-equiv=\"Content-Security-Policy\" "
                         "content=\"" CSP "\"/>"
                         "<meta name=\"viewport\" content=\"width=device-width, "
                         "initial-scale=1\"/>"
                         "<meta name=\"color-scheme\" "
                         "content=\"light dark\"/>");
    tv_markup_leaf(out, "title", title, NULL);
    g_string_append_printf(out, "\n<style>\n%s</style>\n</head>\n", style);
}

static void append_fact(TvPage *page, const char *name, const char *format, ...)
    G_GNUC_PRINTF(3, 4);

/* Nothing if the text is empty. */
static void append_fact(TvPage *page, const char *name, const char *format, ...)
{
    g_autofree char *value = NULL;
    va_list args;

    va_start(args, format);
    value = g_strdup_vprintf(format, args);
    va_end(args);
    if (*value) {
        g_string_append(page->out, "<div>");
        tv_markup_leaf(page->out, "dt", name, NULL);
        tv_markup_leaf(page->out, "dd", value, NULL);
        g_string_append(page->out, "</div>");
    }
}

static void append_count(TvPage *page, const char *name, guint findings,
                         guint places)
{
    append_fact(page, name, "%u at %u %s", findings, places,
                places == 1 ? "place" : "places");
}

static void append_facts(TvPage *page)
{
    const TvResult *result = page->result;
    guint findings = tv_result_count_findings(result);

    g_string_append(page->out, "<dl class=\"facts\">");
    append_count(page, "findings", findings, page->groups->len);
    append_count(page, "known", result->findings->len - findings,
                 page->known->len);
    append_fact(page, "cells", "%u", result->cells->len);
    append_fact(page, "time spent", "%.0f s", result->seconds);
    append_fact(page, "date", "%s", result->date ? result->date : "");
    append_fact(page, "machine", "%s", result->machine ? result->machine : "");
    append_fact(page, "series", "%.*s", SHORT_HASH,
                result->series ? result->series : "");
    append_fact(page, "tcg-verify", "%s", TV_VERSION);
    for (guint i = 0; i < result->tools->len; i++) {
        const TvTool *tool = result->tools->pdata[i];

        append_fact(page, tool->name, "%s", tool->version);
    }
    g_string_append(page->out, "</dl>\n");
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
        {"known", "accepted findings"},
        {"gone", "gone"},
        {"unbuilt", "built by no cell"},
        {"patches", "patch by patch"},
        {"bench", "what it costs"},
    };

    g_string_append(page->out, "<nav>");
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
    g_string_append(page->out, "</nav>\n");
}

static void append_header(TvPage *page, const char *body)
{
    static const char *const words[] = {"clean", "findings", "not proved"};
    static const char *const classes[] = {"verdict clean", "verdict findings",
                                          "verdict error"};
    int status = tv_result_exit_status(page->result);
    gboolean partly = status == 1 && !tv_result_is_complete(page->result);

    g_string_append(page->out, "<header><h1>");
    tv_markup_printf(page->out, "tcg-verify %s ", page->result->command);
    tv_markup_leaf(page->out, "span",
                   partly ? "findings, and not all was proved" : words[status],
                   "class", classes[status], NULL);
    g_string_append(page->out, "</h1>\n");
    tv_markup_leaf(page->out, "p", CLAIM, "class", "claim", NULL);
    append_facts(page);
    append_links(page, body);
    g_string_append(page->out, "</header>\n");
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
    append_unbuilt(page);
    tv_page_patches(page);
    tv_page_benches(page);
    append_patch_texts(page);
    g_string_append(page->out, "</main>\n");
}

static GPtrArray *new_names(void)
{
    return g_ptr_array_new_null_terminated(0, g_free, TRUE);
}

char *tv_report_html(const TvResult *result, const TvReportContext *context)
{
    g_autoptr(GPtrArray) groups = tv_finding_groups(result->findings, FALSE);
    g_autoptr(GPtrArray) known = tv_finding_groups(result->findings, TRUE);
    g_autoptr(GPtrArray) hosts = new_names();
    g_autoptr(GPtrArray) layers = new_names();
    g_autoptr(GPtrArray) patches = new_names();
    g_autofree char *last = tv_report_last_line(result);
    g_autofree char *body = NULL;
    TvPage page = {
        .out = g_string_new(NULL),
        .result = result,
        .context = context,
        .groups = groups,
        .known = known,
        .hosts = hosts,
        .layers = layers,
        .patches = patches,
    };

    for (guint i = 0; i < result->cells->len; i++) {
        const TvCell *cell = result->cells->pdata[i];

        if (cell->host && !cell->patch) {
            tv_fold_add_name(hosts, cell->host);
            tv_fold_add_name(layers, cell->layer);
        }
    }
    tv_fold_sort_layers(layers);
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
