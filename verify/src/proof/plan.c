/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "proof/plan.h"

#include <string.h>

#include "base/error.h"
#include "series/series.h"

GHashTable *tv_plan_touched(const char *project)
{
    GHashTable *touched =
        g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    g_autoptr(TvSeries) series = tv_series_load(project, NULL);
    g_autoptr(GPtrArray) paths = NULL;

    if (series) {
        paths = tv_series_paths(series, series->patches->len, -1);
    }
    for (guint i = 0; paths && i < paths->len; i++) {
        g_hash_table_add(touched, g_strdup(paths->pdata[i]));
    }
    return touched;
}

static void cell_free(gpointer data)
{
    TvPlanCell *cell = data;

    g_ptr_array_unref(cell->units);
    g_clear_pointer(&cell->groups, g_ptr_array_unref);
    g_free(cell);
}

void tv_unit_group_free(TvUnitGroup *group)
{
    g_ptr_array_unref(group->units);
    g_free(group->key);
    g_free(group->output);
    g_free(group->broken);
    g_free(group);
}

TvPlan *tv_plan_new(void)
{
    TvPlan *plan = g_new0(TvPlan, 1);

    plan->cells = g_ptr_array_new_with_free_func(cell_free);
    plan->units = g_ptr_array_new();
    plan->groups =
        g_ptr_array_new_with_free_func((GDestroyNotify)tv_unit_group_free);
    plan->outside = g_ptr_array_new();
    return plan;
}

TvPlanCell *tv_plan_add_cell(TvPlan *plan, const TvHost *host,
                             const TvTarget *target)
{
    TvPlanCell *cell = g_new0(TvPlanCell, 1);

    cell->host = host;
    cell->target = target;
    cell->units = g_ptr_array_new();
    g_ptr_array_add(plan->cells, cell);
    return cell;
}

void tv_plan_free(TvPlan *plan)
{
    if (plan) {
        g_ptr_array_unref(plan->cells);
        g_ptr_array_unref(plan->groups);
        g_ptr_array_unref(plan->units);
        g_ptr_array_unref(plan->outside);
        g_free(plan);
    }
}

/* Adds the names that a header of defines switches on. */
static void add_symbols(GHashTable *symbols, const char *path)
{
    g_autofree char *text = NULL;
    const char *at;

    if (!g_file_get_contents(path, &text, NULL, NULL)) {
        return;
    }
    for (at = text; (at = strstr(at, "#define "));) {
        at += strlen("#define ");
        g_hash_table_add(symbols, g_strndup(at, strcspn(at, " \n")));
    }
}

static GHashTable *cell_symbols(const TvCheckTree *tree, const TvHost *host,
                                const TvTarget *target)
{
    static const char *const kinds[] = {"target", "devices"};
    GHashTable *symbols =
        g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    g_autofree char *config = g_build_filename(
        tree->headers->host_root, host->name, "config-host.h", NULL);

    add_symbols(symbols, config);
    for (gsize i = 0; i < G_N_ELEMENTS(kinds); i++) {
        g_autofree char *own =
            g_strdup_printf("%s/%s/%s-config-%s.h", tree->headers->guest_root,
                            target->name, target->name, kinds[i]);

        add_symbols(symbols, own);
    }
    return symbols;
}

static gboolean is_candidate(const TvCheckTree *tree, const char *file,
                             GHashTable *touched)
{
    g_autofree char *path = NULL;

    if (!g_str_has_suffix(file, ".c")) {
        return FALSE;
    }
    if (g_hash_table_contains(touched, file) ||
        tv_contract_in_kernel(tree->contract, file)) {
        return TRUE;
    }
    path = g_build_filename(tree->scan->root, file, NULL);
    return tv_file_facts_mentions(tree->facts, path);
}

