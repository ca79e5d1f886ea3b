/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/error.h"
#include "result/fields.h"
#include "result/result.h"
#include "result/rules.h"

#define FORMAT_VERSION 1

static const TvField result_fields[] = {
    TV_FIELD(TvResult, "command", TEXT, command),
    TV_FIELD(TvResult, "series", TEXT, series),
    TV_FIELD(TvResult, "date", TEXT, date),
    TV_FIELD(TvResult, "machine", TEXT, machine),
    TV_FIELD(TvResult, "seconds", REAL, seconds),
    TV_FIELD(TvResult, "part", FLAG, part),
    TV_FIELD(TvResult, "unbuilt", LIST, unbuilt),
    {NULL},
};

static const TvField shard_fields[] = {
    TV_FIELD(TvResult, "shard", INT, shard),
    TV_FIELD(TvResult, "shards", INT, shards),
    TV_FIELD(TvResult, "planned", LIST, planned),
    TV_FIELD(TvResult, "guests", TEXT, guests),
    TV_FIELD(TvResult, "unmet", LIST, unmet),
    {NULL},
};

/* Records as objects; none is no member unless it is @needed. */
static JsonArray *add_array(JsonObject *object, const char *key,
                            const GPtrArray *records, const TvField *fields,
                            gboolean needed)
{
    JsonArray *array = json_array_new();

    for (guint i = 0; i < records->len; i++) {
        JsonObject *element = json_object_new();

        tv_fields_to_json(fields, records->pdata[i], element);
        json_array_add_object_element(array, element);
    }
    if (records->len || needed) {
        json_object_set_array_member(object, key, array);
        return array;
    }
    json_array_unref(array);
    return NULL;
}

JsonNode *tv_result_to_json(const TvResult *result)
{
    JsonObject *object = json_object_new();
    JsonNode *node = json_node_new(JSON_NODE_OBJECT);
    JsonArray *array;

    json_object_set_int_member(object, "format", FORMAT_VERSION);
    tv_fields_to_json(result_fields, result, object);
    json_object_set_string_member(object, "status",
                                  tv_result_status_name(result));
    json_object_set_int_member(object, "exit", tv_result_exit_status(result));
    if (result->shards) {
        tv_fields_to_json(shard_fields, result, object);
    }
    array = add_array(object, "cells", result->cells, tv_cell_fields, TRUE);
    for (guint i = 0; i < result->cells->len; i++) {
        const TvCell *cell = result->cells->pdata[i];

        json_object_set_string_member(json_array_get_object_element(array, i),
                                      "status",
                                      tv_cell_status_name(cell->status));
    }
    array = add_array(object, "findings", result->findings, tv_finding_fields,
                      TRUE);
    for (guint i = 0; i < result->findings->len; i++) {
        const TvFinding *finding = result->findings->pdata[i];
        JsonObject *element = json_array_get_object_element(array, i);

        json_object_set_string_member(
            element, "severity",
            tv_severity_name(tv_rule_find(finding->rule)->severity));
        if (finding->path) {
            add_array(element, "path", finding->path, tv_step_fields, TRUE);
        }
    }
    add_array(object, "tools", result->tools, tv_tool_fields, FALSE);
    add_array(object, "scores", result->scores, tv_score_fields, FALSE);
    json_node_take_object(node, object);
    return node;
}

static gboolean add_cell(JsonObject *object, gpointer result, GError **error)
{
    g_autoptr(TvCell) cell = g_new0(TvCell, 1);
    const char *status =
        json_object_get_string_member_with_default(object, "status", "");

    if (!tv_fields_from_json(tv_cell_fields, object, cell, error)) {
        return FALSE;
    }
    if (!tv_cell_status_parse(status, &cell->status) ||
        (cell->status == TV_CELL_CLEAN && cell->findings)) {
        g_set_error(error, TV_ERROR, TV_ERROR_INPUT,
                    "the unknown status '%s', or a clean cell with findings",
                    status);
        return FALSE;
    }
    tv_result_add_cell(result, g_steal_pointer(&cell));
    return TRUE;
}

static gboolean add_tool(JsonObject *object, gpointer result, GError **error)
{
    TvTool tool = {0};
    gboolean good = tv_fields_from_json(tv_tool_fields, object, &tool, error);

    if (good) {
        tv_result_add_tool(result, tool.name, tool.version);
    }
    g_free(tool.name);
    g_free(tool.version);
    return good;
}

