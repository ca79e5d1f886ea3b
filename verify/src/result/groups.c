#include "result/groups.h"

static void group_free(gpointer data)
{
    TvFindingGroup *group = data;

    g_ptr_array_unref(group->hosts);
    g_free(group);
}

char *tv_finding_place_key(const TvFinding *finding)
{
    g_autofree char *identity = finding->identity
                                    ? g_strdup(finding->identity)
                                    : tv_finding_compute_identity(finding);

    return g_strdup_printf("%s %d %s\n%s", identity, finding->line,
                           finding->patch ? finding->patch : "",
                           finding->message ? finding->message : "");
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
