/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "proof/cocci/layer.h"

#include <string.h>

#include "base/error.h"
#include "base/hash.h"
#include "proof/cocci/canary.h"
#include "proof/cocci/rules.h"
#include "proof/cocci/run.h"
#include "proof/cocci/source.h"
#include "proof/cocci/types.h"
#include "proof/findings.h"

#define LAYER "L4"

typedef struct Layer {
    const TvCheckTree *tree;
    TvCocciRun run;
    GPtrArray *sources;  /* of TvCocciSource: the tree's */
    GPtrArray *canaries; /* of TvCocciSource */
    char *inputs;        /* hash of what all sources depend on */
    gboolean defines;    /* a source has the function for the caches */
} Layer;

static gboolean is_source(const char *file)
{
    return g_str_has_suffix(file, ".c") || g_str_has_suffix(file, ".h") ||
           g_str_has_suffix(file, ".inc");
}

static gboolean wanted(const TvHost *owner, GPtrArray *hosts)
{
    for (guint i = 0; owner && i < hosts->len; i++) {
        const TvHost *host = hosts->pdata[i];

        if (g_str_equal(host->backend, owner->backend)) {
            return TRUE;
        }
    }
    return !owner;
}

/* Sources that name the contract, of the hosts asked for. */
static void find_sources(Layer *layer, GPtrArray *hosts, const char *unit)
{
    const TvCheckTree *tree = layer->tree;
    const TvTreeScan *scan = tree->scan;

    for (guint i = 0; i < scan->files->len; i++) {
        const char *file = scan->files->pdata[i];
        const TvHost *owner = tv_check_tree_owner(tree, file);
        g_autofree char *path = g_build_filename(scan->root, file, NULL);

        if (is_source(file) && wanted(owner, hosts) &&
            g_strcmp0(file, tree->contract->header) != 0 &&
            (!unit || g_str_equal(unit, file)) &&
            tv_file_facts_mentions(tree->facts, path)) {
            g_ptr_array_add(layer->sources,
                            tv_cocci_source_new(file, path,
                                                owner ? owner->backend
                                                      : NULL));
        }
    }
}

/* Paths of the headers that tv_layer_cocci_types reads, sorted.  A backend's
 * own header has the types of its host only. */
static GPtrArray *type_headers(const TvCheckTree *tree,
                               const TvCodeNames *names)
{
    GPtrArray *result = g_ptr_array_new();

    for (guint i = 0; i < tree->scan->files->len; i++) {
        const char *file = tree->scan->files->pdata[i];

        if (g_hash_table_contains(names->headers, file) &&
            !tv_check_tree_owner(tree, file)) {
            g_ptr_array_add(result, (gpointer)file);
        }
    }
    return result;
}

/* Adds what tv_layer_cocci_types reads. */
static void hash_types(const TvCheckTree *tree, const TvCodeNames *names,
                       GChecksum *sum)
{
    g_autoptr(GPtrArray) headers = type_headers(tree, names);

    for (guint i = 0; i < headers->len; i++) {
        g_autofree char *path = tv_check_tree_path(tree, headers->pdata[i]);
        const char *digest = tv_file_facts_sha256(tree->facts, path);

        tv_hash_add(sum, headers->pdata[i]);
        tv_hash_add(sum, digest ? digest : "");
    }
}

char *tv_layer_cocci_types(const TvCheckTree *tree, const TvCodeNames *names,
                           GError **error)
{
    g_autoptr(GPtrArray) headers = type_headers(tree, names);
    g_autoptr(GString) types = g_string_new(NULL);

    for (guint i = 0; i < headers->len; i++) {
        g_autofree char *path = tv_check_tree_path(tree, headers->pdata[i]);
        g_autofree char *text = NULL;
        g_autofree char *declared = NULL;

        if (!g_file_get_contents(path, &text, NULL, error) ||
            !(declared = tv_cocci_types(tree->contract, text,
                                        headers->pdata[i], error))) {
            return NULL;
        }
        g_string_append_printf(types, "%s\n", declared);
    }
    return tv_cocci_types_needed(tree->contract, types->str);
}

