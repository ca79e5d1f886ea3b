/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "result/shard.h"

#include <stdio.h>

#include "base/error.h"

gboolean tv_shard_parse(const char *text, guint *number, guint *count,
                        GError **error)
{
    int used = 0;

    if (sscanf(text, "%u/%u%n", number, count, &used) != 2 || text[used] ||
        *number < 1 || *number > *count) {
        g_set_error(error, TV_ERROR, TV_ERROR_USAGE,
                    "--shard: '%s' is not K/N with 1 <= K <= N", text);
        return FALSE;
    }
    return TRUE;
}

static const char *host_name(gconstpointer host)
{
    return *(const char *const *)host;
}

gboolean tv_shard_apply(const TvOptions *options, GPtrArray *hosts,
                        TvResult *result, GError **error)
{
    g_autoptr(GPtrArray) own = g_ptr_array_new();

    if (!options->shards) {
        return TRUE;
    }
    if (options->shards > hosts->len) {
        g_set_error(error, TV_ERROR, TV_ERROR_USAGE,
                    "--shard: %u shards are more than the %u hosts chosen",
                    options->shards, hosts->len);
        return FALSE;
    }
    result->shard = options->shard;
    result->shards = options->shards;
    result->guests = g_strdup(options->guests);
    for (guint i = 0; i < hosts->len; i++) {
        g_ptr_array_add(result->planned,
                        g_strdup(host_name(hosts->pdata[i])));
        if (i % options->shards == options->shard - 1) {
            g_ptr_array_add(own, hosts->pdata[i]);
        }
    }
    g_ptr_array_set_size(hosts, 0);
    for (guint i = 0; i < own->len; i++) {
        g_ptr_array_add(hosts, own->pdata[i]);
    }
    return TRUE;
}

static gboolean same_plan(const TvResult *a, const TvResult *b)
{
    if (a->shards != b->shards || a->planned->len != b->planned->len ||
        g_strcmp0(a->guests, b->guests) != 0 ||
        g_strcmp0(a->series, b->series) != 0) {
        return FALSE;
    }
    for (guint i = 0; i < a->planned->len; i++) {
        if (!g_str_equal(a->planned->pdata[i], b->planned->pdata[i])) {
            return FALSE;
        }
    }
    return TRUE;
}

/* The place of @name in the plan, or -1. */
static int planned_index(const TvResult *shard, const char *name)
{
    for (guint i = 0; i < shard->planned->len; i++) {
        if (g_str_equal(shard->planned->pdata[i], name)) {
            return (int)i;
        }
    }
    return -1;
}

static const char *text_or(const char *text)
{
    return text ? text : "";
}

/* The name of @cell among the cells of its host. */
static char *place_in_host(const TvCell *cell)
{
    g_autofree char *place = tv_cell_place(cell);

    return g_strdup_printf("%s%s%s", cell->layer, *place ? " " : "", place);
}

/* Keeps the first thing that is missing. */
static void miss(GError **missing, const char *format, ...)
    G_GNUC_PRINTF(2, 3);

static void miss(GError **missing, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    if (!*missing) {
        *missing = g_error_new_valist(TV_ERROR, TV_ERROR_INPUT, format, args);
    }
    va_end(args);
}

/* That @shard has cells of each of its hosts (or it is @missing), each once,
 * and of no other. */
