/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "mutate/judge.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "base/error.h"
#include "proof/address/groups.h"
#include "proof/engine.h"
#include "proof/findings.h"
#include "proof/maintenance/hooks.h"
#include "proof/maintenance/order.h"

/* A mutant in one cell. */
typedef struct Trial {
    TvMutateBench *bench;
    TvMutateCell *cell;
    const TvMutateTried *tried;
    guint missing;            /* bit set of 1 << TvMutateLayerId */
    gboolean bitcode;         /* L3 is to look at it */
    TvMutateVerdict *verdict; /* of tried */
    GPtrArray *units;         /* of TvUnit: of the copy */
    GHashTable *changed; /* file to that of the units whose text is not that of
                          * the tree */
} Trial;

static TvMutateWord *word_of(const Trial *trial, TvMutateLayerId id)
{
    return &trial->verdict->words[id];
}

static void set_invalid(Trial *trial, char *why)
{
    trial->verdict->state = TV_MUTANT_INVALID;
    g_free(trial->verdict->why);
    trial->verdict->why = why;
}

/* Takes a layer's findings in the mutant that the tree does not have. */
static void take(Trial *trial, TvMutateLayerId id, GPtrArray *findings,
                 const char *broken)
{
    for (guint i = 0; i < findings->len; i++) {
        const TvFinding *finding = findings->pdata[i];
        g_autofree char *key = tv_host_counts_key(finding);
        char *quote;

        if (finding->suppressed ||
            g_hash_table_contains(trial->cell->known, key)) {
            continue;
        }
        quote = g_strdup_printf("%s:%d: %s [%s]",
                                finding->file ? finding->file : "-",
                                finding->line, finding->message, finding->rule);
        if (g_str_equal(finding->rule, "build-error")) {
            set_invalid(trial, quote);
            return;
        }
        tv_mutate_word_set(word_of(trial, id), TV_OUTCOME_KILLED, quote);
    }
    if (broken) {
        tv_mutate_word_set(word_of(trial, id), TV_OUTCOME_VOID,
                           g_strdup(broken));
    }
}

static const TvUnit *base_unit(const Trial *trial, const char *file)
{
    const GPtrArray *units = trial->cell->place->units;

    for (guint i = 0; i < units->len; i++) {
        const TvUnit *base = units->pdata[i];

        if (g_str_equal(base->file, file)) {
            return base;
        }
    }
    return NULL;
}

/* A text that the mutant leaves as it is need not be judged again. */
static gboolean skip_unchanged(TvUnit *unit, const TvCppText *text,
                               gpointer data)
{
    Trial *trial = data;
    const TvUnit *base = base_unit(trial, unit->file);

    if (base && g_str_equal(base->digest, unit->digest)) {
        unit->excluded = (1u << TV_N_LAYERS) - 1;
    } else {
        g_hash_table_insert(trial->changed, unit->file, unit);
    }
    return FALSE;
}

static gboolean depends(const Trial *trial, const TvUnit *unit)
{
    for (guint i = 0; unit->depends && i < unit->depends->len; i++) {
        g_autofree char *path =
            tv_check_tree_relative(trial->bench->base, unit->depends->pdata[i]);

        if (g_str_equal(path, trial->tried->mutant->file)) {
            return TRUE;
        }
    }
    return FALSE;
}

/* Units that convert or flush by themselves are most likely to show it. */
static gboolean is_likely(const Trial *trial, const TvUnit *unit)
{
    const TvCheckTree *base = trial->bench->base;
    g_autofree char *path =
        g_build_filename(base->scan->root, unit->file, NULL);
    g_autofree char *text = NULL;

    return g_str_equal(unit->file, trial->tried->mutant->file) ||
           (g_file_get_contents(path, &text, NULL, NULL) &&
            (strstr(text, base->contract->write_macro) ||
             strstr(text, base->contract->written_function)));
}

static void take_unit(Trial *trial, const TvUnit *unit)
{
    if (unit->failure) {
        set_invalid(trial, g_strdup(unit->failure));
    }
    for (int layer = 0; layer < TV_N_LAYERS; layer++) {
        const TvLayerRun *run = &unit->runs[layer];
        TvMutateLayerId id = TV_MUTATE_L1 + layer;
        g_autofree char *broken = g_strdup(run->broken);
        g_autoptr(GPtrArray) findings = NULL;

        if (run->wanted && (trial->missing & (1u << id)) &&
            trial->verdict->state != TV_MUTANT_INVALID) {
            word_of(trial, id)->seconds += run->seconds;
            findings = tv_unit_findings(
                &trial->bench->tree, trial->bench->known, unit, layer, &broken);
            take(trial, id, findings, broken);
        }
    }
}

