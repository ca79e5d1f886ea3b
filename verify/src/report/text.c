/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "report/report.h"
#include "result/fold.h"

#define DEFAULT_COLUMNS 80
#define FINDINGS_SHOWN 50

int tv_report_terminal_width(void)
{
    struct winsize size;

    if (!isatty(STDOUT_FILENO)) {
        return 0;
    }
    if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) {
        return size.ws_col;
    }
    return DEFAULT_COLUMNS;
}

static const char *status_colour(TvCellStatus status)
{
    switch (status) {
    case TV_CELL_CLEAN:
        return "\033[32m";
    case TV_CELL_NOT_CONVERTED:
        return "\033[33m";
    default:
        return "\033[1;31m";
    }
}

/* Appends @text, padded to @columns; coloured only for a terminal. */
static void append_field(GString *out, const char *text, int columns,
                         const TvFold *fold, int width)
{
    int pad = columns - (int)g_utf8_strlen(text, -1);

    if (width && fold && fold->cells) {
        g_string_append_printf(out, "%s%s\033[0m", status_colour(fold->worst),
                               text);
    } else {
        g_string_append(out, text);
    }
    for (; pad > 0; pad--) {
        g_string_append_c(out, ' ');
    }
}

static void end_line(GString *out)
{
    while (out->len && out->str[out->len - 1] == ' ') {
        g_string_truncate(out, out->len - 1);
    }
    g_string_append_c(out, '\n');
}

/* What of a cell names its row. */
static char *row_name(const TvCell *cell, gboolean verbose)
{
    if (!cell->host) {
        return g_strdup(cell->layer);
    }
    if (!verbose || !cell->mode) {
        return g_strdup(cell->host);
    }
    return cell->guest_bits ? g_strdup_printf("%s %s %d", cell->host,
                                              cell->mode, cell->guest_bits)
                            : g_strdup_printf("%s %s", cell->host, cell->mode);
}

static int longest(GPtrArray *names, const char *heading)
{
    int columns = (int)g_utf8_strlen(heading, -1);

    for (guint i = 0; i < names->len; i++) {
        columns =
            MAX(columns, (int)g_utf8_strlen(g_ptr_array_index(names, i), -1));
    }
    return columns;
}

static TvFold fold_of(const TvResult *result, const char *row,
                      const char *layer, gboolean verbose)
{
    TvFold fold = {0};

    for (guint i = 0; i < result->cells->len; i++) {
        const TvCell *cell = g_ptr_array_index(result->cells, i);
        g_autofree char *name = NULL;

        if (!cell->host || !g_str_equal(cell->layer, layer)) {
            continue;
        }
        name = row_name(cell, verbose);
        if (g_str_equal(name, row)) {
            tv_fold_add(&fold, cell);
        }
    }
    return fold;
}

/* Hosts down, layers across; one line per field if that is too wide. */
static void append_matrix(GString *out, const TvResult *result, int width,
                          gboolean verbose)
{
    g_autoptr(GPtrArray) rows = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(GPtrArray) layers = g_ptr_array_new_with_free_func(g_free);
    g_autofree int *columns = NULL;
    int first;
    int total;

    for (guint i = 0; i < result->cells->len; i++) {
        const TvCell *cell = g_ptr_array_index(result->cells, i);

        if (cell->host) {
            g_autofree char *name = row_name(cell, verbose);

            tv_fold_add_name(rows, name);
            tv_fold_add_name(layers, cell->layer);
        }
    }
    if (rows->len == 0) {
        return;
    }
    tv_fold_sort_layers(layers);
    first = total = longest(rows, "host");
    columns = g_new0(int, layers->len);
    for (guint l = 0; l < layers->len; l++) {
        const char *layer = g_ptr_array_index(layers, l);

        columns[l] = (int)g_utf8_strlen(layer, -1);
        for (guint r = 0; r < rows->len; r++) {
            TvFold fold =
                fold_of(result, g_ptr_array_index(rows, r), layer, verbose);
            g_autofree char *text = tv_fold_text(&fold);

            columns[l] = MAX(columns[l], (int)g_utf8_strlen(text, -1));
        }
        total += 2 + columns[l];
    }
    if (!width || total <= width) {
        append_field(out, "host", first, NULL, width);
        for (guint l = 0; l < layers->len; l++) {
            g_string_append(out, "  ");
            append_field(out, g_ptr_array_index(layers, l), columns[l], NULL,
                         width);
        }
        end_line(out);
    }
    for (guint r = 0; r < rows->len; r++) {
        const char *row = g_ptr_array_index(rows, r);

        append_field(out, row, first, NULL, width);
        if (width && total > width) {
            end_line(out);
        }
        for (guint l = 0; l < layers->len; l++) {
            const char *layer = g_ptr_array_index(layers, l);
            TvFold fold = fold_of(result, row, layer, verbose);
            g_autofree char *text = tv_fold_text(&fold);

            g_string_append(out, "  ");
            if (width && total > width) {
                g_string_append_printf(out, "%s: ", layer);
            }
            append_field(out, text, columns[l], &fold, width);
            if (width && total > width) {
                end_line(out);
            }
        }
        if (!width || total <= width) {
            end_line(out);
        }
    }
    g_string_append_c(out, '\n');
}