static gboolean add_score(JsonObject *object, gpointer result, GError **error)
{
    TvScore *score = g_new0(TvScore, 1);

    /* Freed with the result, whatever is wrong with it. */
    g_ptr_array_add(((TvResult *)result)->scores, score);
    if (!tv_fields_from_json(tv_score_fields, object, score, error)) {
        return FALSE;
    }
    if (score->killed < 0 || score->equivalent < 0 ||
        score->killed + score->equivalent > score->total) {
        g_set_error(error, TV_ERROR, TV_ERROR_INPUT,
                    "a score of more mutants than there are");
        return FALSE;
    }
    return TRUE;
}

static gboolean add_step(JsonObject *object, gpointer finding, GError **error)
{
    TvStep *step = g_new0(TvStep, 1);

    tv_finding_add_step(finding, step);
    return tv_fields_from_json(tv_step_fields, object, step, error);
}

/* Calls @add for each object of the array @key; FALSE if @key has another
 * type. */
static gboolean each_object(JsonObject *object, const char *key,
                            gboolean needed,
                            gboolean (*add)(JsonObject *, gpointer, GError **),
                            gpointer data, GError **error)
{
    JsonNode *node = json_object_get_member(object, key);
    JsonArray *array;

    if (!node && !needed) {
        return TRUE;
    }
    if (!node || !JSON_NODE_HOLDS_ARRAY(node)) {
        g_set_error(error, TV_ERROR, TV_ERROR_INPUT, "no array '%s'", key);
        return FALSE;
    }
    array = json_node_get_array(node);
    for (guint i = 0; i < json_array_get_length(array); i++) {
        JsonNode *element = json_array_get_element(array, i);

        if (!JSON_NODE_HOLDS_OBJECT(element)) {
            g_set_error(error, TV_ERROR, TV_ERROR_INPUT,
                        "%s[%u] is not an object", key, i);
            return FALSE;
        }
        if (!add(json_node_get_object(element), data, error)) {
            g_prefix_error(error, "%s[%u]: ", key, i);
            return FALSE;
        }
    }
    return TRUE;
}

static gboolean add_finding(JsonObject *object, gpointer result,
                            GError **error)
{
    g_autoptr(TvFinding) finding = g_new0(TvFinding, 1);

    if (!tv_fields_from_json(tv_finding_fields, object, finding, error)) {
        return FALSE;
    }
    if (!tv_rule_find(finding->rule)) {
        g_set_error(error, TV_ERROR, TV_ERROR_INPUT, "the unknown rule '%s'",
                    finding->rule);
        return FALSE;
    }
    if (!each_object(object, "path", FALSE, add_step, finding, error)) {
        return FALSE;
    }
    tv_result_add_finding(result, g_steal_pointer(&finding));
    return TRUE;
}

static gboolean read_shard(TvResult *result, JsonObject *object, GError **error)
{
    if (!json_object_get_int_member_with_default(object, "shards", 0)) {
        return TRUE;
    }
    g_clear_pointer(&result->planned, g_ptr_array_unref);
    if (!tv_fields_from_json(shard_fields, object, result, error)) {
        return FALSE;
    }
    if (result->shard < 1 || result->shard > result->shards ||
        !result->planned) {
        g_set_error(error, TV_ERROR, TV_ERROR_INPUT,
                    "shard %u/%u without a list of the hosts planned",
                    result->shard, result->shards);
        return FALSE;
    }
    return TRUE;
}

TvResult *tv_result_from_json(JsonNode *node, GError **error)
{
    g_autoptr(TvResult) result = tv_result_new(NULL);
    JsonObject *object;
    int format;

    if (!node || !JSON_NODE_HOLDS_OBJECT(node)) {
        g_set_error(error, TV_ERROR, TV_ERROR_INPUT, "not a JSON object");
        return NULL;
    }
    object = json_node_get_object(node);
    format = (int)json_object_get_int_member_with_default(object, "format", 0);
    if (format != FORMAT_VERSION) {
        g_set_error(error, TV_ERROR, TV_ERROR_INPUT,
                    "format %d is not %d, the one this program writes", format,
                    FORMAT_VERSION);
        return NULL;
    }
    if (!tv_fields_from_json(result_fields, object, result, error) ||
        !read_shard(result, object, error) ||
        !each_object(object, "tools", FALSE, add_tool, result, error) ||
        !each_object(object, "scores", FALSE, add_score, result, error) ||
        !each_object(object, "cells", TRUE, add_cell, result, error) ||
        !each_object(object, "findings", TRUE, add_finding, result, error)) {
        return NULL;
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
