#include "mutate/bench.h"

#include <dirent.h>
#include <errno.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#include "base/error.h"
#include "base/hash.h"
#include "mutate/judges.h"
#include "mutating-digest.h"
#include "proof/collect.h"
#include "proof/engine.h"

static void cell_free(gpointer data)
{
    TvMutateCell *cell = data;

    g_hash_table_unref(cell->known);
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
    g_clear_pointer(&bench->own, tv_check_cache_free);
    g_clear_pointer(&bench->cells, g_ptr_array_unref);
    g_clear_pointer(&bench->caches, g_hash_table_unref);
    g_clear_pointer(&bench->inputs, g_hash_table_unref);
    g_clear_pointer(&bench->plan, tv_plan_free);
    g_free(bench->directory);
    g_free(bench->scan.root);
    g_free(bench);
}

/* One guest of each mode: of 64 bits if there is one. */
static gboolean is_first(const TvMutateBench *bench, const TvPlanCell *place,
                         gboolean wide)
{
    if (place->target->bits != (wide ? 64 : 32)) {
        return FALSE;
    }
    for (guint i = 0; i < bench->cells->len; i++) {
        const TvMutateCell *cell = bench->cells->pdata[i];

        if (cell->place->host == place->host &&
            g_str_equal(cell->place->target->mode, place->target->mode)) {
            return FALSE;
        }
    }
    return TRUE;
}

static void choose_cells(TvMutateBench *bench)
{
    for (int wide = 1; wide >= 0; wide--) {
        for (guint i = 0; i < bench->plan->cells->len; i++) {
            const TvPlanCell *place = bench->plan->cells->pdata[i];
            TvMutateCell *cell;

            if (is_first(bench, place, wide)) {
                cell = g_new0(TvMutateCell, 1);
                cell->place = place;
                cell->known = g_hash_table_new_full(g_str_hash, g_str_equal,
                                                    g_free, NULL);
                g_ptr_array_add(bench->cells, cell);
            }
        }
    }
}

/* What the engine said of the cells of @hosts, and the hash of what they see.
 */
static gboolean learn(TvMutateBench *bench, GPtrArray *hosts, GError **error)
{
    for (guint i = 0; i < bench->cells->len; i++) {
        TvMutateCell *cell = bench->cells->pdata[i];
        const TvHost *host = cell->place->host;
        g_autoptr(GChecksum) sum = g_checksum_new(G_CHECKSUM_SHA256);
        char *before = g_hash_table_lookup(bench->inputs, host);

        if (!g_ptr_array_find(hosts, host, NULL)) {
            continue;
        }
        tv_hash_add(sum, before ? before : "");
        for (guint j = 0; j < cell->place->units->len; j++) {
            const TvUnit *unit = cell->place->units->pdata[j];

            if (unit->failure) {
                g_set_error(error, TV_ERROR, TV_ERROR_TREE,
                            "%s cannot be compiled for %s as it is: %s. Run "
                            "'tcg-verify check --host=%s' first",
                            unit->file, host->name, unit->failure, host->name);
                return FALSE;
            }
            tv_hash_add(sum, unit->file);
            tv_hash_add(sum, unit->digest);
            for (int layer = 0; layer < TV_N_LAYERS; layer++) {
                tv_mutate_layer_learn(bench, cell, unit, layer);
            }
        }
        g_hash_table_insert(bench->inputs, (gpointer)host,
                            g_strdup(g_checksum_get_string(sum)));
    }
    return TRUE;
}

gboolean tv_mutate_bench_learn(TvMutateBench *bench, GPtrArray *hosts,
                               GError **error)
{
    g_autoptr(GPtrArray) fresh = g_ptr_array_new();
    g_autoptr(GHashTable) seen = g_hash_table_new(NULL, NULL);
    g_autoptr(GPtrArray) units = g_ptr_array_new();
    TvCheckEngine engine = {
        .tree = bench->base,
        .cache = bench->cache,
        .label = "the tree itself",
        .layers = (1u << TV_N_LAYERS) - 1,
    };

    for (guint i = 0; i < hosts->len; i++) {
        if (!g_hash_table_contains(bench->inputs, hosts->pdata[i])) {
            g_ptr_array_add(fresh, hosts->pdata[i]);
        }
    }
    for (guint i = 0; i < bench->cells->len; i++) {
        const TvMutateCell *cell = bench->cells->pdata[i];

        for (guint j = 0; j < cell->place->units->len; j++) {
            if (g_ptr_array_find(fresh, cell->place->host, NULL) &&
                g_hash_table_add(seen, cell->place->units->pdata[j])) {
                g_ptr_array_add(units, cell->place->units->pdata[j]);
            }
        }
    }
    return fresh->len == 0 || (tv_check_engine_run(&engine, units, error) &&
                               learn(bench, fresh, error));
}

