/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "proof/address/groups.h"

#include <unistd.h>

#include "base/hash.h"
#include "base/job-pool.h"
#include "proof/diagnostics.h"

#define KIND "units-groups"
#define TIMEOUT_S 300

typedef struct Run {
    const TvCheckTree *tree;
    TvCheckCache *cache;
    const TvAnnounce *announce; /* or NULL */
    char *contract;             /* file that holds the contract */
} Run;

/* One job, of the unit or of the group. */
typedef struct Task {
    const Run *run;
    TvUnit *unit;
    TvUnitGroup *group;
} Task;

static void show_findings(const Run *run, const TvUnitGroup *group)
{
    const TvAnnounce *to = run->announce;
    g_autoptr(GPtrArray) findings = NULL;
    g_autofree char *broken = NULL;

    if (to && tv_check_tree_converted(to->tree, group->host)) {
        findings =
            tv_layer_units_findings(to->tree, to->known, group, &broken);
        tv_result_announce_from(to->result, findings, 0);
    }
}

static void compiled(TvJobPool *pool, TvJob *job, gpointer data)
{
    g_autofree Task *task = data;

    task->group->seconds += job->seconds;
    if (!tv_job_ok(job)) {
        task->unit->uncompiled = tv_job_describe_error(job);
    }
}

/* Adds a job for each unit of the group that has no bitcode. */
static void compile(const Run *run, TvJobPool *pool, TvUnitGroup *group)
{
    static guint number;

    for (guint i = 0; i < group->units->len; i++) {
        TvUnit *unit = group->units->pdata[i];
        g_auto(GStrv) argv = NULL;
        Task *task;
        TvJob *job;

        if (unit->bitcode) {
            continue;
        }
        unit->bitcode =
            g_strdup_printf("%s/%d-%u.bc", tv_check_cache_scratch(run->cache),
                            (int)getpid(), number++);
        argv = tv_unit_bitcode_argv(unit, run->tree, unit->bitcode);
        job = tv_job_new((const char *const *)argv);
        job->server = run->tree->tools->clang_server;
        job->cwd = g_strdup(run->tree->scan->root);
        job->timeout_s = TIMEOUT_S;
        task = g_new0(Task, 1);
        *task = (Task){run, unit, group};
        tv_job_pool_add(pool, job, compiled, task);
    }
}

static void analysed(TvJobPool *pool, TvJob *job, gpointer data)
{
    g_autofree Task *task = data;
    TvUnitGroup *group = task->group;

    group->seconds += job->seconds;
    if (job->error || job->exit_code < 0 || job->exit_code > 1) {
        group->broken = tv_job_describe(job);
    } else {
        group->output = g_strdup(job->out->str);
        tv_check_cache_put(task->run->cache, KIND, group->key, group->output);
        show_findings(task->run, group);
    }
}

/* Adds the group's job, unless a unit of it was not compiled. */
static void analyse(const Run *run, TvJobPool *pool, TvUnitGroup *group)
{
    g_autoptr(GPtrArray) argv = g_ptr_array_new();
    const char *const fixed[] = {
        run->tree->tools->units, "--contract", run->contract,
        "--root", run->tree->scan->root,
        run->tree->typing_dir ? "--unconverted" : NULL,
    };
    Task *task;
    TvJob *job;

    for (gsize i = 0; i < G_N_ELEMENTS(fixed) && fixed[i]; i++) {
        g_ptr_array_add(argv, (gpointer)fixed[i]);
    }
    for (guint i = 0; i < group->units->len; i++) {
        const TvUnit *unit = group->units->pdata[i];

        if (unit->uncompiled) {
            group->broken =
                g_strdup_printf("%s: %s", unit->file, unit->uncompiled);
            tv_job_pool_skip(pool);
            return;
        }
        g_ptr_array_add(argv, unit->bitcode);
    }
    g_ptr_array_add(argv, NULL);
    job = tv_job_new((const char *const *)argv->pdata);
    job->server = run->tree->tools->units_server;
    job->timeout_s = TIMEOUT_S;
    task = g_new0(Task, 1);
    *task = (Task){run, NULL, group};
    tv_job_pool_add(pool, job, analysed, task);
}

