/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "mutate/plan.h"

#include <string.h>

#include "base/error.h"

static void task_free(gpointer data)
{
    TvMutateTask *task = data;

    g_ptr_array_unref(task->hosts);
    g_free(task);
}

void tv_mutate_plan_free(TvMutatePlan *plan)
{
    if (plan) {
        g_ptr_array_unref(plan->tasks);
        g_ptr_array_unref(plan->mutants);
        g_hash_table_unref(plan->texts);
        g_free(plan);
    }
}

const TvHost *tv_mutate_task_host(const TvMutateTask *task)
{
    return task->hosts->pdata[0];
}

static gboolean is_source(const TvCheckTree *tree, const TvMutateNames *names,
                          const char *file)
{
    g_autofree char *path = g_build_filename(tree->scan->root, file, NULL);

    if (!g_str_has_suffix(file, ".c") && !g_str_has_suffix(file, ".h") &&
        !g_str_has_suffix(file, ".inc")) {
        return FALSE;
    }
    if (names->files &&
        g_strv_contains((const char *const *)names->files, file)) {
        return TRUE;
    }
    return tv_contract_in_kernel(tree->contract, file) &&
           tv_file_facts_mentions(tree->facts, path);
}

static gboolean add_mutants(TvMutatePlan *plan, const TvCheckTree *tree,
                            const TvMutateNames *names, gboolean every_route,
                            GError **error)
{
    for (guint i = 0; i < tree->scan->files->len; i++) {
        const char *file = tree->scan->files->pdata[i];
        g_autofree char *path = g_build_filename(tree->scan->root, file, NULL);
        g_autoptr(GPtrArray) mutants = NULL;
        char *text;

        if (!is_source(tree, names, file)) {
            continue;
        }
        if (!g_file_get_contents(path, &text, NULL, error)) {
            return FALSE;
        }
        mutants = tv_mutants_make(names, file, text, every_route);
        g_hash_table_insert(plan->texts, g_strdup(file), text);
        g_ptr_array_extend_and_steal(plan->mutants, g_steal_pointer(&mutants));
    }
    return TRUE;
}

/* Every name in the list has to match an operator. */
static gboolean check_operators(const char *list, GError **error)
{
    g_auto(GStrv) names = g_strsplit(list, ",", -1);

    for (char **name = names; *name; name++) {
        const TvMutateOperator *row;
        gboolean found = FALSE;

        for (guint i = 0; !found && (row = tv_mutate_operator_nth(i)); i++) {
            found = tv_mutate_operator_matches(*name, row->id);
        }
        if (!found) {
            g_set_error(error, TV_ERROR, TV_ERROR_USAGE,
                        "--operator: no operator '%s'; 'mutate --list' names "
                        "those that the tree has mutants of",
                        *name);
            return FALSE;
        }
    }
    return TRUE;
}

static gboolean is_wanted(const TvMutateFilter *filter, const TvMutant *mutant)
{
    return (!filter->id || g_str_equal(filter->id, mutant->id)) &&
           (!filter->file || g_str_equal(filter->file, mutant->file)) &&
           (!filter->operators || tv_mutate_operator_matches(
                                      filter->operators, mutant->operator->id));
}

/* tcg/NAME/...: NAME, or NULL if all hosts share the file. */
static char *backend_of(const char *file)
{
    const char *name = file + strlen("tcg/");
    const char *slash;

    if (!g_str_has_prefix(file, "tcg/") || !(slash = strchr(name, '/'))) {
        return NULL;
    }
    return g_strndup(name, slash - name);
}

static gboolean builds(const TvPlan *units, const TvHost *host,
                       const char *file)
{
    g_autofree char *backend = backend_of(file);

    if (backend) {
        return g_str_equal(host->backend, backend);
    }
    if (!g_str_has_suffix(file, ".c")) {
        return TRUE;
    }
    for (guint i = 0; i < units->units->len; i++) {
        const TvUnit *unit = units->units->pdata[i];

        if (unit->host == host && g_str_equal(unit->file, file)) {
            return TRUE;
        }
    }
    return FALSE;
}

static TvMutateTask *add_task(TvMutatePlan *plan, const TvMutant *mutant)
{
    TvMutateTask *task = g_new0(TvMutateTask, 1);

    task->mutant = mutant;
    task->hosts = g_ptr_array_new();
    g_ptr_array_add(plan->tasks, task);
    return task;
}

