#include "result/result.h"

#include <string.h>

#include "base/progress.h"
#include "result/groups.h"
#include "result/rules.h"

static const char *const status_names[] = {
    [TV_CELL_NOT_CONVERTED] = "not-converted",
    [TV_CELL_CLEAN] = "clean",
    [TV_CELL_FINDINGS] = "findings",
    [TV_CELL_VOID] = "void",
    [TV_CELL_ERROR] = "error",
};

const char *tv_cell_status_name(TvCellStatus status)
{
    return status_names[status];
}

gboolean tv_cell_status_parse(const char *name, TvCellStatus *status)
{
    for (guint i = 0; i < G_N_ELEMENTS(status_names); i++) {
        if (g_strcmp0(name, status_names[i]) == 0) {
            *status = (TvCellStatus)i;
            return TRUE;
        }
    }
    return FALSE;
}

TvCell *tv_cell_new(const char *layer, const char *host, const char *mode,
                    int guest_bits, TvCellStatus status)
{
    TvCell *cell = g_new0(TvCell, 1);

    cell->layer = g_strdup(layer);
    cell->host = g_strdup(host);
    cell->mode = g_strdup(mode);
    cell->guest_bits = guest_bits;
    cell->status = status;
    return cell;
}

void tv_cell_free(TvCell *cell)
{
    if (!cell) {
        return;
    }
    g_free(cell->layer);
    g_free(cell->host);
    g_free(cell->mode);
    g_free(cell->patch);
    g_free(cell->note);
    g_free(cell);
}

char *tv_cell_place(const TvCell *cell)
{
    GString *place = g_string_new(cell->mode);

    if (cell->guest_bits) {
        g_string_append_printf(place, "%s%d-bit guest", place->len ? " " : "",
                               cell->guest_bits);
    }
    if (cell->patch) {
        g_string_append_printf(place, "%spatch %s", place->len ? " " : "",
                               cell->patch);
    }
    return g_string_free(place, FALSE);
}

static void tool_free(gpointer data)
{
    TvTool *tool = data;

    g_free(tool->name);
    g_free(tool->version);
    g_free(tool);
}

static void score_free(gpointer data)
{
    TvScore *score = data;

    g_free(score->host);
    g_free(score->layer);
    g_free(score);
}

TvResult *tv_result_new(const char *command)
{
    TvResult *result = g_new0(TvResult, 1);

    result->command = g_strdup(command);
    result->cells =
        g_ptr_array_new_with_free_func((GDestroyNotify)tv_cell_free);
    result->findings =
        g_ptr_array_new_with_free_func((GDestroyNotify)tv_finding_free);
    result->tools = g_ptr_array_new_with_free_func(tool_free);
    result->scores = g_ptr_array_new_with_free_func(score_free);
    result->planned = g_ptr_array_new_with_free_func(g_free);
    return result;
}

TvResult *tv_result_silent(int status)
{
    TvResult *result = tv_result_new(NULL);

    result->silent = TRUE;
    result->status = status;
    return result;
}

void tv_result_free(TvResult *result)
{
    if (!result) {
        return;
    }
    g_free(result->command);
    g_free(result->series);
    g_ptr_array_unref(result->cells);
    g_ptr_array_unref(result->findings);
    g_ptr_array_unref(result->tools);
    g_ptr_array_unref(result->scores);
    g_clear_pointer(&result->shown, g_hash_table_unref);
    g_ptr_array_unref(result->planned);
    g_free(result->guests);
    g_clear_pointer(&result->unmet, g_ptr_array_unref);
    g_free(result);
}

static void make_valid(char **text)
{
    if (*text && !g_utf8_validate(*text, -1, NULL)) {
        char *valid = g_utf8_make_valid(*text, -1);

        g_free(*text);
        *text = valid;
    }
}

/*
 * A program's complaint may have many lines, and a row of a report has one: the
 * first say what went wrong, or the last.
 */