static gboolean prepare_layers(TvMutateBench *bench, GError **error)
{
    for (int i = 0; i < TV_MUTATE_LAYERS; i++) {
        const TvMutateLayer *layer = tv_mutate_layer(i);

        if (!(bench->layers & (1u << i))) {
            continue;
        }
        bench->versions[i] = layer->version(bench->base, error);
        if (!bench->versions[i] ||
            (layer->prepare && !layer->prepare(bench, error))) {
            return FALSE;
        }
    }
    return TRUE;
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
                                   TvKnownFindings *known,
                                   const TvMutateNames *names, GPtrArray *hosts,
                                   guint layers, GError **error)
{
    g_autoptr(TvMutateBench) bench = g_new0(TvMutateBench, 1);

    bench->base = base;
    bench->cache = cache;
    bench->known = known;
    bench->names = names;
    bench->layers = layers;
    bench->cells = g_ptr_array_new_with_free_func(cell_free);
    bench->caches =
        g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    bench->inputs = g_hash_table_new_full(NULL, NULL, NULL, g_free);
    bench->plan = tv_mutate_units(base, hosts, error);
    if (!bench->plan) {
        return NULL;
    }
    choose_cells(bench);
    return prepare_layers(bench, error) ? g_steal_pointer(&bench) : NULL;
}

/* The directories that have to be real: those of changed files and above. */
static GHashTable *real_directories(GHashTable *files)
{
    GHashTable *real =
        g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    GHashTableIter iter;
    gpointer file;

    g_hash_table_iter_init(&iter, files);
    while (g_hash_table_iter_next(&iter, &file, NULL)) {
        char *dir = g_path_get_dirname(file);

        while (!g_str_equal(dir, ".")) {
            char *up = g_path_get_dirname(dir);

            g_hash_table_add(real, dir);
            dir = up;
        }
        g_free(dir);
    }
    return real;
}

static gboolean copy_links(const TvMutateBench *bench, const char *dir,
                           GHashTable *real, GError **error)
{
    g_autofree char *from =
        g_build_filename(bench->base->scan->root, dir, NULL);
    g_autofree char *to = g_build_filename(bench->directory, "tree", dir, NULL);
    g_autoptr(GDir) list = g_dir_open(from, 0, error);
    const char *name;

    if (!list) {
        return FALSE;
    }
    if (g_mkdir_with_parents(to, 0755) != 0) {
        return tv_error_set_errno(error, errno, "make directory", to, NULL);
    }
    while ((name = g_dir_read_name(list))) {
        g_autofree char *inner =
            *dir ? g_build_filename(dir, name, NULL) : g_strdup(name);
        g_autofree char *target = g_build_filename(from, name, NULL);
        g_autofree char *link = g_build_filename(to, name, NULL);

        if (g_hash_table_contains(real, inner)) {
            if (!copy_links(bench, inner, real, error)) {
                return FALSE;
            }
        } else if (symlink(target, link) != 0) {
            return tv_error_set_errno(error, errno, "make link", link, NULL);
        }
    }
    return TRUE;
}

gboolean tv_mutate_bench_copy(TvMutateBench *bench, const char *directory,
                              GHashTable *files, GError **error)
{
    g_autoptr(GHashTable) real = real_directories(files);
    g_autofree char *cache = g_build_filename(directory, "check", NULL);

    bench->directory = g_strdup(directory);
    bench->scan = *bench->base->scan;
    bench->scan.root = g_build_filename(directory, "tree", NULL);
    bench->tree = *bench->base;
    bench->tree.scan = &bench->scan;
    bench->tree.lines = tv_source_lines_new();
    if (!copy_links(bench, "", real, error)) {
        return FALSE;
    }
    bench->own = tv_check_cache_open(cache, bench->base->options->build_dir,
                                     error);
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

gboolean tv_mutate_bench_is_new(const TvMutateCell *cell,
                                const TvFinding *finding)
{
    g_autofree char *key = tv_host_counts_key(finding);

    return !finding->suppressed && !g_hash_table_contains(cell->known, key);
}

char *tv_mutate_bench_key(const TvMutateBench *bench, const TvMutant *mutant,
                          const TvHost *host, const char *text)
{
    g_autoptr(GChecksum) sum = tv_check_cache_key("mutant");

    tv_hash_add(sum, TV_MUTATING_DIGEST);
    tv_hash_add(sum, bench->base->contract->digest);
    tv_hash_add(sum, mutant->file);
    tv_hash_add(sum, text);
    tv_hash_add(sum, mutant->operator->id);
    tv_hash_add(sum, host->name);
    tv_hash_add(sum, g_hash_table_lookup(bench->inputs, host));
    tv_hash_add(sum, bench->base->tools->clang_version);
    return g_strdup(g_checksum_get_string(sum));
}
