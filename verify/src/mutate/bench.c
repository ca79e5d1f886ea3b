/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "mutate/bench.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#include "base/directory.h"
#include "base/error.h"
#include "base/hash.h"
#include "mutating-digest.h"
#include "proof/collect.h"
#include "proof/engine.h"
#include "proof/findings.h"

static void cell_free(gpointer data)
{
    TvMutateCell *cell = data;

    g_hash_table_unref(cell->known);
    g_clear_pointer(&cell->bitcode, g_hash_table_unref);
    g_clear_pointer(&cell->twins, g_hash_table_unref);
    g_free(cell);
}

void tv_mutate_bench_free(TvMutateBench *bench)
{
    if (!bench) {
        return;
    }
    for (int i = 0; i < TV_MUTATE_LAYERS; i++) {
        g_free(bench->versions[i]);
    }
    g_clear_pointer(&bench->tree.lines, tv_source_lines_free);
    g_clear_pointer(&bench->cells, g_ptr_array_unref);
    g_clear_pointer(&bench->own, tv_check_cache_free);
    g_clear_pointer(&bench->inputs, g_hash_table_unref);
    g_clear_pointer(&bench->plan, tv_plan_free);
    g_free(bench->directory);
    g_free(bench->scan.root);
    g_free(bench);
}

static gboolean has_cell(const TvMutateBench *bench, const TvPlanCell *place)
{
    for (guint i = 0; i < bench->cells->len; i++) {
        const TvMutateCell *cell = bench->cells->pdata[i];

        if (cell->place->host == place->host &&
            g_str_equal(cell->place->target->mode, place->target->mode)) {
            return TRUE;
        }
    }
    return FALSE;
}

static void choose_cells(TvMutateBench *bench)
{
    for (int bits = 64; bits >= 32; bits -= 32) {
        for (guint i = 0; i < bench->plan->cells->len; i++) {
            TvPlanCell *place = bench->plan->cells->pdata[i];

            if (place->target->bits == bits && !has_cell(bench, place)) {
                TvMutateCell *cell = g_new0(TvMutateCell, 1);

                cell->place = place;
                cell->known = g_hash_table_new_full(g_str_hash, g_str_equal,
                                                    g_free, NULL);
                g_ptr_array_add(bench->cells, cell);
            }
        }
    }
}

static void learn_unit(TvMutateBench *bench, TvMutateCell *cell,
                       const TvUnit *unit)
{
    for (int layer = 0; layer < TV_N_LAYERS; layer++) {
        g_autofree char *broken = NULL;
        g_autoptr(GPtrArray) findings =
            tv_unit_findings(bench->base, bench->known, unit, layer, &broken);

        for (guint i = 0; i < findings->len; i++) {
            g_hash_table_add(cell->known,
                             tv_host_counts_key(findings->pdata[i]));
        }
    }
}

static gboolean learn_cell(TvMutateBench *bench, TvMutateCell *cell,
                           GError **error)
{
    const TvHost *host = cell->place->host;
    g_autoptr(GChecksum) sum = g_checksum_new(G_CHECKSUM_SHA256);
    const char *before = g_hash_table_lookup(bench->inputs, host);

    tv_hash_add(sum, before ? before : "");
    for (guint i = 0; i < cell->place->units->len; i++) {
        const TvUnit *unit = cell->place->units->pdata[i];

        if (unit->failure) {
            g_set_error(error, TV_ERROR, TV_ERROR_TREE,
                        "%s cannot be compiled for %s as it is: %s. Run "
                        "'tcg-verify check --host=%s' first",
                        unit->file, host->name, unit->failure, host->name);
            return FALSE;
        }
        tv_hash_add(sum, unit->file);
        tv_hash_add(sum, unit->digest);
        learn_unit(bench, cell, unit);
    }
    g_hash_table_insert(bench->inputs, (gpointer)host,
                        g_strdup(g_checksum_get_string(sum)));
    return TRUE;
}

static gboolean learn(TvMutateBench *bench, GError **error)
{
    g_autoptr(GHashTable) seen = g_hash_table_new(NULL, NULL);
    g_autoptr(GPtrArray) units = g_ptr_array_new();
    TvCheckEngine engine = {
        .tree = bench->base,
        .cache = bench->cache,
        .label = "the tree itself",
        .layers = (1u << TV_N_LAYERS) - 1,
    };
    gboolean good;

    for (guint i = 0; i < bench->cells->len; i++) {
        const TvMutateCell *cell = bench->cells->pdata[i];

        for (guint j = 0; j < cell->place->units->len; j++) {
            if (g_hash_table_add(seen, cell->place->units->pdata[j])) {
                g_ptr_array_add(units, cell->place->units->pdata[j]);
            }
        }
    }
    good = tv_check_engine_run(&engine, units, error);
    for (guint i = 0; good && i < bench->cells->len; i++) {
        good = learn_cell(bench, bench->cells->pdata[i], error);
    }
    return good;
}

