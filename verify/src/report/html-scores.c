/* The mutation scores of the HTML page. */
#include "report/html.h"
#include "report/xml.h"
#include "result/fold.h"

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

static void append_score(GString *out, const TvScore *score, const char *layer,
                         gboolean share)
{
    int living = score->total - score->equivalent;
    g_autofree char *title =
        g_strdup_printf("%d of %d mutants killed, %d more are equivalent",
                        score->killed, score->total, score->equivalent);

    if (score->total == 0) {
        g_string_append(out, "<td class=\"empty\"></td>");
        return;
    }
    tv_markup_start(out, "td", "class", score_class(score, layer), "title",
                    title, NULL);
    tv_markup_printf(out, "%d/%d", score->killed, living);
    if (living && share) {
        /* Rounded down, so that 100 % means all. */
        g_string_append(out, " <span class=\"share\">");
        tv_markup_printf(out, "%d %%", score->killed * 100 / living);
        g_string_append(out, "</span>");
    }
    g_string_append(out, "</td>");
}

static void append_row(TvPage *page, const char *host, const char *heading,
                       const GPtrArray *layers)
{
    g_string_append(page->out, host ? "<tr>" : "<tr class=\"sum\">");
    tv_markup_leaf(page->out, "th", heading, "scope", "row", NULL);
    for (guint l = 0; l < layers->len; l++) {
        TvScore sum = sum_of(page->result, host, layers->pdata[l]);

        append_score(page->out, &sum, layers->pdata[l],
                     !host || g_str_equal(layers->pdata[l], "all"));
    }
    g_string_append(page->out, "</tr>\n");
}

void tv_page_scores(TvPage *page)
{
    GString *out = page->out;
    g_autoptr(GPtrArray) hosts = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(GPtrArray) layers = g_ptr_array_new_with_free_func(g_free);

    for (guint i = 0; i < page->result->scores->len; i++) {
        const TvScore *score = page->result->scores->pdata[i];

        tv_fold_add_name(hosts, score->host);
        tv_fold_add_name(layers, score->layer);
    }
    if (hosts->len == 0) {
        return;
    }
    tv_page_section(page, "mutation", "Mutation score");
    g_string_append(out, "<p class=\"legend\">Seeded mistakes that each layer "
                         "finds by itself, and all together; mutants "
                         "proven equivalent are left out.</p>\n"
                         "<table>\n<thead><tr><th>host</th>");
    for (guint l = 0; l < layers->len; l++) {
        tv_markup_leaf(out, "th", layers->pdata[l], NULL);
    }
    g_string_append(out, "</tr></thead>\n<tbody>\n");
    for (guint h = 0; h < hosts->len; h++) {
        append_row(page, hosts->pdata[h], hosts->pdata[h], layers);
    }
    append_row(page, NULL, "together", layers);
    g_string_append(out, "</tbody></table>\n");
    tv_page_section_end(page);
}
