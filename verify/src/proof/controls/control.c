/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "proof/controls/control.h"

#include "proof/controls/canary.h"
#include "proof/controls/reduced-unit.h"
#include "proof/findings.h"
#include "tree/typing.h"

/* One converted host under control. */
typedef struct HostState {
    const TvHost *host;
    GPtrArray *units;    /* of TvUnit: in the order of the plan's cells */
    GPtrArray *controls; /* of TvControlUnit: chosen so far */
    GHashTable *chosen;  /* set of TvUnit */
    GHashTable *covered; /* set of "FILE:LINE" */
} HostState;

static void host_state_free(gpointer data)
{
    HostState *state = data;

    g_ptr_array_unref(state->units);
    g_ptr_array_unref(state->controls);
    g_hash_table_unref(state->chosen);
    g_hash_table_unref(state->covered);
    g_free(state);
}

static HostState *host_state(GPtrArray *states, const TvHost *host)
{
    HostState *state;

    for (guint i = 0; i < states->len; i++) {
        state = states->pdata[i];
        if (state->host == host) {
            return state;
        }
    }
    state = g_new0(HostState, 1);
    state->host = host;
    state->units = g_ptr_array_new();
    state->controls =
        g_ptr_array_new_with_free_func((GDestroyNotify)tv_control_unit_free);
    state->chosen = g_hash_table_new(NULL, NULL);
    state->covered =
        g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    g_ptr_array_add(states, state);
    return state;
}

/* The contract's header with the reduced macro, in a directory of its own. */
static char *make_mark_dir(const TvCheckTree *tree, GError **error)
{
    const TvContract *contract = tree->contract;
    g_autofree char *from =
        g_build_filename(tree->scan->root, contract->header, NULL);
    g_autofree char *text = NULL;
    g_autofree char *marked = NULL;

    if (!g_file_get_contents(from, &text, NULL, error)) {
        return NULL;
    }
    marked = tv_typing_mark_sites(contract, text, error);
    return marked ? tv_check_tree_keep(tree, "typing", contract->header, marked,
                                       error)
                  : NULL;
}

static gboolean adds(GHashTable *uses, GHashTable *known)
{
    GHashTableIter iter;
    gpointer use;

    g_hash_table_iter_init(&iter, uses);
    while (g_hash_table_iter_next(&iter, &use, NULL)) {
        if (!g_hash_table_contains(known, use)) {
            return TRUE;
        }
    }
    return FALSE;
}

/*
 * The units whose sources hold uses that no unit covers yet.  A use that the
 * first cell's preprocessor leaves out is looked for in the next cells.
 */
static void choose(const TvCheckTree *tree, HostState *state,
                   GHashTable *uses, const char *mark_dir, GPtrArray *wave)
{
    g_autoptr(GHashTable) assumed = g_hash_table_new(g_str_hash, g_str_equal);
    GHashTableIter iter;
    gpointer use;

    g_hash_table_iter_init(&iter, state->covered);
    while (g_hash_table_iter_next(&iter, &use, NULL)) {
        g_hash_table_add(assumed, use);
    }
    for (guint i = 0; i < state->units->len; i++) {
        TvUnit *unit = state->units->pdata[i];
        g_autoptr(GHashTable) own = NULL;
        TvControlUnit *control;

        if (g_hash_table_contains(state->chosen, unit)) {
            continue;
        }
        own = tv_control_uses_of(uses, tree, unit);
        if (!adds(own, assumed)) {
            continue;
        }
        control = tv_control_unit_new(tree, unit, mark_dir);
        control->covered = state->covered;
        g_hash_table_add(state->chosen, unit);
        g_ptr_array_add(state->controls, control);
        g_ptr_array_add(wave, control);
        g_hash_table_iter_init(&iter, own);
        while (g_hash_table_iter_next(&iter, &use, NULL)) {
            g_hash_table_add(assumed, use);
        }
    }
}

static void cover(HostState *state)
{
    for (guint i = 0; i < state->controls->len; i++) {
        const TvControlUnit *control = state->controls->pdata[i];

        for (guint j = 0; j < control->sites->len; j++) {
            const TvSite *site = control->sites->pdata[j];

            g_hash_table_add(state->covered,
                             g_strdup_printf("%s:%d", site->file, site->line));
        }
    }
}

static gboolean run_waves(const TvCheckTree *tree, TvCheckCache *cache,
                          GPtrArray *states, const char *mark_dir,
                          GError **error)
{
    g_autoptr(GHashTable) uses = tv_control_uses_new();
    gboolean good = TRUE;
    g_autoptr(GPtrArray) wave = NULL;

    do {
        g_clear_pointer(&wave, g_ptr_array_unref);
        wave = g_ptr_array_new();
        for (guint i = 0; i < states->len; i++) {
            choose(tree, states->pdata[i], uses, mark_dir, wave);
        }
        good = wave->len == 0 || tv_control_units_run(tree, cache, wave, error);
        for (guint i = 0; good && i < states->len; i++) {
            cover(states->pdata[i]);
        }
    } while (good && wave->len > 0);
    return good;
}

