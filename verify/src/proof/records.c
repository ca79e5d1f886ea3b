/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The cache entries of units, in three steps: flags give the lists of files
 * that the unit was made of; flags and the content of these files give the
 * digest of its text; text, flags and tool give the diagnostics of a layer.
 */
#include "proof/store.h"

#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "proof/diagnostics.h"

/* Stands for the unit's file: a canary's lies in the build directory. */
#define OWN_FILE "<unit>"

/* Dependency lists of one unit: trees of several patches alternate. */
#define MAX_LISTS 6

GPtrArray *tv_check_cache_parse_depends(const char *text)
{
    GPtrArray *result = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(GString) word = g_string_new(NULL);
    const char *at = strchr(text, ':');

    for (at = at ? at + 1 : text + strlen(text);; at++) {
        if (*at == '\\' && (at[1] == ' ' || at[1] == '#')) {
            g_string_append_c(word, *++at);
        } else if (*at == '\\' && at[1] == '\n') {
            continue;
        } else if (*at && !g_ascii_isspace(*at)) {
            g_string_append_c(word, *at);
        } else if (word->len) {
            g_ptr_array_add(result, g_strdup(word->str));
            g_string_truncate(word, 0);
        }
        if (!*at) {
            break;
        }
    }
    return result;
}

/* Key of the unit's text, or NULL if a file is gone. */
static char *unit_key(const TvCheckTree *tree, const TvUnit *unit,
                      char *const *paths)
{
    g_autoptr(GChecksum) sum = tv_check_cache_key("units");

    tv_hash_add(sum, unit->key);
    tv_hash_add(sum, tree->contract->digest);
    tv_hash_add(sum, tree->scan->header_digest);
    tv_hash_add(sum, tree->whole ? "whole" : "reduced");
    for (; *paths; paths++) {
        g_autofree char *portable = tv_check_tree_portable(tree, *paths);
        g_autofree char *path = tv_check_tree_path(tree, *paths);
        const char *content = tv_file_facts_sha256(tree->facts, path);

        if (!content) {
            return NULL;
        }
        tv_hash_add(sum, portable);
        tv_hash_add(sum, content);
    }
    return g_strdup(g_checksum_get_string(sum));
}

static gboolean load_unit(TvCheckCache *cache, const char *key, TvUnit *unit)
{
    g_autofree char *text = tv_check_cache_get(cache, "units", key);
    g_auto(GStrv) lines = NULL;

    if (!text) {
        return FALSE;
    }
    lines = g_strsplit(g_strchomp(text), "\n", -1);
    if (g_strv_length(lines) != 2) {
        return FALSE;
    }
    unit->digest = g_strdup(lines[0]);
    unit->sees = g_str_equal(lines[1], "sees");
    return TRUE;
}

/* The lists of a unit, most recent first; each is one line. */
static char **load_lists(TvCheckCache *cache, const TvUnit *unit)
{
    g_autofree char *text = tv_check_cache_get(cache, "depends", unit->key);

    return text ? g_strsplit(g_strchomp(text), "\n", -1) : NULL;
}

gboolean tv_check_cache_lookup_unit(TvCheckCache *cache,
                                    const TvCheckTree *tree, TvUnit *unit)
{
    g_auto(GStrv) lists = load_lists(cache, unit);

    for (char **list = lists; list && *list; list++) {
        g_auto(GStrv) paths = g_strsplit(*list, "\t", -1);
        g_autofree char *key = unit_key(tree, unit, paths);

        if (key && load_unit(cache, key, unit)) {
            unit->depends = g_ptr_array_new_with_free_func(g_free);
            for (char **path = paths; *path; path++) {
                g_ptr_array_add(unit->depends, g_strdup(*path));
            }
            return TRUE;
        }
    }
    return FALSE;
}

