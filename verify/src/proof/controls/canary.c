/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "proof/controls/canary.h"

#include <stdlib.h>
#include <string.h>

#include "base/data.h"
#include "proof/address/groups.h"
#include "proof/cocci/rules.h"
#include "proof/findings.h"

#define UNITS "L3"
#define EXPECT "expect: "
#define EXPECT_VOID "expect-void: "

typedef struct Canary {
    char *name;
    char *path;
    GPtrArray *marks; /* of TvCanaryMark */
    gboolean is_void;
} Canary;

static void mark_free(gpointer data)
{
    TvCanaryMark *mark = data;

    g_free(mark->layer);
    g_free(mark->rule);
    g_free(mark);
}

static void canary_free(gpointer data)
{
    Canary *canary = data;

    g_free(canary->name);
    g_free(canary->path);
    g_clear_pointer(&canary->marks, g_ptr_array_unref);
    g_free(canary);
}

GPtrArray *tv_canary_parse(const char *text)
{
    GPtrArray *marks = g_ptr_array_new_with_free_func(mark_free);
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);

    for (int i = 0; lines[i]; i++) {
        char *at = strstr(lines[i], EXPECT);
        g_auto(GStrv) parts = NULL;

        if (!at) {
            continue;
        }
        at += strlen(EXPECT);
        at[strcspn(at, "*")] = '\0';
        parts = g_strsplit(at, ",", -1);
        for (char **part = parts; *part; part++) {
            g_auto(GStrv) words = g_strsplit(g_strstrip(*part), " ", 2);
            TvLayer layer;

            if (g_strv_length(words) == 2 &&
                (g_str_equal(words[0], UNITS) ||
                 tv_layer_parse(words[0], &layer))) {
                TvCanaryMark *mark = g_new0(TvCanaryMark, 1);

                mark->line = i + 1;
                mark->layer = g_strdup(words[0]);
                mark->rule = g_strdup(words[1]);
                g_ptr_array_add(marks, mark);
            }
        }
    }
    return marks;
}

/* Writes the canaries to where compilers can read them. */
static GPtrArray *write_all(const TvCheckTree *tree, GError **error)
{
    g_autoptr(GPtrArray) canaries = g_ptr_array_new_with_free_func(canary_free);
    g_auto(GStrv) names = tv_data_list("canaries");

    for (char **name = names; *name; name++) {
        Canary *canary = g_new0(Canary, 1);
        g_autofree char *inner = g_strconcat("canaries/", *name, NULL);
        g_autofree char *template = tv_data_text(inner);
        g_autofree char *text = NULL;
        g_autofree char *dir = NULL;

        if (!tv_cocci_applies(tree->contract, template)) {
            canary_free(canary);
            continue;
        }
        text = tv_cocci_fill(tree->contract, template);
        g_ptr_array_add(canaries, canary);
        canary->name = g_strdup(*name);
        canary->marks = tv_canary_parse(text);
        canary->is_void = strstr(text, EXPECT_VOID) != NULL;
        dir = tv_check_tree_keep(tree, "canaries", *name, text, error);
        if (!dir) {
            return NULL;
        }
        canary->path = g_build_filename(dir, *name, NULL);
    }
    return g_steal_pointer(&canaries);
}

G_GNUC_PRINTF(6, 7)
static void report(TvResult *result, const TvCheckTree *tree,
                   const TvUnit *unit, const Canary *canary, int line,
                   const char *format, ...)
{
    g_autofree char *host = g_strconcat("--host=", unit->host->name, NULL);
    g_autofree char *file = g_strconcat("canaries/", canary->name, NULL);
    g_autofree char *message = NULL;
    TvFinding *finding;
    va_list args;

    va_start(args, format);
    message = g_strdup_vprintf(format, args);
    va_end(args);
    finding = tv_finding_new("canary-silent", file, line, "%s", message);
    finding->host = g_strdup(unit->host->name);
    finding->reproduce =
        tv_check_tree_command(tree, "check", host, "--layer=L0", NULL);
    tv_result_add_finding(result, finding);
}

/* A canary lies in the build directory, which may be in the tree's project. */
static gboolean is_in(const Canary *canary, const TvFinding *finding)
{
    return finding->file && g_str_has_suffix(canary->path, finding->file);
}