/* Cells that are not of the host matrix: one line each, or per layer. */
static void append_rows(GString *out, const TvResult *result, int width)
{
    g_autoptr(GPtrArray) layers = g_ptr_array_new_with_free_func(g_free);
    int columns;

    for (guint i = 0; i < result->cells->len; i++) {
        const TvCell *cell = g_ptr_array_index(result->cells, i);

        if (!cell->host) {
            tv_fold_add_name(layers, cell->layer);
        }
    }
    if (layers->len == 0) {
        return;
    }
    columns = longest(layers, "check");
    append_field(out, "check", columns, NULL, width);
    g_string_append(out, "  result        looked at  seconds\n");
    for (guint l = 0; l < layers->len; l++) {
        const char *layer = g_ptr_array_index(layers, l);
        g_autofree char *text = NULL;
        TvFold fold = {0};

        for (guint i = 0; i < result->cells->len; i++) {
            const TvCell *cell = g_ptr_array_index(result->cells, i);

            if (!cell->host && g_str_equal(cell->layer, layer)) {
                tv_fold_add(&fold, cell);
            }
        }
        text = tv_fold_text(&fold);
        append_field(out, layer, columns, NULL, width);
        g_string_append(out, "  ");
        append_field(out, text, 13, &fold, width);
        g_string_append_printf(out, " %9d %8.1f\n", fold.checked, fold.seconds);
    }
    g_string_append_c(out, '\n');
}

/* Why cells are void or errors. */
static void append_notes(GString *out, const TvResult *result)
{
    gboolean any = FALSE;

    for (guint i = 0; i < result->cells->len; i++) {
        const TvCell *cell = g_ptr_array_index(result->cells, i);
        g_autofree char *name = row_name(cell, TRUE);

        if (cell->status < TV_CELL_VOID) {
            continue;
        }
        any = TRUE;
        g_string_append_printf(
            out, "%s: %s%s%s: %s\n", tv_cell_status_name(cell->status), name,
            cell->host ? " " : "", cell->host ? cell->layer : "",
            cell->note ? cell->note : "no reason given");
    }
    if (any) {
        g_string_append_c(out, '\n');
    }
}

static void append_where(GString *out, const TvFinding *finding,
                         const char *hosts)
{
    g_autoptr(GString) where = g_string_new(NULL);

    if (finding->function) {
        g_string_append_printf(where, "in %s", finding->function);
    }
    if (*hosts) {
        g_string_append_printf(where, "%shost %s", where->len ? ", " : "",
                               hosts);
    }
    if (finding->patch) {
        g_string_append_printf(where, "%spatch %s", where->len ? ", " : "",
                               finding->patch);
    }
    if (where->len) {
        g_string_append_printf(out, "    %s\n", where->str);
    }
}

/* The way from source to sink, a line for each step. */
static void append_path(GString *out, const TvFinding *finding)
{
    for (guint i = 0; finding->path && i < finding->path->len; i++) {
        const TvStep *step = finding->path->pdata[i];

        g_string_append_printf(out, "    %2u. ", i + 1);
        if (step->file) {
            g_string_append(out, step->file);
            if (step->line) {
                g_string_append_printf(out, ":%d", step->line);
            }
            g_string_append(out, ": ");
        }
        g_string_append(out, step->what);
        if (step->function) {
            g_string_append_printf(out, " (in %s)", step->function);
        }
        g_string_append_c(out, '\n');
    }
}

