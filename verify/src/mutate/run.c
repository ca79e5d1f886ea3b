/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "mutate/run.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/directory.h"
#include "base/error.h"
#include "base/interrupt.h"
#include "base/job-pool.h"
#include "base/lock.h"
#include "base/progress.h"
#include "mutate/judge.h"

/* Large enough that a process's start does not count, small enough that all
 * processors have work to the end. */
#define BATCH 60

/* On how many hosts a mutant has to survive; on all if L3 cannot see it: it is
 * quick to judge, and only a host that calls the function can notice it. */
#define HOSTS_ASKED 3

typedef struct Run {
    TvMutateBench *bench;
    const TvMutatePlan *plan;
    const char *const *arguments;
    TvProgress *progress;
    TvMutateSettled *settled;
    gpointer data;
    GPtrArray *verdicts; /* of TvMutateVerdict, by task; NULL: not settled */
    guint done;
    char *failure; /* of a process */
} Run;

/*
 * The hosts are asked in turn: where an #if leaves the mutant out it counts for
 * nothing, and where it survives the next ones are asked as well, since the
 * branch or function that holds it may be a dead one there.  The verdict is
 * that of the host that kills it, else of the first where it is a mutant.
 * NULL if @next has to be asked first.
 */
static TvMutateVerdict *find_verdict(const TvMutateBench *bench,
                                     const TvMutatePlan *plan,
                                     const TvMutateTask *task,
                                     const TvHost **next)
{
    const TvMutant *mutant = task->mutant;
    const char *before = g_hash_table_lookup(plan->texts, mutant->file);
    g_autofree char *after = tv_mutant_apply(mutant, before);
    g_autoptr(TvMutateVerdict) first = NULL;
    gboolean slow = (bench->layers & (1u << TV_MUTATE_L3)) &&
                    !tv_mutate_layer_is_blind(TV_MUTATE_L3, mutant->operator);
    guint most = slow ? HOSTS_ASKED : task->hosts->len;
    guint asked = 0;

    for (guint i = 0; i < task->hosts->len && asked < most; i++) {
        const TvHost *host = task->hosts->pdata[i];
        g_autofree char *key = tv_mutate_bench_key(bench, mutant, host, after);
        g_autoptr(TvMutateVerdict) verdict =
            tv_mutate_verdict_load(bench->cache, key, bench->versions);

        *next = host;
        if (!verdict || verdict->state == TV_MUTANT_PENDING ||
            tv_mutate_verdict_missing(verdict, bench->layers)) {
            return NULL;
        }
        asked += verdict->state == TV_MUTANT_JUDGED;
        if (verdict->state == TV_MUTANT_INVALID ||
            tv_mutate_verdict_killed(verdict)) {
            return g_steal_pointer(&verdict);
        }
        if (!first || first->state == TV_MUTANT_NO_CHANGE) {
            g_clear_pointer(&first, tv_mutate_verdict_free);
            first = g_steal_pointer(&verdict);
        }
    }
    return g_steal_pointer(&first);
}

/* TRUE if the task is settled; else @next has to be asked. */
static gboolean look(Run *run, guint index, const TvHost **next)
{
    const TvMutateTask *task = run->plan->tasks->pdata[index];

    if (!run->verdicts->pdata[index]) {
        TvMutateVerdict *verdict =
            find_verdict(run->bench, run->plan, task, next);

        if (!verdict) {
            return FALSE;
        }
        run->verdicts->pdata[index] = verdict;
        run->settled(task, verdict, run->data);
        tv_progress_set(run->progress, ++run->done, task->mutant->file);
    }
    return TRUE;
}

static void on_line(TvJob *job, const char *line, gpointer data)
{
    Run *run = data;
    const TvHost *next;
    guint index;

    if (sscanf(line, "judged %u", &index) == 1 && index < run->verdicts->len) {
        look(run, index, &next);
    }
}

static void batch_done(TvJobPool *pool, TvJob *job, gpointer data)
{
    Run *run = data;

    if (!tv_job_ok(job) && !run->failure) {
        run->failure = tv_job_describe(job);
        tv_job_pool_cancel(pool);
    }
}