static char *group_key(const TvCheckTree *tree, const TvUnitGroup *group)
{
    g_autoptr(GChecksum) sum = tv_check_cache_key(KIND);
    const char *program =
        tv_file_facts_sha256(tree->facts, tree->tools->units);
    const char *clang = tv_file_facts_sha256(tree->facts, tree->tools->clang);

    tv_hash_add(sum, program ? program : "unreadable");
    tv_hash_add(sum, clang ? clang : "unreadable");
    tv_hash_add(sum, tree->tools->clang_version);
    tv_hash_add(sum, tree->contract->digest);
    tv_hash_add(sum, tree->typing_dir ? "unconverted" : "converted");
    for (guint i = 0; i < group->units->len; i++) {
        const TvUnit *unit = group->units->pdata[i];
        g_auto(GStrv) argv = tv_unit_bitcode_argv(unit, tree, "");

        tv_hash_add(sum, unit->digest);
        for (char **argument = argv; *argument; argument++) {
            g_autofree char *text = tv_check_tree_portable(tree, *argument);

            tv_hash_add(sum, text);
        }
    }
    return g_strdup(g_checksum_get_string(sum));
}

/* The group of that key, from this run or an earlier one; takes @group. */
static TvUnitGroup *known_group(const TvCheckTree *tree, TvCheckCache *cache,
                                GHashTable *known, TvPlan *plan,
                                TvUnitGroup *group)
{
    TvUnitGroup *same;

    group->key = group_key(tree, group);
    same = g_hash_table_lookup(known, group->key);
    if (same) {
        tv_unit_group_free(group);
        return same;
    }
    g_hash_table_insert(known, group->key, group);
    g_ptr_array_add(plan->groups, group);
    group->output = tv_check_cache_get(cache, KIND, group->key);
    group->cached = group->output != NULL;
    return group;
}

static TvUnitGroup *group_new(const TvHost *host, gboolean kernel)
{
    TvUnitGroup *group = g_new0(TvUnitGroup, 1);

    group->host = host;
    group->kernel = kernel;
    group->units = g_ptr_array_new();
    return group;
}

static void make_groups(const TvCheckTree *tree, TvCheckCache *cache,
                        GHashTable *known, TvPlan *plan, TvPlanCell *cell)
{
    TvUnitGroup *kernel = group_new(cell->host, TRUE);

    g_clear_pointer(&cell->groups, g_ptr_array_unref);
    cell->groups = g_ptr_array_new();
    for (guint i = 0; i < cell->units->len; i++) {
        TvUnit *unit = cell->units->pdata[i];
        TvUnitGroup *own = kernel;

        if (!unit->sees || unit->failure) {
            continue;
        }
        if (!tv_contract_in_kernel(tree->contract, unit->file)) {
            own = group_new(cell->host, FALSE);
            g_ptr_array_add(own->units, unit);
            g_ptr_array_add(cell->groups,
                            known_group(tree, cache, known, plan, own));
        } else {
            g_ptr_array_add(kernel->units, unit);
        }
    }
    if (kernel->units->len) {
        g_ptr_array_insert(cell->groups, 0,
                           known_group(tree, cache, known, plan, kernel));
    } else {
        tv_unit_group_free(kernel);
    }
}

gboolean tv_layer_units_run(const TvCheckTree *tree, TvCheckCache *cache,
                            TvPlan *plan, const TvAnnounce *announce,
                            GError **error)
{
    g_autoptr(TvJobPool) compiler = tv_job_pool_new(tree->options->jobs, NULL);
    g_autoptr(TvJobPool) analyser =
        tv_job_pool_new(tree->options->jobs, "address units");
    g_autoptr(GPtrArray) waiting = g_ptr_array_new();
    g_autoptr(GHashTable) known = g_hash_table_new(g_str_hash, g_str_equal);
    g_autofree char *contract = g_strdup_printf(
        "%s/%d-contract.ini", tv_check_cache_scratch(cache), (int)getpid());
    Run run = {tree, cache, announce, contract};

    for (guint i = 0; i < plan->cells->len; i++) {
        make_groups(tree, cache, known, plan, plan->cells->pdata[i]);
    }
    for (guint i = 0; i < plan->groups->len; i++) {
        TvUnitGroup *group = plan->groups->pdata[i];

        if (!group->output) {
            g_ptr_array_add(waiting, group);
            compile(&run, compiler, group);
        }
    }
    if (waiting->len && !g_file_set_contents(contract, tree->contract->text,
                                             -1, error)) {
        tv_job_pool_cancel(compiler);
        return FALSE;
    }
    /* What is known already need not wait for the others. */
    for (guint i = 0; waiting->len && i < plan->groups->len; i++) {
        const TvUnitGroup *own = plan->groups->pdata[i];

        if (own->output) {
            show_findings(&run, own);
        }
    }
    if (!tv_job_pool_run(compiler, error)) {
        return FALSE;
    }
    for (guint i = 0; i < waiting->len; i++) {
        analyse(&run, analyser, waiting->pdata[i]);
    }
    return tv_job_pool_run(analyser, error);
}