/* " (new)" and the like, empty without a baseline. */
static const char *state_of(const TvReportContext *context,
                            const TvFinding *finding)
{
    if (!context->baseline) {
        return "";
    }
    return tv_baseline_has(context->baseline, finding) ? " (unchanged)"
                                                       : " (new)";
}

static void append_finding(GString *out, const TvReportContext *context,
                           const TvFindingGroup *group)
{
    const TvFinding *finding = group->first;
    g_autofree char *hosts = tv_finding_group_hosts(group);

    if (finding->file) {
        g_string_append(out, finding->file);
        if (finding->line) {
            g_string_append_printf(out, ":%d", finding->line);
        }
        g_string_append(out, ": ");
    }
    g_string_append_printf(out, "%s [%s]%s\n", finding->message, finding->rule,
                           state_of(context, finding));
    append_where(out, finding, hosts);
    if (finding->suppressed) {
        g_string_append_printf(out, "    known: %s\n", finding->suppressed);
    }
    append_path(out, finding);
    if (finding->reproduce) {
        g_string_append_printf(out, "    %s\n", finding->reproduce);
    }
}

/* Known ones are shown with @context->verbose only. */
static void append_findings(GString *out, const TvResult *result,
                            const TvReportContext *context)
{
    guint shown = 0;

    for (int known = 0; known <= (context->verbose ? 1 : 0); known++) {
        g_autoptr(GPtrArray) groups =
            tv_finding_groups(result->findings, known);

        for (guint i = 0; i < groups->len; i++) {
            if (!context->verbose && shown == FINDINGS_SHOWN) {
                g_string_append_printf(
                    out,
                    "... and more; --verbose or the JSON report has all "
                    "%u findings\n\n",
                    tv_result_count_findings(result));
                return;
            }
            shown++;
            append_finding(out, context, groups->pdata[i]);
        }
    }
    if (shown) {
        g_string_append_c(out, '\n');
    }
}

/* How many findings are new, the same and gone, mistakes counted once. */
static void append_baseline(GString *out, const TvResult *result,
                            const TvBaseline *baseline)
{
    g_autoptr(GPtrArray) groups = tv_finding_groups(result->findings, FALSE);
    g_autoptr(GPtrArray) absent = tv_baseline_absent(baseline, result);
    g_autoptr(GPtrArray) gone = tv_finding_groups(absent, FALSE);
    guint unchanged = 0;

    for (guint i = 0; i < groups->len; i++) {
        const TvFindingGroup *group = groups->pdata[i];

        unchanged += tv_baseline_has(baseline, group->first);
    }
    g_string_append_printf(out, "baseline: %u new, %u unchanged, %u gone\n\n",
                           groups->len - unchanged, unchanged, gone->len);
}

char *tv_report_last_line(const TvResult *result)
{
    int counts[TV_CELL_ERROR + 1] = {0};

    for (guint i = 0; i < result->cells->len; i++) {
        counts[((TvCell *)g_ptr_array_index(result->cells, i))->status]++;
    }
    return g_strdup_printf(
        "tcg-verify: command=%s status=%s exit=%d cells=%u clean=%d "
        "not-converted=%d findings=%u known=%u void=%d errors=%d",
        result->command, tv_result_status_name(result),
        tv_result_exit_status(result), result->cells->len,
        counts[TV_CELL_CLEAN], counts[TV_CELL_NOT_CONVERTED],
        tv_result_count_findings(result),
        result->findings->len - tv_result_count_findings(result),
        counts[TV_CELL_VOID], counts[TV_CELL_ERROR]);
}

char *tv_report_text(const TvResult *result, const TvReportContext *context)
{
    GString *out = g_string_new(NULL);
    g_autofree char *last = tv_report_last_line(result);

    append_matrix(out, result, context->width, context->verbose);
    append_rows(out, result, context->width);
    append_notes(out, result);
    append_findings(out, result, context);
    if (context->baseline) {
        append_baseline(out, result, context->baseline);
    }
    g_string_append_printf(out, "%s\n", last);
    return g_string_free(out, FALSE);
}
