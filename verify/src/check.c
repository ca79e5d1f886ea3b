/* The command `check`: the static proof. */
#include <stdio.h>
#include <string.h>

#include "check-collect.h"
#include "check-engine.h"
#include "check-plan.h"
#include "commands.h"
#include "error.h"
#include "layer-canary.h"
#include "layer-control.h"
#include "report.h"

static char *option_contract;
static char *option_layers;
static char *option_mode;
static char *option_unit;

/* L0 comes before the layers that run on units. */
static gboolean parse_layers(const char *list, gboolean *controls,
                             guint *layers, GError **error)
{
    g_auto(GStrv) names = g_strsplit(list ? list : "L0,L1,L2", ",", -1);

    *layers = 0;
    *controls = FALSE;
    for (char **name = names; *name; name++) {
        TvLayer layer;

        if (g_str_equal(g_strstrip(*name), "L0")) {
            *controls = TRUE;
        } else if (tv_layer_parse(*name, &layer)) {
            *layers |= 1u << layer;
        } else {
            g_set_error(error, TV_ERROR, TV_ERROR_USAGE,
                        "--layer: no layer '%s'; known are: L0 L1 L2", *name);
            return FALSE;
        }
    }
    return TRUE;
}

/* Canaries and positive control: a cell for each host. */
static gboolean run_controls(const TvCheckTree *tree, TvCheckCache *cache,
                             const TvPlan *plan, GPtrArray *hosts,
                             TvResult *result, GError **error)
{
    g_autoptr(GHashTable) failed = g_hash_table_new(NULL, NULL);
    g_autoptr(GHashTable) sites = g_hash_table_new(NULL, NULL);
    gint64 start = g_get_monotonic_time();

    if (!tv_canaries_run(tree, cache, hosts, result, failed, error) ||
        !tv_control_run(tree, cache, plan, result, failed, sites, error)) {
        return FALSE;
    }
    for (guint i = 0; i < hosts->len; i++) {
        const TvHost *host = hosts->pdata[i];
        gboolean converted = tv_check_tree_converted(tree, host);
        guint count = GPOINTER_TO_UINT(g_hash_table_lookup(sites, host));
        TvCell *cell = tv_cell_new("L0", host->name, NULL, 0,
                                   converted ? TV_CELL_CLEAN
                                             : TV_CELL_NOT_CONVERTED);

        cell->checked = count;
        cell->seconds = (g_get_monotonic_time() - start) / 1e6 / hosts->len;
        if (g_hash_table_contains(failed, host)) {
            cell->status = TV_CELL_VOID;
            cell->note = g_strdup("a layer missed what it must report; see "
                                  "the findings of L0");
        } else if (converted && count == 0 && !option_unit) {
            cell->status = TV_CELL_VOID;
            cell->note = g_strdup("the host is converted but writes no code");
        }
        tv_result_add_cell(result, cell);
    }
    return TRUE;
}

static void note_outside(const TvPlan *plan, gboolean verbose)
{
    guint blind = 0;

    for (guint i = 0; i < plan->units->len; i++) {
        blind += !((TvUnit *)plan->units->pdata[i])->sees;
    }
    if (!verbose) {
        return;
    }
    fprintf(stderr, "check: %u units, %u of them cannot see a code pointer; "
            "%u sources name none\n", plan->units->len, blind, plan->blind);
    for (guint i = 0; i < plan->outside->len; i++) {
        fprintf(stderr, "check: %s is built in none of the chosen cells\n",
                (const char *)plan->outside->pdata[i]);
    }
}

static gboolean check(TvOptions *options, GPtrArray *hosts, gboolean controls,
                      guint layers, TvResult *result, GError **error)
{
    g_autoptr(TvContract) contract = tv_contract_load(option_contract, error);
    g_autoptr(TvCheckTools) tools = NULL;
    g_autoptr(TvKnownNoise) noise = NULL;
    g_autoptr(TvCheckCache) cache = NULL;
    g_autoptr(TvCheckTree) tree = NULL;
    g_autoptr(TvFileFacts) facts = NULL;
    g_autoptr(GHashTable) touched = tv_plan_touched(options->project);
    g_autoptr(TvCodeNames) names = NULL;
    g_autoptr(TvPlan) plan = NULL;
    g_autofree char *root = tv_options_applied(options);
    g_autofree char *cache_dir = tv_options_build_path(options, "cache",
                                                       "check", NULL);
    g_autofree char *facts_path = g_build_filename(cache_dir, "files", NULL);
    TvPlanFilter filter = { .mode = option_mode, .unit = option_unit };
    TvCheckEngine engine = { .layers = layers, .label = "check" };

    if (!contract || !(tools = tv_check_tools_find(error)) ||
        !(noise = tv_known_noise_load(error)) ||
        !(cache = tv_check_cache_open(cache_dir, error))) {
        return FALSE;
    }
    facts = tv_file_facts_open(facts_path, contract);
    tree = tv_check_tree_open(options, root, contract, tools, facts,
                              options->guests, touched, error);
    if (tree) {
        names = tv_code_names_find(tree->scan, facts, contract);
        filter.names = names;
    }
    if (!tree || !(plan = tv_plan_make(tree, hosts, touched, &filter, error))) {
        return FALSE;
    }
    engine.tree = tree;
    engine.cache = cache;
    if (!tv_check_engine_run(&engine, plan->units, error)) {
        return FALSE;
    }
    if (!option_unit && !option_mode &&
        tv_plan_uncovered(plan, tree, names)) {
        filter.names = NULL;
        tv_plan_free(plan);
        plan = tv_plan_make(tree, hosts, touched, &filter, error);
        if (!plan || !tv_check_engine_run(&engine, plan->units, error)) {
            return FALSE;
        }
    }
    note_outside(plan, options->verbose);
    if (controls &&
        !run_controls(tree, cache, plan, hosts, result, error)) {
        return FALSE;
    }
    tv_check_collect(result, tree, plan, noise, layers, NULL, NULL);
    return TRUE;
}

static int run(TvOptions *options, int argc, char **argv, GError **error)
{
    g_autoptr(GPtrArray) hosts = tv_hosts_parse(options->hosts, error);
    g_autoptr(TvResult) result = tv_result_new("check");
    gint64 start = g_get_monotonic_time();
    gboolean controls;
    guint layers;

    if (!hosts || !parse_layers(option_layers, &controls, &layers, error) ||
        !check(options, hosts, controls, layers, result, error)) {
        return 2;
    }
    result->seconds = (g_get_monotonic_time() - start) / 1e6;
    return tv_result_finish(result, options, error);
}

static GOptionEntry entries[] = {
    { "contract", 0, 0, G_OPTION_ARG_FILENAME, &option_contract,
      "Names of the code pointers, if not the built-in ones", "FILE" },
    { "layer", 0, 0, G_OPTION_ARG_STRING, &option_layers,
      "Only these layers: L0,L1,L2", "LIST" },
    { "mode", 0, 0, G_OPTION_ARG_STRING, &option_mode,
      "Only softmmu or user", "MODE" },
    { "tu", 0, 0, G_OPTION_ARG_STRING, &option_unit,
      "Only this source file of the tree", "FILE" },
    { NULL }
};

const TvCommand tv_command_check = {
    .name = "check",
    .summary = "prove that RX and RW code pointers never mix",
    .description = "Checks the applied tree (or --tree) for every host.",
    .entries = entries,
    .run = run,
};