/* Files that executables take without a source set. */
static TvSourceKind kind_by_path(const TvTarget *target, const char *file)
{
    gboolean user = g_str_equal(target->mode, "user");
    g_autofree char *abi = g_strdup_printf("linux-user/%s/", target->abi_dir);

    if (g_str_has_prefix(file, abi)) {
        return user ? TV_SOURCE_SPECIFIC : TV_SOURCE_NOT_HERE;
    }
    if (g_str_equal(file, "softmmu/main.c")) {
        return user ? TV_SOURCE_NOT_HERE : TV_SOURCE_COMMON;
    }
    return TV_SOURCE_NOT_HERE;
}

/*
 * In the directory of a backend, of a host in the table or another: others
 * need not see it.
 */
static gboolean is_backend(const TvCheckTree *tree, const char *path)
{
    g_auto(GStrv) patterns =
        g_strsplit(tree->contract->backend_sources, ";", -1);
    gboolean found = FALSE;

    for (char **pattern = patterns; *pattern && !found; pattern++) {
        const char *at = strstr(*pattern, TV_CONTRACT_BACKEND);

        found = at && strncmp(path, *pattern, at - *pattern) == 0 &&
                strchr(path + (at - *pattern), '/');
    }
    return found;
}

static gboolean is_planned(const TvPlan *plan, const TvHost *host,
                           const char *file)
{
    for (guint i = 0; i < plan->units->len; i++) {
        const TvUnit *unit = plan->units->pdata[i];

        if (unit->host == host && g_str_equal(unit->file, file)) {
            return TRUE;
        }
    }
    return FALSE;
}

static void add_cell(TvPlan *plan, const TvCheckTree *tree, const TvHost *host,
                     const TvTarget *target, GPtrArray *candidates,
                     GHashTable *touched, GHashTable *once, GHashTable *known,
                     GHashTable *built)
{
    TvPlanCell *cell = tv_plan_add_cell(plan, host, target);
    g_autoptr(GHashTable) symbols = cell_symbols(tree, host, target);

    cell->converted = tv_check_tree_converted(tree, host);
    for (guint i = 0; i < candidates->len; i++) {
        const char *file = candidates->pdata[i];
        TvSourceKind kind = tv_meson_sources_kind(tree->sources, file, symbols);
        TvUnit *unit, *same;
        g_autofree char *key = NULL;

        if (kind == TV_SOURCE_UNKNOWN) {
            kind = kind_by_path(target, file);
        }
        if (kind < TV_SOURCE_COMMON || (g_hash_table_contains(once, file) &&
                                        is_planned(plan, host, file))) {
            continue;
        }
        unit =
            tv_unit_new(tree, file, host, target, kind == TV_SOURCE_SPECIFIC);
        unit->touched = g_hash_table_contains(touched, file);
        /* A common unit has the same flags in every cell of its host. */
        same = g_hash_table_lookup(known, unit->key);
        if (same) {
            tv_unit_free(unit);
            unit = same;
        } else {
            g_ptr_array_add(plan->units, unit);
            g_hash_table_insert(known, unit->key, unit);
        }
        g_hash_table_add(built, (gpointer)file);
        g_ptr_array_add(cell->units, unit);
    }
}

/* Without it every unit would fail, each with a message about stdio.h. */
static gboolean has_libc(const TvHost *host, GError **error)
{
    g_autofree char *header =
        g_build_filename("/usr", host->triplet, "include", "stdio.h", NULL);

    if (host->native || g_file_test(header, G_FILE_TEST_EXISTS)) {
        return TRUE;
    }
    g_set_error(error, TV_ERROR, TV_ERROR_TOOL,
                "host %s: no libc headers for %s (%s); scripts/packages "
                "installs them",
                host->name, host->triplet, header);
    return FALSE;
}