static TvJob *batch_job(Run *run, const TvHost *host, const char *input)
{
    const TvOptions *options = run->bench->base->options;
    /* This very program, even if its file is another by now. */
    const char *const fixed[] = {
        "/proc/self/exe",
        "--project",
        options->project,
        "--build-dir",
        options->build_dir,
        "--jobs=1",
        "--host",
        host->name,
        "mutate",
        "--worker",
    };
    g_autoptr(GPtrArray) argv = g_ptr_array_new();
    TvJob *job;

    for (gsize i = 0; i < G_N_ELEMENTS(fixed); i++) {
        g_ptr_array_add(argv, (gpointer)fixed[i]);
    }
    for (guint i = 0; run->arguments[i]; i++) {
        g_ptr_array_add(argv, (gpointer)run->arguments[i]);
    }
    g_ptr_array_add(argv, NULL);
    job = tv_job_new((const char *const *)argv->pdata);
    job->input = g_strdup(input);
    job->on_line = on_line;
    job->line_data = run;
    return job;
}

/* A host's tasks together: what the tree itself has is learnt once. */
static void add_batches(Run *run, TvJobPool *pool, const TvHost *host,
                        GArray *tasks)
{
    guint jobs = run->bench->base->options->jobs;
    guint most = CLAMP((tasks->len + jobs - 1) / jobs, 1, BATCH);
    g_autoptr(GString) input = g_string_new(NULL);

    for (guint i = 0; i < tasks->len; i++) {
        guint index = g_array_index(tasks, guint, i);
        const TvMutateTask *task = run->plan->tasks->pdata[index];

        g_string_append_printf(input, "%u %s\n", index, task->mutant->id);
        if ((i + 1) % most == 0 || i + 1 == tasks->len) {
            tv_job_pool_add(pool, batch_job(run, host, input->str), batch_done,
                            run);
            g_string_truncate(input, 0);
        }
    }
}

/* Asks for each open task its next host.  @open: whether there was one. */
static gboolean run_round(Run *run, gboolean *open, GError **error)
{
    g_autoptr(TvJobPool) pool =
        tv_job_pool_new(run->bench->base->options->jobs, NULL);
    g_autofree const TvHost **next =
        g_new0(const TvHost *, run->plan->tasks->len);
    const TvHost *host;
    gboolean good;

    for (guint i = 0; i < run->plan->tasks->len; i++) {
        if (look(run, i, &next[i])) {
            next[i] = NULL;
        }
    }
    *open = FALSE;
    for (guint i = 0; run->arguments && (host = tv_host_nth(i)); i++) {
        g_autoptr(GArray) tasks = g_array_new(FALSE, FALSE, sizeof(guint));

        for (guint j = 0; j < run->plan->tasks->len; j++) {
            if (next[j] == host) {
                g_array_append_val(tasks, j);
                *open = TRUE;
            }
        }
        add_batches(run, pool, host, tasks);
    }
    good = !*open || tv_job_pool_run(pool, run->failure ? NULL : error);
    if (run->failure) {
        g_clear_error(error);
        g_set_error(error, TV_ERROR, TV_ERROR_TOOL, "%s", run->failure);
        return FALSE;
    }
    return good;
}

static gboolean run_all(Run *run, GError **error)
{
    g_autofree char *directory = tv_options_build_path(
        run->bench->base->options, "cache", "mutate", NULL);
    g_autofree char *copies = g_build_filename(directory, "copies", NULL);
    int lock = tv_lock_take(directory, error);
    /* A process that was killed has left its copy. */
    gboolean good = lock >= 0 && tv_tree_remove(copies, error);
    gboolean open = TRUE;

    /* A task is settled when each host was asked. */
    for (guint i = 0; good && open && tv_host_nth(i); i++) {
        good = run_round(run, &open, error);
    }
    if (lock >= 0) {
        tv_tree_remove(copies, NULL);
    }
    tv_lock_release(lock);
    return good;
}

GPtrArray *tv_mutate_run(TvMutateBench *bench, const TvMutatePlan *plan,
                         const char *const *arguments, TvMutateSettled *settled,
                         gpointer data, GError **error)
{
    g_autoptr(GPtrArray) verdicts =
        g_ptr_array_new_with_free_func((GDestroyNotify)tv_mutate_verdict_free);
    g_autoptr(TvProgress) progress =
        tv_progress_new("mutants", plan->tasks->len);
    Run run = {
        .bench = bench,
        .plan = plan,
        .arguments = arguments,
        .progress = progress,
        .settled = settled,
        .data = data,
        .verdicts = verdicts,
    };
    const TvHost *next;
    gboolean good;

    g_ptr_array_set_size(verdicts, plan->tasks->len);
    good = run_all(&run, error);
    g_free(run.failure);
    for (guint i = 0; good && i < verdicts->len; i++) {
        const TvMutateTask *task = plan->tasks->pdata[i];

        if (look(&run, i, &next)) {
            continue;
        }
        if (arguments) {
            g_set_error(error, TV_ERROR, TV_ERROR_IO,
                        "mutant %s was judged, but the verdict cannot be read "
                        "from cache/check below %s",
                        task->mutant->id, bench->base->options->build_dir);
            good = FALSE;
        } else {
            verdicts->pdata[i] = tv_mutate_verdict_new();
        }
    }
    return good ? g_steal_pointer(&verdicts) : NULL;
}