static gboolean check_cells(const TvResult *shard, GError **missing,
                            GError **error)
{
    g_autoptr(GHashTable) seen =
        g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    g_autoptr(GHashTable) hosts = g_hash_table_new(g_str_hash, g_str_equal);

    for (guint i = 0; i < shard->cells->len; i++) {
        const TvCell *cell = shard->cells->pdata[i];
        char *key;
        int index;

        index = cell->host ? planned_index(shard, cell->host) : -1;
        if (cell->host &&
            (index < 0 || (guint)index % shard->shards != shard->shard - 1)) {
            g_set_error(error, TV_ERROR, TV_ERROR_INPUT,
                        "shard %u/%u of '%s' has a cell of host %s, which is "
                        "not its own", shard->shard, shard->shards,
                        shard->command, cell->host);
            return FALSE;
        }
        if (cell->host) {
            g_hash_table_add(hosts, cell->host);
        }
        key = g_strdup_printf("%s %s %s %d %s %s", cell->layer,
                              text_or(cell->host), text_or(cell->mode),
                              cell->guest_bits, text_or(cell->patch),
                              text_or(cell->note));
        if (!g_hash_table_add(seen, key)) {
            g_set_error(error, TV_ERROR, TV_ERROR_INPUT,
                        "shard %u/%u of '%s' has the cell %s of %s%s twice",
                        shard->shard, shard->shards, shard->command,
                        cell->layer, cell->host ? "host " : "no host",
                        text_or(cell->host));
            return FALSE;
        }
    }
    for (guint i = shard->shard - 1; i < shard->planned->len;
         i += shard->shards) {
        if (!g_hash_table_contains(hosts, shard->planned->pdata[i])) {
            miss(missing, "shard %u/%u of '%s' has no cell of host %s",
                 shard->shard, shard->shards, shard->command,
                 (const char *)shard->planned->pdata[i]);
        }
    }
    return TRUE;
}

/* Hosts of @result that have a cell @place, and those not converted yet, of
 * which less can be asked. */
static GHashTable *hosts_with(const TvResult *result, const char *place)
{
    GHashTable *hosts = g_hash_table_new(g_str_hash, g_str_equal);

    for (guint i = 0; i < result->cells->len; i++) {
        const TvCell *cell = result->cells->pdata[i];
        g_autofree char *own = place_in_host(cell);

        if (cell->host && (cell->status == TV_CELL_NOT_CONVERTED ||
                           g_str_equal(own, place))) {
            g_hash_table_add(hosts, cell->host);
        }
    }
    return hosts;
}

/*
 * `check` looks at every host in the same way, so a cell that one host has and
 * another has not is missing.
 */
static void check_even(const TvResult *result, const GPtrArray *planned,
                       GError **missing)
{
    g_autoptr(GHashTable) places =
        g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);

    for (guint i = 0; i < result->cells->len; i++) {
        const TvCell *cell = result->cells->pdata[i];
        g_autofree char *place = place_in_host(cell);
        g_autoptr(GHashTable) hosts = NULL;

        if (!cell->host || g_hash_table_contains(places, place)) {
            continue;
        }
        hosts = hosts_with(result, place);
        for (guint h = 0; h < planned->len; h++) {
            if (!g_hash_table_contains(hosts, planned->pdata[h])) {
                miss(missing,
                     "'%s' has no cell %s of host %s, which host %s has",
                     result->command, place,
                     (const char *)planned->pdata[h], cell->host);
            }
        }
        g_hash_table_add(places, g_steal_pointer(&place));
    }
}

/* Cells about no host last, the others as the whole run would have them. */
static int by_plan(gconstpointer a, gconstpointer b, gpointer data)
{
    const TvCell *cells[] = { *(TvCell *const *)a, *(TvCell *const *)b };
    GPtrArray *planned = data;
    guint places[] = { planned->len, planned->len };

    for (int i = 0; i < 2; i++) {
        if (cells[i]->host) {
            g_ptr_array_find_with_equal_func(planned, cells[i]->host,
                                             g_str_equal, &places[i]);
        }
    }
    return (int)places[0] - (int)places[1];
}

void tv_unmet_keep_common(GPtrArray *unmet, const GPtrArray *other)
{
    for (guint i = unmet->len; i > 0; i--) {
        if (!g_ptr_array_find_with_equal_func((GPtrArray *)other,
                                              unmet->pdata[i - 1], g_str_equal,
                                              NULL)) {
            g_ptr_array_remove_index(unmet, i - 1);
        }
    }
}

