#include "proof/unmet.h"

#include "proof/address/groups.h"
#include "result/shard.h"

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
            tv_unmet_keep_common(unmet, own);
        } else {
            unmet = g_steal_pointer(&own);
        }
    }
    return g_steal_pointer(&unmet);
}
