/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "report/cases.h"

#include "result/rules.h"

static void case_free(gpointer data)
{
    TvCase *item = data;

    g_free(item->suite);
    g_free(item->name);
    g_free(item->message);
    g_ptr_array_unref(item->findings);
    g_free(item);
}

static TvCase *case_new(const char *host, const char *name, TvCaseEnd end)
{
    TvCase *item = g_new0(TvCase, 1);

    item->suite = g_strdup(host ? host : "project");
    item->name = g_strdup(name);
    item->end = end;
    item->findings = g_ptr_array_new();
    return item;
}

/* Of the cell's host and patch; by its layer's rules if @by_layer. */
static gboolean is_of_cell(const TvFinding *finding, const TvCell *cell,
                           gboolean by_layer)
{
    const TvRule *rule = tv_rule_find(finding->rule);

    return !finding->suppressed && g_strcmp0(finding->host, cell->host) == 0 &&
           (!cell->patch || g_strcmp0(finding->patch, cell->patch) == 0) &&
           (!by_layer || (rule && g_str_equal(rule->layer, cell->layer)));
}

/*
 * A finding is published once a host, whatever cells of it saw it, so which
 * are a cell's is a matter of the layer whose rule they break.  When two
 * layers share a rule, all of the host's findings go to the cell.
 */
static void add_findings(TvCase *item, const TvResult *result,
                         const TvCell *cell, GHashTable *reported)
{
    for (int by_layer = 1; by_layer >= 0 && !item->findings->len; by_layer--) {
        for (guint i = 0; i < result->findings->len; i++) {
            TvFinding *finding = result->findings->pdata[i];

            if (is_of_cell(finding, cell, by_layer)) {
                g_ptr_array_add(item->findings, finding);
                g_hash_table_add(reported, finding);
            }
        }
    }
}

static TvCase *case_of_cell(const TvResult *result, const TvCell *cell,
                            GHashTable *names, GHashTable *reported)
{
    static const TvCaseEnd ends[] = {
        [TV_CELL_NOT_CONVERTED] = TV_CASE_SKIPPED,
        [TV_CELL_CLEAN] = TV_CASE_PASSED,
        [TV_CELL_FINDINGS] = TV_CASE_FAILED,
        [TV_CELL_VOID] = TV_CASE_ERROR,
        [TV_CELL_ERROR] = TV_CASE_ERROR,
    };
    g_autofree char *place = tv_cell_place(cell);
    g_autofree char *name =
        g_strdup_printf("%s%s%s", cell->layer, *place ? " " : "", place);
    char *key = g_strdup_printf("%s\n%s", cell->host ? cell->host : "", name);
    TvCase *item;
    guint count = GPOINTER_TO_UINT(g_hash_table_lookup(names, key)) + 1;

    g_hash_table_replace(names, key, GUINT_TO_POINTER(count));
    if (count > 1) {
        g_autofree char *first = g_steal_pointer(&name);

        name = g_strdup_printf("%s (%u)", first, count);
    }
    item = case_new(cell->host, name, ends[cell->status]);
    item->seconds = cell->seconds;
    switch (item->end) {
    case TV_CASE_PASSED:
        break;
    case TV_CASE_SKIPPED:
        item->message = g_strdup("the backend is not converted");
        break;
    case TV_CASE_FAILED:
        item->message = g_strdup_printf("%d finding%s", cell->findings,
                                        cell->findings == 1 ? "" : "s");
        add_findings(item, result, cell, reported);
        break;
    case TV_CASE_ERROR:
        item->message =
            g_strdup_printf("%s: %s", tv_cell_status_name(cell->status),
                            cell->note ? cell->note : "no reason given");
        break;
    }
    return item;
}

static TvCase *case_of_finding(TvFinding *finding, GHashTable *names)
{
    g_autofree char *line = tv_finding_line(finding);
    char *key =
        g_strdup_printf("%s\n%s", finding->host ? finding->host : "", line);
    guint count = GPOINTER_TO_UINT(g_hash_table_lookup(names, key)) + 1;
    g_autofree char *name =
        count > 1 ? g_strdup_printf("%s (%u)", line, count) : g_strdup(line);
    TvCase *item = case_new(finding->host, name, TV_CASE_FAILED);

    g_hash_table_replace(names, key, GUINT_TO_POINTER(count));
    item->message = g_strdup(finding->message);
    g_ptr_array_add(item->findings, finding);
    return item;
}

/* Suites in the order in which their first cases come. */
static GPtrArray *by_suite(GPtrArray *cases)
{
    GPtrArray *sorted = g_ptr_array_new_with_free_func(case_free);
    g_autoptr(GHashTable) lists = g_hash_table_new_full(
        g_str_hash, g_str_equal, NULL, (GDestroyNotify)g_ptr_array_unref);
    g_autoptr(GPtrArray) order = g_ptr_array_new();

    for (guint i = 0; i < cases->len; i++) {
        TvCase *item = cases->pdata[i];
        GPtrArray *list = g_hash_table_lookup(lists, item->suite);

        if (!list) {
            list = g_ptr_array_new();
            g_hash_table_insert(lists, item->suite, list);
            g_ptr_array_add(order, list);
        }
        g_ptr_array_add(list, item);
    }
    for (guint i = 0; i < order->len; i++) {
        const GPtrArray *list = order->pdata[i];

        for (guint j = 0; j < list->len; j++) {
            g_ptr_array_add(sorted, list->pdata[j]);
        }
    }
    return sorted;
}

GPtrArray *tv_report_cases(const TvResult *result)
{
    g_autoptr(GPtrArray) cases = g_ptr_array_new();
    g_autoptr(GHashTable) names =
        g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    g_autoptr(GHashTable) reported = g_hash_table_new(NULL, NULL);

    for (guint i = 0; i < result->cells->len; i++) {
        g_ptr_array_add(
            cases, case_of_cell(result, result->cells->pdata[i], names, reported));
    }
    for (guint i = 0; i < result->findings->len; i++) {
        TvFinding *finding = result->findings->pdata[i];

        if (!finding->suppressed && !g_hash_table_contains(reported, finding)) {
            g_ptr_array_add(cases, case_of_finding(finding, names));
        }
    }
    if (result->cells->len == 0) {
        TvCase *item = case_new(NULL, result->command, TV_CASE_ERROR);

        item->message = g_strdup("nothing was looked at");
        g_ptr_array_add(cases, item);
    }
    return by_suite(cases);
}