void tv_check_cache_store_unit(TvCheckCache *cache, const TvCheckTree *tree,
                               const TvUnit *unit)
{
    g_autoptr(GString) text = g_string_new(NULL);
    g_auto(GStrv) lists = load_lists(cache, unit);
    g_autofree char *list = NULL;
    g_autofree char *key = NULL;
    g_autoptr(GPtrArray) paths = g_ptr_array_copy(unit->depends, NULL, NULL);

    g_ptr_array_set_free_func(paths, NULL);
    g_ptr_array_add(paths, NULL);
    list = g_strjoinv("\t", (char **)paths->pdata);
    g_string_append_printf(text, "%s\n", list);
    for (int i = 0, kept = 1; lists && lists[i] && kept < MAX_LISTS; i++) {
        if (!g_str_equal(lists[i], list)) {
            g_string_append_printf(text, "%s\n", lists[i]);
            kept++;
        }
    }
    key = unit_key(tree, unit, (char *const *)paths->pdata);
    if (!key) {
        return;
    }
    tv_check_cache_put(cache, "depends", unit->key, text->str);
    g_string_printf(text, "%s\n%s\n", unit->digest,
                    unit->sees ? "sees" : "blind");
    tv_check_cache_put(cache, "units", key, text->str);
}

char *tv_check_cache_run_key(const TvCheckTree *tree, const TvUnit *unit,
                             TvLayer layer)
{
    g_autoptr(GChecksum) sum = tv_check_cache_key("runs");
    gboolean sparse = layer == TV_LAYER_SPARSE;
    const char *tool = sparse ? tree->tools->sparse : tree->tools->clang;
    const char *program = tv_file_facts_sha256(tree->facts, tool);
    g_auto(GStrv) argv = sparse ? tv_layer_sparse_argv(unit, tree, "", FALSE)
                                : tv_layer_const_argv(unit, tree, "", NULL);

    tv_hash_add(sum, unit->digest);
    tv_hash_add(sum, program ? program : "unreadable");
    tv_hash_add(sum, sparse ? tree->tools->sparse_version
                            : tree->tools->clang_version);
    for (char **argument = argv; *argument; argument++) {
        g_autofree char *text = tv_check_tree_portable(tree, *argument);

        tv_hash_add(sum, text);
    }
    return g_strdup(g_checksum_get_string(sum));
}

gboolean tv_check_cache_lookup_run(TvCheckCache *cache, const TvCheckTree *tree,
                                   TvUnit *unit, TvLayer layer)
{
    g_autofree char *key = tv_check_cache_run_key(tree, unit, layer);
    TvLayerRun *run = &unit->runs[layer];
    g_autofree char *text = tv_check_cache_get(cache, "runs", key);
    g_auto(GStrv) lines = NULL;

    if (!text) {
        return FALSE;
    }
    run->diagnostics = tv_diagnostics_parse("");
    lines = g_strsplit(text, "\n", -1);
    for (char **line = lines; *line; line++) {
        g_auto(GStrv) part = g_strsplit(*line, "\t", 6);
        TvDiagnostic *diagnostic;

        if (g_strv_length(part) != 6) {
            continue;
        }
        diagnostic = g_new0(TvDiagnostic, 1);
        diagnostic->severity = atoi(part[0]);
        diagnostic->line = atoi(part[1]);
        diagnostic->column = atoi(part[2]);
        diagnostic->file =
            g_strdup(g_str_equal(part[3], OWN_FILE) ? unit->file : part[3]);
        diagnostic->option = *part[4] ? g_strdup(part[4]) : NULL;
        diagnostic->message = g_strdup(part[5]);
        g_ptr_array_add(run->diagnostics, diagnostic);
    }
    run->done = TRUE;
    run->cached = TRUE;
    return TRUE;
}

void tv_check_cache_store_run(TvCheckCache *cache, const TvCheckTree *tree,
                              const TvUnit *unit, TvLayer layer)
{
    const TvLayerRun *run = &unit->runs[layer];
    g_autofree char *key = NULL;
    g_autoptr(GString) text = g_string_new(NULL);

    if (!run->done || run->broken) {
        return;
    }
    for (guint i = 0; i < run->diagnostics->len; i++) {
        const TvDiagnostic *diagnostic = run->diagnostics->pdata[i];

        g_string_append_printf(
            text, "%d\t%d\t%d\t%s\t%s\t%s\n", diagnostic->severity,
            diagnostic->line, diagnostic->column,
            g_str_equal(diagnostic->file, unit->file) ? OWN_FILE
                                                      : diagnostic->file,
            diagnostic->option ? diagnostic->option : "", diagnostic->message);
    }
    key = tv_check_cache_run_key(tree, unit, layer);
    tv_check_cache_put(cache, "runs", key, text->str);
}
