/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "proof/collect.h"

#include "proof/findings.h"

static void count_free(gpointer data)
{
    TvHostCount *count = data;

    g_hash_table_unref(count->findings);
    g_hash_table_unref(count->known);
    g_free(count);
}

GPtrArray *tv_host_counts_new(void)
{
    return g_ptr_array_new_with_free_func(count_free);
}

TvHostCount *tv_host_counts_get(GPtrArray *counts, const TvHost *host)
{
    TvHostCount *count;

    for (guint i = 0; i < counts->len; i++) {
        count = counts->pdata[i];
        if (count->host == host) {
            return count;
        }
    }
    count = g_new0(TvHostCount, 1);
    count->host = host;
    count->findings = g_hash_table_new_full(g_str_hash, g_str_equal, g_free,
                                            (GDestroyNotify)tv_finding_free);
    count->known = g_hash_table_new_full(g_str_hash, g_str_equal, g_free,
                                         (GDestroyNotify)tv_finding_free);
    g_ptr_array_add(counts, count);
    return count;
}

char *tv_host_counts_key(const TvFinding *finding)
{
    g_autofree char *identity = tv_finding_compute_identity(finding);

    return g_strconcat(identity, " ", finding->message, NULL);
}

void tv_collect_status(TvCell *cell, TvCellStatus status, const char *file,
                       const char *note)
{
    if (status > cell->status) {
        cell->status = status;
        g_free(cell->note);
        cell->note =
            file ? g_strconcat(file, ": ", note, NULL) : g_strdup(note);
    }
}

/* Then that is the finding, and that sparse stumbles over it is no news. */
static gboolean fails_to_build(const TvCheckTree *tree,
                               TvKnownFindings *known, const TvUnit *unit)
{
    g_autofree char *broken = NULL;
    g_autoptr(GPtrArray) findings =
        tv_unit_findings(tree, known, unit, TV_LAYER_CONST, &broken);

    for (guint i = 0; i < findings->len; i++) {
        const TvFinding *finding = findings->pdata[i];

        if (!finding->suppressed && g_str_equal(finding->rule, "build-error")) {
            return TRUE;
        }
    }
    return FALSE;
}

/* One unit of one cell, one layer. */
static void collect_unit(TvCell *cell, const TvCheckTree *tree,
                         TvKnownFindings *known, const TvPlanCell *place,
                         TvUnit *unit, TvLayer layer, TvHostCount *count)
{
    const TvLayerRun *run = &unit->runs[layer];
    g_autoptr(GPtrArray) findings = NULL;
    g_autofree char *broken = NULL;

    if (unit->failure) {
        tv_collect_status(cell, TV_CELL_ERROR, unit->file, unit->failure);
        return;
    }
    if (!run->wanted) {
        return;
    }
    if (run->broken || !run->done) {
        tv_collect_status(cell, TV_CELL_ERROR, unit->file,
                          run->broken ? run->broken : "did not run");
        return;
    }
    findings = tv_unit_findings(tree, known, unit, layer, &broken);
    cell->checked++;
    cell->seconds += run->cached ? 0 : run->seconds;
    if (broken && fails_to_build(tree, known, unit)) {
        /* L1 lists it; that this layer saw nothing is no pass. */
        cell->findings++;
    } else if (broken) {
        tv_collect_status(cell, TV_CELL_VOID, unit->file, broken);
    }
    for (guint i = 0; i < findings->len; i++) {
        TvFinding *finding = findings->pdata[i];
        g_autofree char *key = tv_host_counts_key(finding);
        GHashTable *set =
            finding->suppressed ? count->known : count->findings;

        g_free(finding->mode);
        finding->mode = g_strdup(place->target->mode);
        finding->guest_bits = place->target->bits;
        cell->findings += !finding->suppressed;
        if (!g_hash_table_contains(set, key)) {
            count->build_errors += !finding->suppressed &&
                                   g_str_equal(finding->rule, "build-error");
            g_hash_table_insert(set, g_steal_pointer(&key),
                                tv_finding_copy(finding));
        }
    }
}

