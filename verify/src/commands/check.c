/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The command `check`: the static proof. */
#include <stdio.h>
#include <string.h>

#include "apply/apply.h"
#include "base/error.h"
#include "commands/commands.h"
#include "proof/address/groups.h"
#include "proof/cocci/layer.h"
#include "proof/collect.h"
#include "proof/controls/control.h"
#include "proof/each-patch.h"
#include "proof/engine.h"
#include "proof/maintenance/order.h"
#include "proof/plan.h"
#include "proof/unbuilt.h"
#include "report/report.h"
#include "result/shard.h"
#include "series/blame.h"
#include "upstream/source.h"

static char *option_contract;
static char *option_known;
static char *option_layers;
static char *option_mode;
static char *option_unit;
static gboolean option_each;
static char *option_from;
static char *option_to;

/* The layers to run; L0, L3 and L4 do not run on single units. */
typedef struct Layers {
    gboolean controls; /* L0 */
    gboolean groups;   /* L3 */
    gboolean patterns; /* L4 */
    guint units;       /* bit set of 1 << TvLayer: L1, L2 */
} Layers;

static gboolean parse_layers(const char *list, Layers *layers, GError **error)
{
    g_auto(GStrv) names = g_strsplit(list ? list : "L0,L1,L2,L3,L4", ",", -1);

    if (!*names) {
        g_set_error(error, TV_ERROR, TV_ERROR_USAGE, "--layer names no layer");
        return FALSE;
    }
    for (char **name = names; *name; name++) {
        TvLayer layer;

        if (g_str_equal(g_strstrip(*name), "L0")) {
            layers->controls = TRUE;
        } else if (g_str_equal(*name, "L3")) {
            layers->groups = TRUE;
        } else if (g_str_equal(*name, "L4")) {
            layers->patterns = TRUE;
        } else if (tv_layer_parse(*name, &layer)) {
            layers->units |= 1u << layer;
        } else {
            g_set_error(error, TV_ERROR, TV_ERROR_USAGE,
                        "--layer: no layer '%s'; known are: L0 L1 L2 L3 L4",
                        *name);
            return FALSE;
        }
    }
    return TRUE;
}

/* Whatever the layers: nothing is proved of such a host. */
static void add_not_converted(TvResult *result, const TvCheckTree *tree,
                              GPtrArray *hosts)
{
    for (guint i = 0; i < hosts->len; i++) {
        const TvHost *host = hosts->pdata[i];
        g_autofree char *file = tv_check_tree_backend(tree, host);
        TvFinding *finding;

        if (tv_check_tree_converted(tree, host)) {
            continue;
        }
        finding = tv_finding_new(
            "backend-not-converted", file, 0,
            "there is no %s here: nothing is proved of this host",
            file ? tree->contract->cache_hook : "backend");
        finding->host = g_strdup(host->name);
        tv_result_add_finding(result, finding);
    }
}

/* Shows what is left out, so that no reader takes it for checked. */
static void show_left_out(const TvCheckTree *tree, const TvPlan *plan,
                          GHashTable *touched, gboolean all_of_hosts,
                          TvResult *result)
{
    g_autoptr(GPtrArray) headers = tv_plan_unseen_headers(plan, tree, touched);
    guint blind = 0;

    for (guint i = 0; i < plan->units->len; i++) {
        blind += !((TvUnit *)plan->units->pdata[i])->sees;
    }
    fprintf(stderr,
            "check: %u units, %u of them see no code pointer; %u "
            "sources that name none were left out\n",
            plan->units->len, blind, plan->blind);
    for (guint i = 0; i < plan->outside->len; i++) {
        fprintf(stderr,
                "check: the series touches %s, which no chosen cell "
                "builds\n",
                (const char *)plan->outside->pdata[i]);
    }
    for (guint i = 0; i < headers->len; i++) {
        fprintf(stderr,
                "check: the series touches %s, which no checked unit "
                "includes\n",
                (const char *)headers->pdata[i]);
    }
    if (all_of_hosts) {
        result->unbuilt = tv_unbuilt_find(tree, plan, headers, touched);
    }
}

/* What every way to check begins with. */
typedef struct Setup {
    TvContract *contract;
    TvCheckTools *tools;
    TvKnownFindings *known;
    TvCheckCache *cache;
    TvFileFacts *facts;
} Setup;

