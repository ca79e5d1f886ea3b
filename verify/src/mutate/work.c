/* The worker of `mutate`: judges the tasks that it is given. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/directory.h"
#include "base/error.h"
#include "base/interrupt.h"
#include "mutate/judge-cocci.h"
#include "mutate/run.h"

GPtrArray *tv_mutate_work_hosts(const char *input, GError **error)
{
    g_autoptr(GString) list = g_string_new(NULL);
    g_auto(GStrv) words = g_strsplit_set(input, " \n", -1);

    for (char **word = words; *word; word++) {
        if (tv_host_find(*word)) {
            g_string_append_printf(list, "%s%s", list->len ? "," : "", *word);
        }
    }
    if (list->len == 0) {
        g_set_error(error, TV_ERROR, TV_ERROR_USAGE,
                    "--worker: no task on standard input");
        return NULL;
    }
    return tv_hosts_parse(list->str, error);
}

static gboolean learn_host(TvMutateBench *bench, const TvHost *host,
                           GError **error)
{
    g_autoptr(GPtrArray) hosts = g_ptr_array_new();

    g_ptr_array_add(hosts, (gpointer)host);
    return tv_mutate_bench_learn(bench, hosts, error);
}

/* Asks the task's hosts until all is known of it. */
static gboolean work_on(TvMutateBench *bench, const TvMutatePlan *plan,
                        const TvMutateTask *task, GError **error)
{
    const TvMutant *mutant = task->mutant;
    const char *before = g_hash_table_lookup(plan->texts, mutant->file);
    g_autofree char *after = tv_mutant_apply(mutant, before);
    const TvHost *host;

    for (;;) {
        g_autoptr(TvMutateVerdict) whole =
            tv_mutate_task_verdict(bench, plan, task, &host);
        g_autoptr(TvMutateVerdict) verdict = NULL;
        g_autofree char *key = NULL;

        if (whole) {
            return TRUE;
        }
        if (!tv_interrupt_check(error) || !learn_host(bench, host, error)) {
            return FALSE;
        }
        key = tv_mutate_bench_key(bench, mutant, host, after);
        verdict = tv_mutate_verdict_load(bench->cache, key, bench->versions);
        verdict = verdict ? verdict : tv_mutate_verdict_new();
        if (verdict->state != TV_MUTANT_PENDING &&
            !tv_mutate_verdict_missing(verdict, bench->layers)) {
            continue;
        }
        if (!tv_mutate_judge(bench, mutant, host, before, after, verdict,
                             error)) {
            return FALSE;
        }
        tv_mutate_verdict_store(bench->cache, key, bench->versions, verdict);
        if (tv_check_cache_trouble(bench->cache)) {
            g_set_error(error, TV_ERROR, TV_ERROR_IO, "%s",
                        tv_check_cache_trouble(bench->cache));
            return FALSE;
        }
    }
}

/* A mutant that is to go with others, and the verdict that it has so far. */
static gboolean add_member(TvMutateBench *bench, const TvMutatePlan *plan,
                           const TvMutateTask *task, const TvCCode *code,
                           GArray *members)
{
    const TvHost *host = tv_mutate_task_host(task);
    g_autofree char *after = tv_mutant_apply(task->mutant, code->text);
    g_autofree char *key =
        tv_mutate_bench_key(bench, task->mutant, host, after);
    g_autoptr(TvMutateVerdict) known =
        tv_mutate_verdict_load(bench->cache, key, bench->versions);
    TvMutateMember member = {0};

    if ((known && known->state != TV_MUTANT_PENDING) ||
        !tv_mutate_group_takes(task->mutant, code, &member)) {
        return FALSE;
    }
    for (guint i = 0; i < members->len; i++) {
        if (g_array_index(members, TvMutateMember, i).first == member.first) {
            return FALSE;
        }
    }
    member.verdict = tv_mutate_verdict_new();
    g_array_append_val(members, member);
    return TRUE;
}

static int compare_offsets(gconstpointer a, gconstpointer b)
{
    const TvMutateMember *one = a, *two = b;

    return one->mutant->offset < two->mutant->offset ? -1 : 1;
}

static void member_clear(gpointer data)
{
    tv_mutate_verdict_free(((TvMutateMember *)data)->verdict);
}