/* L1 and L2 on the units that depend on the file and are likely, or not. */
static gboolean run_units(Trial *trial, gboolean likely, GError **error)
{
    guint first = trial->units->len;
    g_autoptr(GPtrArray) units = g_ptr_array_new();
    TvCheckEngine engine = {
        .tree = &trial->bench->tree,
        .cache = trial->bench->own,
        .layers = (trial->missing & TV_MUTATE_ENGINE_LAYERS) >> TV_MUTATE_L1,
        .label = "mutant",
        .keep_bitcode = trial->bitcode,
        .no_cache = TRUE,
        .on_text = skip_unchanged,
        .text_data = trial,
    };

    if (trial->bitcode) {
        engine.layers |= 1u << TV_LAYER_CONST;
    }
    for (guint i = 0; i < trial->cell->place->units->len; i++) {
        const TvUnit *base = trial->cell->place->units->pdata[i];

        if (depends(trial, base) && is_likely(trial, base) == likely) {
            g_ptr_array_add(trial->units,
                            tv_mutate_bench_unit(trial->bench, base));
        }
    }
    for (guint i = first; i < trial->units->len; i++) {
        g_ptr_array_add(units, trial->units->pdata[i]);
    }
    if (units->len > 0 && !tv_check_engine_run(&engine, units, error)) {
        return FALSE;
    }
    for (guint i = 0; i < units->len; i++) {
        take_unit(trial, units->pdata[i]);
    }
    return TRUE;
}

/* The cache rules look at both sides of every #if. */
static char *caches_word(const TvContract *contract, const char *file,
                         const char *text)
{
    g_autofree char *function = NULL;
    const char *rule = "cache-order";
    g_autofree char *word = NULL;

    if (g_str_has_suffix(file, "/tcg-target.c.inc")) {
        rule = "cache-range";
        word = tv_caches_judge_jump(contract, text);
        if (!word) {
            rule = "cache-hook-changed";
            word = tv_hooks_judge(contract, file, text, &function);
        }
    } else if (g_str_equal(file, "tcg/tcg.c")) {
        word = tv_caches_judge_order(contract, text);
    }
    return word ? g_strdup_printf("%s: %s [%s]", file, word, rule) : NULL;
}

static void judge_caches(Trial *trial)
{
    const TvContract *contract = trial->bench->base->contract;
    const char *file = trial->tried->mutant->file;
    g_autofree char *before = caches_word(contract, file, trial->tried->before);
    g_autofree char *after = caches_word(contract, file, trial->tried->after);

    if (after && g_strcmp0(before, after) != 0) {
        tv_mutate_word_set(word_of(trial, TV_MUTATE_CACHES), TV_OUTCOME_KILLED,
                           g_steal_pointer(&after));
    }
}

static gboolean in_kernel(const TvMutateBench *bench, const TvUnit *unit)
{
    return tv_contract_in_kernel(bench->base->contract, unit->file);
}

/*
 * Compiles the kernel's units in the copy as it is, for all mutants of the
 * cell: what differs from the tree is the mutant alone.
 */
static gboolean make_twins(TvMutateBench *bench, TvMutateCell *cell,
                           GError **error)
{
    g_autoptr(GPtrArray) units = g_ptr_array_new();
    TvCheckEngine engine = {
        .tree = &bench->tree,
        .cache = bench->own,
        .layers = 1u << TV_LAYER_CONST,
        .label = "the tree itself",
        .keep_bitcode = TRUE,
        .no_cache = TRUE,
    };

    cell->twins = g_hash_table_new_full(g_str_hash, g_str_equal, NULL,
                                        (GDestroyNotify)tv_unit_free);
    cell->bitcode = g_hash_table_new_full(NULL, NULL, NULL, g_free);
    for (guint i = 0; i < cell->place->units->len; i++) {
        const TvUnit *base = cell->place->units->pdata[i];

        if (base->sees && in_kernel(bench, base)) {
            TvUnit *twin = tv_mutate_bench_unit(bench, base);

            g_hash_table_insert(cell->twins, twin->file, twin);
            g_ptr_array_add(units, twin);
        }
    }
    if (!tv_check_engine_run(&engine, units, error)) {
        return FALSE;
    }
    for (guint i = 0; i < units->len; i++) {
        TvUnit *twin = units->pdata[i];

        g_hash_table_insert(cell->bitcode, twin,
                            g_steal_pointer(&twin->bitcode));
    }
    return TRUE;
}

