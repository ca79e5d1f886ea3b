#include "report.h"

#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

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

/* Cells that share one field of the table. */
typedef struct Fold {
    TvCellStatus worst;
    int cells;
    int clean;
    int findings;
    int checked;
    double seconds;
} Fold;

static void fold_add(Fold *fold, const TvCell *cell)
{
    fold->worst = fold->cells ? MAX(fold->worst, cell->status) : cell->status;
    fold->cells++;
    fold->clean += cell->status == TV_CELL_CLEAN;
    fold->findings += cell->findings;
    fold->checked += cell->checked;
    fold->seconds += cell->seconds;
}

static char *fold_text(const Fold *fold)
{
    if (fold->cells == 0) {
        return g_strdup("-");
    }
    switch (fold->worst) {
    case TV_CELL_NOT_CONVERTED:
        return g_strdup("not converted");
    case TV_CELL_FINDINGS:
        return g_strdup_printf("%d finding%s", fold->findings,
                               fold->findings == 1 ? "" : "s");
    case TV_CELL_CLEAN:
        if (fold->clean < fold->cells) {
            return g_strdup_printf("clean %d/%d", fold->clean, fold->cells);
        }
        break;
    default:
        break;
    }
    return g_strdup(tv_cell_status_name(fold->worst));
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
                         const Fold *fold, int width)
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

static void add_unique(GPtrArray *names, const char *name)
{
    if (!g_ptr_array_find_with_equal_func(names, name, g_str_equal, NULL)) {
        g_ptr_array_add(names, g_strdup(name));
    }
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

static Fold fold_of(const TvResult *result, const char *row, const char *layer,
                    gboolean verbose)
{
    Fold fold = {0};

    for (guint i = 0; i < result->cells->len; i++) {
        const TvCell *cell = g_ptr_array_index(result->cells, i);
        g_autofree char *name = NULL;

        if (!cell->host || !g_str_equal(cell->layer, layer)) {
            continue;
        }
        name = row_name(cell, verbose);
        if (g_str_equal(name, row)) {
            fold_add(&fold, cell);
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

            add_unique(rows, name);
            add_unique(layers, cell->layer);
        }
    }
    if (rows->len == 0) {
        return;
    }
    first = total = longest(rows, "host");
    columns = g_new0(int, layers->len);
    for (guint l = 0; l < layers->len; l++) {
        const char *layer = g_ptr_array_index(layers, l);

        columns[l] = (int)g_utf8_strlen(layer, -1);
        for (guint r = 0; r < rows->len; r++) {
            Fold fold =
                fold_of(result, g_ptr_array_index(rows, r), layer, verbose);
            g_autofree char *text = fold_text(&fold);

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
            Fold fold = fold_of(result, row, layer, verbose);
            g_autofree char *text = fold_text(&fold);

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
            add_unique(layers, cell->layer);
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
        Fold fold = {0};

        for (guint i = 0; i < result->cells->len; i++) {
            const TvCell *cell = g_ptr_array_index(result->cells, i);

            if (!cell->host && g_str_equal(cell->layer, layer)) {
                fold_add(&fold, cell);
            }
        }
        text = fold_text(&fold);
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

static gboolean same_place(const TvFinding *a, const TvFinding *b)
{
    return a->line == b->line && g_str_equal(a->identity, b->identity) &&
           g_strcmp0(a->message, b->message) == 0 &&
           g_strcmp0(a->patch, b->patch) == 0;
}

/* The hosts of every finding that is the same mistake at the same place. */
static char *hosts_of(const TvResult *result, guint first)
{
    const TvFinding *finding = g_ptr_array_index(result->findings, first);
    g_autoptr(GPtrArray) hosts = g_ptr_array_new_with_free_func(g_free);

    for (guint i = first; i < result->findings->len; i++) {
        const TvFinding *other = g_ptr_array_index(result->findings, i);

        if (other->host && same_place(finding, other)) {
            add_unique(hosts, other->host);
        }
    }
    g_ptr_array_add(hosts, NULL);
    return g_strjoinv(" ", (char **)hosts->pdata);
}

static gboolean seen_before(const TvResult *result, guint index)
{
    for (guint i = 0; i < index; i++) {
        if (same_place(g_ptr_array_index(result->findings, i),
                       g_ptr_array_index(result->findings, index))) {
            return TRUE;
        }
    }
    return FALSE;
}

static void append_findings(GString *out, const TvResult *result,
                            gboolean verbose)
{
    guint shown = 0;

    for (guint i = 0; i < result->findings->len; i++) {
        const TvFinding *finding = g_ptr_array_index(result->findings, i);
        g_autofree char *hosts = NULL;

        if (!verbose && shown == FINDINGS_SHOWN) {
            g_string_append_printf(
                out,
                "... and more; --verbose or the JSON report has all "
                "%u findings\n\n",
                result->findings->len);
            return;
        }
        if (seen_before(result, i)) {
            continue;
        }
        shown++;
        hosts = hosts_of(result, i);
        if (finding->file) {
            g_string_append(out, finding->file);
            if (finding->line) {
                g_string_append_printf(out, ":%d", finding->line);
            }
            g_string_append(out, ": ");
        }
        g_string_append_printf(out, "%s [%s]\n", finding->message,
                               finding->rule);
        append_where(out, finding, hosts);
        append_path(out, finding);
        if (finding->reproduce) {
            g_string_append_printf(out, "    %s\n", finding->reproduce);
        }
    }
    if (shown) {
        g_string_append_c(out, '\n');
    }
}

char *tv_report_text(const TvResult *result, int width, gboolean verbose)
{
    GString *out = g_string_new(NULL);
    int counts[TV_CELL_ERROR + 1] = {0};

    for (guint i = 0; i < result->cells->len; i++) {
        counts[((TvCell *)g_ptr_array_index(result->cells, i))->status]++;
    }
    append_matrix(out, result, width, verbose);
    append_rows(out, result, width);
    append_notes(out, result);
    append_findings(out, result, verbose);
    g_string_append_printf(
        out,
        "tcg-verify: command=%s status=%s exit=%d cells=%u clean=%d "
        "not-converted=%d findings=%u void=%d errors=%d\n",
        result->command, tv_result_status_name(result),
        tv_result_exit_status(result), result->cells->len,
        counts[TV_CELL_CLEAN], counts[TV_CELL_NOT_CONVERTED],
        result->findings->len, counts[TV_CELL_VOID], counts[TV_CELL_ERROR]);
    return g_string_free(out, FALSE);
}