static gboolean setup_open(Setup *setup, const TvOptions *options,
                           GError **error)
{
    g_autofree char *dir =
        tv_options_build_path(options, "cache", "check", NULL);
    g_autofree char *files = g_build_filename(dir, "files", NULL);

    if (!(setup->contract = tv_contract_load(option_contract, error)) ||
        !(setup->tools = tv_check_tools_find(error)) ||
        !(setup->known = tv_known_findings_load(option_known, error)) ||
        !(setup->cache = tv_check_cache_open(dir, options->build_dir, error))) {
        return FALSE;
    }
    setup->facts = tv_file_facts_open(files, setup->contract);
    return TRUE;
}

static void setup_close(Setup *setup)
{
    tv_file_facts_close(setup->facts);
    tv_check_cache_free(setup->cache);
    tv_known_findings_free(setup->known);
    tv_check_tools_free(setup->tools);
    tv_contract_free(setup->contract);
}

/* Whether less is looked at than there is to see on a host. */
static gboolean is_part(const TvOptions *options)
{
    return options->guests || option_layers || option_mode || option_unit;
}

/* Whether all is looked at, so that what matches nothing is known. */
static gboolean is_whole(const TvOptions *options, const GPtrArray *hosts)
{
    return !options->shards && !is_part(options) && !tv_host_nth(hosts->len);
}

/*
 * A contract that is shipped under a name serves several versions, and each
 * lacks some of its names.
 */
static gboolean is_of_one_tree(void)
{
    return !option_contract || g_file_test(option_contract, G_FILE_TEST_EXISTS);
}

/* What shards lack is judged when they are merged. */
static void judge_contract(const TvOptions *options, const TvCheckTree *tree,
                           const TvPlan *plan, guint hosts, TvResult *result)
{
    g_autoptr(GPtrArray) unmet = NULL;

    hosts = options->shards ? result->planned->len : hosts;
    if (options->guests || option_mode || option_unit || tv_host_nth(hosts) ||
        !is_of_one_tree()) {
        return;
    }
    unmet = tv_unmet_of_plan(plan);
    if (unmet && options->shards) {
        result->unmet = g_steal_pointer(&unmet);
    } else if (unmet) {
        g_autofree char *command =
            tv_check_tree_command(tree, "check", "--layer=L3", NULL);

        tv_unmet_report(unmet, command, result);
    }
}

