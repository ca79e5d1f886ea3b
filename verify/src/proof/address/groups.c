#include "proof/address/groups.h"

#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#include "base/hash.h"
#include "base/job-pool.h"
#include "base/progress.h"
#include "proof/diagnostics.h"

#define KIND "units-groups"
#define TIMEOUT_S 300

/* The bitcode of a unit, as long as a group waits for it. */
typedef struct Bitcode {
    char *path;
    guint groups; /* that still need it */
    gboolean started;
    gboolean done;
    char *failure;
    double seconds;
    GPtrArray *waiting; /* of Task */
} Bitcode;

typedef struct Run {
    const TvCheckTree *tree;
    TvCheckCache *cache;
    TvJobPool *pool;
    TvProgress *progress;
    const TvAnnounce *announce; /* or NULL */
    GHashTable *bitcode; /* TvUnit to Bitcode */
    GPtrArray *waiting;  /* of TvUnitGroup: not started yet */
    guint next;
    guint done;
    guint files; /* numbers the files */
    char *contract; /* file that holds the contract */
} Run;

/* One group under way. */
typedef struct Task {
    Run *run;
    TvUnitGroup *group;
    guint pending;
} Task;

typedef struct Compile {
    Run *run;
    Bitcode *bitcode;
} Compile;

static void start_next(Run *run);

void tv_unit_group_free(TvUnitGroup *group)
{
    g_ptr_array_unref(group->units);
    g_free(group->key);
    g_free(group->output);
    g_free(group->broken);
    g_free(group);
}

static void bitcode_free(gpointer data)
{
    Bitcode *bitcode = data;

    if (bitcode->path) {
        g_unlink(bitcode->path);
    }
    g_free(bitcode->path);
    g_free(bitcode->failure);
    g_ptr_array_unref(bitcode->waiting);
    g_free(bitcode);
}

/* L1 may have made it by the way. */
static gboolean take_bitcode(Bitcode *bitcode, TvUnit *unit)
{
    if (unit->bitcode) {
        bitcode->path = g_steal_pointer(&unit->bitcode);
        bitcode->started = TRUE;
        bitcode->done = TRUE;
    }
    return bitcode->started;
}

static void task_end(Task *task)
{
    Run *run = task->run;

    for (guint i = 0; i < task->group->units->len; i++) {
        Bitcode *bitcode =
            g_hash_table_lookup(run->bitcode, task->group->units->pdata[i]);

        if (--bitcode->groups == 0 && bitcode->path) {
            g_unlink(bitcode->path);
        }
    }
    tv_progress_set(run->progress, ++run->done, task->group->host->name);
    g_free(task);
    start_next(run);
}

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

static void analysed(TvJobPool *pool, TvJob *job, gpointer data)
{
    Task *task = data;
    TvUnitGroup *group = task->group;

    group->seconds += job->seconds;
    if (job->error || job->exit_code < 0 || job->exit_code > 1) {
        group->broken = tv_job_describe(job);
    } else {
        group->output = g_strdup(job->out->str);
        tv_check_cache_put(task->run->cache, KIND, group->key, group->output);
        show_findings(task->run, group);
    }
    task_end(task);
}

static void analyse(Task *task)
{
    Run *run = task->run;
    TvUnitGroup *group = task->group;
    g_autoptr(GPtrArray) argv = g_ptr_array_new();
    TvJob *job;

    for (guint i = 0; i < group->units->len; i++) {
        const TvUnit *unit = group->units->pdata[i];
        const Bitcode *bitcode = g_hash_table_lookup(run->bitcode, unit);

        group->seconds += bitcode->seconds;
        if (bitcode->failure && !group->broken) {
            group->broken =
                g_strdup_printf("%s: %s", unit->file, bitcode->failure);
        }
    }
    if (group->broken) {
        task_end(task);
        return;
    }
    g_ptr_array_add(argv, run->tree->tools->units);
    g_ptr_array_add(argv, (char *)"--contract");
    g_ptr_array_add(argv, run->contract);
    if (run->tree->typing_dir) {
        g_ptr_array_add(argv, (char *)"--unconverted");
    }
    g_ptr_array_add(argv, (char *)"--root");
    g_ptr_array_add(argv, run->tree->scan->root);
    for (guint i = 0; i < group->units->len; i++) {
        const Bitcode *bitcode =
            g_hash_table_lookup(run->bitcode, group->units->pdata[i]);

        g_ptr_array_add(argv, bitcode->path);
    }
    g_ptr_array_add(argv, NULL);
    job = tv_job_new((const char *const *)argv->pdata);
    job->server = run->tree->tools->units_server;
    job->timeout_s = TIMEOUT_S;
    tv_job_pool_add(run->pool, job, analysed, task);
}

static void compiled(TvJobPool *pool, TvJob *job, gpointer data)
{
    g_autofree Compile *own = data;
    Bitcode *bitcode = own->bitcode;

    bitcode->done = TRUE;
    bitcode->seconds = job->seconds;
    if (!tv_job_ok(job)) {
        bitcode->failure = tv_job_describe_error(job);
    }
    for (guint i = 0; i < bitcode->waiting->len; i++) {
        Task *task = bitcode->waiting->pdata[i];

        if (--task->pending == 0) {
            analyse(task);
        }
    }
    g_ptr_array_set_size(bitcode->waiting, 0);
}

