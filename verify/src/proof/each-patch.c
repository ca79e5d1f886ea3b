/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "proof/each-patch.h"

#include <stdio.h>
#include <string.h>

#include "apply/walk.h"
#include "base/shell-line.h"
#include "proof/collect.h"
#include "proof/controls/control.h"
#include "proof/engine.h"
#include "proof/plan.h"
#include "series/blame.h"

/* What is kept from one patch to the next. */
typedef struct Walk {
    const TvEachPatch *each;
    TvResult *result;
    GHashTable *touched;
    GHashTable *texts;  /* unit key and file to digest, after the patch */
    GHashTable *origin; /* host and finding to the patch that brought it */
    GPtrArray *counts;  /* of TvHostCount, after the patch */
    GString *table;
} Walk;

static char *unit_name(const TvUnit *unit)
{
    return g_strconcat(unit->key, " ", unit->file, NULL);
}

static char *origin_key(const TvHost *host, const char *finding)
{
    return g_strconcat(host->name, " ", finding, NULL);
}

/* The texts before the patch stay in walk->texts until all units are run. */
static gboolean is_changed(const TvUnit *unit, gpointer data)
{
    Walk *walk = data;
    g_autofree char *name = unit_name(unit);
    const char *before = g_hash_table_lookup(walk->texts, name);

    return g_strcmp0(before, unit->digest) != 0;
}

static void remember_texts(Walk *walk, const TvPlan *plan)
{
    g_hash_table_remove_all(walk->texts);
    for (guint i = 0; i < plan->units->len; i++) {
        const TvUnit *unit = plan->units->pdata[i];

        g_hash_table_insert(walk->texts, unit_name(unit),
                            g_strdup(unit->digest));
    }
}

static void add_finding(Walk *walk, const TvFinding *finding, const char *patch)
{
    TvFinding *copy = tv_finding_copy(finding);

    g_free(copy->patch);
    copy->patch = g_strdup(patch);
    /* The tree of that moment is gone: apply up to the patch first. */
    g_free(copy->reproduce);
    copy->reproduce =
        tv_shell_command("tcg-verify", "check", "--each-patch", "--from", patch,
                         "--to", patch, "--host", finding->host, NULL);
    tv_result_add_finding(walk->result, copy);
}

/* The findings of @now that @before does not have. */
static GPtrArray *fresh(const TvHostCount *now, const TvHostCount *before)
{
    GPtrArray *result = g_ptr_array_new();
    GHashTableIter iter;
    gpointer key, value;

    g_hash_table_iter_init(&iter, now->findings);
    while (g_hash_table_iter_next(&iter, &key, &value)) {
        if (!before || !g_hash_table_contains(before->findings, key)) {
            g_ptr_array_add(result, value);
        }
    }
    return result;
}

/* @note gets what is new though the count does not rise (a rename). */
static gboolean judge_host(Walk *walk, const TvHostCount *now,
                           const TvHostCount *before, const char *patch,
                           char **note)
{
    g_autoptr(GPtrArray) news = fresh(now, before);
    guint count = g_hash_table_size(now->findings);
    guint last = before ? g_hash_table_size(before->findings) : count;
    gboolean rises = count > last;
    gboolean good = !rises;

    for (guint i = 0; i < news->len; i++) {
        const TvFinding *finding = news->pdata[i];
        g_autofree char *key = tv_host_counts_key(finding);

        if (before) {
            g_hash_table_insert(walk->origin, origin_key(now->host, key),
                                g_strdup(patch));
        }
        if (rises || g_str_equal(finding->rule, "build-error")) {
            add_finding(walk, finding, patch);
            good = FALSE;
        }
    }
    if (rises) {
        TvFinding *finding = tv_finding_new(
            "count-rises", NULL, 0, "findings rise from %u to %u", last, count);

        finding->host = g_strdup(now->host->name);
        add_finding(walk, finding, patch);
        tv_finding_free(finding);
    } else if (before && news->len > 0 && !*note) {
        const TvFinding *finding = news->pdata[0];

        *note = g_strdup_printf("%u new in place of %u: %s:%d %s%s", news->len,
                                last - count + news->len, finding->file,
                                finding->line, finding->rule,
                                news->len > 1 ? ", ..." : "");
    }
    return good;
}

