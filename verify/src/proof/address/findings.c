/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the analyser of address units printed, as findings and cells. */
#include "proof/address/groups.h"

#include <json-glib/json-glib.h>

#include "proof/findings.h"
#include "result/rules.h"
#include "result/shard.h"

static const char *member(JsonObject *object, const char *name)
{
    return json_object_get_string_member_with_default(object, name, NULL);
}

static int number(JsonObject *object, const char *name)
{
    return (int)json_object_get_int_member_with_default(object, name, 0);
}

/* The object that the analyser printed, owned by @parser; or NULL. */
static JsonObject *parse(JsonParser *parser, const char *output, GError **error)
{
    JsonNode *root = json_parser_load_from_data(parser, output, -1, error)
                         ? json_parser_get_root(parser)
                         : NULL;

    return root && JSON_NODE_HOLDS_OBJECT(root) ? json_node_get_object(root)
                                                : NULL;
}

static char *reproduce(const TvCheckTree *tree, const TvUnitGroup *group)
{
    const TvUnit *unit = group->units->pdata[0];

    for (guint i = 0; i < group->units->len && !unit->specific; i++) {
        unit = group->units->pdata[i];
    }
    return tv_unit_command(tree, unit, "L3", !group->kernel);
}

static void add_path(TvFinding *finding, const TvCheckTree *tree,
                     JsonArray *steps)
{
    for (guint i = 0; i < json_array_get_length(steps); i++) {
        JsonObject *step = json_array_get_object_element(steps, i);
        const char *file = member(step, "file");
        g_autofree char *name =
            file ? tv_check_tree_relative(tree, file) : NULL;

        tv_finding_add_step(finding,
                            tv_step_new(name, number(step, "line"),
                                        member(step, "function"),
                                        member(step, "what")));
    }
}

static TvFinding *finding_from(const TvCheckTree *tree,
                               const TvUnitGroup *group, JsonObject *object)
{
    const char *rule = member(object, "rule");
    const char *raw = member(object, "file");
    g_autofree char *file = raw ? tv_check_tree_relative(tree, raw) : NULL;
    TvFinding *finding;

    if (!rule || !tv_rule_find(rule)) {
        return NULL;
    }
    finding = tv_finding_at(tree, group->host, rule, file,
                            number(object, "line"), member(object, "message"));
    finding->function = g_strdup(member(object, "function"));
    finding->reproduce = reproduce(tree, group);
    if (json_object_has_member(object, "path")) {
        add_path(finding, tree, json_object_get_array_member(object, "path"));
    }
    return finding;
}

/* Silence counts only if there was something to hear. */
static char *judge_counts(const TvUnitGroup *group, JsonObject *object)
{
    if (!group->kernel) {
        return NULL;
    }
    if (!number(object, "code-stores")) {
        return g_strdup("no write into the code buffer was seen at all");
    }
    if (!number(object, "flush-paths")) {
        return g_strdup("no function that has to maintain the caches was "
                        "seen");
    }
    return NULL;
}

GPtrArray *tv_layer_units_findings(const TvCheckTree *tree,
                                   TvKnownFindings *known,
                                   const TvUnitGroup *group, char **broken)
{
    GPtrArray *findings =
        g_ptr_array_new_with_free_func((GDestroyNotify)tv_finding_free);
    g_autoptr(JsonParser) parser = json_parser_new();
    g_autoptr(GError) error = NULL;
    JsonObject *object;
    JsonArray *list;

    *broken = NULL;
    object = parse(parser, group->output, &error);
    if (!object) {
        *broken = g_strdup_printf("the analyser printed no result: %s",
                                  error ? error->message : "no object");
        return findings;
    }
    list = json_object_has_member(object, "findings")
               ? json_object_get_array_member(object, "findings")
               : NULL;
    if (!list) {
        *broken = g_strdup("the analyser's result has no findings member");
        return findings;
    }
    if (!json_object_has_member(object, "unmet")) {
        *broken = g_strdup("the analyser's result has no unmet member");
        return findings;
    }
    *broken = judge_counts(group, object);
    for (guint i = 0; i < json_array_get_length(list); i++) {
        TvFinding *finding = finding_from(
            tree, group, json_array_get_object_element(list, i));

        if (!finding) {
            *broken = g_strdup("the analyser gives a rule that is not known "
                               "here");
            continue;
        }
        if (g_str_equal(finding->rule, "units-flush") && finding->file &&
            tv_check_tree_coherent(tree, finding->file)) {
            tv_finding_free(finding);
            continue;
        }
        tv_known_findings_apply(known, finding);
        g_ptr_array_add(findings, finding);
    }
    return findings;
}