static void compile(Run *run, const TvUnit *unit, Bitcode *bitcode)
{
    g_auto(GStrv) argv = NULL;
    Compile *own = g_new0(Compile, 1);
    TvJob *job;

    own->run = run;
    own->bitcode = bitcode;
    bitcode->started = TRUE;
    bitcode->path =
        g_strdup_printf("%s/%d-%u.bc", tv_check_cache_scratch(run->cache),
                        (int)getpid(), run->files++);
    argv = tv_unit_bitcode_argv(unit, run->tree, bitcode->path);
    job = tv_job_new((const char *const *)argv);
    job->server = run->tree->tools->clang_server;
    job->cwd = g_strdup(run->tree->scan->root);
    job->timeout_s = TIMEOUT_S;
    tv_job_pool_add(run->pool, job, compiled, own);
}

/* Few groups are under way at a time, so that bitcode needs little room. */
static void start_next(Run *run)
{
    TvUnitGroup *group;
    Task *task;

    if (run->next >= run->waiting->len) {
        return;
    }
    group = run->waiting->pdata[run->next++];
    task = g_new0(Task, 1);
    task->run = run;
    task->group = group;
    for (guint i = 0; i < group->units->len; i++) {
        TvUnit *unit = group->units->pdata[i];
        Bitcode *bitcode = g_hash_table_lookup(run->bitcode, unit);

        if (!bitcode->started && !take_bitcode(bitcode, unit)) {
            compile(run, unit, bitcode);
        }
        if (!bitcode->done) {
            task->pending++;
            g_ptr_array_add(bitcode->waiting, task);
        }
    }
    if (task->pending == 0) {
        analyse(task);
    }
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
                                GHashTable *known, TvUnitGroup *group)
{
    TvUnitGroup *same;

    group->key = group_key(tree, group);
    same = g_hash_table_lookup(known, group->key);
    if (same) {
        tv_unit_group_free(group);
        return same;
    }
    g_hash_table_insert(known, group->key, group);
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
                        GHashTable *known, TvPlanCell *cell)
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
                            known_group(tree, cache, known, own));
        } else {
            g_ptr_array_add(kernel->units, unit);
        }
    }
    if (kernel->units->len) {
        g_ptr_array_insert(cell->groups, 0,
                           known_group(tree, cache, known, kernel));
    } else {
        tv_unit_group_free(kernel);
    }
}

static void need(Run *run, TvUnitGroup *group)
{
    for (guint i = 0; i < group->units->len; i++) {
        TvUnit *unit = group->units->pdata[i];
        Bitcode *bitcode = g_hash_table_lookup(run->bitcode, unit);

        if (!bitcode) {
            bitcode = g_new0(Bitcode, 1);
            bitcode->waiting = g_ptr_array_new();
            g_hash_table_insert(run->bitcode, unit, bitcode);
        }
        bitcode->groups++;
    }
    g_ptr_array_add(run->waiting, group);
}

gboolean tv_layer_units_run(const TvCheckTree *tree, TvCheckCache *cache,
                            TvPlan *plan, const TvAnnounce *announce,
                            GError **error)
{
    int jobs = tree->options->jobs;
    g_autoptr(TvJobPool) pool = tv_job_pool_new(jobs, NULL);
    g_autoptr(GHashTable) bitcode =
        g_hash_table_new_full(NULL, NULL, NULL, bitcode_free);
    g_autoptr(GPtrArray) waiting = g_ptr_array_new();
    g_autoptr(GHashTable) known = g_hash_table_new(g_str_hash, g_str_equal);
    g_autoptr(TvProgress) progress = NULL;
    g_autofree char *contract = NULL;
    Run run = {.tree = tree,
               .cache = cache,
               .pool = pool,
               .announce = announce,
               .bitcode = bitcode,
               .waiting = waiting};
    GHashTableIter iter;
    gpointer group;

    for (guint i = 0; i < plan->cells->len; i++) {
        make_groups(tree, cache, known, plan->cells->pdata[i]);
    }
    g_hash_table_iter_init(&iter, known);
    while (g_hash_table_iter_next(&iter, NULL, &group)) {
        g_ptr_array_add(plan->groups, group);
    }
    /* In the order of cells, so that bitcode they share is soon done with. */
    for (guint i = 0; i < plan->cells->len; i++) {
        const TvPlanCell *cell = plan->cells->pdata[i];

        for (guint j = 0; j < cell->groups->len; j++) {
            TvUnitGroup *own = cell->groups->pdata[j];

            if (!own->output && !g_ptr_array_find(waiting, own, NULL)) {
                need(&run, own);
            }
        }
    }
    contract = g_strdup_printf("%s/%d-contract.ini",
                               tv_check_cache_scratch(cache), (int)getpid());
    run.contract = contract;
    if (waiting->len && !g_file_set_contents(contract, tree->contract->text,
                                             -1, error)) {
        return FALSE;
    }
    /* What is known already need not wait for the others. */
    for (guint i = 0; waiting->len && i < plan->groups->len; i++) {
        const TvUnitGroup *own = plan->groups->pdata[i];

        if (own->output) {
            show_findings(&run, own);
        }
    }
    progress = tv_progress_new("address units", waiting->len);
    run.progress = progress;
    for (int i = 0; i < jobs; i++) {
        start_next(&run);
    }
    return tv_job_pool_run(pool, error);
}
