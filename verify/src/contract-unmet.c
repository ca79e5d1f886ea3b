#include "contract-unmet.h"

#include "layer-units.h"

/* What the analyser printed of a program, or NULL. */
static GPtrArray *unmet_of_output(const char *output)
{
    g_autoptr(JsonParser) parser = json_parser_new();
    g_autoptr(GPtrArray) unmet = g_ptr_array_new_with_free_func(g_free);
    JsonNode *root, *node;
    JsonArray *array;

    if (!json_parser_load_from_data(parser, output, -1, NULL)) {
        return NULL;
    }
    root = json_parser_get_root(parser);
    node = root && JSON_NODE_HOLDS_OBJECT(root)
               ? json_object_get_member(json_node_get_object(root), "unmet")
               : NULL;
    if (!node || !JSON_NODE_HOLDS_ARRAY(node)) {
        return NULL;
    }
    array = json_node_get_array(node);
    for (guint i = 0; i < json_array_get_length(array); i++) {
        JsonNode *item = json_array_get_element(array, i);

        if (json_node_get_value_type(item) != G_TYPE_STRING) {
            return NULL;
        }
        g_ptr_array_add(unmet, json_node_dup_string(item));
    }
    return g_steal_pointer(&unmet);
}

/* Keeps in @unmet what @other has as well. */
static void keep_common(GPtrArray *unmet, const GPtrArray *other)
{
    for (guint i = unmet->len; i > 0; i--) {
        if (!g_ptr_array_find_with_equal_func((GPtrArray *)other,
                                              unmet->pdata[i - 1], g_str_equal,
                                              NULL)) {
            g_ptr_array_remove_index(unmet, i - 1);
        }
    }
}

static gboolean is_complete(const TvPlan *plan)
{
    for (guint i = 0; i < plan->cells->len; i++) {
        const TvPlanCell *cell = plan->cells->pdata[i];

        if (!cell->converted || !cell->groups || !cell->groups->len) {
            return FALSE;
        }
        for (guint j = 0; j < cell->units->len; j++) {
            if (((const TvUnit *)cell->units->pdata[j])->failure) {
                return FALSE;
            }
        }
    }
    return plan->cells->len > 0;
}

GPtrArray *tv_unmet_of_plan(const TvPlan *plan)
{
    g_autoptr(GPtrArray) unmet = NULL;

    if (!is_complete(plan)) {
        return NULL;
    }
    for (guint i = 0; i < plan->groups->len; i++) {
        const TvUnitGroup *group = plan->groups->pdata[i];
        g_autoptr(GPtrArray) own =
            group->output ? unmet_of_output(group->output) : NULL;

        if (!own) {
            return NULL;
        }
        if (unmet) {
            keep_common(unmet, own);
        } else {
            unmet = g_steal_pointer(&own);
        }
    }
    return g_steal_pointer(&unmet);
}

void tv_unmet_report(const GPtrArray *unmet, const TvCheckTree *tree,
                     TvResult *result)
{
    for (guint i = 0; i < unmet->len; i++) {
        TvFinding *finding = tv_finding_new(
            "units-contract-unused", NULL, 0,
            "%s of the contract: no analysed program of any host has that",
            (const char *)unmet->pdata[i]);

        finding->text = g_strdup(unmet->pdata[i]);
        finding->reproduce =
            tree ? tv_check_tree_command(tree, "check", "--layer=L3", NULL)
                 : g_strdup("tcg-verify check --layer=L3");
        tv_result_add_finding(result, finding);
    }
}

static gpointer copy_text(gconstpointer text, gpointer data)
{
    return g_strdup(text);
}

GPtrArray *tv_unmet_of_shards(const GPtrArray *shards)
{
    g_autoptr(GPtrArray) unmet = NULL;

    for (guint i = 0; i < shards->len; i++) {
        const TvResult *shard = shards->pdata[i];

        if (!shard->unmet) {
            return NULL;
        }
        if (unmet) {
            keep_common(unmet, shard->unmet);
        } else {
            unmet = g_ptr_array_new_with_free_func(g_free);
            g_ptr_array_extend(unmet, shard->unmet, copy_text, NULL);
        }
    }
    return g_steal_pointer(&unmet);
}