TvPlan *tv_plan_make(const TvCheckTree *tree, GPtrArray *hosts,
                     GHashTable *touched, const TvPlanFilter *filter,
                     GError **error)
{
    g_autoptr(TvPlan) plan = tv_plan_new();
    g_autoptr(GPtrArray) candidates = g_ptr_array_new();
    g_autoptr(GHashTable) known = g_hash_table_new(g_str_hash, g_str_equal);
    g_autoptr(GHashTable) built = g_hash_table_new(g_str_hash, g_str_equal);
    g_autoptr(GHashTable) blind = g_hash_table_new(g_str_hash, g_str_equal);

    g_ptr_array_set_free_func(plan->units, (GDestroyNotify)tv_unit_free);
    for (guint i = 0; i < tree->scan->files->len; i++) {
        const char *file = tree->scan->files->pdata[i];

        if (filter->unit) {
            if (g_str_equal(filter->unit, file)) {
                g_ptr_array_add(candidates, (gpointer)file);
            }
        } else if (is_candidate(tree, file, touched)) {
            gboolean is_blind =
                filter->names &&
                tv_code_names_blind(filter->names, tree->scan, file);

            if (is_blind) {
                g_hash_table_add(blind, (gpointer)file);
            }
            if (is_blind && !filter->keep_blind &&
                !g_hash_table_contains(touched, file)) {
                plan->blind++;
            } else {
                g_ptr_array_add(candidates, (gpointer)file);
            }
        }
    }
    for (guint i = 0; i < hosts->len; i++) {
        if (!has_libc(hosts->pdata[i], error)) {
            return NULL;
        }
        for (guint j = 0; j < tree->targets->len; j++) {
            const TvTarget *target = tree->targets->pdata[j];

            if (!filter->mode || g_str_equal(filter->mode, target->mode)) {
                add_cell(plan, tree, hosts->pdata[i], target, candidates,
                         touched, blind, known, built);
            }
        }
    }
    for (guint i = 0; i < candidates->len; i++) {
        const char *file = candidates->pdata[i];

        if (g_hash_table_contains(touched, file) &&
            !g_hash_table_contains(built, file)) {
            g_ptr_array_add(plan->outside, (gpointer)file);
        }
    }
    if (plan->units->len == 0) {
        g_set_error(error, TV_ERROR, TV_ERROR_USAGE,
                    "nothing to check: %s%s "
                    "is built in none of the chosen cells",
                    filter->unit ? "--only " : "the kernel",
                    filter->unit ? filter->unit : "");
        return NULL;
    }
    return g_steal_pointer(&plan);
}

/* Every file that some unit was made of. */
static GHashTable *seen_files(const TvPlan *plan, const TvCheckTree *tree)
{
    GHashTable *seen =
        g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);

    for (guint i = 0; i < plan->units->len; i++) {
        const TvUnit *unit = plan->units->pdata[i];

        for (guint j = 0; unit->depends && j < unit->depends->len; j++) {
            g_hash_table_add(
                seen, tv_check_tree_relative(tree, unit->depends->pdata[j]));
        }
    }
    return seen;
}

const char *tv_plan_uncovered(const TvPlan *plan, const TvCheckTree *tree,
                              const TvCodeNames *names)
{
    g_autoptr(GHashTable) seen = seen_files(plan, tree);
    GHashTableIter iter;
    gpointer header;

    g_hash_table_iter_init(&iter, names->headers);
    while (g_hash_table_iter_next(&iter, &header, NULL)) {
        if (!g_hash_table_contains(seen, header) && !is_backend(tree, header)) {
            return header;
        }
    }
    return NULL;
}

static int compare_paths(gconstpointer a, gconstpointer b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

GPtrArray *tv_plan_unseen_headers(const TvPlan *plan, const TvCheckTree *tree,
                                  GHashTable *touched)
{
    g_autoptr(GHashTable) seen = seen_files(plan, tree);
    GPtrArray *result = g_ptr_array_new();
    GHashTableIter iter;
    gpointer path;

    g_hash_table_iter_init(&iter, touched);
    while (g_hash_table_iter_next(&iter, &path, NULL)) {
        if ((g_str_has_suffix(path, ".h") || g_str_has_suffix(path, ".inc")) &&
            tv_tree_scan_has(tree->scan, path) && !is_backend(tree, path) &&
            !g_hash_table_contains(seen, path)) {
            g_ptr_array_add(result, path);
        }
    }
    g_ptr_array_sort(result, compare_paths);
    return result;
}