static void make_one_line(char **text)
{
    enum { FIRST = 3, LAST = 3 };
    g_auto(GStrv) lines = NULL;
    GString *row;
    guint count = 0;

    make_valid(text);
    if (!*text || !strchr(*text, '\n')) {
        return;
    }
    lines = g_strsplit(*text, "\n", -1);
    for (char **line = lines; *line; line++) {
        if (*g_strstrip(*line)) {
            char *moved = *line;

            *line = lines[count];
            lines[count++] = moved;
        }
    }
    row = g_string_new(NULL);
    for (guint i = 0; i < count; i++) {
        if (i == FIRST && count > FIRST + LAST + 1) {
            g_string_append_printf(row, " | [%u lines]", count - FIRST - LAST);
            i = count - LAST;
        }
        g_string_append_printf(row, "%s%s", i ? " | " : "", lines[i]);
    }
    g_free(*text);
    *text = g_string_free(row, FALSE);
}

void tv_result_add_cell(TvResult *result, TvCell *cell)
{
    make_one_line(&cell->note);
    make_valid(&cell->patch);
    if (cell->status == TV_CELL_CLEAN && cell->findings > 0) {
        g_error("cell %s/%s is called clean with %d findings", cell->layer,
                cell->host ? cell->host : "-", cell->findings);
    }
    g_ptr_array_add(result->cells, cell);
}

void tv_result_add_finding(TvResult *result, TvFinding *finding)
{
    make_valid(&finding->file);
    make_valid(&finding->function);
    make_one_line(&finding->message);
    make_valid(&finding->text);
    make_valid(&finding->reproduce);
    make_valid(&finding->patch);
    make_valid(&finding->suppressed);
    for (guint i = 0; finding->path && i < finding->path->len; i++) {
        TvStep *step = finding->path->pdata[i];

        make_valid(&step->file);
        make_valid(&step->function);
        make_valid(&step->what);
    }
    if (!finding->identity) {
        finding->identity = tv_finding_compute_identity(finding);
    }
    tv_result_announce(result, finding);
    if (result->shown && !finding->suppressed) {
        g_hash_table_replace(result->shown, tv_finding_place_key(finding),
                             NULL);
    }
    g_ptr_array_add(result->findings, finding);
}

void tv_result_show_findings(TvResult *result)
{
    result->shown = g_hash_table_new_full(g_str_hash, g_str_equal, g_free,
                                          (GDestroyNotify)tv_finding_free);
}

void tv_result_announce(TvResult *result, const TvFinding *finding)
{
    g_autoptr(TvFinding) copy = NULL;
    g_autofree char *line = NULL;
    char *key;

    if (!result || !result->shown || finding->suppressed) {
        return;
    }
    /* As the result will have it, so that one finding has one key. */
    copy = tv_finding_copy(finding);
    make_one_line(&copy->message);
    key = tv_finding_place_key(copy);
    if (g_hash_table_contains(result->shown, key)) {
        g_free(key);
        return;
    }
    line = tv_finding_line(copy);
    make_valid(&line);
    tv_progress_say("finding: %s", g_strdelimit(line, "\n\r", ' '));
    g_hash_table_insert(result->shown, key, g_steal_pointer(&copy));
}

static int compare_places(gconstpointer a, gconstpointer b)
{
    const TvFinding *one = *(TvFinding *const *)a;
    const TvFinding *two = *(TvFinding *const *)b;
    int order = g_strcmp0(one->file, two->file);

    order = order ? order : one->line - two->line;
    return order ? order : g_strcmp0(one->message, two->message);
}

void tv_result_add_announced(TvResult *result)
{
    g_autoptr(GPtrArray) list = g_ptr_array_new();
    GHashTableIter iter;
    gpointer value;

    if (!result->shown) {
        return;
    }
    g_hash_table_iter_init(&iter, result->shown);
    while (g_hash_table_iter_next(&iter, NULL, &value)) {
        if (value) {
            g_ptr_array_add(list, tv_finding_copy(value));
        }
    }
    g_ptr_array_sort(list, compare_places);
    for (guint i = 0; i < list->len; i++) {
        tv_result_add_finding(result, list->pdata[i]);
    }
}