static gboolean check_tree(const TvOptions *options, const Setup *setup,
                           GPtrArray *hosts, const Layers *layers,
                           TvResult *result, GError **error)
{
    g_autoptr(TvCheckTree) tree = NULL;
    /* A tree with another contract is not the series'. */
    g_autoptr(GHashTable) touched =
        option_contract ? g_hash_table_new_full(g_str_hash, g_str_equal,
                                                g_free, NULL)
                        : tv_plan_touched(options->project);
    g_autoptr(TvCodeNames) names = NULL;
    g_autoptr(TvPlan) plan = NULL;
    g_autofree char *root = tv_apply_current(options, error);
    TvPlanFilter filter = {.mode = option_mode, .unit = option_unit};
    TvAnnounce announce = {.result = result, .known = setup->known};
    /* Where RW is canonical there is no macro whose uses are the writes. */
    const TvControls wanted = {
        .units = layers->groups,
        .sites = !setup->contract->rw_canonical,
        .whole = !option_unit,
    };
    TvCheckEngine engine = {
        .cache = setup->cache,
        .layers = layers->units,
        .label = "check",
        .keep_bitcode = layers->groups,
        .on_unit = tv_check_announce,
        .unit_data = &announce,
    };

    tree = root ? tv_check_tree_open(options, root, setup->contract,
                                     setup->tools, setup->facts,
                                     options->guests, touched, error)
                : NULL;
    if (!tree) {
        return FALSE;
    }
    if (option_unit && !tv_tree_scan_has(tree->scan, option_unit)) {
        g_set_error(error, TV_ERROR, TV_ERROR_USAGE,
                    "nothing to check: --only %s is no file of the tree",
                    option_unit);
        return FALSE;
    }
    names = tv_code_names_find(tree->scan, setup->facts, setup->contract);
    if (layers->patterns &&
        !tv_layer_cocci_run(tree, setup->cache, names, hosts, option_unit,
                            setup->known, result, error)) {
        return FALSE;
    }
    if (!layers->controls && !layers->groups && !layers->units) {
        if (option_unit && !result->cells->len) {
            g_set_error(error, TV_ERROR, TV_ERROR_USAGE,
                        "nothing to check: --only %s is no source of the "
                        "chosen hosts that names the contract",
                        option_unit);
        }
        return result->cells->len > 0;
    }
    filter.names = names;
    plan = tv_plan_make(tree, hosts, touched, &filter, error);
    engine.tree = announce.tree = tree;
    if (!plan || !tv_check_engine_run(&engine, plan->units, error)) {
        return FALSE;
    }
    /* A header that only the units left out can include: take them in. */
    if (!option_unit && !option_mode && tv_plan_uncovered(plan, tree, names)) {
        filter.names = NULL;
        tv_plan_free(plan);
        plan = tv_plan_make(tree, hosts, touched, &filter, error);
        if (!plan || !tv_check_engine_run(&engine, plan->units, error)) {
            return FALSE;
        }
    }
    if (!option_unit) {
        guint planned = options->shards ? result->planned->len : hosts->len;

        show_left_out(tree, plan, touched,
                      !option_contract && !options->guests && !option_mode &&
                          !tv_host_nth(planned),
                      result);
    }
    if (layers->controls &&
        (!tv_controls_run(tree, setup->cache, plan, hosts, &wanted, result,
                          error) ||
         !tv_caches_check(tree, hosts, result, error))) {
        return FALSE;
    }
    if (layers->groups &&
        !tv_layer_units_run(tree, setup->cache, plan, &announce, error)) {
        return FALSE;
    }
    add_not_converted(result, tree, hosts);
    tv_check_collect(result, tree, plan, setup->known, layers->units, NULL,
                     NULL);
    if (layers->groups) {
        tv_layer_units_collect(result, tree, plan, setup->known, NULL);
        judge_contract(options, tree, plan, hosts->len, result);
    }
    if (is_whole(options, hosts)) {
        /* The built-in entries are about the project's own tree. */
        tv_known_findings_report_stale(
            setup->known, !options->tree && !option_contract, result);
    }
    return TRUE;
}

/* What was read while somebody wrote to the tree proves nothing. */
static gboolean is_same(const Setup *setup, GError **error)
{
    const char *changed = tv_file_facts_changed(setup->facts);

    if (!changed) {
        return TRUE;
    }
    tv_check_cache_forget_stored(setup->cache);
    g_set_error(error, TV_ERROR, TV_ERROR_TREE,
                "%s was changed while the check ran; run it again", changed);
    return FALSE;
}

/* A tree of another release has nothing to do with the series. */
static gboolean is_of_series(const TvOptions *options)
{
    return !options->tree ||
           tv_source_check_version(options->base, options->tree, NULL);
}

/* The patch that brought the line of each finding that names none. */
static gboolean blame(const TvOptions *options, TvResult *result,
                      GError **error)
{
    g_autofree char *root = tv_options_applied(options);

    return !is_of_series(options) ||
           tv_blame_result(result, options, 0, root, error);
}

static gboolean check_patches(const TvOptions *options, const Setup *setup,
                              GPtrArray *hosts, guint layers, TvResult *result,
                              GError **error)
{
    TvEachPatch each = {
        .options = options,
        .contract = setup->contract,
        .tools = setup->tools,
        .known = setup->known,
        .cache = setup->cache,
        .facts = setup->facts,
        .hosts = hosts,
        .guests = options->guests,
        .from = option_from,
        .to = option_to,
        .layers = layers,
    };
    g_autofree char *table = NULL;

    if (options->tree || option_unit || option_mode) {
        g_set_error(error, TV_ERROR, TV_ERROR_USAGE,
                    "--each-patch makes its own trees: it takes no --tree, "
                    "--only or --mode");
        return FALSE;
    }
    if (!tv_each_patch_run(&each, result, &table, error)) {
        return FALSE;
    }
    if (options->format == TV_FORMAT_TEXT) {
        printf("%s\n", table);
    }
    return TRUE;
}

