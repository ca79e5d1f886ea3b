#include "result/result.h"

#include "base/error.h"
#include "result/rules.h"

#define FORMAT_VERSION 1

static void set_string(JsonObject *object, const char *key, const char *value)
{
    if (value) {
        json_object_set_string_member(object, key, value);
    }
}

static void set_int(JsonObject *object, const char *key, int value)
{
    if (value) {
        json_object_set_int_member(object, key, value);
    }
}

static JsonObject *cell_to_json(const TvCell *cell)
{
    JsonObject *object = json_object_new();

    set_string(object, "layer", cell->layer);
    set_string(object, "host", cell->host);
    set_string(object, "mode", cell->mode);
    set_int(object, "guest-bits", cell->guest_bits);
    set_string(object, "patch", cell->patch);
    set_string(object, "status", tv_cell_status_name(cell->status));
    json_object_set_int_member(object, "checked", cell->checked);
    json_object_set_int_member(object, "findings", cell->findings);
    json_object_set_double_member(object, "seconds", cell->seconds);
    set_string(object, "note", cell->note);
    return object;
}

static JsonArray *path_to_json(const GPtrArray *path)
{
    JsonArray *array = json_array_new();

    for (guint i = 0; i < path->len; i++) {
        const TvStep *step = path->pdata[i];
        JsonObject *object = json_object_new();

        set_string(object, "file", step->file);
        set_int(object, "line", step->line);
        set_string(object, "function", step->function);
        set_string(object, "what", step->what);
        json_array_add_object_element(array, object);
    }
    return array;
}

static JsonObject *finding_to_json(const TvFinding *finding)
{
    JsonObject *object = json_object_new();
    const TvRule *rule = tv_rule_find(finding->rule);

    set_string(object, "rule", finding->rule);
    set_string(object, "severity",
               rule ? tv_severity_name(rule->severity) : NULL);
    set_string(object, "file", finding->file);
    set_int(object, "line", finding->line);
    set_string(object, "function", finding->function);
    set_string(object, "host", finding->host);
    set_string(object, "mode", finding->mode);
    set_int(object, "guest-bits", finding->guest_bits);
    set_string(object, "patch", finding->patch);
    set_string(object, "message", finding->message);
    set_string(object, "text", finding->text);
    set_string(object, "reproduce", finding->reproduce);
    set_string(object, "identity", finding->identity);
    set_string(object, "suppressed", finding->suppressed);
    if (finding->path) {
        json_object_set_array_member(object, "path",
                                     path_to_json(finding->path));
    }
    return object;
}

static JsonArray *tools_to_json(const GPtrArray *tools)
{
    JsonArray *array = json_array_new();

    for (guint i = 0; i < tools->len; i++) {
        const TvTool *tool = tools->pdata[i];
        JsonObject *object = json_object_new();

        set_string(object, "name", tool->name);
        set_string(object, "version", tool->version);
        json_array_add_object_element(array, object);
    }
    return array;
}

static JsonArray *scores_to_json(const GPtrArray *scores)
{
    JsonArray *array = json_array_new();

    for (guint i = 0; i < scores->len; i++) {
        const TvScore *score = scores->pdata[i];
        JsonObject *object = json_object_new();

        set_string(object, "host", score->host);
        set_string(object, "layer", score->layer);
        json_object_set_int_member(object, "killed", score->killed);
        json_object_set_int_member(object, "total", score->total);
        json_object_set_int_member(object, "equivalent", score->equivalent);
        json_array_add_object_element(array, object);
    }
    return array;
}

static JsonArray *strings_to_json(const GPtrArray *strings)
{
    JsonArray *array = json_array_new();

    for (guint i = 0; i < strings->len; i++) {
        json_array_add_string_element(array, strings->pdata[i]);
    }
    return array;
}

