#include "check-cache.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "diagnostics.h"
#include "error.h"

/* Raised when what the stores hold changes its meaning. */
#define UNIT_RULES "unit 2"
#define RUN_RULES "run 4"

/* Stands for the unit's file: a canary's lies in the build directory. */
#define OWN_FILE "<unit>"

/* Dependency lists of one unit: trees of several patches alternate. */
#define MAX_LISTS 6

struct TvCheckCache {
    char *directory;
    char *depends;
    char *units;
    char *runs;
    char *scratch;
};

/* Removes what killed runs have left, and with @own this run's: files begin
 * with their run's pid. */
static void sweep(const char *scratch, gboolean own)
{
    g_autoptr(GDir) dir = g_dir_open(scratch, 0, NULL);
    const char *name;

    while (dir && (name = g_dir_read_name(dir))) {
        pid_t pid = atoi(name);

        if (pid > 0 &&
            (pid == getpid() ? own : kill(pid, 0) < 0 && errno == ESRCH)) {
            g_autofree char *path = g_build_filename(scratch, name, NULL);

            g_unlink(path);
        }
    }
}

TvCheckCache *tv_check_cache_open(const char *directory, GError **error)
{
    g_autoptr(TvCheckCache) cache = g_new0(TvCheckCache, 1);
    char **dirs[] = {&cache->depends, &cache->units, &cache->runs,
                     &cache->scratch};
    const char *names[] = {"depends", "units", "runs", "scratch"};

    cache->directory = g_strdup(directory);
    for (gsize i = 0; i < G_N_ELEMENTS(dirs); i++) {
        *dirs[i] = g_build_filename(directory, names[i], NULL);
        if (g_mkdir_with_parents(*dirs[i], 0755) < 0) {
            tv_error_set_errno(error, errno, "cannot make directory", *dirs[i],
                               NULL);
            return NULL;
        }
    }
    sweep(cache->scratch, FALSE);
    return g_steal_pointer(&cache);
}

void tv_check_cache_free(TvCheckCache *cache)
{
    if (cache) {
        if (cache->scratch) {
            sweep(cache->scratch, TRUE);
        }
        g_free(cache->directory);
        g_free(cache->depends);
        g_free(cache->units);
        g_free(cache->runs);
        g_free(cache->scratch);
        g_free(cache);
    }
}

const char *tv_check_cache_directory(const TvCheckCache *cache)
{
    return cache->directory;
}

const char *tv_check_cache_scratch(const TvCheckCache *cache)
{
    return cache->scratch;
}

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

static void sum_text(GChecksum *sum, const char *text)
{
    g_checksum_update(sum, (const guchar *)text, strlen(text) + 1);
}

/* Key of the unit's text, or NULL if a file is gone; @paths as stored. */
static char *unit_key(const TvCheckTree *tree, const TvUnit *unit,
                      char *const *paths)
{
    g_autoptr(GChecksum) sum = g_checksum_new(G_CHECKSUM_SHA256);

    sum_text(sum, UNIT_RULES);
    sum_text(sum, unit->key);
    sum_text(sum, tree->contract->digest);
    sum_text(sum, tree->scan->header_digest);
    for (; *paths; paths++) {
        g_autofree char *local = tv_check_tree_local(tree, *paths);
        g_autofree char *path = tv_check_tree_path(tree, local);
        const char *content = tv_file_facts_sha256(tree->facts, path);

        if (!content) {
            return NULL;
        }
        sum_text(sum, *paths);
        sum_text(sum, content);
    }
    return g_strdup(g_checksum_get_string(sum));
}

static gboolean load_unit(TvCheckCache *cache, const char *key, TvUnit *unit)
{
    g_autofree char *path = g_build_filename(cache->units, key, NULL);
    g_autofree char *text = NULL;
    g_auto(GStrv) lines = NULL;

    if (!g_file_get_contents(path, &text, NULL, NULL)) {
        return FALSE;
    }
    lines = g_strsplit(g_strchomp(text), "\n", -1);
    if (g_strv_length(lines) < 2 || strlen(lines[0]) != 64) {
        return FALSE;
    }
    unit->digest = g_strdup(lines[0]);
    unit->sees = g_str_equal(lines[1], "sees");
    return TRUE;
}

/* The lists of a unit, most recent first; each is one line. */
static char **load_lists(TvCheckCache *cache, const TvUnit *unit)
{
    g_autofree char *path = g_build_filename(cache->depends, unit->key, NULL);
    g_autofree char *text = NULL;

    if (!g_file_get_contents(path, &text, NULL, NULL)) {
        return NULL;
    }
    return g_strsplit(g_strchomp(text), "\n", -1);
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
                g_ptr_array_add(unit->depends,
                                tv_check_tree_local(tree, *path));
            }
            return TRUE;
        }
    }
    return FALSE;
}

void tv_check_cache_store_unit(TvCheckCache *cache, const TvCheckTree *tree,
                               const TvUnit *unit)
{
    g_autofree char *path = g_build_filename(cache->depends, unit->key, NULL);
    g_autoptr(GString) text = g_string_new(NULL);
    g_auto(GStrv) lists = load_lists(cache, unit);
    g_autofree char *list = NULL;
    g_autofree char *key = NULL;
    g_autofree char *record = NULL;
    g_autoptr(GPtrArray) paths = g_ptr_array_new_with_free_func(g_free);

    for (guint i = 0; i < unit->depends->len; i++) {
        g_ptr_array_add(paths,
                        tv_check_tree_portable(tree, unit->depends->pdata[i]));
    }
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
    if (!key || !g_file_set_contents(path, text->str, text->len, NULL)) {
        return;
    }
    g_string_printf(text, "%s\n%s\n", unit->digest,
                    unit->sees ? "sees" : "blind");
    record = g_build_filename(cache->units, key, NULL);
    g_file_set_contents(record, text->str, text->len, NULL);
}

static char *run_path(TvCheckCache *cache, const TvCheckTree *tree,
                      const TvUnit *unit, TvLayer layer)
{
    g_autoptr(GChecksum) sum = g_checksum_new(G_CHECKSUM_SHA256);
    gboolean sparse = layer == TV_LAYER_SPARSE;
    g_auto(GStrv) argv = sparse ? tv_layer_sparse_argv(unit, tree, "", FALSE)
                                : tv_layer_const_argv(unit, tree, "");

    sum_text(sum, RUN_RULES);
    sum_text(sum, unit->digest);
    sum_text(sum,
             sparse ? tree->tools->sparse_version : tree->tools->clang_version);
    for (char **argument = argv; *argument; argument++) {
        g_autofree char *text = tv_check_tree_portable(tree, *argument);

        sum_text(sum, text);
    }
    return g_build_filename(cache->runs, g_checksum_get_string(sum), NULL);
}

gboolean tv_check_cache_lookup_run(TvCheckCache *cache, const TvCheckTree *tree,
                                   TvUnit *unit, TvLayer layer)
{
    g_autofree char *path = run_path(cache, tree, unit, layer);
    TvLayerRun *run = &unit->runs[layer];
    g_autofree char *text = NULL;
    g_auto(GStrv) lines = NULL;

    if (!g_file_get_contents(path, &text, NULL, NULL) ||
        !g_str_has_suffix(text, "end\n")) {
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
    g_autofree char *path = NULL;
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
    g_string_append(text, "end\n");
    path = run_path(cache, tree, unit, layer);
    g_file_set_contents(path, text->str, text->len, NULL);
}
