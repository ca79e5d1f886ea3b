#include "mutate/judges.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <string.h>

#include "base/error.h"
#include "mutate/judge-address.h"
#include "mutate/judge-cocci.h"
#include "proof/collect.h"
#include "proof/engine.h"
#include "proof/findings.h"
#include "proof/maintenance/hooks.h"
#include "proof/maintenance/order.h"

/* Mistakes of types only: the code that comes of it is the tree's. */
#define TYPES "const-drop,space-drop,addr-drop,ptr-drop"

static char *version_caches(const TvCheckTree *tree, GError **error)
{
    return g_strdup("caches");
}

static char *version_const(const TvCheckTree *tree, GError **error)
{
    return g_strdup("L1");
}

static char *version_sparse(const TvCheckTree *tree, GError **error)
{
    return g_compute_checksum_for_string(G_CHECKSUM_SHA256,
                                         tree->tools->sparse_version, -1);
}

static char *with_rule(char *word, const char *rule)
{
    char *whole = g_strdup_printf("%s [%s]", word, rule);

    g_free(word);
    return whole;
}

/* What the cache rules say of a file's text; or NULL. */
static char *caches_word(const TvContract *contract, const char *file,
                         const char *text)
{
    g_autofree char *function = NULL;
    char *word;

    if (!g_str_has_suffix(file, "/tcg-target.c.inc")) {
        word = g_str_equal(file, "tcg/tcg.c")
                   ? tv_caches_judge_order(contract, text)
                   : NULL;
        return word ? with_rule(word, "cache-order") : NULL;
    }
    word = tv_caches_judge_jump(contract, text);
    if (word) {
        return with_rule(word, "cache-range");
    }
    word = tv_hooks_judge(contract, file, text, &function);
    return word ? with_rule(word, "cache-hook-changed") : NULL;
}

/* Of the tree's own text: the same for all mutants of a file. */
static const char *base_caches_word(TvMutateBench *bench, const char *file,
                                    const char *text)
{
    char *word;

    if (!g_hash_table_lookup_extended(bench->caches, file, NULL,
                                      (gpointer *)&word)) {
        word = caches_word(bench->base->contract, file, text);
        g_hash_table_insert(bench->caches, g_strdup(file), word);
    }
    return word;
}

/* Both sides of every #if, so the copy is not needed. */
static gboolean judge_caches(const TvMutateSubject *subject, TvMutateWord *word,
                             GError **error)
{
    const char *file = subject->mutant->file;
    const char *before =
        base_caches_word(subject->bench, file, subject->before);
    g_autofree char *after =
        caches_word(subject->bench->base->contract, file, subject->after);

    word->outcome = TV_OUTCOME_SURVIVED;
    if (after && g_strcmp0(before, after) != 0) {
        word->outcome = TV_OUTCOME_KILLED;
        word->said = g_strdup_printf("%s: %s", file, after);
    }
    return TRUE;
}

static const TvMutateLayer layers[TV_MUTATE_LAYERS] = {
    [TV_MUTATE_CACHES] = {"caches", "order and range of cache calls", NULL,
                          version_caches, NULL, judge_caches},
    /* Only sparse knows address spaces. */
    [TV_MUTATE_L1] = {"L1", "lost qualifiers", "space-drop", version_const,
                      NULL, NULL},
    [TV_MUTATE_L2] = {"L2", "mixed address spaces", NULL, version_sparse, NULL,
                      NULL},
    [TV_MUTATE_L3] = {"L3", "address units", TYPES, tv_mutate_units_version,
                      NULL, tv_mutate_units_judge},
    [TV_MUTATE_L4] = {"L4", "semantic patches",
                      "space-drop,addr-drop,ptr-drop", tv_mutate_cocci_version,
                      NULL, tv_mutate_cocci_judge},
};

const TvMutateLayer *tv_mutate_layer(TvMutateLayerId id)
{
    return &layers[id];
}