/* Whether a mark of @layer has the line and the rule of @finding. */
static gboolean is_marked(const TvCanaryMark *mark, const char *layer,
                          const TvFinding *finding)
{
    return g_str_equal(mark->layer, layer) && mark->line == finding->line &&
           g_str_equal(mark->rule, finding->rule);
}

/* Both ways: every mark has its finding, every finding its mark. */
static gboolean judge_findings(const TvCheckTree *tree, const TvUnit *unit,
                               const Canary *canary, const char *layer,
                               GPtrArray *findings, TvResult *result)
{
    gboolean good = TRUE;

    for (guint i = 0; i < canary->marks->len; i++) {
        const TvCanaryMark *mark = canary->marks->pdata[i];
        gboolean seen = !g_str_equal(mark->layer, layer);

        for (guint j = 0; j < findings->len && !seen; j++) {
            seen = is_in(canary, findings->pdata[j]) &&
                   is_marked(mark, layer, findings->pdata[j]);
        }
        if (!seen) {
            report(result, tree, unit, canary, mark->line,
                   "%s does not report %s", layer, mark->rule);
            good = FALSE;
        }
    }
    for (guint i = 0; i < findings->len; i++) {
        const TvFinding *finding = findings->pdata[i];
        /* Headers of the tree are other units' business. */
        gboolean marked = !is_in(canary, finding);

        for (guint j = 0; j < canary->marks->len && !marked; j++) {
            marked = is_marked(canary->marks->pdata[j], layer, finding);
        }
        if (!marked) {
            report(result, tree, unit, canary, finding->line,
                   "%s reports %s: %s", layer, finding->rule,
                   finding->message);
            good = FALSE;
        }
    }
    return good;
}

static gboolean judge_layer(const TvCheckTree *tree, const TvUnit *unit,
                            const Canary *canary, TvLayer layer,
                            TvResult *result)
{
    g_autofree char *broken = NULL;
    g_autoptr(GPtrArray) findings =
        tv_unit_findings(tree, NULL, unit, layer, &broken);

    if (layer == TV_LAYER_SPARSE && canary->is_void != (broken != NULL)) {
        report(result, tree, unit, canary, 0, "L2: %s",
               broken ? broken : "a unit that sparse cannot read passes");
        return FALSE;
    }
    return canary->is_void ||
           judge_findings(tree, unit, canary, tv_layer_name(layer), findings,
                          result);
}

/* A canary that only one layer is to report is no unit for the others. */
static gboolean wants(const Canary *canary, const char *layer)
{
    gboolean any = canary->marks->len == 0;

    if (canary->is_void) {
        return g_str_equal(layer, tv_layer_name(TV_LAYER_SPARSE));
    }
    for (guint i = 0; i < canary->marks->len; i++) {
        const TvCanaryMark *mark = canary->marks->pdata[i];

        any |= g_str_equal(mark->layer, layer);
    }
    return any;
}

static gboolean judge(const TvCheckTree *tree, const TvUnit *unit,
                      const Canary *canary, TvResult *result)
{
    gboolean good = TRUE;

    if (unit->failure) {
        report(result, tree, unit, canary, 0, "%s", unit->failure);
        return FALSE;
    }
    for (int i = 0; i < TV_N_LAYERS; i++) {
        if (!unit->runs[i].wanted || !wants(canary, tv_layer_name(i))) {
            continue;
        }
        if (!unit->runs[i].done) {
            report(result, tree, unit, canary, 0, "%s: %s", tv_layer_name(i),
                   unit->runs[i].broken ? unit->runs[i].broken : "did not run");
            good = FALSE;
            continue;
        }
        good = judge_layer(tree, unit, canary, i, result) && good;
    }
    return good;
}