static void add_cells(Walk *walk, GPtrArray *counts, const TvResult *raw,
                      const char *patch)
{
    gsize start = walk->table->len;

    g_string_append_printf(walk->table, "%-28s", patch);
    for (guint i = 0; i < walk->each->hosts->len; i++) {
        const TvHost *host = walk->each->hosts->pdata[i];
        TvHostCount *now = tv_host_counts_get(counts, host);
        TvHostCount *before =
            walk->counts ? tv_host_counts_get(walk->counts, host) : NULL;
        guint count = g_hash_table_size(now->findings);
        TvCell *cell;

        cell =
            tv_cell_new("patch", host->name, NULL, 0,
                        now->converted && count == 0 ? TV_CELL_CLEAN
                                                     : TV_CELL_NOT_CONVERTED);
        cell->patch = g_strdup(patch);
        cell->findings = count;
        for (guint j = 0; j < raw->cells->len; j++) {
            const TvCell *part = raw->cells->pdata[j];

            if (g_strcmp0(part->host, host->name) != 0) {
                continue;
            }
            cell->checked += part->checked;
            cell->seconds += part->seconds;
            if (part->status >= TV_CELL_VOID && part->status > cell->status) {
                cell->status = part->status;
                g_free(cell->note);
                cell->note = g_strdup(part->note);
            }
        }
        if (!judge_host(walk, now, before, patch, &cell->note) &&
            cell->status < TV_CELL_FINDINGS) {
            cell->status = TV_CELL_FINDINGS;
        }
        g_string_append_printf(walk->table, " %7u%s", count,
                               cell->status == TV_CELL_VOID       ? "v"
                               : cell->status == TV_CELL_ERROR    ? "!"
                               : cell->status == TV_CELL_FINDINGS ? "+"
                                                                  : " ");
        tv_result_add_cell(walk->result, cell);
    }
    g_string_append_c(walk->table, '\n');
    /* The whole takes long: each row is shown when it is known. */
    fputs(walk->table->str + start, stderr);
}

/* At the end nothing may be left on a converted host. */
static void judge_end(Walk *walk)
{
    for (guint i = 0; i < walk->counts->len; i++) {
        const TvHostCount *count = walk->counts->pdata[i];
        GHashTableIter iter;
        gpointer key, value;

        if (!count->converted) {
            continue;
        }
        g_hash_table_iter_init(&iter, count->findings);
        while (g_hash_table_iter_next(&iter, &key, &value)) {
            g_autofree char *name = origin_key(count->host, key);
            const char *patch = g_hash_table_lookup(walk->origin, name);
            TvFinding *copy = tv_finding_copy(value);

            copy->patch = g_strdup(patch);
            tv_result_add_finding(walk->result, copy);
        }
    }
}

static gboolean judge_tree(const TvPatchStep *step, gpointer data,
                           GError **error)
{
    Walk *walk = data;
    const TvEachPatch *each = walk->each;
    const char *patch = step->patch;
    /* Of the controls, those that take long are for the end of the series. */
    gboolean last = step->last && step->whole;
    gboolean ends = step->last || !patch;
    g_autoptr(TvCheckTree) tree = NULL;
    g_autoptr(TvPlan) plan = NULL;
    g_autoptr(TvResult) raw = tv_result_new("check");
    const TvControls controls = {.sites = last, .patch = patch};
    GPtrArray *counts;
    g_autoptr(TvCodeNames) names = NULL;
    TvPlanFilter filter = {.keep_blind = TRUE};
    TvCheckEngine engine = {
        .cache = each->cache,
        .layers = each->layers,
        .label = patch ? patch : "before the first patch",
        .is_changed = patch ? is_changed : NULL,
        .changed_data = walk,
    };

    tv_file_facts_forget(each->facts);
    tree = tv_check_tree_open(each->options, step->directory, each->contract,
                              each->tools, each->facts, each->guests,
                              walk->touched, error);
    if (!tree) {
        return FALSE;
    }
    tree->whole = TRUE;
    names = tv_code_names_find(tree->scan, each->facts, each->contract);
    filter.names = names;
    plan = tv_plan_make(tree, each->hosts, walk->touched, &filter, error);
    if (!plan) {
        return FALSE;
    }
    engine.tree = tree;
    if (!tv_check_engine_run(&engine, plan->units, error) ||
        (ends && !tv_controls_run(tree, each->cache, plan, each->hosts,
                                  &controls, walk->result, error))) {
        return FALSE;
    }
    counts = tv_host_counts_new();
    tv_check_collect(raw, tree, plan, each->known, each->layers, patch, counts);
    if (patch) {
        add_cells(walk, counts, raw, patch);
    } else {
        fputs(walk->table->str, stderr);
    }
    g_clear_pointer(&walk->counts, g_ptr_array_unref);
    walk->counts = counts;
    remember_texts(walk, plan);
    if (last) {
        judge_end(walk);
    }
    /* What stood there before the range. */
    return !step->last || tv_blame_result(walk->result, each->options,
                                          step->count, NULL, error);
}

gboolean tv_each_patch_run(const TvEachPatch *each, TvResult *result,
                           char **table, GError **error)
{
    Walk walk = {.each = each, .result = result};
    gboolean good;

    walk.touched = tv_plan_touched(each->options->project);
    walk.texts = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    walk.origin =
        g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    walk.table = g_string_new(NULL);
    g_string_append_printf(walk.table, "%-28s", "patch");
    for (guint i = 0; i < each->hosts->len; i++) {
        g_string_append_printf(walk.table, " %7s ",
                               ((TvHost *)each->hosts->pdata[i])->name);
    }
    g_string_append_c(walk.table, '\n');
    good = tv_patch_walk(each->options, "each-patch", each->from, each->to,
                         judge_tree, &walk, error);
    *table = g_string_free(walk.table, FALSE);
    g_clear_pointer(&walk.counts, g_ptr_array_unref);
    g_hash_table_unref(walk.origin);
    g_hash_table_unref(walk.texts);
    g_hash_table_unref(walk.touched);
    return good;
}