gboolean tv_mutate_layers_parse(const char *list, guint *set, GError **error)
{
    g_auto(GStrv) names = g_strsplit(list ? list : "", ",", -1);
    g_autoptr(GString) known = g_string_new(NULL);

    *set = 0;
    for (int i = 0; i < TV_MUTATE_LAYERS; i++) {
        if (layers[i].name) {
            g_string_append_printf(known, " %s", layers[i].name);
            *set |= list ? 0 : 1u << i;
        }
    }
    for (char **name = names; list && *name; name++) {
        int found = -1;

        for (int i = 0; i < TV_MUTATE_LAYERS; i++) {
            if (layers[i].name &&
                g_str_equal(g_strstrip(*name), layers[i].name)) {
                found = i;
            }
        }
        if (found < 0) {
            g_set_error(error, TV_ERROR, TV_ERROR_USAGE,
                        "--layer: no layer '%s'; known are:%s", *name,
                        known->str);
            return FALSE;
        }
        *set |= 1u << found;
    }
    if (!*set) {
        g_set_error(error, TV_ERROR, TV_ERROR_USAGE,
                    "--layer names no layer; known are:%s", known->str);
        return FALSE;
    }
    return TRUE;
}

gboolean tv_mutate_layer_is_blind(const TvMutateLayer *layer,
                                  const TvMutateOperator *operator)
{
    return layer->blind &&
           tv_mutate_operator_matches(layer->blind, operator->id);
}

void tv_mutate_layer_learn(const TvMutateBench *bench, TvMutateCell *cell,
                           const TvUnit *unit, TvLayer layer)
{
    g_autofree char *broken = NULL;
    g_autoptr(GPtrArray) findings =
        tv_unit_findings(bench->base, bench->known, unit, layer, &broken);

    for (guint i = 0; i < findings->len; i++) {
        g_hash_table_add(cell->known, tv_host_counts_key(findings->pdata[i]));
    }
}

static const TvUnit *base_unit(const TvMutateCell *cell, const TvUnit *unit)
{
    for (guint i = 0; i < cell->place->units->len; i++) {
        const TvUnit *base = cell->place->units->pdata[i];

        if (g_str_equal(base->file, unit->file)) {
            return base;
        }
    }
    return NULL;
}

/* A text that the mutant leaves as it is need not be judged again. */
static gboolean skip_unchanged(TvUnit *unit, const TvCppText *text,
                               gpointer data)
{
    TvMutateSubject *subject = data;
    const TvUnit *base = base_unit(subject->cell, unit);

    if (base && g_str_equal(base->digest, unit->digest)) {
        unit->excluded = (1u << TV_N_LAYERS) - 1;
    } else {
        g_hash_table_add(subject->changed, unit);
    }
    return FALSE;
}

gboolean tv_mutate_depends_on(const TvMutateBench *bench, const TvUnit *unit,
                              const char *file)
{
    for (guint i = 0; unit->depends && i < unit->depends->len; i++) {
        g_autofree char *path =
            tv_check_tree_relative(bench->base, unit->depends->pdata[i]);

        if (g_str_equal(path, file)) {
            return TRUE;
        }
    }
    return FALSE;
}

/* Units that convert or flush by themselves are most likely to tell. */
static gboolean is_first(const TvMutateSubject *subject, const TvUnit *unit)
{
    const TvContract *contract = subject->bench->base->contract;
    g_autofree char *path =
        g_build_filename(subject->bench->base->scan->root, unit->file, NULL);
    g_autofree char *text = NULL;

    return g_str_equal(unit->file, subject->mutant->file) ||
           (g_file_get_contents(path, &text, NULL, NULL) &&
            (strstr(text, contract->write_macro) ||
             strstr(text, contract->written_function)));
}

TvUnit *tv_mutate_copy_unit(const TvMutateBench *bench, const TvUnit *base)
{
    TvUnit *unit = tv_unit_new(&bench->tree, base->file, base->host,
                               base->target, base->specific);

    unit->touched = base->touched;
    return unit;
}

char *tv_mutate_quote(const TvFinding *finding)
{
    return g_strdup_printf("%s:%d: %s [%s]",
                           finding->file ? finding->file : "-", finding->line,
                           finding->message, finding->rule);
}

