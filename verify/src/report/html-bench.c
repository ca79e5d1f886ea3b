/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The measurements of `bench` on the HTML page: a plot for each row. */
#include <math.h>

#include "report/html.h"
#include "report/xml.h"
#include "result/measurement.h"

/* Of the drawing, in pixels at its natural size. */
#define PLOT_WIDTH 320
#define BAR_HEIGHT 14

/* What lies at the left edge of a plot, and what at the right one. */
typedef struct Scale {
    double from;
    double to;
} Scale;

static double place(const Scale *scale, double value)
{
    return (value - scale->from) / (scale->to - scale->from) * PLOT_WIDTH;
}

/* Rows of the same thing have one scale: those from @first up to the result. */
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

static void append_rect(GString *out, const char *class, double x,
                        double width)
{
    char from[G_ASCII_DTOSTR_BUF_SIZE], size[G_ASCII_DTOSTR_BUF_SIZE];

    g_string_append_printf(
        out, "<rect class=\"%s\" x=\"%s\" width=\"%s\" height=\"%d\"/>",
        class, g_ascii_formatd(from, sizeof(from), "%.1f", x),
        g_ascii_formatd(size, sizeof(size), "%.1f", width), BAR_HEIGHT);
}

static void append_plot(GString *out, const TvBenchRow *row,
                        const Scale *scale)
{
    double zero = place(scale, 0), x = place(scale, row->value);

    g_string_append_printf(out,
                           "<td><svg class=\"plot\" width=\"%d\" "
                           "height=\"%d\" viewBox=\"0 0 %d %d\" "
                           "role=\"img\" "
                           "xmlns=\"http://www.w3.org/2000/svg\">",
                           PLOT_WIDTH, BAR_HEIGHT, PLOT_WIDTH, BAR_HEIGHT);
    append_rect(out,
                isnan(row->limit)         ? "bar free"
                : tv_bench_row_keeps(row) ? "bar clean"
                                          : "bar findings",
                MIN(zero, x), MAX(fabs(x - zero), 1));
    if (!isnan(row->limit)) {
        append_rect(out, "limit", place(scale, row->limit), 2);
    }
    g_string_append(out, "</svg></td>");
}

static void append_row(TvPage *page, const TvBenchRow *row, gboolean first,
                       const Scale *scale)
{
    g_autofree char *value = tv_bench_number(row->value, row->unit);
    g_autofree char *limit = isnan(row->limit)
                                 ? g_strdup("")
                                 : tv_bench_number(row->limit, row->unit);

    tv_page_row(page, NULL, first ? row->what : "");
    tv_page_field(page, NULL, "%s", row->variant ? row->variant : "");
    tv_page_field(page, tv_bench_row_keeps(row) ? "number" : "number findings",
                  "%s", value);
    tv_page_field(page, "number", "%s", limit);
    append_plot(page->out, row, scale);
    tv_page_field(page, "note", "%s", row->detail ? row->detail : "");
    g_string_append(page->out, "</tr>\n");
}

static void append_bench(TvPage *page, const TvBench *bench)
{
    static const char *const headings[] = {"", "measured", "limit", "plot",
                                           "from", NULL};
    GString *out = page->out;

    tv_markup_leaf(out, "h3", bench->group, NULL);
    tv_markup_start(out, "p", "class", "legend", NULL);
    tv_markup_text(out, bench->legend);
    tv_markup_printf(out, " %u processors, load %.1f at the start.",
                     bench->processors, bench->load);
    tv_markup_end(out, "p");
    tv_page_table(page, NULL, "what", headings);
    for (guint first = 0; first < bench->rows->len;) {
        guint end = end_of_plot(bench, first);
        Scale scale = scale_of(bench, first, end);

        for (guint i = first; i < end; i++) {
            append_row(page, bench->rows->pdata[i], i == first, &scale);
        }
        first = end;
    }
    tv_page_table_end(page);
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
        append_bench(page, bench);
    }
    if (began) {
        tv_page_section_end(page);
    }
}
