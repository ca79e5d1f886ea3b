#include "result/measurement.h"

#include <json-glib/json-glib.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/directory.h"
#include "base/error.h"

#define FORMAT_VERSION 2

static const char *const units[] = {"s", "%", "x"};

static void row_free(gpointer data)
{
    TvBenchRow *row = data;

    g_free(row->what);
    g_free(row->variant);
    g_free(row->detail);
    g_free(row);
}

static TvBench *bench_empty(const char *group)
{
    TvBench *bench = g_new0(TvBench, 1);

    bench->group = g_strdup(group);
    bench->rows = g_ptr_array_new_with_free_func(row_free);
    return bench;
}

TvBench *tv_bench_new(const char *group, const char *legend)
{
    TvBench *bench = bench_empty(group);

    bench->legend = g_strdup(legend);
    bench->processors = g_get_num_processors();
    getloadavg(&bench->load, 1);
    return bench;
}

void tv_bench_free(TvBench *bench)
{
    if (bench) {
        g_free(bench->group);
        g_free(bench->series);
        g_free(bench->legend);
        g_ptr_array_unref(bench->rows);
        g_free(bench);
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
    row->unit = unit;
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

static JsonObject *row_to_json(const TvBenchRow *row)
{
    JsonObject *object = json_object_new();

    json_object_set_string_member(object, "what", row->what);
    if (row->variant) {
        json_object_set_string_member(object, "variant", row->variant);
    }
    json_object_set_double_member(object, "value", row->value);
    if (!isnan(row->limit)) {
        json_object_set_double_member(object, "limit", row->limit);
    }
    json_object_set_string_member(object, "unit", row->unit);
    if (row->detail) {
        json_object_set_string_member(object, "detail", row->detail);
    }
    return object;
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
        json_array_add_object_element(rows,
                                      row_to_json(bench->rows->pdata[i]));
    }
    json_object_set_int_member(object, "format", FORMAT_VERSION);
    json_object_set_string_member(object, "group", bench->group);
    json_object_set_string_member(object, "series", bench->series);
    json_object_set_string_member(object, "legend", bench->legend);
    json_object_set_int_member(object, "processors", bench->processors);
    json_object_set_double_member(object, "load", bench->load);
    json_object_set_array_member(object, "rows", rows);
    json_node_set_object(node, object);
    text = json_to_string(node, TRUE);
    if (!tv_tree_make_directory(directory, error) ||
        !g_file_set_contents(path, text, -1, error)) {
        return NULL;
    }
    return g_steal_pointer(&text);
}

static const char *unit_from(const char *name)
{
    for (gsize i = 0; name && i < G_N_ELEMENTS(units); i++) {
        if (g_str_equal(name, units[i])) {
            return units[i];
        }
    }
    return NULL;
}

/* FALSE if a member that every row has is missing. */
static gboolean add_from_json(TvBench *bench, JsonObject *object)
{
    const char *what =
        json_object_get_string_member_with_default(object, "what", NULL);
    const char *unit = unit_from(
        json_object_get_string_member_with_default(object, "unit", NULL));

    if (!what || !unit || !json_object_has_member(object, "value")) {
        return FALSE;
    }
    tv_bench_add(
        bench, what,
        json_object_get_string_member_with_default(object, "variant", NULL),
        json_object_get_double_member(object, "value"),
        json_object_get_double_member_with_default(object, "limit", NAN), unit,
        g_strdup(json_object_get_string_member_with_default(object, "detail",
                                                            NULL)));
    return TRUE;
}

TvBench *tv_bench_load(const char *path, const char *group, GError **error)
{
    g_autoptr(JsonParser) parser = json_parser_new();
    g_autoptr(TvBench) bench = bench_empty(group);
    JsonNode *root;
    JsonObject *object;
    JsonArray *rows = NULL;
    gboolean ok;

    if (!json_parser_load_from_file(parser, path, error)) {
        return NULL;
    }
    root = json_parser_get_root(parser);
    object = root && JSON_NODE_HOLDS_OBJECT(root) ? json_node_get_object(root)
                                                  : NULL;
    ok = object &&
         json_object_get_int_member_with_default(object, "format", 0) ==
             FORMAT_VERSION &&
         json_object_has_member(object, "rows");
    if (ok) {
        rows = json_object_get_array_member(object, "rows");
        bench->series = g_strdup(
            json_object_get_string_member_with_default(object, "series", ""));
        bench->legend = g_strdup(
            json_object_get_string_member_with_default(object, "legend", ""));
        bench->load =
            json_object_get_double_member_with_default(object, "load", 0);
        bench->processors = (guint)json_object_get_int_member_with_default(
            object, "processors", 0);
    }
    for (guint i = 0; ok && i < json_array_get_length(rows); i++) {
        ok = add_from_json(bench, json_array_get_object_element(rows, i));
    }
    if (!ok) {
        g_set_error(error, TV_ERROR, TV_ERROR_INPUT,
                    "%s is no result of this version's bench; run 'tcg-verify "
                    "bench %s' again", path, group);
        return NULL;
    }
    return g_steal_pointer(&bench);
}