static gboolean judge_cell(const TvCheckTree *tree, const TvPlanCell *cell,
                           const Canary *canary, TvResult *result)
{
    const TvUnit *unit = cell->units->pdata[0];
    const TvUnitGroup *group =
        cell->groups && cell->groups->len ? cell->groups->pdata[0] : NULL;
    g_autofree char *broken = NULL;
    g_autoptr(GPtrArray) findings = NULL;

    if (unit->failure || !group || !group->output) {
        report(result, tree, unit, canary, 0, "L3: %s",
               unit->failure            ? unit->failure
               : group && group->broken ? group->broken
                                        : "did not run");
        return FALSE;
    }
    findings = tv_layer_units_findings(tree, NULL, group, &broken);
    if (broken) {
        report(result, tree, unit, canary, 0, "L3: %s", broken);
        return FALSE;
    }
    return judge_findings(tree, unit, canary, UNITS, findings, result);
}

/* L3 takes each canary as a cell of its own. */
static gboolean run_units(const TvCheckTree *tree, TvCheckCache *cache,
                          GPtrArray *units, GPtrArray *canaries,
                          TvResult *result, GHashTable *failed,
                          GError **error)
{
    g_autoptr(TvPlan) plan = tv_plan_new();
    g_autoptr(GPtrArray) chosen = g_ptr_array_new();

    for (guint i = 0; i < units->len; i++) {
        TvUnit *unit = units->pdata[i];
        Canary *canary = canaries->pdata[i % canaries->len];

        if (wants(canary, UNITS)) {
            g_ptr_array_add(
                tv_plan_add_cell(plan, unit->host, unit->target)->units, unit);
            g_ptr_array_add(chosen, canary);
        }
    }
    if (!tv_layer_units_run(tree, cache, plan, NULL, error)) {
        return FALSE;
    }
    for (guint i = 0; i < plan->cells->len; i++) {
        const TvPlanCell *cell = plan->cells->pdata[i];

        if (!judge_cell(tree, cell, chosen->pdata[i], result)) {
            g_hash_table_add(failed, (gpointer)cell->host);
        }
    }
    return TRUE;
}

gboolean tv_canaries_run(const TvCheckTree *tree, TvCheckCache *cache,
                         GPtrArray *hosts, gboolean with_units,
                         TvResult *result, GHashTable *failed, GError **error)
{
    g_autoptr(GPtrArray) canaries = write_all(tree, error);
    g_autoptr(GPtrArray) units =
        g_ptr_array_new_with_free_func((GDestroyNotify)tv_unit_free);
    TvCheckEngine engine = {
        .tree = tree,
        .cache = cache,
        .label = "canaries",
        .layers = (1u << TV_N_LAYERS) - 1,
        .keep_bitcode = with_units,
    };

    if (!canaries) {
        return FALSE;
    }
    /* A tree without the contract's header has no conversion to get wrong, and
     * none of its hosts is converted. */
    for (guint i = canaries->len; tree->typing_dir && i > 0; i--) {
        if (wants(canaries->pdata[i - 1], UNITS)) {
            g_ptr_array_remove_index(canaries, i - 1);
        }
    }
    for (guint i = 0; i < hosts->len; i++) {
        /* Each host gets one of the guests, so that all are covered. */
        const TvTarget *target = tree->targets->pdata[i % tree->targets->len];

        for (guint j = 0; j < canaries->len; j++) {
            Canary *canary = canaries->pdata[j];
            TvUnit *unit =
                tv_unit_new(tree, canary->path, hosts->pdata[i], target, TRUE);

            unit->force = TRUE;
            unit->canary = TRUE;
            for (int layer = 0; layer < TV_N_LAYERS; layer++) {
                unit->excluded |=
                    wants(canary, tv_layer_name(layer)) ? 0 : 1u << layer;
            }
            if (with_units && wants(canary, UNITS)) {
                /* For its bitcode. */
                unit->excluded &= ~(1u << TV_LAYER_CONST);
            }
            tv_unit_update_key(unit, tree);
            g_ptr_array_add(units, unit);
        }
    }
    if (!tv_check_engine_run(&engine, units, error)) {
        return FALSE;
    }
    for (guint i = 0; i < units->len; i++) {
        TvUnit *unit = units->pdata[i];

        if (!judge(tree, unit, canaries->pdata[i % canaries->len], result)) {
            g_hash_table_add(failed, (gpointer)unit->host);
        }
    }
    return !with_units ||
           run_units(tree, cache, units, canaries, result, failed, error);
}