/* An analysis takes the file away: it gets a link. */
static gboolean lend_bitcode(const TvMutateCell *cell, TvUnit *twin,
                             GError **error)
{
    const char *path = g_hash_table_lookup(cell->bitcode, twin);

    if (path && !twin->bitcode) {
        twin->bitcode = g_strconcat(path, ".lent", NULL);
        if (link(path, twin->bitcode) != 0) {
            return tv_error_set_errno(error, errno, "make link", twin->bitcode,
                                      NULL);
        }
    }
    return TRUE;
}

/* L3 on @units (of TvUnit): the kernel as one, others alone. */
static gboolean analyse(const Trial *trial, const TvCheckTree *tree,
                        TvCheckCache *cache, GPtrArray *units,
                        GPtrArray *findings, char **broken, GError **error)
{
    TvPlanCell cell = *trial->cell->place;
    g_autoptr(TvPlan) plan = g_new0(TvPlan, 1);

    cell.units = units;
    cell.groups = NULL;
    plan->cells = g_ptr_array_new();
    plan->units = g_ptr_array_new();
    plan->outside = g_ptr_array_new();
    plan->groups =
        g_ptr_array_new_with_free_func((GDestroyNotify)tv_unit_group_free);
    g_ptr_array_add(plan->cells, &cell);
    if (!tv_layer_units_run(tree, cache, plan, NULL, error)) {
        g_clear_pointer(&cell.groups, g_ptr_array_unref);
        return FALSE;
    }
    for (guint i = 0; i < cell.groups->len; i++) {
        const TvUnitGroup *group = cell.groups->pdata[i];
        g_autofree char *wrong = g_strdup(group->broken);
        g_autoptr(GPtrArray) found =
            group->broken ? NULL
                          : tv_layer_units_findings(tree, trial->bench->known,
                                                    group, &wrong);

        if (found) {
            g_ptr_array_extend_and_steal(findings, g_steal_pointer(&found));
        }
        if (wrong && !*broken) {
            *broken = g_steal_pointer(&wrong);
        }
    }
    g_ptr_array_unref(cell.groups);
    return TRUE;
}

/* The units to analyse: those of the tree to @own, of the copy to @mutated. */
static gboolean choose_units(const Trial *trial, GPtrArray *own,
                             GPtrArray *mutated, GError **error)
{
    const GPtrArray *units = trial->cell->place->units;
    gboolean kernel = FALSE;

    for (guint i = 0; i < units->len; i++) {
        const TvUnit *unit = units->pdata[i];

        kernel = kernel || (unit->sees && in_kernel(trial->bench, unit) &&
                            g_hash_table_contains(trial->changed, unit->file));
    }
    for (guint i = 0; i < units->len; i++) {
        TvUnit *unit = units->pdata[i];
        TvUnit *changed = g_hash_table_lookup(trial->changed, unit->file);
        TvUnit *twin = g_hash_table_lookup(trial->cell->twins, unit->file);

        if (!unit->sees || !(changed || (kernel && twin))) {
            continue;
        }
        g_ptr_array_add(own, unit);
        g_ptr_array_add(mutated, changed ? changed : twin);
        if (!changed && !lend_bitcode(trial->cell, twin, error)) {
            return FALSE;
        }
    }
    return TRUE;
}

static gboolean judge_address(Trial *trial, GError **error)
{
    const TvMutateBench *bench = trial->bench;
    const TvHost *host = trial->cell->place->host;
    g_autoptr(GPtrArray) own = g_ptr_array_new();
    g_autoptr(GPtrArray) mutated = g_ptr_array_new();
    g_autoptr(GPtrArray) had =
        g_ptr_array_new_with_free_func((GDestroyNotify)tv_finding_free);
    g_autoptr(GPtrArray) has =
        g_ptr_array_new_with_free_func((GDestroyNotify)tv_finding_free);
    g_autofree char *broken = NULL;

    if (!choose_units(trial, own, mutated, error) ||
        !analyse(trial, bench->base, bench->cache, own, had, &broken, error)) {
        return FALSE;
    }
    if (broken) {
        g_set_error(error, TV_ERROR, TV_ERROR_TREE,
                    "L3 cannot judge the tree itself on %s: %s. Run "
                    "'tcg-verify check --host=%s --layer=L3' first",
                    host->name, broken, host->name);
        return FALSE;
    }
    for (guint i = 0; i < had->len; i++) {
        g_hash_table_add(trial->cell->known, tv_host_counts_key(had->pdata[i]));
    }
    if (!analyse(trial, &bench->tree, bench->own, mutated, has, &broken,
                 error)) {
        return FALSE;
    }
    take(trial, TV_MUTATE_L3, has, broken);
    return TRUE;
}