static char *key_of(const Layer *layer, const char *name, const char *content)
{
    g_autoptr(GChecksum) key = tv_check_cache_key(LAYER);

    tv_hash_add(key, layer->inputs);
    tv_hash_add(key, name);
    tv_hash_add(key, content);
    return g_strdup(g_checksum_get_string(key));
}

/* TRUE if it is known what the source comes to. */
static gboolean recall(const Layer *layer, TvCocciSource *source)
{
    g_autofree char *record =
        tv_check_cache_get(layer->run.cache, LAYER, source->key);

    return record && tv_cocci_source_recall(source, record);
}

static gboolean prepare(Layer *layer, TvCocciSource *source,
                        const TvCodeNames *names, GError **error)
{
    g_autofree char *text = NULL;

    if (!g_file_get_contents(source->path, &text, NULL, error) ||
        !tv_cocci_source_prepare(source, layer->tree->contract, text, error)) {
        return FALSE;
    }
    tv_cocci_source_reduce(source, layer->tree->contract, names);
    return TRUE;
}

/* What every source has in common, as a hash. */
static gboolean open_layer(Layer *layer, const TvCodeNames *names,
                           GError **error)
{
    g_autoptr(GChecksum) sum = g_checksum_new(G_CHECKSUM_SHA256);
    g_autofree char *rules = tv_cocci_rules_digest(layer->tree->contract);
    const char *program;

    if (!tv_cocci_run_open(&layer->run, error)) {
        return FALSE;
    }
    program = tv_file_facts_sha256(layer->tree->facts, layer->run.spatch);
    tv_hash_add(sum, program ? program : "unreadable");
    tv_hash_add(sum, layer->run.version);
    tv_hash_add(sum, rules);
    hash_types(layer->tree, names, sum);
    layer->inputs = g_strdup(g_checksum_get_string(sum));
    return TRUE;
}

static gboolean run_all(Layer *layer, const TvCodeNames *names, GError **error)
{
    g_autoptr(GPtrArray) waiting = g_ptr_array_new();

    for (guint i = 0; i < layer->canaries->len; i++) {
        TvCocciSource *canary = layer->canaries->pdata[i];
        g_autofree char *text =
            tv_cocci_canary_text(layer->tree->contract, canary->name);

        canary->key = key_of(layer, canary->name, text);
        if (!recall(layer, canary)) {
            if (!tv_cocci_source_prepare(canary, layer->tree->contract, text,
                                         error)) {
                return FALSE;
            }
            g_ptr_array_add(waiting, canary);
        }
    }
    for (guint i = 0; i < layer->sources->len; i++) {
        TvCocciSource *source = layer->sources->pdata[i];
        const char *content =
            tv_file_facts_sha256(layer->tree->facts, source->path);

        source->key = key_of(layer, source->name, content ? content : "");
        if (!recall(layer, source)) {
            if (!prepare(layer, source, names, error)) {
                return FALSE;
            }
            g_ptr_array_add(waiting, source);
        }
    }
    if (waiting->len &&
        (!(layer->run.types =
               tv_layer_cocci_types(layer->tree, names, error)) ||
         !tv_cocci_run(&layer->run, waiting, error))) {
        return FALSE;
    }
    for (guint i = 0; i < waiting->len; i++) {
        const TvCocciSource *source = waiting->pdata[i];

        if (!source->broken) {
            g_autofree char *record = tv_cocci_source_record(source);

            tv_check_cache_put(layer->run.cache, LAYER, source->key, record);
        }
    }
    return TRUE;
}

static TvFinding *finding_of(const Layer *layer, const TvCocciSource *source,
                             const TvCocciFinding *found, const TvHost *host)
{
    TvFinding *finding =
        tv_finding_at(layer->tree, host, found->rule, source->name, found->line,
                      found->message);
    g_autofree char *chosen = g_strconcat("--host=", host->name, NULL);

    finding->function = g_strdup(found->function);
    finding->reproduce = tv_check_tree_command(layer->tree, "check", chosen,
                                               "--layer=" LAYER, NULL);
    return finding;
}