/* The tasks at @first and behind it that can go together. */
static gboolean work_on_group(TvMutateBench *bench, const TvMutatePlan *plan,
                              guint first, const TvCCode *code, GError **error)
{
    const TvMutateTask *task = plan->tasks->pdata[first];
    const TvHost *host = tv_mutate_task_host(task);
    g_autoptr(GArray) members =
        g_array_new(FALSE, FALSE, sizeof(TvMutateMember));

    g_array_set_clear_func(members, member_clear);
    if (!g_hash_table_contains(bench->inputs, host)) {
        return TRUE;
    }
    for (guint i = first; i < plan->tasks->len; i++) {
        const TvMutateTask *other = plan->tasks->pdata[i];

        if (tv_mutate_task_host(other) == host &&
            g_str_equal(other->mutant->file, task->mutant->file)) {
            add_member(bench, plan, other, code, members);
        }
    }
    if (members->len < 2) {
        return TRUE;
    }
    g_array_sort(members, compare_offsets);
    if (!tv_interrupt_check(error) ||
        !tv_mutate_group_judge(bench, host, code->text, members, error)) {
        return FALSE;
    }
    for (guint i = 0; i < members->len; i++) {
        const TvMutateMember *member =
            &g_array_index(members, TvMutateMember, i);
        g_autofree char *after = tv_mutant_apply(member->mutant, code->text);
        g_autofree char *key =
            tv_mutate_bench_key(bench, member->mutant, host, after);

        if (member->settled) {
            tv_mutate_verdict_store(bench->cache, key, bench->versions,
                                    member->verdict);
        }
    }
    return TRUE;
}

/* L1 and L2 take many at once.  What is settled so is found in the cache. */
static gboolean work_on_groups(TvMutateBench *bench, const TvMutatePlan *plan,
                               GError **error)
{
    const guint both = (1u << TV_MUTATE_L1) | (1u << TV_MUTATE_L2);
    g_autoptr(TvCCode) code = NULL;
    const char *file = NULL;

    for (guint i = 0; (bench->layers & both) == both && i < plan->tasks->len;
         i++) {
        const TvMutateTask *task = plan->tasks->pdata[i];

        if (g_strcmp0(file, task->mutant->file) != 0) {
            file = task->mutant->file;
            tv_c_code_free(code);
            code = tv_c_code_new(g_hash_table_lookup(plan->texts, file));
        }
        if (!work_on_group(bench, plan, i, code, error)) {
            return FALSE;
        }
    }
    return TRUE;
}

/* L4 takes them after the others, which tell what is a mutant at all. */
static gboolean work_on_patches(TvMutateBench *bench, const TvMutatePlan *plan,
                                GError **error)
{
    g_autoptr(GArray) members =
        g_array_new(FALSE, TRUE, sizeof(TvMutateMember));
    g_autoptr(GPtrArray) keys = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(TvCCode) code = NULL;
    const char *file = NULL;
    gboolean good;

    g_array_set_clear_func(members, member_clear);
    for (guint i = 0;
         (bench->layers & (1u << TV_MUTATE_L4)) && i < plan->tasks->len; i++) {
        const TvMutateTask *task = plan->tasks->pdata[i];
        const TvMutant *mutant = task->mutant;
        const char *before = g_hash_table_lookup(plan->texts, mutant->file);
        g_autofree char *after = tv_mutant_apply(mutant, before);
        g_autofree char *key = NULL;
        TvMutateMember member = {.mutant = mutant};

        if (!g_hash_table_contains(bench->inputs, tv_mutate_task_host(task))) {
            continue;
        }
        key = tv_mutate_bench_key(bench, mutant, tv_mutate_task_host(task),
                                  after);

        if (g_strcmp0(file, mutant->file) != 0) {
            file = mutant->file;
            tv_c_code_free(code);
            code = tv_c_code_new(before);
        }
        member.verdict =
            tv_mutate_verdict_load(bench->cache, key, bench->versions);
        if (!member.verdict || member.verdict->state != TV_MUTANT_JUDGED ||
            member.verdict->words[TV_MUTATE_L4].outcome != TV_OUTCOME_NONE ||
            tv_mutate_layer_is_blind(tv_mutate_layer(TV_MUTATE_L4),
                                     mutant->operator)) {
            tv_mutate_verdict_free(member.verdict);
            continue;
        }
        tv_mutate_group_takes(mutant, code, &member);
        g_array_append_val(members, member);
        g_ptr_array_add(keys, g_steal_pointer(&key));
    }
    good = tv_mutate_cocci_members(bench, members, plan->texts, error);
    for (guint i = 0; good && i < members->len; i++) {
        tv_mutate_verdict_store(
            bench->cache, keys->pdata[i], bench->versions,
            g_array_index(members, TvMutateMember, i).verdict);
    }
    return good;
}

gboolean tv_mutate_work(TvMutateBench *bench, const TvMutatePlan *plan,
                        const char *directory, GError **error)
{
    g_autofree char *own =
        g_strdup_printf("%s/copies/%d", directory, (int)getpid());
    const TvHost *host = tv_mutate_task_host(plan->tasks->pdata[0]);
    gboolean good = tv_mutate_bench_copy(bench, own, plan->texts, error) &&
                    learn_host(bench, host, error) &&
                    work_on_groups(bench, plan, error) &&
                    work_on_patches(bench, plan, error);

    for (guint i = 0; good && i < plan->tasks->len; i++) {
        const TvMutateTask *task = plan->tasks->pdata[i];

        good = work_on(bench, plan, task, error);
        printf("judged %s %s %s\n", task->mutant->file,
               tv_mutate_task_host(task)->name, task->mutant->id);
        fflush(stdout);
    }
    return tv_tree_remove(own, good ? error : NULL) && good;
}