JsonNode *tv_result_to_json(const TvResult *result)
{
    JsonObject *object = json_object_new();
    JsonArray *cells = json_array_new();
    JsonArray *findings = json_array_new();
    JsonNode *node = json_node_new(JSON_NODE_OBJECT);

    json_object_set_int_member(object, "format", FORMAT_VERSION);
    set_string(object, "command", result->command);
    set_string(object, "series", result->series);
    set_string(object, "status", tv_result_status_name(result));
    json_object_set_int_member(object, "exit", tv_result_exit_status(result));
    json_object_set_double_member(object, "seconds", result->seconds);
    if (result->part) {
        json_object_set_boolean_member(object, "part", TRUE);
    }
    if (result->shards) {
        set_int(object, "shard", (int)result->shard);
        set_int(object, "shards", (int)result->shards);
        json_object_set_array_member(object, "planned",
                                     strings_to_json(result->planned));
        set_string(object, "guests", result->guests);
        if (result->unmet) {
            json_object_set_array_member(object, "unmet",
                                         strings_to_json(result->unmet));
        }
    }
    for (guint i = 0; i < result->cells->len; i++) {
        json_array_add_object_element(
            cells, cell_to_json(g_ptr_array_index(result->cells, i)));
    }
    json_object_set_array_member(object, "cells", cells);
    for (guint i = 0; i < result->findings->len; i++) {
        json_array_add_object_element(
            findings, finding_to_json(g_ptr_array_index(result->findings, i)));
    }
    json_object_set_array_member(object, "findings", findings);
    if (result->tools->len) {
        json_object_set_array_member(object, "tools",
                                     tools_to_json(result->tools));
    }
    if (result->scores->len) {
        json_object_set_array_member(object, "scores",
                                     scores_to_json(result->scores));
    }
    json_node_take_object(node, object);
    return node;
}

static char *get_string(JsonObject *object, const char *key)
{
    return g_strdup(
        json_object_get_string_member_with_default(object, key, NULL));
}

static int get_int(JsonObject *object, const char *key)
{
    return (int)json_object_get_int_member_with_default(object, key, 0);
}

static TvCell *cell_from_json(JsonObject *object, GError **error)
{
    g_autoptr(TvCell) cell = g_new0(TvCell, 1);
    const char *status =
        json_object_get_string_member_with_default(object, "status", "");

    if (!tv_cell_status_parse(status, &cell->status)) {
        g_set_error(error, TV_ERROR, TV_ERROR_INPUT,
                    "a cell has the unknown status '%s'", status);
        return NULL;
    }
    cell->layer = get_string(object, "layer");
    cell->host = get_string(object, "host");
    cell->mode = get_string(object, "mode");
    cell->guest_bits = get_int(object, "guest-bits");
    cell->patch = get_string(object, "patch");
    cell->checked = get_int(object, "checked");
    cell->findings = get_int(object, "findings");
    cell->seconds =
        json_object_get_double_member_with_default(object, "seconds", 0);
    cell->note = get_string(object, "note");
    if (!cell->layer || (cell->status == TV_CELL_CLEAN && cell->findings)) {
        g_set_error(error, TV_ERROR, TV_ERROR_INPUT,
                    "a cell without a layer, or a clean one with findings");
        return NULL;
    }
    return g_steal_pointer(&cell);
}

static JsonArray *get_objects(JsonObject *object, const char *key,
                              GError **error)
{
    JsonNode *node = json_object_get_member(object, key);
    JsonArray *array;

    if (!node || !JSON_NODE_HOLDS_ARRAY(node)) {
        g_set_error(error, TV_ERROR, TV_ERROR_INPUT, "no array '%s'", key);
        return NULL;
    }
    array = json_node_get_array(node);
    for (guint i = 0; i < json_array_get_length(array); i++) {
        if (!JSON_NODE_HOLDS_OBJECT(json_array_get_element(array, i))) {
            g_set_error(error, TV_ERROR, TV_ERROR_INPUT,
                        "'%s' holds something else than objects", key);
            return NULL;
        }
    }
    return array;
}