static void report(TvResult *result, const TvCheckTree *tree,
                   const TvUnit *unit, const TvSite *site, TvLayer layer)
{
    g_autofree char *message = g_strdup_printf(
        "%s does not report this write site when %s(s, p) is reduced to p",
        tv_layer_name(layer), tree->contract->write_macro);

    tv_result_add_finding(result, tv_finding_in_unit(tree, unit, "L0",
                                                     "site-unreported",
                                                     site->file, site->line,
                                                     message));
}

/* Each site of a host once, whichever units hold it. */
static guint judge(const TvCheckTree *tree, HostState *state, TvResult *result,
                   GHashTable *failed)
{
    g_autoptr(GHashTable) known =
        g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    guint count = 0;

    for (guint i = 0; i < state->controls->len; i++) {
        const TvControlUnit *control = state->controls->pdata[i];

        for (guint j = 0; j < control->sites->len; j++) {
            const TvSite *site = control->sites->pdata[j];

            count++;
            for (int layer = 0; layer < TV_N_LAYERS; layer++) {
                char *key =
                    g_strdup_printf("%s:%d %d", site->file, site->line, layer);

                if (!site->seen[layer] && g_hash_table_add(known, key)) {
                    report(result, tree, control->unit, site, layer);
                    g_hash_table_add(failed, (gpointer)state->host);
                } else if (site->seen[layer]) {
                    g_free(key);
                }
            }
        }
    }
    return count;
}

/*
 * Hosts on which a site is not reported are added to @failed (set of const
 * TvHost); @sites gets the number of sites of each host.
 */
static gboolean run_sites(const TvCheckTree *tree, TvCheckCache *cache,
                          const TvPlan *plan, TvResult *result,
                          GHashTable *failed, GHashTable *sites,
                          GError **error)
{
    g_autoptr(GPtrArray) states =
        g_ptr_array_new_with_free_func(host_state_free);
    g_autofree char *mark_dir = NULL;

    for (guint i = 0; i < plan->cells->len; i++) {
        const TvPlanCell *cell = plan->cells->pdata[i];

        for (guint j = 0; cell->converted && j < cell->units->len; j++) {
            TvUnit *unit = cell->units->pdata[j];
            HostState *state = host_state(states, cell->host);

            if (!g_ptr_array_find(state->units, unit, NULL)) {
                g_ptr_array_add(state->units, unit);
            }
        }
    }
    if (states->len == 0) {
        return TRUE;
    }
    mark_dir = make_mark_dir(tree, error);
    if (!mark_dir || !run_waves(tree, cache, states, mark_dir, error)) {
        return FALSE;
    }
    for (guint i = 0; i < states->len; i++) {
        HostState *state = states->pdata[i];

        g_hash_table_insert(sites, (gpointer)state->host,
                            GUINT_TO_POINTER(judge(tree, state, result,
                                                   failed)));
    }
    return TRUE;
}

gboolean tv_controls_run(const TvCheckTree *tree, TvCheckCache *cache,
                         const TvPlan *plan, GPtrArray *hosts,
                         const TvControls *wanted, TvResult *result,
                         GError **error)
{
    g_autoptr(GHashTable) failed = g_hash_table_new(NULL, NULL);
    g_autoptr(GHashTable) sites = g_hash_table_new(NULL, NULL);
    gint64 start = g_get_monotonic_time();

    if (!tv_canaries_run(tree, cache, hosts, wanted->units, result, failed,
                         error) ||
        (wanted->sites &&
         !run_sites(tree, cache, plan, result, failed, sites, error))) {
        return FALSE;
    }
    for (guint i = 0; i < hosts->len; i++) {
        const TvHost *host = hosts->pdata[i];
        gboolean converted = tv_check_tree_converted(tree, host);
        TvCell *cell =
            tv_cell_new("L0", host->name, NULL, 0,
                        converted ? TV_CELL_CLEAN : TV_CELL_NOT_CONVERTED);

        cell->patch = g_strdup(wanted->patch);
        cell->checked = GPOINTER_TO_UINT(g_hash_table_lookup(sites, host));
        cell->seconds = (g_get_monotonic_time() - start) / 1e6 / hosts->len;
        if (g_hash_table_contains(failed, host)) {
            cell->status = TV_CELL_VOID;
            cell->note = g_strdup("a layer missed what it must report; see "
                                  "the findings of L0");
        } else if (converted && cell->checked == 0 && wanted->whole &&
                   wanted->sites) {
            cell->status = TV_CELL_VOID;
            cell->note = g_strdup("the host is converted but writes no code");
        }
        tv_result_add_cell(result, cell);
    }
    return TRUE;
}