static void collect_group(TvCell *cell, const TvCheckTree *tree,
                          TvKnownFindings *known, const TvPlanCell *place,
                          const TvUnitGroup *group, GHashTable *seen,
                          TvResult *result, const char *patch)
{
    g_autofree char *broken = NULL;
    g_autoptr(GPtrArray) findings = NULL;

    if (!group->output) {
        tv_collect_status(cell, TV_CELL_ERROR, NULL,
                          group->broken ? group->broken : "did not run");
        return;
    }
    findings = tv_layer_units_findings(tree, known, group, &broken);
    cell->checked += group->units->len;
    cell->seconds += group->cached ? 0 : group->seconds;
    if (broken) {
        tv_collect_status(cell, TV_CELL_VOID, NULL, broken);
    }
    for (guint i = 0; i < findings->len; i++) {
        TvFinding *finding = findings->pdata[i];
        g_autofree char *base = tv_host_counts_key(finding);
        char *key = g_strconcat(group->host->name, " ", base, NULL);

        cell->findings += !finding->suppressed;
        if (g_hash_table_add(seen, key) && place->converted) {
            TvFinding *copy = tv_finding_copy(finding);

            copy->mode = g_strdup(place->target->mode);
            copy->guest_bits = place->target->bits;
            copy->patch = g_strdup(patch);
            tv_result_add_finding(result, copy);
        }
    }
}

void tv_layer_units_collect(TvResult *result, const TvCheckTree *tree,
                            const TvPlan *plan, TvKnownFindings *known,
                            const char *patch)
{
    g_autoptr(GHashTable) seen =
        g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);

    for (guint i = 0; i < plan->cells->len; i++) {
        const TvPlanCell *place = plan->cells->pdata[i];
        TvCell *cell =
            tv_cell_new("L3", place->host->name, place->target->mode,
                        place->target->bits,
                        place->converted ? TV_CELL_CLEAN
                                         : TV_CELL_NOT_CONVERTED);

        cell->patch = g_strdup(patch);
        for (guint j = 0; j < place->units->len; j++) {
            const TvUnit *unit = place->units->pdata[j];

            if (unit->failure) {
                tv_collect_status(cell, TV_CELL_ERROR, unit->file,
                                  unit->failure);
            }
        }
        for (guint j = 0; place->groups && j < place->groups->len; j++) {
            collect_group(cell, tree, known, place, place->groups->pdata[j],
                          seen, result, patch);
        }
        if (place->converted && cell->findings > 0 &&
            cell->status < TV_CELL_FINDINGS) {
            cell->status = TV_CELL_FINDINGS;
        }
        tv_result_add_cell(result, cell);
    }
}

/* Entries of the contract that name nothing in the program; or NULL. */
static GPtrArray *unmet_of_output(const char *output)
{
    g_autoptr(JsonParser) parser = json_parser_new();
    g_autoptr(GPtrArray) unmet = g_ptr_array_new_with_free_func(g_free);
    JsonObject *object = parse(parser, output, NULL);
    JsonNode *node = object ? json_object_get_member(object, "unmet") : NULL;
    JsonArray *array;

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
