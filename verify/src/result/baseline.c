/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "result/baseline.h"

struct TvBaseline {
    TvResult *result;
    GHashTable *identities; /* set of char *, the findings' own */
};

static GHashTable *identities_of(const TvResult *result)
{
    GHashTable *set = g_hash_table_new(g_str_hash, g_str_equal);

    for (guint i = 0; i < result->findings->len; i++) {
        const TvFinding *finding = result->findings->pdata[i];

        g_hash_table_add(set, finding->identity);
    }
    return set;
}

TvBaseline *tv_baseline_load(const char *path, GError **error)
{
    TvResult *result = tv_result_load(path, error);
    TvBaseline *baseline;

    if (!result) {
        g_prefix_error(error, "--baseline: ");
        return NULL;
    }
    baseline = g_new0(TvBaseline, 1);
    baseline->result = result;
    baseline->identities = identities_of(result);
    return baseline;
}

void tv_baseline_free(TvBaseline *baseline)
{
    if (baseline) {
        g_hash_table_unref(baseline->identities);
        tv_result_free(baseline->result);
        g_free(baseline);
    }
}

gboolean tv_baseline_has(const TvBaseline *baseline, const TvFinding *finding)
{
    return g_hash_table_contains(baseline->identities, finding->identity);
}

GPtrArray *tv_baseline_absent(const TvBaseline *baseline,
                              const TvResult *result)
{
    g_autoptr(GHashTable) now = identities_of(result);
    g_autoptr(GHashTable) hosts = g_hash_table_new(g_str_hash, g_str_equal);
    GPtrArray *absent = g_ptr_array_new();

    for (guint i = 0; i < result->cells->len; i++) {
        const TvCell *cell = result->cells->pdata[i];

        if (cell->host) {
            g_hash_table_add(hosts, cell->host);
        }
    }
    for (guint i = 0; i < baseline->result->findings->len; i++) {
        TvFinding *finding = baseline->result->findings->pdata[i];

        if (!g_hash_table_contains(now, finding->identity) &&
            (!finding->host || g_hash_table_contains(hosts, finding->host))) {
            g_ptr_array_add(absent, finding);
        }
    }
    return absent;
}
