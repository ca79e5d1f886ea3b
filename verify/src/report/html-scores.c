/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The mutation scores of the HTML page. */
#include "report/html.h"
#include "report/xml.h"

/* Sums the scores of @layer, of one host unless @host is NULL. */
static TvScore sum_of(const TvResult *result, const char *host,
                      const char *layer)
{
    TvScore sum = {0};

    for (guint i = 0; i < result->scores->len; i++) {
        const TvScore *score = result->scores->pdata[i];

        if (g_str_equal(score->layer, layer) &&
            (!host || g_str_equal(score->host, host))) {
            sum.killed += score->killed;
            sum.total += score->total;
            sum.equivalent += score->equivalent;
        }
    }
    return sum;
}

/* Only the layers together are asked to find all. */
static const char *score_class(const TvScore *score, const char *layer)
{
    if (!g_str_equal(layer, "all")) {
        return "number";
    }
    return score->killed + score->equivalent >= score->total
               ? "number clean"
               : "number findings";
}

static void append_row(TvPage *page, const char *host,
                       const GPtrArray *layers)
{
    tv_page_row(page, host ? NULL : "sum", host ? host : "together");
    for (guint l = 0; l < layers->len; l++) {
        const char *layer = layers->pdata[l];
        TvScore sum = sum_of(page->result, host, layer);
        int living = sum.total - sum.equivalent;

        if (sum.total == 0) {
            tv_page_field(page, "empty", "%s", "");
            continue;
        }
        tv_markup_start(page->out, "td", "class", score_class(&sum, layer),
                        NULL);
        tv_markup_printf(page->out, "%d/%d", sum.killed, living);
        if (!host || g_str_equal(layer, "all")) {
            g_string_append(page->out, " <span class=\"share\">");
            if (living) {
                /* Rounded down, so that 100 % means all. */
                tv_markup_printf(page->out, "%d %%", sum.killed * 100 / living);
            }
            if (sum.equivalent) {
                tv_markup_printf(page->out, " + %d", sum.equivalent);
            }
            g_string_append(page->out, "</span>");
        }
        g_string_append(page->out, "</td>");
    }
    g_string_append(page->out, "</tr>\n");
}

void tv_page_scores(TvPage *page)
{
    g_autoptr(GPtrArray) hosts = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(GPtrArray) layers =
        g_ptr_array_new_null_terminated(0, g_free, TRUE);

    for (guint i = 0; i < page->result->scores->len; i++) {
        const TvScore *score = page->result->scores->pdata[i];

        tv_fold_add_name(hosts, score->host);
        tv_fold_add_name(layers, score->layer);
    }
    if (hosts->len == 0) {
        return;
    }
    tv_page_section(page, "mutation", "Mutation score");
    g_string_append(page->out,
                    "<p class=\"legend\">Seeded mistakes that each layer "
                    "finds by itself, and all together; mutants proven "
                    "equivalent are left out, their number follows the "
                    "+.</p>\n");
    tv_page_table(page, NULL, "host", (const char *const *)layers->pdata);
    for (guint h = 0; h < hosts->len; h++) {
        append_row(page, hosts->pdata[h], layers);
    }
    append_row(page, NULL, layers);
    tv_page_table_end(page);
    tv_page_section_end(page);
}