void tv_result_announce_from(TvResult *result, const GPtrArray *findings,
                             guint first)
{
    for (guint i = first; i < findings->len; i++) {
        tv_result_announce(result, findings->pdata[i]);
    }
}

void tv_result_add_layer(TvResult *result, const char *layer, int checked,
                         GPtrArray *findings, gint64 start)
{
    TvCell *cell = tv_cell_new(
        layer, NULL, NULL, 0, findings->len ? TV_CELL_FINDINGS : TV_CELL_CLEAN);

    cell->checked = checked;
    cell->findings = (int)findings->len;
    cell->seconds = (g_get_monotonic_time() - start) / (double)G_USEC_PER_SEC;
    tv_result_add_cell(result, cell);
    while (findings->len) {
        tv_result_add_finding(result, g_ptr_array_steal_index(findings, 0));
    }
}

void tv_result_add_tool(TvResult *result, const char *name, const char *version)
{
    g_autofree char *valid =
        g_utf8_make_valid(version, (gssize)strcspn(version, "\n"));
    TvTool *tool;

    for (guint i = 0; i < result->tools->len; i++) {
        tool = result->tools->pdata[i];
        if (g_str_equal(tool->name, name) &&
            g_str_equal(tool->version, valid)) {
            return;
        }
    }
    tool = g_new0(TvTool, 1);
    tool->name = g_strdup(name);
    tool->version = g_steal_pointer(&valid);
    g_ptr_array_add(result->tools, tool);
}

void tv_result_add_score(TvResult *result, const char *host, const char *layer,
                         int killed, int total, int equivalent)
{
    TvScore *score = g_new0(TvScore, 1);

    score->host = g_strdup(host);
    score->layer = g_strdup(layer);
    score->killed = killed;
    score->total = total;
    score->equivalent = equivalent;
    g_ptr_array_add(result->scores, score);
}

static void move_all(GPtrArray *to, GPtrArray *from)
{
    /* With a reference of its own, @from is emptied and not freed. */
    g_ptr_array_extend_and_steal(to, g_ptr_array_ref(from));
}

void tv_result_merge(TvResult *result, TvResult *other)
{
    move_all(result->cells, other->cells);
    move_all(result->findings, other->findings);
    move_all(result->scores, other->scores);
    for (guint i = 0; i < other->tools->len; i++) {
        const TvTool *tool = other->tools->pdata[i];

        tv_result_add_tool(result, tool->name, tool->version);
    }
    result->seconds += other->seconds;
    tv_result_free(other);
}

static gboolean has_cell(const TvResult *result, TvCellStatus status)
{
    for (guint i = 0; i < result->cells->len; i++) {
        const TvCell *cell = g_ptr_array_index(result->cells, i);

        if (cell->status == status) {
            return TRUE;
        }
    }
    return FALSE;
}

guint tv_result_count_findings(const TvResult *result)
{
    guint count = 0;

    for (guint i = 0; i < result->findings->len; i++) {
        const TvFinding *finding = g_ptr_array_index(result->findings, i);

        count += !finding->suppressed;
    }
    return count;
}

gboolean tv_result_is_complete(const TvResult *result)
{
    return result->cells->len && !has_cell(result, TV_CELL_ERROR) &&
           !has_cell(result, TV_CELL_VOID);
}

const char *tv_result_status_name(const TvResult *result)
{
    if (tv_result_count_findings(result) || has_cell(result, TV_CELL_FINDINGS)) {
        return "findings";
    }
    if (tv_result_is_complete(result)) {
        return "clean";
    }
    return result->cells->len && !has_cell(result, TV_CELL_ERROR) ? "void"
                                                                  : "error";
}

int tv_result_exit_status(const TvResult *result)
{
    const char *status = tv_result_status_name(result);

    if (g_str_equal(status, "clean")) {
        return 0;
    }
    return g_str_equal(status, "findings") ? 1 : 2;
}
