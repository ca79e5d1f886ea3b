#include "mutate/run.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#include "base/directory.h"
#include "base/error.h"
#include "base/job-pool.h"
#include "base/lock.h"
#include "base/progress.h"
#include "mutate/judges.h"

/* Large enough that a process's start does not count, small enough that all
 * processors have work to the end. */
#define BATCH 40

/* On how many hosts a mutant has to survive; on all if it is quick to tell,
 * and only a host that calls the function can. */
#define HOSTS_ASKED 3

typedef struct Run {
    TvMutateBench *bench;
    const TvMutatePlan *plan;
    TvProgress *progress;
    TvMutateSettled *settled;
    gpointer data;
    GHashTable *tasks; /* host and id, as "judged" has them, to TvMutateTask */
    guint done;
    char *failure; /* of a process */
} Run;

TvMutateVerdict *tv_mutate_task_verdict(TvMutateBench *bench,
                                        const TvMutatePlan *plan,
                                        const TvMutateTask *task,
                                        const TvHost **next)
{
    const TvMutant *mutant = task->mutant;
    const char *before = g_hash_table_lookup(plan->texts, mutant->file);
    g_autofree char *after = tv_mutant_apply(mutant, before);
    g_autoptr(TvMutateVerdict) first = NULL;
    guint asked = 0;
    guint most = tv_mutate_needs_bitcode(mutant, bench->layers)
                     ? HOSTS_ASKED
                     : task->hosts->len;

    for (guint i = 0; i < task->hosts->len && asked < most; i++) {
        g_autoptr(TvMutateVerdict) verdict = NULL;
        g_autofree char *key = NULL;

        *next = task->hosts->pdata[i];
        if (!g_hash_table_contains(bench->inputs, *next)) {
            return NULL;
        }
        key = tv_mutate_bench_key(bench, mutant, *next, after);
        verdict = tv_mutate_verdict_load(bench->cache, key, bench->versions);
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

static char *task_key(const char *host, const char *id)
{
    return g_strdup_printf("%s %s", host, id);
}

static void on_line(TvJob *job, const char *line, gpointer data)
{
    Run *run = data;
    const TvMutateTask *task;
    g_autoptr(TvMutateVerdict) verdict = NULL;
    g_auto(GStrv) words = NULL;
    g_autofree char *key = NULL;
    const TvHost *next;

    if (!g_str_has_prefix(line, "judged ")) {
        return;
    }
    tv_progress_set(run->progress, ++run->done, line + strlen("judged "));
    words = g_strsplit(line, " ", -1);
    key = g_strv_length(words) == 4 ? task_key(words[2], words[3]) : NULL;
    task = key ? g_hash_table_lookup(run->tasks, key) : NULL;
    verdict = task ? tv_mutate_task_verdict(run->bench, run->plan, task, &next)
                   : NULL;
    if (verdict) {
        run->settled(task, verdict, run->data);
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

static TvJob *batch_job(Run *run, GString *input, const char *const *arguments)
{
    const TvOptions *options = run->bench->base->options;
    g_autoptr(GPtrArray) argv = g_ptr_array_new();
    TvJob *job;

    /* This very program, even if its file is another by now. */
    g_ptr_array_add(argv, (char *)"/proc/self/exe");
    g_ptr_array_add(argv, (char *)"--project");
    g_ptr_array_add(argv, options->project);
    g_ptr_array_add(argv, (char *)"--build-dir");
    g_ptr_array_add(argv, options->build_dir);
    if (options->tree) {
        g_ptr_array_add(argv, (char *)"--tree");
        g_ptr_array_add(argv, options->tree);
    }
    if (options->guests) {
        g_ptr_array_add(argv, (char *)"--guest");
        g_ptr_array_add(argv, options->guests);
    }
    g_ptr_array_add(argv, (char *)"--jobs=1");
    g_ptr_array_add(argv, (char *)"mutate");
    g_ptr_array_add(argv, (char *)"--worker");
    for (; *arguments; arguments++) {
        g_ptr_array_add(argv, (char *)*arguments);
    }
    g_ptr_array_add(argv, NULL);
    job = tv_job_new((const char *const *)argv->pdata);
    job->input = g_strdup(input->str);
    job->on_line = on_line;
    job->line_data = run;
    return job;
}

static void append_task(GString *input, const TvMutateTask *task)
{
    g_string_append(input, task->mutant->id);
    for (guint i = 0; i < task->hosts->len; i++) {
        const TvHost *host = task->hosts->pdata[i];

        g_string_append_printf(input, " %s", host->name);
    }
    g_string_append_c(input, '\n');
}

/* A task and how many of its host and function come before it. */
typedef struct Place {
    TvMutateTask *task;
    guint number;
} Place;

static int compare_places(gconstpointer a, gconstpointer b)
{
    const Place *one = a, *two = b;
    int order = strcmp(tv_mutate_task_host(one->task)->name,
                       tv_mutate_task_host(two->task)->name);

    order = order ? order
                  : strcmp(one->task->mutant->file, two->task->mutant->file);
    order = order ? order : (int)one->number - (int)two->number;
    if (order == 0 && one->task->mutant->offset != two->task->mutant->offset) {
        order = one->task->mutant->offset < two->task->mutant->offset ? -1 : 1;
    }
    return order ? order : strcmp(one->task->mutant->id, two->task->mutant->id);
}

/* Mutants of different functions next to each other: they go together. */
static void spread(GPtrArray *tasks)
{
    g_autoptr(GArray) places = g_array_new(FALSE, FALSE, sizeof(Place));
    g_autoptr(GHashTable) counts =
        g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);

    for (guint i = 0; i < tasks->len; i++) {
        Place place = {.task = tasks->pdata[i]};
        const TvMutant *mutant = place.task->mutant;
        char *key = g_strdup_printf(
            "%s %s %s", tv_mutate_task_host(place.task)->name, mutant->file,
            mutant->function ? mutant->function : "");

        place.number = GPOINTER_TO_UINT(g_hash_table_lookup(counts, key));
        g_hash_table_insert(counts, key, GUINT_TO_POINTER(place.number + 1));
        g_array_append_val(places, place);
    }
    g_array_sort(places, compare_places);
    for (guint i = 0; i < tasks->len; i++) {
        tasks->pdata[i] = g_array_index(places, Place, i).task;
    }
}

/* Tasks of one host together: its own results are looked up once. */
static void add_batches(Run *run, TvJobPool *pool, GPtrArray *tasks,
                        const char *const *arguments)
{
    g_autoptr(GString) input = g_string_new(NULL);
    guint count = 0;

    for (guint i = 0; i < tasks->len; i++) {
        const TvMutateTask *task = tasks->pdata[i];
        const TvMutateTask *next =
            i + 1 < tasks->len ? tasks->pdata[i + 1] : NULL;

        append_task(input, task);
        if (++count == BATCH || !next ||
            tv_mutate_task_host(next) != tv_mutate_task_host(task)) {
            tv_job_pool_add(pool, batch_job(run, input, arguments), batch_done,
                            run);
            g_string_truncate(input, 0);
            count = 0;
        }
    }
}

/* Copies that a killed process has left, or bitcode when all is done. */
static gboolean remove_below(const char *directory, const char *name,
                             GError **error)
{
    g_autofree char *path = g_build_filename(directory, name, NULL);

    return !g_file_test(path, G_FILE_TEST_EXISTS) ||
           tv_tree_remove(path, error);
}

static gboolean run_tasks(Run *run, GPtrArray *tasks,
                          const char *const *arguments, GError **error)
{
    int jobs = run->bench->base->options->jobs;
    g_autoptr(TvJobPool) pool = tv_job_pool_new(jobs, NULL);
    gboolean good;

    spread(tasks);
    add_batches(run, pool, tasks, arguments);
    good = tv_job_pool_run(pool, run->failure ? NULL : error);
    if (run->failure) {
        g_clear_error(error);
        g_set_error(error, TV_ERROR, TV_ERROR_TOOL, "%s", run->failure);
        return FALSE;
    }
    return good;
}

GPtrArray *tv_mutate_run(TvMutateBench *bench, const TvMutatePlan *plan,
                         const char *const *arguments,
                         TvMutateSettled *settled, gpointer data,
                         GError **error)
{
    g_autofree char *directory =
        tv_options_build_path(bench->base->options, "cache", "mutate", NULL);
    g_autoptr(GPtrArray) verdicts =
        g_ptr_array_new_with_free_func((GDestroyNotify)tv_mutate_verdict_free);
    g_autoptr(GPtrArray) tasks = g_ptr_array_new();
    g_autoptr(TvProgress) progress =
        tv_progress_new("mutants", plan->tasks->len);
    g_autoptr(GHashTable) ids =
        g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    Run run = {.bench = bench,
               .plan = plan,
               .progress = progress,
               .settled = settled,
               .data = data,
               .tasks = ids};
    const TvHost *next;
    int lock = tv_lock_take(directory, error);
    gboolean good = lock >= 0 && remove_below(directory, "copies", error);

    for (guint i = 0; good && i < plan->tasks->len; i++) {
        TvMutateTask *task = plan->tasks->pdata[i];
        TvMutateVerdict *verdict =
            tv_mutate_task_verdict(bench, plan, task, &next);

        g_hash_table_insert(
            ids, task_key(tv_mutate_task_host(task)->name, task->mutant->id),
            task);
        if (verdict) {
            settled(task, verdict, data);
        } else {
            g_ptr_array_add(tasks, task);
        }
        g_ptr_array_add(verdicts, verdict);
    }
    run.done = plan->tasks->len - tasks->len;
    tv_progress_set(progress, run.done, NULL);
    good = good && (!arguments || run_tasks(&run, tasks, arguments, error));
    if (lock >= 0) {
        remove_below(directory, "copies", NULL);
    }
    if (good && arguments) {
        remove_below(directory, "bitcode", NULL);
    }
    tv_lock_release(lock);
    g_free(run.failure);
    for (guint i = 0; good && i < verdicts->len; i++) {
        const TvMutateTask *task = plan->tasks->pdata[i];

        if (!verdicts->pdata[i]) {
            verdicts->pdata[i] =
                tv_mutate_task_verdict(bench, plan, task, &next);
        }
        if (!verdicts->pdata[i] && !arguments) {
            verdicts->pdata[i] = tv_mutate_verdict_new();
        } else if (!verdicts->pdata[i]) {
            g_set_error(error, TV_ERROR, TV_ERROR_IO,
                        "mutant %s was judged, but what came of it cannot be "
                        "read from cache/check below %s",
                        task->mutant->id, bench->base->options->build_dir);
            good = FALSE;
        }
    }
    return good ? g_steal_pointer(&verdicts) : NULL;
}