static void add_source(const Layer *layer, const TvCocciSource *source,
                       const TvHost *host, gboolean converted,
                       TvKnownFindings *known, TvCell *cell, TvResult *result)
{
    if (source->broken) {
        cell->status = TV_CELL_VOID;
        g_free(cell->note);
        cell->note = g_strdup_printf("%s: %s", source->name, source->broken);
        return;
    }
    cell->checked++;
    cell->seconds += source->cached ? 0 : source->seconds;
    for (guint i = 0; i < source->findings->len; i++) {
        TvFinding *finding =
            finding_of(layer, source, source->findings->pdata[i], host);

        if (g_str_equal(finding->rule, "cocci-flush-missing") &&
            tv_check_tree_coherent(layer->tree, source->name)) {
            tv_finding_free(finding);
            continue;
        }
        tv_known_findings_apply(known, finding);
        cell->findings += !finding->suppressed;
        if (converted || finding->suppressed) {
            tv_result_add_finding(result, finding);
        } else {
            tv_finding_free(finding);
        }
    }
    if (converted && cell->findings && cell->status < TV_CELL_FINDINGS) {
        cell->status = TV_CELL_FINDINGS;
    }
}

static void add_cell(const Layer *layer, const TvHost *host,
                     const char *canary, gboolean whole,
                     TvKnownFindings *known, TvResult *result)
{
    gboolean converted = tv_check_tree_converted(layer->tree, host);
    TvCell *cell =
        tv_cell_new(LAYER, host->name, NULL, 0,
                    converted ? TV_CELL_CLEAN : TV_CELL_NOT_CONVERTED);

    for (guint i = 0; i < layer->sources->len; i++) {
        const TvCocciSource *source = layer->sources->pdata[i];

        if (!source->backend || g_str_equal(source->backend, host->backend)) {
            add_source(layer, source, host, converted, known, cell, result);
        }
    }
    if (cell->checked == 0 && !cell->note && !whole) {
        tv_cell_free(cell);
        return;
    }
    if (canary) {
        cell->status = TV_CELL_VOID;
        g_free(cell->note);
        cell->note = g_strdup(canary);
    } else if (converted && whole && !layer->defines && !cell->note) {
        cell->status = TV_CELL_VOID;
        cell->note = g_strdup_printf("no source defines %s()",
                                     layer->tree->contract->written_function);
    }
    tv_result_add_cell(result, cell);
}

gboolean tv_layer_cocci_run(const TvCheckTree *tree, TvCheckCache *cache,
                            const TvCodeNames *names, GPtrArray *hosts,
                            const char *unit, TvKnownFindings *known,
                            TvResult *result, GError **error)
{
    Layer layer = {
        .tree = tree,
        .run = {
            .contract = tree->contract,
            .cache = cache,
            .jobs = tree->options->jobs,
        },
        .sources = g_ptr_array_new_with_free_func(
            (GDestroyNotify)tv_cocci_source_free),
        .canaries = tv_cocci_canaries(tree->contract),
    };
    g_autofree char *canary = NULL;
    gboolean good;

    find_sources(&layer, hosts, unit);
    good = open_layer(&layer, names, error) && run_all(&layer, names, error);
    if (good) {
        tv_result_add_tool(result, "spatch", layer.run.version_number);
        canary = tv_cocci_canaries_judge(layer.canaries, tree, result);
        for (guint i = 0; i < layer.sources->len; i++) {
            const TvCocciSource *source = layer.sources->pdata[i];

            layer.defines = layer.defines || source->defines;
        }
        for (guint i = 0; i < hosts->len; i++) {
            add_cell(&layer, hosts->pdata[i], canary, !unit, known, result);
        }
    }
    g_ptr_array_unref(layer.sources);
    g_ptr_array_unref(layer.canaries);
    g_free(layer.inputs);
    tv_cocci_run_close(&layer.run);
    return good;
}