static void show_cache(const TvCheckCache *cache)
{
    const char *trouble = tv_check_cache_trouble(cache);
    guint used, stored;

    tv_check_cache_count(cache, &used, &stored);
    fprintf(stderr, "check: %u entries of the cache were used, %u are new\n",
            used, stored);
    if (trouble) {
        fprintf(stderr, "check: %s; the next run has to do it again\n",
                trouble);
    }
}

static TvResult *run(TvOptions *options, int argc, char **argv, GError **error)
{
    g_autoptr(GPtrArray) hosts = tv_hosts_parse(options->hosts, error);
    g_autoptr(TvResult) result =
        tv_result_new(option_each ? "each-patch" : "check");
    gint64 start = g_get_monotonic_time();
    Setup setup = {0};
    Layers layers = {0};
    gboolean good, stale;

    tv_result_show_findings(result);
    if (!hosts ||
        !parse_layers(option_layers, &layers, error) ||
        !tv_shard_apply(options, hosts, result, error)) {
        return NULL;
    }
    if (option_mode && !g_str_equal(option_mode, "softmmu") &&
        !g_str_equal(option_mode, "user")) {
        g_set_error(error, TV_ERROR, TV_ERROR_USAGE,
                    "--mode: '%s' is neither softmmu nor user", option_mode);
        return NULL;
    }
    if ((option_from || option_to) && !option_each) {
        g_set_error(error, TV_ERROR, TV_ERROR_USAGE,
                    "--from and --to go with --each-patch");
        return NULL;
    }
    if (option_each && option_layers &&
        (layers.controls || layers.groups || layers.patterns)) {
        g_set_error(error, TV_ERROR, TV_ERROR_USAGE,
                    "--each-patch runs L1 and L2 only, not --layer=%s",
                    option_layers);
        return NULL;
    }
    result->part = is_part(options) || options->tree || option_contract;
    good = setup_open(&setup, options, error) &&
           (option_each
                ? check_patches(options, &setup, hosts, layers.units, result,
                                error)
                : check_tree(options, &setup, hosts, &layers, result, error) &&
                      is_same(&setup, error) &&
                      blame(options, result, error));
    if (good) {
        show_cache(setup.cache);
        tv_result_add_tool(result, "clang", setup.tools->clang_version);
        tv_result_add_tool(result, "sparse", setup.tools->sparse_version);
        tv_result_add_tool(result, "tcg-address-units",
                           setup.tools->units_version);
    }
    /* Findings in a tree that changed meanwhile are of no tree at all. */
    stale = !good && setup.facts && tv_file_facts_changed(setup.facts);
    setup_close(&setup);
    if (!good) {
        return stale ? NULL : g_steal_pointer(&result);
    }
    result->seconds = (g_get_monotonic_time() - start) / 1e6;
    return g_steal_pointer(&result);
}

static GOptionEntry entries[] = {
    {"contract", 0, 0, G_OPTION_ARG_FILENAME, &option_contract,
     "Names of the code pointers, if not the built-in ones; \"6.0\" is shipped",
     "FILE"},
    {"each-patch", 0, 0, G_OPTION_ARG_NONE, &option_each,
     "Check every patch of the series against the one before it", NULL},
    {"from", 0, 0, G_OPTION_ARG_STRING, &option_from,
     "With --each-patch: begin at PATCH", "PATCH"},
    {"known", 0, 0, G_OPTION_ARG_FILENAME, &option_known,
     "Findings that are known and stay, beyond the built-in ones", "FILE"},
    {"layer", 0, 0, G_OPTION_ARG_STRING, &option_layers,
     "Only these layers: L0,L1,L2,L3,L4", "LIST"},
    {"mode", 0, 0, G_OPTION_ARG_STRING, &option_mode, "Only softmmu or user",
     "MODE"},
    {"only", 0, 0, G_OPTION_ARG_STRING, &option_unit,
     "Only this source file of the tree", "FILE"},
    {"to", 0, 0, G_OPTION_ARG_STRING, &option_to,
     "With --each-patch: end after PATCH", "PATCH"},
    {NULL}};

const TvCommand tv_command_check = {
    .name = "check",
    .summary = "prove that RX and RW code pointers never mix",
    .entries = entries,
    .uses = TV_USES_PLACES | TV_USES_TREE | TV_USES_MATRIX | TV_USES_JOBS |
            TV_USES_FINDINGS,
    .run = run,
};