/* One task, of the hosts that build it in turn; or one for each of them. */
static void add_tasks(TvMutatePlan *plan, const TvPlan *units, GPtrArray *all,
                      GPtrArray *hosts, gboolean all_hosts,
                      const TvMutant *mutant)
{
    g_autoptr(GPtrArray) able = g_ptr_array_new();
    TvMutateTask *task = NULL;

    for (guint i = 0; i < all->len; i++) {
        if (builds(units, all->pdata[i], mutant->file)) {
            g_ptr_array_add(able, all->pdata[i]);
        }
    }
    if (able->len == 0) {
        /* Another host may build it that was not chosen. */
        plan->outside += !tv_host_nth(all->len);
    }
    for (guint i = 0; i < able->len; i++) {
        guint first = all_hosts ? 0 : g_str_hash(mutant->id) % able->len;
        gpointer host = able->pdata[(first + i) % able->len];

        if (g_ptr_array_find(hosts, host, NULL)) {
            task = all_hosts || !task ? add_task(plan, mutant) : task;
            g_ptr_array_add(task->hosts, host);
        } else if (i == 0 && !all_hosts) {
            return;
        }
    }
}

static int compare_hosts(gconstpointer a, gconstpointer b)
{
    const TvMutateTask *one = *(TvMutateTask *const *)a;
    const TvMutateTask *two = *(TvMutateTask *const *)b;
    int order =
        strcmp(tv_mutate_task_host(one)->name, tv_mutate_task_host(two)->name);

    order = order ? order : strcmp(one->mutant->file, two->mutant->file);
    if (order == 0 && one->mutant->offset != two->mutant->offset) {
        order = one->mutant->offset < two->mutant->offset ? -1 : 1;
    }
    return order ? order : strcmp(one->mutant->id, two->mutant->id);
}

static int compare_hashes(gconstpointer a, gconstpointer b)
{
    const TvMutateTask *one = *(TvMutateTask *const *)a;
    const TvMutateTask *two = *(TvMutateTask *const *)b;
    int order = strcmp(one->mutant->id, two->mutant->id);

    return order ? order : compare_hosts(a, b);
}

TvMutatePlan *tv_mutate_plan_new(const TvCheckTree *tree,
                                 const TvMutateNames *names,
                                 gboolean every_route, GError **error)
{
    g_autoptr(TvMutatePlan) plan = g_new0(TvMutatePlan, 1);

    plan->mutants =
        g_ptr_array_new_with_free_func((GDestroyNotify)tv_mutant_free);
    plan->texts =
        g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    plan->tasks = g_ptr_array_new_with_free_func(task_free);
    return add_mutants(plan, tree, names, every_route, error)
               ? g_steal_pointer(&plan)
               : NULL;
}

TvMutatePlan *tv_mutate_plan_make(const TvCheckTree *tree,
                                  const TvMutateNames *names,
                                  const TvPlan *units, GPtrArray *all,
                                  GPtrArray *hosts,
                                  const TvMutateFilter *filter, GError **error)
{
    g_autoptr(TvMutatePlan) plan = NULL;

    if ((filter->operators && !check_operators(filter->operators, error)) ||
        !(plan = tv_mutate_plan_new(tree, names, filter->every_route, error))) {
        return NULL;
    }
    for (guint i = 0; i < plan->mutants->len; i++) {
        if (is_wanted(filter, plan->mutants->pdata[i])) {
            add_tasks(plan, units, all, hosts, filter->all_hosts,
                      plan->mutants->pdata[i]);
        }
    }
    if (filter->sample > 0 && filter->sample < plan->tasks->len) {
        g_ptr_array_sort(plan->tasks, compare_hashes);
        g_ptr_array_set_size(plan->tasks, filter->sample);
    }
    g_ptr_array_sort(plan->tasks, compare_hosts);
    if (plan->tasks->len == 0) {
        g_set_error(error, TV_ERROR, TV_ERROR_USAGE,
                    "no mutant to run: none of the tree's %u matches %s",
                    plan->mutants->len,
                    filter->id          ? filter->id
                    : filter->file      ? filter->file
                    : filter->operators ? filter->operators
                                        : "the chosen hosts");
        return NULL;
    }
    return g_steal_pointer(&plan);
}