/* What L1 or L2 says of a unit.  FALSE if the unit does not compile. */
static gboolean hear_unit(const TvMutateSubject *subject, const TvUnit *unit,
                          TvLayer layer, TvMutateVerdict *verdict)
{
    TvMutateWord *word = &verdict->words[TV_MUTATE_L1 + layer];
    const TvLayerRun *run = &unit->runs[layer];
    g_autofree char *broken = g_strdup(run->broken);
    g_autoptr(GPtrArray) findings = NULL;

    if (!run->wanted) {
        return TRUE;
    }
    word->seconds += run->seconds;
    findings = tv_unit_findings(&subject->bench->tree, subject->bench->known,
                                unit, layer, &broken);
    for (guint i = 0; i < findings->len; i++) {
        const TvFinding *finding = findings->pdata[i];

        if (!tv_mutate_bench_is_new(subject->cell, finding)) {
            continue;
        }
        if (g_str_equal(finding->rule, "build-error")) {
            verdict->why = tv_mutate_quote(finding);
            return FALSE;
        }
        if (word->outcome != TV_OUTCOME_KILLED) {
            g_free(word->said);
            word->said = tv_mutate_quote(finding);
            word->outcome = TV_OUTCOME_KILLED;
        }
    }
    if (broken && word->outcome != TV_OUTCOME_KILLED) {
        word->outcome = TV_OUTCOME_VOID;
        g_free(word->said);
        word->said = g_strdup(broken);
    }
    return TRUE;
}

static gboolean hear_units(const TvMutateSubject *subject, GPtrArray *units,
                           guint wanted, TvMutateVerdict *verdict)
{
    for (guint i = 0; i < units->len; i++) {
        const TvUnit *unit = units->pdata[i];

        if (unit->failure) {
            verdict->why = g_strdup(unit->failure);
            return FALSE;
        }
        for (int layer = 0; layer < TV_N_LAYERS; layer++) {
            if ((wanted & (1u << layer)) &&
                !hear_unit(subject, unit, layer, verdict)) {
                return FALSE;
            }
        }
    }
    return TRUE;
}

/* The engine's layers among @missing, as its own bit set. */
static guint engine_layers(guint missing)
{
    return (missing >> TV_MUTATE_L1) & ((1u << TV_N_LAYERS) - 1);
}

gboolean tv_mutate_needs_bitcode(const TvMutant *mutant, guint missing)
{
    return (missing & (1u << TV_MUTATE_L3)) &&
           !tv_mutate_layer_is_blind(&layers[TV_MUTATE_L3], mutant->operator);
}

/* A header's mutant that is killed need not be tried in every unit. */
static gboolean is_settled(const TvMutateVerdict *verdict, guint wanted)
{
    return wanted == 0 || tv_mutate_verdict_killed(verdict);
}

/* The next run of the engine uses the names of this one again. */
static gboolean keep_bitcode(TvMutateSubject *subject, GPtrArray *units,
                             GError **error)
{
    for (guint i = 0; i < units->len; i++) {
        TvUnit *unit = units->pdata[i];
        g_autofree char *path = g_strdup_printf(
            "%s/kept-%u.bc", subject->bench->directory, subject->kept++);

        if (!unit->bitcode) {
            continue;
        }
        if (g_rename(unit->bitcode, path) != 0) {
            return tv_error_set_errno(error, errno, "rename", unit->bitcode,
                                      NULL);
        }
        g_free(unit->bitcode);
        unit->bitcode = g_steal_pointer(&path);
    }
    return TRUE;
}

/*
 * Runs the engine on units that depend on the file: first those that are most
 * likely to tell, then the others if that does not settle it.  Sets the
 * verdict's state if it is no mutant here.
 */