/* Findings of hosts that are not converted are counted only. */
static gboolean is_published(const TvFinding *finding, gboolean converted)
{
    return converted || g_str_equal(finding->rule, "build-error");
}

void tv_check_announce(const TvUnit *unit, gpointer data)
{
    const TvAnnounce *to = data;

    for (int layer = 0; !unit->failure && layer < TV_N_LAYERS; layer++) {
        const TvLayerRun *run = &unit->runs[layer];
        g_autoptr(GPtrArray) findings = NULL;
        g_autofree char *broken = NULL;

        if (!run->wanted || !run->done || run->broken) {
            continue;
        }
        findings = tv_unit_findings(to->tree, to->known, unit, layer, &broken);
        for (guint i = 0; i < findings->len; i++) {
            const TvFinding *finding = findings->pdata[i];

            if (is_published(finding, tv_check_tree_converted(to->tree,
                                                              unit->host))) {
                tv_result_announce(to->result, finding);
            }
        }
    }
}

static int compare_findings(gconstpointer a, gconstpointer b)
{
    const TvFinding *one = *(TvFinding *const *)a;
    const TvFinding *two = *(TvFinding *const *)b;
    int order = g_strcmp0(one->file, two->file);

    order = order ? order : one->line - two->line;
    return order ? order : g_strcmp0(one->message, two->message);
}

/* In the order of files and lines, so that reports are the same each time. */
static void publish(TvResult *result, const TvHostCount *count,
                    const char *patch)
{
    g_autoptr(GPtrArray) list = g_ptr_array_new();
    GHashTable *sets[] = {count->findings, count->known};

    for (gsize i = 0; i < G_N_ELEMENTS(sets); i++) {
        GHashTableIter iter;
        gpointer value;

        g_hash_table_iter_init(&iter, sets[i]);
        while (g_hash_table_iter_next(&iter, NULL, &value)) {
            g_ptr_array_add(list, value);
        }
    }
    g_ptr_array_sort(list, compare_findings);
    for (guint i = 0; i < list->len; i++) {
        TvFinding *finding = list->pdata[i];

        if (is_published(finding, count->converted)) {
            TvFinding *copy = tv_finding_copy(finding);

            g_free(copy->patch);
            copy->patch = g_strdup(patch);
            tv_result_add_finding(result, copy);
        }
    }
}

void tv_check_collect(TvResult *result, const TvCheckTree *tree,
                      const TvPlan *plan, TvKnownFindings *known,
                      guint layers, const char *patch, GPtrArray *counts)
{
    g_autoptr(GPtrArray) own = counts ? NULL : tv_host_counts_new();

    counts = counts ? counts : own;
    for (guint i = 0; i < plan->cells->len; i++) {
        const TvPlanCell *place = plan->cells->pdata[i];
        TvHostCount *count = tv_host_counts_get(counts, place->host);

        count->converted = place->converted;
        for (int layer = 0; layer < TV_N_LAYERS; layer++) {
            TvCell *cell;
            guint errors = count->build_errors;

            if (!(layers & (1u << layer))) {
                continue;
            }
            cell = tv_cell_new(tv_layer_name(layer), place->host->name,
                               place->target->mode, place->target->bits,
                               place->converted ? TV_CELL_CLEAN
                                                : TV_CELL_NOT_CONVERTED);
            cell->patch = g_strdup(patch);
            for (guint j = 0; j < place->units->len; j++) {
                collect_unit(cell, tree, known, place, place->units->pdata[j],
                             layer, count);
            }
            if (cell->status < TV_CELL_FINDINGS &&
                (place->converted ? cell->findings > 0
                                  : count->build_errors > errors)) {
                cell->status = TV_CELL_FINDINGS;
            }
            count->failed = count->failed || cell->status > TV_CELL_FINDINGS;
            tv_result_add_cell(result, cell);
        }
    }
    for (guint i = 0; i < counts->len; i++) {
        publish(result, counts->pdata[i], patch);
    }
}