static void tried_free(gpointer data)
{
    TvMutateTried *tried = data;

    tv_mutate_verdict_free(tried->verdict);
    g_free(tried->after);
    g_free(tried->key);
    g_free(tried);
}

static TvMutateTried *tried_new(const TvMutateBench *bench,
                                const TvMutatePlan *plan, const char *line,
                                GError **error)
{
    const TvHost *host = ((TvMutateCell *)bench->cells->pdata[0])->place->host;
    g_auto(GStrv) words = g_strsplit(line, " ", 2);
    TvMutateTried *tried;

    for (guint i = 0; words[1] && i < plan->mutants->len; i++) {
        const TvMutant *mutant = plan->mutants->pdata[i];

        if (g_str_equal(words[1], mutant->id)) {
            tried = g_new0(TvMutateTried, 1);
            tried->index = g_ascii_strtoull(words[0], NULL, 10);
            tried->mutant = mutant;
            tried->before = g_hash_table_lookup(plan->texts, mutant->file);
            tried->after = tv_mutant_apply(mutant, tried->before);
            tried->key = tv_mutate_bench_key(bench, mutant, host, tried->after);
            tried->verdict = tv_mutate_verdict_load(bench->cache, tried->key,
                                                    bench->versions);
            if (!tried->verdict) {
                tried->verdict = tv_mutate_verdict_new();
            }
            return tried;
        }
    }
    g_set_error(error, TV_ERROR, TV_ERROR_USAGE, "--worker: '%s' is no mutant",
                line);
    return NULL;
}

static gboolean store(const TvMutateBench *bench, const TvMutateTried *tried,
                      GError **error)
{
    const char *trouble;

    tv_mutate_verdict_store(bench->cache, tried->key, bench->versions,
                            tried->verdict);
    trouble = tv_check_cache_trouble(bench->cache);
    if (trouble) {
        g_set_error(error, TV_ERROR, TV_ERROR_IO, "%s", trouble);
        return FALSE;
    }
    printf("judged %u\n", tried->index);
    fflush(stdout);
    return TRUE;
}

/* L4 takes those that the others found to be mutants, in one run. */
static gboolean work(TvMutateBench *bench, GPtrArray *list, GError **error)
{
    g_autoptr(GPtrArray) left = g_ptr_array_new();

    for (guint i = 0; i < list->len; i++) {
        TvMutateTried *tried = list->pdata[i];

        if (!tv_interrupt_check(error) ||
            !tv_mutate_judge(bench, tried, error) ||
            !store(bench, tried, error)) {
            return FALSE;
        }
        if (tv_mutate_verdict_missing(tried->verdict, bench->layers)) {
            g_ptr_array_add(left, tried);
        }
    }
    if (!tv_mutate_cocci_judge(bench, left, error)) {
        return FALSE;
    }
    for (guint i = 0; i < left->len; i++) {
        if (!store(bench, left->pdata[i], error)) {
            return FALSE;
        }
    }
    return TRUE;
}

gboolean tv_mutate_work(TvMutateBench *bench, const TvMutatePlan *plan,
                        const char *input, GError **error)
{
    g_autofree char *process = g_strdup_printf("%d", (int)getpid());
    g_autofree char *own = tv_options_build_path(
        bench->base->options, "cache", "mutate", "copies", process, NULL);
    g_autoptr(GPtrArray) list = g_ptr_array_new_with_free_func(tried_free);
    g_auto(GStrv) lines = g_strsplit(input, "\n", -1);
    gboolean good = TRUE;

    for (char **line = lines; good && *line && **line; line++) {
        TvMutateTried *tried = tried_new(bench, plan, *line, error);

        good = tried != NULL;
        if (good) {
            g_ptr_array_add(list, tried);
        }
    }
    good = good && tv_mutate_bench_copy(bench, own, error) &&
           work(bench, list, error);
    return tv_tree_remove(own, good ? error : NULL) && good;
}