void tv_unmet_report(const GPtrArray *unmet, const char *reproduce,
                     TvResult *result)
{
    for (guint i = 0; i < unmet->len; i++) {
        TvFinding *finding = tv_finding_new(
            "units-contract-unused", NULL, 0,
            "%s of the contract: no analysed program of any host has that",
            (const char *)unmet->pdata[i]);

        finding->text = g_strdup(unmet->pdata[i]);
        finding->reproduce = g_strdup(reproduce);
        tv_result_add_finding(result, finding);
    }
}

static gpointer copy_text(gconstpointer text, gpointer data)
{
    return g_strdup(text);
}

/* What the lists of all shards have, @offset being that of the list in a
 * result; NULL if one has no list. */
static GPtrArray *common_of_shards(const GPtrArray *shards, gsize offset)
{
    g_autoptr(GPtrArray) common = NULL;

    for (guint i = 0; i < shards->len; i++) {
        GPtrArray *own =
            G_STRUCT_MEMBER(GPtrArray *, shards->pdata[i], offset);

        if (!own) {
            return NULL;
        }
        if (common) {
            tv_unmet_keep_common(common, own);
        } else {
            common = g_ptr_array_copy(own, (GCopyFunc)copy_text, NULL);
        }
    }
    return g_steal_pointer(&common);
}

TvResult *tv_shard_merge(GPtrArray *shards, GError **error)
{
    const TvResult *first = shards->pdata[0];
    g_autoptr(TvResult) merged = tv_result_new(first->command);
    g_autofree gboolean *there = g_new0(gboolean, first->shards + 1);
    g_autoptr(GPtrArray) planned = g_ptr_array_ref(first->planned);
    g_autoptr(GPtrArray) unmet = NULL;
    g_autoptr(GError) missing = NULL;

    if (!first->shards && shards->len == 1) {
        return g_ptr_array_steal_index(shards, 0);
    }
    for (guint i = 0; i < shards->len; i++) {
        const TvResult *shard = shards->pdata[i];

        if (!shard->shards || !same_plan(first, shard)) {
            g_set_error(error, TV_ERROR, TV_ERROR_INPUT,
                        "the results of '%s' are not shards of one run over "
                        "one form of the series", first->command);
            return NULL;
        }
        if (there[shard->shard]) {
            g_set_error(error, TV_ERROR, TV_ERROR_INPUT,
                        "shard %u/%u of '%s' is there twice", shard->shard,
                        shard->shards, shard->command);
            return NULL;
        }
        there[shard->shard] = TRUE;
        if (!check_cells(shard, &missing, error)) {
            return NULL;
        }
    }
    for (guint i = 1; i <= first->shards; i++) {
        if (!there[i]) {
            miss(&missing, "shard %u/%u of '%s' is missing", i, first->shards,
                 first->command);
        }
    }
    merged->series = g_strdup(first->series);
    unmet = common_of_shards(shards, G_STRUCT_OFFSET(TvResult, unmet));
    merged->unbuilt =
        common_of_shards(shards, G_STRUCT_OFFSET(TvResult, unbuilt));
    while (shards->len) {
        TvResult *shard = g_ptr_array_steal_index(shards, 0);

        merged->part |= shard->part;
        g_clear_pointer(&shard->unbuilt, g_ptr_array_unref);
        tv_result_merge(merged, shard);
    }
    g_ptr_array_sort_with_data(merged->cells, by_plan, planned);
    if (g_str_equal(merged->command, "check")) {
        check_even(merged, planned, &missing);
    }
    if (missing && !tv_result_count_findings(merged)) {
        g_propagate_error(error, g_steal_pointer(&missing));
        return NULL;
    }
    if (missing) {
        TvCell *cell = tv_cell_new(merged->command, NULL, NULL, 0,
                                   TV_CELL_ERROR);

        cell->note = g_strdup(missing->message);
        tv_result_add_cell(merged, cell);
    } else if (unmet) {
        tv_unmet_report(unmet, "tcg-verify check --layer=L3", merged);
    }
    return g_steal_pointer(&merged);
}