/* The layers that the engine does not run, and the words that stay open. */
static gboolean judge_others(Trial *trial, GError **error)
{
    for (int id = 0; id < TV_MUTATE_LAYERS; id++) {
        TvMutateWord *word = word_of(trial, id);
        gint64 start = g_get_monotonic_time();

        if (!(trial->missing & (1u << id))) {
            continue;
        }
        if (tv_mutate_layer_is_blind(id, trial->tried->mutant->operator)) {
            word->outcome = TV_OUTCOME_BLIND;
            continue;
        }
        if (id == TV_MUTATE_CACHES) {
            judge_caches(trial);
        } else if (id == TV_MUTATE_L3 && !judge_address(trial, error)) {
            return FALSE;
        }
        word->seconds += (g_get_monotonic_time() - start) / 1e6;
        if (word->outcome == TV_OUTCOME_NONE && id != TV_MUTATE_L4) {
            word->outcome = TV_OUTCOME_SURVIVED;
        }
    }
    return TRUE;
}

/*
 * A header's mutant that is killed by the likely units need not be tried in all
 * others.
 */
static gboolean judge_cell(Trial *trial, GError **error)
{
    TvMutateVerdict *verdict = trial->verdict;
    const TvPlanCell *place = trial->cell->place;

    if (!run_units(trial, TRUE, error)) {
        return FALSE;
    }
    if (verdict->state != TV_MUTANT_INVALID &&
        (g_hash_table_size(trial->changed) == 0 ||
         ((trial->missing & TV_MUTATE_ENGINE_LAYERS) &&
          !tv_mutate_verdict_killed(verdict))) &&
        !run_units(trial, FALSE, error)) {
        return FALSE;
    }
    if (verdict->state == TV_MUTANT_INVALID) {
        verdict->host = place->host;
        for (int i = 0; i < TV_MUTATE_LAYERS; i++) {
            g_free(verdict->words[i].quote);
            verdict->words[i] = (TvMutateWord){0};
        }
        return TRUE;
    }
    if (g_hash_table_size(trial->changed) == 0) {
        return TRUE;
    }
    verdict->state = TV_MUTANT_JUDGED;
    verdict->host = place->host;
    g_free(verdict->mode);
    verdict->mode = g_strdup(place->target->mode);
    return judge_others(trial, error);
}

gboolean tv_mutate_judge(TvMutateBench *bench, TvMutateTried *tried,
                         GError **error)
{
    TvMutateVerdict *verdict = tried->verdict;
    const TvMutant *mutant = tried->mutant;
    guint missing = tv_mutate_verdict_missing(verdict, bench->layers);
    gboolean good = TRUE;

    verdict->state = TV_MUTANT_NO_CHANGE;
    for (guint i = 0;
         good && verdict->state == TV_MUTANT_NO_CHANGE && i < bench->cells->len;
         i++) {
        g_autoptr(GPtrArray) units =
            g_ptr_array_new_with_free_func((GDestroyNotify)tv_unit_free);
        g_autoptr(GHashTable) changed =
            g_hash_table_new(g_str_hash, g_str_equal);
        Trial trial = {
            .bench = bench,
            .cell = bench->cells->pdata[i],
            .tried = tried,
            .missing = missing,
            .bitcode =
                (missing & (1u << TV_MUTATE_L3)) &&
                !tv_mutate_layer_is_blind(TV_MUTATE_L3, mutant->operator),
            .verdict = verdict,
            .units = units,
            .changed = changed,
        };

        if (trial.bitcode && !trial.cell->twins &&
            !make_twins(bench, trial.cell, error)) {
            return FALSE;
        }
        good =
            tv_mutate_bench_write(bench, mutant->file, tried->after, error) &&
            judge_cell(&trial, error);
        good = tv_mutate_bench_write(bench, mutant->file, NULL,
                                     good ? error : NULL) &&
               good;
    }
    return good;
}