TvPlan *tv_mutate_units(const TvCheckTree *base, GPtrArray *hosts,
                        GError **error)
{
    g_autoptr(GHashTable) touched = tv_plan_touched(base->options->project);
    g_autoptr(TvCodeNames) names =
        tv_code_names_find(base->scan, base->facts, base->contract);
    TvPlanFilter filter = {.names = names};

    return tv_plan_make(base, hosts, touched, &filter, error);
}

TvMutateBench *tv_mutate_bench_new(const TvCheckTree *base, TvCheckCache *cache,
                                   TvKnownFindings *known, GPtrArray *hosts,
                                   guint layers, GError **error)
{
    g_autoptr(TvMutateBench) bench = g_new0(TvMutateBench, 1);

    bench->base = base;
    bench->cache = cache;
    bench->known = known;
    bench->layers = layers;
    bench->cells = g_ptr_array_new_with_free_func(cell_free);
    bench->inputs = g_hash_table_new_full(NULL, NULL, NULL, g_free);
    bench->plan = tv_mutate_units(base, hosts, error);
    for (int i = 0; bench->plan && i < TV_MUTATE_LAYERS; i++) {
        if ((layers & (1u << i)) &&
            !(bench->versions[i] = tv_mutate_layer_version(i, base, error))) {
            return NULL;
        }
    }
    if (!bench->plan) {
        return NULL;
    }
    choose_cells(bench);
    return learn(bench, error) ? g_steal_pointer(&bench) : NULL;
}

gboolean tv_mutate_bench_copy(TvMutateBench *bench, const char *directory,
                              GError **error)
{
    g_autofree char *cache = g_build_filename(directory, "check", NULL);
    GPtrArray *files = bench->base->scan->files;

    bench->directory = g_strdup(directory);
    bench->scan = *bench->base->scan;
    bench->scan.root = g_build_filename(directory, "tree", NULL);
    bench->tree = *bench->base;
    bench->tree.scan = &bench->scan;
    bench->tree.lines = tv_source_lines_new();
    for (guint i = 0; i < files->len; i++) {
        g_autofree char *target =
            g_build_filename(bench->base->scan->root, files->pdata[i], NULL);
        g_autofree char *link =
            g_build_filename(bench->scan.root, files->pdata[i], NULL);
        g_autofree char *above = g_path_get_dirname(link);

        if (!tv_tree_make_directory(above, error)) {
            return FALSE;
        }
        if (symlink(target, link) != 0) {
            return tv_error_set_errno(error, errno, "make link", link, NULL);
        }
    }
    bench->own =
        tv_check_cache_open(cache, bench->base->options->build_dir, error);
    return bench->own != NULL;
}

gboolean tv_mutate_bench_write(TvMutateBench *bench, const char *file,
                               const char *text, GError **error)
{
    g_autofree char *path = g_build_filename(bench->scan.root, file, NULL);
    g_autofree char *target =
        g_build_filename(bench->base->scan->root, file, NULL);

    tv_source_lines_forget(bench->tree.lines);
    tv_file_facts_forget(bench->tree.facts);
    if (g_unlink(path) != 0) {
        return tv_error_set_errno(error, errno, "remove", path, NULL);
    }
    if (!text) {
        return symlink(target, path) == 0 ||
               tv_error_set_errno(error, errno, "make link", path, NULL);
    }
    return g_file_set_contents(path, text, -1, error);
}

TvUnit *tv_mutate_bench_unit(const TvMutateBench *bench, const TvUnit *base)
{
    TvUnit *unit = tv_unit_new(&bench->tree, base->file, base->host,
                               base->target, base->specific);

    unit->touched = base->touched;
    return unit;
}

char *tv_mutate_bench_key(const TvMutateBench *bench, const TvMutant *mutant,
                          const TvHost *host, const char *text)
{
    g_autoptr(GChecksum) sum = tv_check_cache_key("mutant");
    const char *const parts[] = {
        TV_MUTATING_DIGEST,
        bench->base->contract->digest,
        mutant->file,
        text,
        mutant->operator->id,
        host->name,
        g_hash_table_lookup(bench->inputs, host),
        bench->base->tools->clang_version,
    };

    for (gsize i = 0; i < G_N_ELEMENTS(parts); i++) {
        tv_hash_add(sum, parts[i]);
    }
    return g_strdup(g_checksum_get_string(sum));
}