static gboolean run_units(TvMutateSubject *subject, guint missing,
                          TvMutateVerdict *verdict, GError **error)
{
    guint wanted = engine_layers(missing);
    gboolean bitcode = tv_mutate_needs_bitcode(subject->mutant, missing);

    for (int wave = 0; wave < 2; wave++) {
        g_autoptr(GPtrArray) units = g_ptr_array_new();
        TvCheckEngine engine = {
            .tree = &subject->bench->tree,
            .cache = subject->bench->own,
            .layers = wanted | (bitcode ? 1u << TV_LAYER_CONST : 0),
            .label = "mutant",
            .keep_bitcode = bitcode,
            .no_cache = TRUE,
            .on_text = skip_unchanged,
            .text_data = subject,
        };

        for (guint i = 0; i < subject->cell->place->units->len; i++) {
            const TvUnit *base = subject->cell->place->units->pdata[i];

            if (tv_mutate_depends_on(subject->bench, base,
                                     subject->mutant->file) &&
                is_first(subject, base) == (wave == 0)) {
                TvUnit *unit = tv_mutate_copy_unit(subject->bench, base);

                g_ptr_array_add(subject->units, unit);
                g_ptr_array_add(units, unit);
            }
        }
        if (units->len > 0 && (!tv_check_engine_run(&engine, units, error) ||
                               !keep_bitcode(subject, units, error))) {
            return FALSE;
        }
        if (!hear_units(subject, units, wanted, verdict)) {
            verdict->state = TV_MUTANT_INVALID;
            return TRUE;
        }
        if (g_hash_table_size(subject->changed) > 0 &&
            is_settled(verdict, wanted)) {
            break;
        }
    }
    verdict->state = g_hash_table_size(subject->changed) > 0
                         ? TV_MUTANT_JUDGED
                         : TV_MUTANT_NO_CHANGE;
    return TRUE;
}

gboolean tv_mutate_ask(const TvMutateSubject *subject, guint missing,
                       TvMutateVerdict *verdict, GError **error)
{
    for (int i = 0; i < TV_MUTATE_LAYERS; i++) {
        TvMutateWord *word = &verdict->words[i];
        gint64 start = g_get_monotonic_time();

        if (!(missing & (1u << i))) {
            continue;
        }
        if (tv_mutate_layer_is_blind(&layers[i], subject->mutant->operator)) {
            word->outcome = TV_OUTCOME_BLIND;
        } else if (layers[i].judge) {
            if (!layers[i].judge(subject, word, error)) {
                return FALSE;
            }
            word->seconds = (g_get_monotonic_time() - start) / 1e6;
        } else if (word->outcome == TV_OUTCOME_NONE) {
            word->outcome = TV_OUTCOME_SURVIVED;
        }
    }
    return TRUE;
}

static void clear_words(TvMutateVerdict *verdict)
{
    for (int i = 0; i < TV_MUTATE_LAYERS; i++) {
        g_clear_pointer(&verdict->words[i].said, g_free);
        verdict->words[i] = (TvMutateWord){0};
    }
}

/* In one cell. */
static gboolean judge_cell(TvMutateSubject *subject, guint missing,
                           TvMutateVerdict *verdict, GError **error)
{
    gboolean good;

    subject->units =
        g_ptr_array_new_with_free_func((GDestroyNotify)tv_unit_free);
    subject->changed = g_hash_table_new(NULL, NULL);
    good = run_units(subject, missing, verdict, error);
    if (good && verdict->state == TV_MUTANT_JUDGED) {
        verdict->host = subject->cell->place->host;
        g_free(verdict->mode);
        verdict->mode = g_strdup(subject->cell->place->target->mode);
        good = tv_mutate_ask(subject, missing, verdict, error);
    } else if (good && verdict->state == TV_MUTANT_INVALID) {
        verdict->host = subject->cell->place->host;
        clear_words(verdict);
    }
    g_hash_table_unref(subject->changed);
    g_ptr_array_unref(subject->units);
    return good;
}

gboolean tv_mutate_judge(TvMutateBench *bench, const TvMutant *mutant,
                         const TvHost *host, const char *before,
                         const char *after, TvMutateVerdict *verdict,
                         GError **error)
{
    guint missing = tv_mutate_verdict_missing(verdict, bench->layers);
    gboolean good = tv_mutate_bench_write(bench, mutant->file, after, error);

    verdict->state = TV_MUTANT_NO_CHANGE;
    for (guint i = 0; good && i < bench->cells->len; i++) {
        TvMutateSubject subject = {
            .bench = bench,
            .cell = bench->cells->pdata[i],
            .mutant = mutant,
            .before = before,
            .after = after,
        };

        if (subject.cell->place->host != host) {
            continue;
        }
        good = judge_cell(&subject, missing, verdict, error);
        if (verdict->state != TV_MUTANT_NO_CHANGE) {
            break;
        }
    }
    return tv_mutate_bench_write(bench, mutant->file, NULL,
                                 good ? error : NULL) &&
           good;
}
