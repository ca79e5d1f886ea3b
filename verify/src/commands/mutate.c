/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The command `mutate`: how good is the proof. */
#include <stdio.h>

#include "apply/apply.h"
#include "base/error.h"
#include "commands/command-line.h"
#include "mutate/equivalent.h"
#include "mutate/run.h"
#include "mutate/table.h"
#include "report/report.h"
#include "result/shard.h"

static char *option_contract;
static char *option_file;
static char *option_layers;
static char *option_operators;
static char *option_show;
static int option_sample;
static gboolean option_all_hosts;
static gboolean option_every_route;
static gboolean option_list;
static gboolean option_no_run;
static gboolean option_worker;

/* Everything that judging mutants needs. */
typedef struct Setup {
    TvContract *contract;
    TvMutateNames *names;
    TvCheckTools *tools;
    TvKnownFindings *known;
    TvMutateKnown *equivalent;
    TvCheckCache *cache;
    TvFileFacts *facts;
    TvCheckTree *tree;
    guint layers;
} Setup;

static gboolean setup_open(Setup *setup, const TvOptions *options,
                           GError **error)
{
    g_autofree char *dir =
        tv_options_build_path(options, "cache", "check", NULL);
    g_autofree char *files = g_build_filename(dir, "files", NULL);
    g_autofree char *root = tv_apply_current(options, error);
    g_autoptr(GHashTable) touched = tv_plan_touched(options->project);

    if (!root ||
        !(setup->contract = tv_contract_load(option_contract, error)) ||
        !(setup->names =
              tv_mutate_names_load(setup->contract, option_contract, error)) ||
        !(setup->tools = tv_check_tools_find(error)) ||
        !(setup->known = tv_known_findings_load(NULL, error)) ||
        !(setup->equivalent = tv_mutate_known_load(error)) ||
        !(setup->cache = tv_check_cache_open(dir, options->build_dir, error)) ||
        !tv_mutate_layers_parse(option_layers, &setup->layers, error)) {
        return FALSE;
    }
    setup->facts = tv_file_facts_open(files, setup->contract);
    setup->tree =
        tv_check_tree_open(options, root, setup->contract, setup->tools,
                           setup->facts, options->guests, touched, error);
    return setup->tree != NULL;
}

static void setup_close(Setup *setup)
{
    tv_check_tree_free(setup->tree);
    /* A process of mutants' files has seen nothing worth keeping. */
    if (!option_worker) {
        tv_file_facts_close(setup->facts);
    }
    tv_check_cache_free(setup->cache);
    tv_mutate_known_free(setup->equivalent);
    tv_known_findings_free(setup->known);
    tv_check_tools_free(setup->tools);
    tv_mutate_names_free(setup->names);
    tv_contract_free(setup->contract);
}

static TvMutatePlan *make_plan(const Setup *setup, GPtrArray *all,
                               GPtrArray *hosts, GError **error)
{
    TvMutateFilter filter = {
        .operators = option_operators,
        .file = option_file,
        .id = option_show,
        .sample = option_sample,
        .all_hosts = option_all_hosts,
        .every_route = option_every_route,
    };
    g_autoptr(TvPlan) units = tv_mutate_units(setup->tree, all, error);

    return units ? tv_mutate_plan_make(setup->tree, setup->names, units, all,
                                       hosts, &filter, error)
                 : NULL;
}

static gboolean work(const Setup *setup, GPtrArray *hosts, GError **error)
{
    g_autoptr(GString) input = g_string_new(NULL);
    g_autoptr(TvMutatePlan) plan =
        tv_mutate_plan_new(setup->tree, setup->names, option_every_route,
                           error);
    g_autoptr(TvMutateBench) bench = NULL;
    char line[256];

    while (fgets(line, sizeof(line), stdin)) {
        g_string_append(input, line);
    }
    bench = plan ? tv_mutate_bench_new(setup->tree, setup->cache, setup->known,
                                       hosts, setup->layers, error)
                 : NULL;
    return bench && tv_mutate_work(bench, plan, input->str, error);
}

static void add_argument(GPtrArray *list, const char *name, const char *value)
{
    if (value) {
        g_ptr_array_add(list, g_strdup_printf("--%s=%s", name, value));
    }
}

/* The options of a process beyond those that all have. */
static GPtrArray *worker_arguments(const TvOptions *options)
{
    GPtrArray *list = g_ptr_array_new_with_free_func(g_free);

    add_argument(list, "tree", options->tree);
    add_argument(list, "guest", options->guests);
    add_argument(list, "contract", option_contract);
    add_argument(list, "layer", option_layers);
    if (option_every_route) {
        g_ptr_array_add(list, g_strdup("--every-route"));
    }
    g_ptr_array_add(list, NULL);
    return list;
}

/* Shows what is not part of the report. */
static void show(const TvMutateOutcome *outcome, TvResult *result,
                 const Setup *setup, const TvOptions *options)
{
    g_autofree char *text = NULL;

    tv_mutate_collect(outcome, result);
    tv_result_add_tool(result, "clang", setup->tools->clang_version);
    tv_result_add_tool(result, "sparse", setup->tools->sparse_version);
    tv_result_add_tool(result, "tcg-address-units",
                       setup->tools->units_version);
    if (option_show) {
        text = tv_mutate_describe(outcome);
        fputs(text, stdout);
    } else if (options->format == TV_FORMAT_TEXT) {
        text = tv_mutate_table(outcome, tv_report_terminal_width());
        printf("%s\n", text);
    }
}

