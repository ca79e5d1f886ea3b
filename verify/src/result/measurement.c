/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "result/measurement.h"

#include <json-glib/json-glib.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/directory.h"
#include "base/error.h"
#include "result/fields.h"

#define FORMAT_VERSION 2

static const char *const units[] = {"s", "%", "x", NULL};

static const TvField bench_fields[] = {
    TV_FIELD(TvBench, "group", NEEDED, group),
    TV_FIELD(TvBench, "series", NEEDED, series),
    TV_FIELD(TvBench, "legend", NEEDED, legend),
    TV_FIELD(TvBench, "processors", COUNT, processors),
    TV_FIELD(TvBench, "load", REAL, load),
    {NULL},
};

static const TvField row_fields[] = {
    TV_FIELD(TvBenchRow, "what", NEEDED, what),
    TV_FIELD(TvBenchRow, "variant", TEXT, variant),
    TV_FIELD(TvBenchRow, "value", REAL, value),
    TV_FIELD(TvBenchRow, "limit", LIMIT, limit),
    TV_FIELD(TvBenchRow, "unit", NEEDED, unit),
    TV_FIELD(TvBenchRow, "detail", TEXT, detail),
    {NULL},
};

static void row_free(gpointer row)
{
    tv_fields_free(row_fields, row);
}

TvBench *tv_bench_new(const char *group, const char *legend)
{
    TvBench *bench = g_new0(TvBench, 1);

    bench->rows = g_ptr_array_new_with_free_func(row_free);
    bench->group = g_strdup(group);
    bench->legend = g_strdup(legend);
    bench->processors = g_get_num_processors();
    getloadavg(&bench->load, 1);
    return bench;
}

void tv_bench_free(TvBench *bench)
{
    if (bench) {
        g_ptr_array_unref(bench->rows);
        tv_fields_free(bench_fields, bench);
    }
}

void tv_bench_add(TvBench *bench, const char *what, const char *variant,
                  double value, double limit, const char *unit, char *detail)
{
    TvBenchRow *row = g_new0(TvBenchRow, 1);

    row->what = g_strdup(what);
    row->variant = g_strdup(variant);
    row->value = value;
    row->limit = limit;
    row->unit = g_strdup(unit);
    row->detail = detail;
    g_ptr_array_add(bench->rows, row);
}

gboolean tv_bench_row_keeps(const TvBenchRow *row)
{
    return isnan(row->limit) || row->value <= row->limit;
}

char *tv_bench_number(double value, const char *unit)
{
    if (g_str_equal(unit, "s")) {
        return g_strdup_printf("%.1f s", value);
    }
    return g_strdup_printf(g_str_equal(unit, "%") ? "%+.2f %s" : "%.2f %s",
                           value, unit);
}

char *tv_bench_text(const TvBench *bench)
{
    GString *text = g_string_new(NULL);
    const char *last = NULL;
    int what = 8, variant = 8;

    for (guint i = 0; i < bench->rows->len; i++) {
        const TvBenchRow *row = bench->rows->pdata[i];

        what = MAX(what, (int)strlen(row->what));
        variant = MAX(variant, row->variant ? (int)strlen(row->variant) : 0);
    }
    g_string_append_printf(text, "%-*s  %-*s %10s %10s  %s\n", what,
                           bench->group, variant, "", "measured", "limit",
                           "from");
    for (guint i = 0; i < bench->rows->len; i++) {
        const TvBenchRow *row = bench->rows->pdata[i];
        g_autofree char *value = tv_bench_number(row->value, row->unit);
        g_autofree char *limit =
            isnan(row->limit) ? g_strdup("-")
                              : tv_bench_number(row->limit, row->unit);

        g_string_append_printf(
            text, "%-*s  %-*s %10s %10s%s %s\n", what,
            g_strcmp0(last, row->what) == 0 ? "" : row->what, variant,
            row->variant ? row->variant : "", value, limit,
            tv_bench_row_keeps(row) ? " " : "!",
            row->detail ? row->detail : "");
        last = row->what;
    }
    g_string_append_printf(text, "%s  %u processors, load %.1f at the start; "
                           "! is above the limit.\n\n", bench->legend,
                           bench->processors, bench->load);
    return g_string_free(text, FALSE);
}

char *tv_bench_save(const TvBench *bench, const TvOptions *options,
                    GError **error)
{
    g_autoptr(JsonObject) object = json_object_new();
    g_autoptr(JsonNode) node = json_node_new(JSON_NODE_OBJECT);
    JsonArray *rows = json_array_new();
    g_autofree char *directory = tv_options_build_path(options, "report", NULL);
    g_autofree char *name = g_strdup_printf("bench-%s.json", bench->group);
    g_autofree char *path = g_build_filename(directory, name, NULL);
    g_autofree char *text = NULL;

    for (guint i = 0; i < bench->rows->len; i++) {
        JsonObject *row = json_object_new();

        tv_fields_to_json(row_fields, bench->rows->pdata[i], row);
        json_array_add_object_element(rows, row);
    }
    json_object_set_int_member(object, "format", FORMAT_VERSION);
    tv_fields_to_json(bench_fields, bench, object);
    json_object_set_array_member(object, "rows", rows);
    json_node_set_object(node, object);
    text = json_to_string(node, TRUE);
    if (!tv_tree_make_directory(directory, error) ||
        !g_file_set_contents(path, text, -1, error)) {
        return NULL;
    }
    return g_steal_pointer(&text);
}

/* FALSE if a member that every one has is missing, or a unit unknown. */
static gboolean from_json(TvBench *bench, JsonObject *object)
{
    JsonNode *rows = json_object_get_member(object, "rows");
    JsonArray *array;

    if (json_object_get_int_member_with_default(object, "format", 0) !=
            FORMAT_VERSION ||
        !rows || !JSON_NODE_HOLDS_ARRAY(rows) ||
        !tv_fields_from_json(bench_fields, object, bench, NULL)) {
        return FALSE;
    }
    array = json_node_get_array(rows);
    for (guint i = 0; i < json_array_get_length(array); i++) {
        JsonNode *node = json_array_get_element(array, i);
        TvBenchRow *row = g_new0(TvBenchRow, 1);

        g_ptr_array_add(bench->rows, row);
        if (!JSON_NODE_HOLDS_OBJECT(node) ||
            !json_object_has_member(json_node_get_object(node), "value") ||
            !tv_fields_from_json(row_fields, json_node_get_object(node), row,
                                 NULL) ||
            !g_strv_contains(units, row->unit)) {
            return FALSE;
        }
    }
    return TRUE;
}

TvBench *tv_bench_load(const char *path, const char *group, GError **error)
{
    g_autoptr(JsonParser) parser = json_parser_new();
    g_autoptr(TvBench) bench = g_new0(TvBench, 1);
    JsonNode *root;

    bench->rows = g_ptr_array_new_with_free_func(row_free);
    if (!json_parser_load_from_file(parser, path, error)) {
        return NULL;
    }
    root = json_parser_get_root(parser);
    if (!root || !JSON_NODE_HOLDS_OBJECT(root) ||
        !from_json(bench, json_node_get_object(root))) {
        g_set_error(error, TV_ERROR, TV_ERROR_INPUT,
                    "%s is no result of this version's bench; run 'tcg-verify "
                    "bench %s' again", path, group);
        return NULL;
    }
    return g_steal_pointer(&bench);
}
