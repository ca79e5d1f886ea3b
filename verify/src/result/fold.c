/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "result/fold.h"

void tv_fold_add(TvFold *fold, const TvCell *cell)
{
    fold->worst = fold->cells ? MAX(fold->worst, cell->status) : cell->status;
    fold->cells++;
    fold->clean += cell->status == TV_CELL_CLEAN;
    fold->findings += cell->findings;
    fold->checked += cell->checked;
    fold->seconds += cell->seconds;
}

char *tv_fold_text(const TvFold *fold)
{
    if (fold->cells == 0) {
        return g_strdup("-");
    }
    switch (fold->worst) {
    case TV_CELL_NOT_CONVERTED:
        return g_strdup("not converted");
    case TV_CELL_FINDINGS:
        return g_strdup_printf("%d finding%s", fold->findings,
                               fold->findings == 1 ? "" : "s");
    case TV_CELL_CLEAN:
        if (fold->clean < fold->cells) {
            return g_strdup_printf("clean %d/%d", fold->clean, fold->cells);
        }
        break;
    default:
        break;
    }
    return g_strdup(tv_cell_status_name(fold->worst));
}

static int layer_place(const char *layer)
{
    static const char *const order[] = {"L0", "caches", "L1", "L2", "L3", "L4"};

    for (gsize i = 0; i < G_N_ELEMENTS(order); i++) {
        if (g_str_equal(layer, order[i])) {
            return (int)i;
        }
    }
    return G_N_ELEMENTS(order);
}

static int compare_layers(gconstpointer a, gconstpointer b)
{
    return layer_place(*(const char *const *)a) -
           layer_place(*(const char *const *)b);
}

void tv_fold_sort_layers(GPtrArray *layers)
{
    g_ptr_array_sort(layers, compare_layers);
}

void tv_fold_add_name(GPtrArray *names, const char *name)
{
    if (!g_ptr_array_find_with_equal_func(names, name, g_str_equal, NULL)) {
        g_ptr_array_add(names, g_strdup(name));
    }
}

static void group_free(gpointer data)
{
    TvFindingGroup *group = data;

    g_ptr_array_unref(group->hosts);
    g_free(group);
}

static void add_host(TvFindingGroup *group, char *host)
{
    if (host && !g_ptr_array_find_with_equal_func(group->hosts, host,
                                                  g_str_equal, NULL)) {
        g_ptr_array_add(group->hosts, host);
    }
}

GPtrArray *tv_finding_groups(const GPtrArray *findings, gboolean suppressed)
{
    GPtrArray *groups = g_ptr_array_new_with_free_func(group_free);
    g_autoptr(GHashTable) known =
        g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);

    for (guint i = 0; i < findings->len; i++) {
        const TvFinding *finding = findings->pdata[i];
        g_autofree char *key = NULL;
        TvFindingGroup *group;

        if ((finding->suppressed != NULL) != suppressed) {
            continue;
        }
        key = tv_finding_place_key(finding);
        group = g_hash_table_lookup(known, key);
        if (!group) {
            group = g_new0(TvFindingGroup, 1);
            group->first = finding;
            group->hosts = g_ptr_array_new();
            g_ptr_array_add(groups, group);
            g_hash_table_insert(known, g_steal_pointer(&key), group);
        }
        group->count++;
        add_host(group, finding->host);
    }
    return groups;
}

char *tv_finding_group_hosts(const TvFindingGroup *group)
{
    GString *text = g_string_new(NULL);

    for (guint i = 0; i < group->hosts->len; i++) {
        g_string_append_printf(text, "%s%s", i ? " " : "",
                               (const char *)group->hosts->pdata[i]);
    }
    return g_string_free(text, FALSE);
}
