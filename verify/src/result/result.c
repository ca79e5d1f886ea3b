/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "result/result.h"

#include <string.h>

#include "base/progress.h"
#include "result/fields.h"
#include "result/rules.h"

static const char *const status_names[] = {
    [TV_CELL_NOT_CONVERTED] = "not-converted",
    [TV_CELL_CLEAN] = "clean",
    [TV_CELL_FINDINGS] = "findings",
    [TV_CELL_VOID] = "void",
    [TV_CELL_ERROR] = "error",
};

const TvField tv_cell_fields[] = {
    TV_FIELD(TvCell, "layer", NEEDED, layer),
    TV_FIELD(TvCell, "host", TEXT, host),
    TV_FIELD(TvCell, "mode", TEXT, mode),
    TV_FIELD(TvCell, "guest-bits", INT, guest_bits),
    TV_FIELD(TvCell, "patch", TEXT, patch),
    TV_FIELD(TvCell, "checked", COUNT, checked),
    TV_FIELD(TvCell, "findings", COUNT, findings),
    TV_FIELD(TvCell, "seconds", REAL, seconds),
    TV_FIELD(TvCell, "note", TEXT, note),
    {NULL},
};

const TvField tv_tool_fields[] = {
    TV_FIELD(TvTool, "name", NEEDED, name),
    TV_FIELD(TvTool, "version", NEEDED, version),
    {NULL},
};

const TvField tv_score_fields[] = {
    TV_FIELD(TvScore, "host", NEEDED, host),
    TV_FIELD(TvScore, "layer", NEEDED, layer),
    TV_FIELD(TvScore, "killed", COUNT, killed),
    TV_FIELD(TvScore, "total", COUNT, total),
    TV_FIELD(TvScore, "equivalent", COUNT, equivalent),
    {NULL},
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
    tv_fields_free(tv_cell_fields, cell);
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

static void tool_free(gpointer tool)
{
    tv_fields_free(tv_tool_fields, tool);
}

static void score_free(gpointer score)
{
    tv_fields_free(tv_score_fields, score);
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
    g_free(result->date);
    g_free(result->machine);
    g_clear_pointer(&result->unbuilt, g_ptr_array_unref);
    g_ptr_array_unref(result->cells);
    g_ptr_array_unref(result->findings);
    g_ptr_array_unref(result->tools);
    g_ptr_array_unref(result->scores);
    g_clear_pointer(&result->shown, g_hash_table_unref);
    g_clear_pointer(&result->planned, g_ptr_array_unref);
    g_free(result->guests);
    g_clear_pointer(&result->unmet, g_ptr_array_unref);
    g_free(result);
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

    tv_text_make_valid(text);
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
    tv_fields_make_valid(tv_cell_fields, cell);
    if (cell->status == TV_CELL_CLEAN && cell->findings > 0) {
        g_error("cell %s/%s is called clean with %d findings", cell->layer,
                cell->host ? cell->host : "-", cell->findings);
    }
    g_ptr_array_add(result->cells, cell);
}

void tv_result_add_finding(TvResult *result, TvFinding *finding)
{
    make_one_line(&finding->message);
    tv_fields_make_valid(tv_finding_fields, finding);
    for (guint i = 0; finding->path && i < finding->path->len; i++) {
        tv_fields_make_valid(tv_step_fields, finding->path->pdata[i]);
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
    tv_text_make_valid(&line);
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

/* Dates are written so that the later one is the larger text. */
static void merge_origin(TvResult *result, TvResult *other)
{
    if (g_strcmp0(other->date, result->date) > 0) {
        g_free(result->date);
        result->date = g_steal_pointer(&other->date);
    }
    if (!result->machine) {
        result->machine = g_steal_pointer(&other->machine);
    } else if (other->machine && !strstr(result->machine, other->machine)) {
        g_autofree char *first = result->machine;

        result->machine = g_strdup_printf("%s; %s", first, other->machine);
    }
    if (!result->unbuilt) {
        result->unbuilt = g_steal_pointer(&other->unbuilt);
    }
}

void tv_result_merge(TvResult *result, TvResult *other)
{
    merge_origin(result, other);
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