static gboolean path_from_json(TvFinding *finding, JsonObject *object,
                               GError **error)
{
    JsonArray *array;

    if (!json_object_has_member(object, "path")) {
        return TRUE;
    }
    array = get_objects(object, "path", error);
    if (!array) {
        return FALSE;
    }
    for (guint i = 0; i < json_array_get_length(array); i++) {
        JsonObject *member = json_array_get_object_element(array, i);
        TvStep *step = g_new0(TvStep, 1);

        step->file = get_string(member, "file");
        step->line = get_int(member, "line");
        step->function = get_string(member, "function");
        step->what = get_string(member, "what");
        tv_finding_add_step(finding, step);
        if (!step->what) {
            g_set_error(error, TV_ERROR, TV_ERROR_INPUT,
                        "step %u of a path does not say what happens", i + 1);
            return FALSE;
        }
    }
    return TRUE;
}

static TvFinding *finding_from_json(JsonObject *object, GError **error)
{
    g_autoptr(TvFinding) finding = g_new0(TvFinding, 1);

    finding->rule = get_string(object, "rule");
    finding->file = get_string(object, "file");
    finding->line = get_int(object, "line");
    finding->function = get_string(object, "function");
    finding->host = get_string(object, "host");
    finding->mode = get_string(object, "mode");
    finding->guest_bits = get_int(object, "guest-bits");
    finding->patch = get_string(object, "patch");
    finding->message = get_string(object, "message");
    finding->text = get_string(object, "text");
    finding->reproduce = get_string(object, "reproduce");
    finding->identity = get_string(object, "identity");
    finding->suppressed = get_string(object, "suppressed");
    if (!finding->rule || !tv_rule_find(finding->rule)) {
        g_set_error(error, TV_ERROR, TV_ERROR_INPUT,
                    "a finding has the unknown rule '%s'",
                    finding->rule ? finding->rule : "");
        return NULL;
    }
    if (!path_from_json(finding, object, error)) {
        return NULL;
    }
    return g_steal_pointer(&finding);
}

static gboolean tools_from_json(TvResult *result, JsonObject *object,
                                GError **error)
{
    JsonArray *tools = json_object_has_member(object, "tools")
                           ? get_objects(object, "tools", error) : NULL;

    if (!tools) {
        return !json_object_has_member(object, "tools");
    }
    for (guint i = 0; i < json_array_get_length(tools); i++) {
        JsonObject *member = json_array_get_object_element(tools, i);
        g_autofree char *name = get_string(member, "name");
        g_autofree char *version = get_string(member, "version");

        if (!name || !version) {
            g_set_error(error, TV_ERROR, TV_ERROR_INPUT,
                        "a tool without a name or a version");
            return FALSE;
        }
        tv_result_add_tool(result, name, version);
    }
    return TRUE;
}

static gboolean scores_from_json(TvResult *result, JsonObject *object,
                                 GError **error)
{
    JsonArray *scores = json_object_has_member(object, "scores")
                            ? get_objects(object, "scores", error) : NULL;

    if (!scores) {
        return !json_object_has_member(object, "scores");
    }
    for (guint i = 0; i < json_array_get_length(scores); i++) {
        JsonObject *member = json_array_get_object_element(scores, i);
        g_autofree char *host = get_string(member, "host");
        g_autofree char *layer = get_string(member, "layer");
        int killed = get_int(member, "killed");
        int total = get_int(member, "total");
        int equivalent = get_int(member, "equivalent");

        if (!host || !layer || killed < 0 || equivalent < 0 ||
            killed + equivalent > total) {
            g_set_error(error, TV_ERROR, TV_ERROR_INPUT,
                        "a score without host or layer, or of more mutants "
                        "than there are");
            return FALSE;
        }
        tv_result_add_score(result, host, layer, killed, total, equivalent);
    }
    return TRUE;
}