/* TRUE also if it was only to list them. */
static gboolean mutate(const Setup *setup, const TvOptions *options,
                       GPtrArray *all, GPtrArray *hosts, TvResult *result,
                       GError **error)
{
    g_autoptr(TvMutatePlan) plan = make_plan(setup, all, hosts, error);
    g_autoptr(TvMutateBench) bench = NULL;
    g_autoptr(GPtrArray) arguments = worker_arguments(options);
    TvMutateAnnounce announce = {
        .tree = setup->tree,
        .known = setup->equivalent,
        .result = result,
    };
    TvMutateOutcome outcome = {
        .tree = setup->tree,
        .plan = plan,
        .known = setup->equivalent,
        .layers = setup->layers,
    };
    gint64 start = g_get_monotonic_time();

    if (!plan) {
        return FALSE;
    }
    if (option_list) {
        g_autofree char *list = tv_mutate_list(plan);

        fputs(list, stdout);
        return TRUE;
    }
    bench = tv_mutate_bench_new(setup->tree, setup->cache, setup->known, hosts,
                                setup->layers, error);
    if (!bench ||
        !(outcome.verdicts = tv_mutate_run(
              bench, plan,
              option_no_run ? NULL : (const char *const *)arguments->pdata,
              tv_mutate_announce, &announce, error))) {
        return FALSE;
    }
    result->seconds = (g_get_monotonic_time() - start) / 1e6;
    show(&outcome, result, setup, options);
    g_ptr_array_unref(outcome.verdicts);
    return TRUE;
}

/* The texts of these are no reports. */
static gboolean check_usage(const TvOptions *options, int argc, GError **error)
{
    if (argc > 1 || option_sample < 0 || (option_list && option_show)) {
        g_set_error(error, TV_ERROR, TV_ERROR_USAGE, "%s; see --help",
                    argc > 1            ? "takes no arguments"
                    : option_sample < 0 ? "--sample: less than 0"
                                        : "--list and --show are two things");
        return FALSE;
    }
    return !(option_list || option_show) ||
           tv_command_line_refuse(options, TV_USES_FINDINGS,
                             option_list ? "--list" : "--show", error);
}

static TvResult *run(TvOptions *options, int argc, char **argv, GError **error)
{
    g_autoptr(GPtrArray) all = tv_hosts_parse(options->hosts, error);
    g_autoptr(GPtrArray) hosts =
        all ? tv_hosts_parse(options->hosts, error) : NULL;
    g_autoptr(TvResult) result = tv_result_new("mutate");
    Setup setup = {0};
    gboolean ok = FALSE;

    if (!option_show) {
        tv_result_show_findings(result);
    }
    if (!check_usage(options, argc, error)) {
        return NULL;
    }
    if (!all || !hosts || !tv_shard_apply(options, hosts, result, error)) {
        return NULL;
    }
    /* Earlier runs may not have tried all mutants, either. */
    result->part = option_file || option_layers || option_operators ||
                   option_sample || option_no_run || options->guests ||
                   options->tree || option_contract;
    if (setup_open(&setup, options, error)) {
        if (option_worker) {
            ok = work(&setup, hosts, error);
        } else {
            ok = mutate(&setup, options, all, hosts, result, error);
        }
    }
    setup_close(&setup);
    if (ok && (option_worker || option_list)) {
        return tv_result_silent(0);
    }
    if (ok && option_show) {
        return tv_result_silent(tv_result_exit_status(result));
    }
    return g_steal_pointer(&result);
}

static GOptionEntry entries[] = {
    {"all-hosts", 0, 0, G_OPTION_ARG_NONE, &option_all_hosts,
     "Try each mutant on every host that builds it, not on one", NULL},
    {"contract", 0, 0, G_OPTION_ARG_FILENAME, &option_contract,
     "Names of the code pointers, if not the built-in ones", "FILE"},
    {"every-route", 0, 0, G_OPTION_ARG_NONE, &option_every_route,
     "Launder a pointer in every way at every write site", NULL},
    {"layer", 0, 0, G_OPTION_ARG_STRING, &option_layers,
     "Only ask these layers: caches,L1,L2,L3,L4", "LIST"},
    {"list", 0, 0, G_OPTION_ARG_NONE, &option_list,
     "List the mutants, without running them", NULL},
    {"no-run", 0, 0, G_OPTION_ARG_NONE, &option_no_run,
     "Report the verdicts of earlier runs, and run nothing", NULL},
    {"only", 0, 0, G_OPTION_ARG_STRING, &option_file,
     "Only mutants of this file of the tree", "FILE"},
    {"operator", 0, 0, G_OPTION_ARG_STRING, &option_operators,
     "Only mutants of these kinds; 'launder-*' is all that begin so", "LIST"},
    {"sample", 0, 0, G_OPTION_ARG_INT, &option_sample,
     "Only N mutants, always the same", "N"},
    {"show", 0, 0, G_OPTION_ARG_STRING, &option_show,
     "Show one mutant: its diff, and what each layer says of it", "ID"},
    {"worker", 0, G_OPTION_FLAG_HIDDEN, G_OPTION_ARG_NONE, &option_worker,
     "Judge the tasks on standard input", NULL},
    {NULL}};

const TvCommand tv_command_mutate = {
    .name = "mutate",
    .summary = "measure the proof: which mistakes does it notice",
    .entries = entries,
    .uses = TV_USES_PLACES | TV_USES_TREE | TV_USES_MATRIX | TV_USES_JOBS |
            TV_USES_FINDINGS,
    .run = run,
};
