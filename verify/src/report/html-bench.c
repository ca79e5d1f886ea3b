/* The measurements of `bench` on the HTML page: a plot for each row. */
#include <math.h>

#include "report/html.h"
#include "report/xml.h"
#include "result/measurement.h"

/* Of the drawing, in pixels at its natural size. */
#define PLOT_WIDTH 320
#define BAR_HEIGHT 14
#define BAR_GAP 4

/* What lies at the left edge of a plot, and what at the right one. */
typedef struct Scale {
    double from;
    double to;
} Scale;

static double place(const Scale *scale, double value)
{
    return (value - scale->from) / (scale->to - scale->from) * PLOT_WIDTH;
}

/* Rows of the same thing are one plot: those from @first up to the result. */
static guint end_of_plot(const TvBench *bench, guint first)
{
    const TvBenchRow *row = bench->rows->pdata[first];
    guint end = first + 1;

    while (end < bench->rows->len &&
           g_str_equal(((TvBenchRow *)bench->rows->pdata[end])->what,
                       row->what)) {
        end++;
    }
    return end;
}

/* Bars begin at zero; what is cheaper than the base lies left of it. */
static Scale scale_of(const TvBench *bench, guint first, guint end)
{
    Scale scale = {0, 0};

    for (guint i = first; i < end; i++) {
        const TvBenchRow *row = bench->rows->pdata[i];

        scale.from = MIN(scale.from, row->value);
        scale.to = MAX(scale.to, row->value);
        if (!isnan(row->limit)) {
            scale.to = MAX(scale.to, row->limit);
        }
    }
    scale.to += (scale.to - scale.from) * 0.04;
    if (scale.to <= scale.from) {
        scale.to = scale.from + 1;
    }
    return scale;
}

static void append_number(GString *out, const char *name, double value)
{
    char text[G_ASCII_DTOSTR_BUF_SIZE];

    g_string_append_printf(out, " %s=\"%s\"", name,
                           g_ascii_formatd(text, sizeof(text), "%.1f", value));
}

static void append_rect(GString *out, const char *class, double x, double y,
                        double width, double height)
{
    g_string_append_printf(out, "<rect class=\"%s\"", class);
    append_number(out, "x", x);
    append_number(out, "y", y);
    append_number(out, "width", width);
    append_number(out, "height", height);
    g_string_append(out, "/>");
}

static void append_plot(GString *out, const TvBench *bench, guint first,
                        guint end)
{
    Scale scale = scale_of(bench, first, end);
    int height = (int)(end - first) * (BAR_HEIGHT + BAR_GAP);

    g_string_append_printf(out,
                           "<svg class=\"plot\" width=\"%d\" height=\"%d\" "
                           "viewBox=\"0 0 %d %d\" role=\"img\" "
                           "xmlns=\"http://www.w3.org/2000/svg\">",
                           PLOT_WIDTH, height, PLOT_WIDTH, height);
    for (guint i = first; i < end; i++) {
        const TvBenchRow *row = bench->rows->pdata[i];
        double zero = place(&scale, 0), x = place(&scale, row->value);
        double y = (i - first) * (BAR_HEIGHT + BAR_GAP) + BAR_GAP / 2.0;

        append_rect(out,
                    isnan(row->limit)        ? "bar free"
                    : tv_bench_row_keeps(row) ? "bar clean"
                                              : "bar findings",
                    MIN(zero, x), y, MAX(fabs(x - zero), 1), BAR_HEIGHT);
        if (!isnan(row->limit)) {
            append_rect(out, "limit", place(&scale, row->limit), y - 1, 2,
                        BAR_HEIGHT + 2);
        }
    }
    g_string_append(out, "</svg>");
}

static void append_row(GString *out, const TvBench *bench, guint i,
                       guint first, guint end)
{
    const TvBenchRow *row = bench->rows->pdata[i];
    g_autofree char *value = tv_bench_number(row->value, row->unit);
    g_autofree char *limit = isnan(row->limit)
                                 ? NULL
                                 : tv_bench_number(row->limit, row->unit);
    g_autofree char *span = g_strdup_printf("%u", end - first);

    g_string_append(out, "<tr>");
    if (i == first) {
        tv_markup_leaf(out, "th", row->what, "scope", "row", "rowspan", span,
                       NULL);
    }
    tv_markup_leaf(out, "td", row->variant, NULL);
    tv_markup_leaf(out, "td", value, "class",
                   tv_bench_row_keeps(row) ? "number" : "number findings",
                   NULL);
    tv_markup_leaf(out, "td", limit, "class", "number", NULL);
    if (i == first) {
        tv_markup_start(out, "td", "rowspan", span, NULL);
        append_plot(out, bench, first, end);
        g_string_append(out, "</td>");
    }
    tv_markup_leaf(out, "td", row->detail, "class", "note", NULL);
    g_string_append(out, "</tr>\n");
}

static void append_bench(GString *out, const TvBench *bench)
{
    tv_markup_leaf(out, "h3", bench->group, NULL);
    tv_markup_start(out, "p", "class", "legend", NULL);
    tv_markup_text(out, bench->legend);
    tv_markup_printf(out, " %u processors, load %.1f at the start.",
                     bench->processors, bench->load);
    tv_markup_end(out, "p");
    g_string_append(out, "<table>\n<thead><tr><th>what</th><th></th>"
                         "<th>measured</th><th>limit</th><th>plot</th>"
                         "<th>from</th></tr></thead>\n<tbody>\n");
    for (guint first = 0; first < bench->rows->len;) {
        guint end = end_of_plot(bench, first);

        for (guint i = first; i < end; i++) {
            append_row(out, bench, i, first, end);
        }
        first = end;
    }
    g_string_append(out, "</tbody></table>\n");
}

void tv_page_benches(TvPage *page)
{
    const GPtrArray *all = page->context->benches;
    gboolean began = FALSE;

    for (guint i = 0; all && i < all->len; i++) {
        const TvBench *bench = all->pdata[i];

        /* What another form of the series costs says nothing of this one. */
        if (g_strcmp0(bench->series, page->result->series) != 0) {
            continue;
        }
        if (!began) {
            tv_page_section(page, "bench", "What it costs");
            began = TRUE;
        }
        append_bench(page->out, bench);
    }
    if (began) {
        tv_page_section_end(page);
    }
}
