#include "proof/controls/canary.h"

#include <stdlib.h>
#include <string.h>

#include "base/data.h"
#include "base/file.h"
#include "proof/address/groups.h"
#include "proof/cocci/rules.h"
#include "proof/findings.h"

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
            TvCanaryMark *mark;
            TvLayer layer = TV_N_LAYERS;
            gboolean units = g_strcmp0(words[0], "L3") == 0;

            if (g_strv_length(words) == 2 &&
                (units || tv_layer_parse(words[0], &layer))) {
                mark = g_new0(TvCanaryMark, 1);
                mark->line = i + 1;
                mark->units = units;
                mark->layer = layer;
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
        g_autofree char *digest = NULL;
        g_autofree char *dir = NULL;

        if (!tv_cocci_applies(tree->contract, template)) {
            canary_free(canary);
            continue;
        }
        text = tv_cocci_fill(tree->contract, template);
        digest =
            g_compute_checksum_for_string(G_CHECKSUM_SHA256, text, -1);
        dir = tv_options_build_path(tree->options, "cache", "canaries", digest,
                                    NULL);

        g_ptr_array_add(canaries, canary);
        canary->name = g_strdup(*name);
        canary->path = g_build_filename(dir, *name, NULL);
        canary->marks = tv_canary_parse(text);
        canary->is_void = strstr(text, EXPECT_VOID) != NULL;
        if (!tv_kept_file(canary->path, text, error)) {
            return NULL;
        }
    }
    return g_steal_pointer(&canaries);
}

static void report(TvResult *result, const TvCheckTree *tree,
                   const TvUnit *unit, const Canary *canary, int line,
                   const char *format, ...) G_GNUC_PRINTF(6, 7);

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

static gboolean is_marked(const Canary *canary, TvLayer layer, gboolean units,
                          const TvFinding *finding)
{
    for (guint i = 0; i < canary->marks->len; i++) {
        const TvCanaryMark *mark = canary->marks->pdata[i];

        if (mark->units == units && (units || mark->layer == layer) &&
            mark->line == finding->line &&
            g_str_equal(mark->rule, finding->rule)) {
            return TRUE;
        }
    }
    return FALSE;
}

/* Both ways: every mark has its finding, every finding its mark. */
static gboolean judge_findings(const TvCheckTree *tree, const TvUnit *unit,
                               const Canary *canary, const char *name,
                               TvLayer layer, gboolean units,
                               GPtrArray *findings, TvResult *result)
{
    gboolean good = TRUE;

    for (guint i = 0; i < canary->marks->len; i++) {
        const TvCanaryMark *mark = canary->marks->pdata[i];
        gboolean seen = FALSE;

        if (mark->units != units || (!units && mark->layer != layer)) {
            continue;
        }
        for (guint j = 0; j < findings->len && !seen; j++) {
            const TvFinding *finding = findings->pdata[j];

            seen = finding->line == mark->line &&
                   is_in(canary, finding) &&
                   g_str_equal(finding->rule, mark->rule);
        }
        if (!seen) {
            report(result, tree, unit, canary, mark->line, "%s does not report %s",
                   name, mark->rule);
            good = FALSE;
        }
    }
    for (guint i = 0; i < findings->len; i++) {
        const TvFinding *finding = findings->pdata[i];

        /* Headers of the tree are other units' business. */
        if (is_in(canary, finding) &&
            !is_marked(canary, layer, units, finding)) {
            report(result, tree, unit, canary, finding->line, "%s reports %s: %s",
                   name, finding->rule, finding->message);
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
           judge_findings(tree, unit, canary, tv_layer_name(layer), layer, FALSE,
                          findings, result);
}

/* A canary that only one layer is to report is no unit for the other. */
static gboolean wants(const Canary *canary, TvLayer layer)
{
    if (canary->is_void) {
        return layer == TV_LAYER_SPARSE;
    }
    for (guint i = 0; i < canary->marks->len; i++) {
        const TvCanaryMark *mark = canary->marks->pdata[i];

        if (!mark->units && mark->layer == layer) {
            return TRUE;
        }
    }
    return canary->marks->len == 0;
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
        if (!unit->runs[i].wanted || !wants(canary, i)) {
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

/* What compiles, and L3 has something to say of, or must be silent about. */
static gboolean is_for_units(const Canary *canary)
{
    gboolean any = canary->marks->len == 0 && !canary->is_void;

    for (guint i = 0; i < canary->marks->len; i++) {
        any |= ((TvCanaryMark *)canary->marks->pdata[i])->units;
    }
    return any;
}

/* Each canary is a cell of its own. */
static TvPlan *plan_units(GPtrArray *units, GPtrArray *canaries)
{
    TvPlan *plan = tv_plan_new();

    for (guint i = 0; i < units->len; i++) {
        TvUnit *unit = units->pdata[i];

        if (is_for_units(canaries->pdata[i % canaries->len])) {
            TvPlanCell *cell = tv_plan_add_cell(plan, unit->host, unit->target);

            g_ptr_array_add(cell->units, unit);
            g_ptr_array_add(plan->units, unit);
        }
    }
    return plan;
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
    return judge_findings(tree, unit, canary, "L3", TV_N_LAYERS, TRUE, findings,
                          result);
}

static const Canary *canary_of(GPtrArray *canaries, const TvUnit *unit)
{
    for (guint i = 0; i < canaries->len; i++) {
        if (g_str_equal(((Canary *)canaries->pdata[i])->path, unit->file)) {
            return canaries->pdata[i];
        }
    }
    g_return_val_if_reached(NULL);
}

static gboolean run_units(const TvCheckTree *tree, TvCheckCache *cache,
                          GPtrArray *units, GPtrArray *canaries,
                          TvResult *result, GHashTable *failed,
                          GError **error)
{
    g_autoptr(TvPlan) plan = plan_units(units, canaries);

    if (!tv_layer_units_run(tree, cache, plan, NULL, error)) {
        return FALSE;
    }
    for (guint i = 0; i < plan->cells->len; i++) {
        const TvPlanCell *cell = plan->cells->pdata[i];

        if (!judge_cell(tree, cell,
                        canary_of(canaries, cell->units->pdata[0]), result)) {
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
        if (is_for_units(canaries->pdata[i - 1])) {
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
                unit->excluded |= wants(canary, layer) ? 0 : 1u << layer;
            }
            if (with_units && is_for_units(canary)) {
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