/* FALSE if @key is there and is no array of strings. */
static gboolean strings_from_json(GPtrArray *strings, JsonObject *object,
                                  const char *key)
{
    JsonNode *node = json_object_get_member(object, key);
    JsonArray *array =
        node && JSON_NODE_HOLDS_ARRAY(node) ? json_node_get_array(node) : NULL;

    for (guint i = 0; array && i < json_array_get_length(array); i++) {
        JsonNode *item = json_array_get_element(array, i);

        if (json_node_get_value_type(item) != G_TYPE_STRING) {
            return FALSE;
        }
        g_ptr_array_add(strings, json_node_dup_string(item));
    }
    return !node || array;
}

static gboolean shard_from_json(TvResult *result, JsonObject *object,
                                GError **error)
{
    int shard = get_int(object, "shard");
    int shards = get_int(object, "shards");

    if (!shards) {
        return TRUE;
    }
    if (shard < 1 || shard > shards ||
        !json_object_has_member(object, "planned") ||
        !strings_from_json(result->planned, object, "planned")) {
        g_set_error(error, TV_ERROR, TV_ERROR_INPUT,
                    "shard %d/%d without a list of the hosts planned", shard,
                    shards);
        return FALSE;
    }
    result->shard = (guint)shard;
    result->shards = (guint)shards;
    result->guests = get_string(object, "guests");
    if (json_object_has_member(object, "unmet")) {
        result->unmet = g_ptr_array_new_with_free_func(g_free);
    }
    if (result->unmet && !strings_from_json(result->unmet, object, "unmet")) {
        g_set_error(error, TV_ERROR, TV_ERROR_INPUT,
                    "'unmet' is no array of entries of the contract");
        return FALSE;
    }
    return TRUE;
}

TvResult *tv_result_from_json(JsonNode *node, GError **error)
{
    g_autoptr(TvResult) result = tv_result_new(NULL);
    JsonObject *object;
    JsonArray *cells;
    JsonArray *findings;

    if (!node || !JSON_NODE_HOLDS_OBJECT(node)) {
        g_set_error(error, TV_ERROR, TV_ERROR_INPUT, "not a JSON object");
        return NULL;
    }
    object = json_node_get_object(node);
    if (get_int(object, "format") != FORMAT_VERSION) {
        g_set_error(error, TV_ERROR, TV_ERROR_INPUT,
                    "format %d is not %d, the one this program writes",
                    get_int(object, "format"), FORMAT_VERSION);
        return NULL;
    }
    result->command = get_string(object, "command");
    result->series = get_string(object, "series");
    result->seconds =
        json_object_get_double_member_with_default(object, "seconds", 0);
    result->part =
        json_object_get_boolean_member_with_default(object, "part", FALSE);
    if (!shard_from_json(result, object, error) ||
        !tools_from_json(result, object, error) ||
        !scores_from_json(result, object, error)) {
        return NULL;
    }
    cells = get_objects(object, "cells", error);
    findings = cells ? get_objects(object, "findings", error) : NULL;
    if (!findings) {
        return NULL;
    }
    for (guint i = 0; i < json_array_get_length(cells); i++) {
        TvCell *cell =
            cell_from_json(json_array_get_object_element(cells, i), error);

        if (!cell) {
            return NULL;
        }
        tv_result_add_cell(result, cell);
    }
    for (guint i = 0; i < json_array_get_length(findings); i++) {
        TvFinding *finding = finding_from_json(
            json_array_get_object_element(findings, i), error);

        if (!finding) {
            return NULL;
        }
        tv_result_add_finding(result, finding);
    }
    return g_steal_pointer(&result);
}

TvResult *tv_result_load(const char *path, GError **error)
{
    g_autoptr(JsonParser) parser = json_parser_new();
    TvResult *result;

    if (!json_parser_load_from_file(parser, path, error)) {
        g_prefix_error(error, "cannot read %s: ", path);
        return NULL;
    }
    result = tv_result_from_json(json_parser_get_root(parser), error);
    if (!result) {
        g_prefix_error(error, "%s: ", path);
    }
    return result;
}
