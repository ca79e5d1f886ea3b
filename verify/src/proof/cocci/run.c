/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "proof/cocci/run.h"

#include <glib/gstdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/data.h"
#include "base/error.h"
#include "base/job-pool.h"
#include "proof/cocci/rules.h"

#define TIMEOUT_S 600
/* Seconds that one source may take. */
#define SOURCE_TIMEOUT "120"

typedef struct Batch {
    TvCocciRun *run;
    GHashTable *inputs; /* path to TvCocciSource */
    GPtrArray *paths;   /* of char *, owned by inputs */
    char *groups;       /* file that lists them */
    gsize size;
} Batch;

static Batch *batch_new(TvCocciRun *run)
{
    Batch *batch = g_new0(Batch, 1);

    batch->run = run;
    batch->inputs =
        g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    batch->paths = g_ptr_array_new();
    return batch;
}

static void batch_free(gpointer data)
{
    Batch *batch = data;

    for (guint i = 0; i < batch->paths->len; i++) {
        g_unlink(batch->paths->pdata[i]);
    }
    if (batch->groups) {
        g_unlink(batch->groups);
    }
    g_free(batch->groups);
    g_ptr_array_unref(batch->paths);
    g_hash_table_unref(batch->inputs);
    g_free(batch);
}

gboolean tv_cocci_run_open(TvCocciRun *run, GError **error)
{
    g_autoptr(TvJob) job = NULL;
    g_autoptr(GRegex) number = g_regex_new("version (\\S+)", 0, 0, NULL);
    g_autoptr(GMatchInfo) match = NULL;

    run->spatch = g_find_program_in_path("spatch");
    if (!run->spatch) {
        g_set_error(error, TV_ERROR, TV_ERROR_TOOL,
                    "spatch (coccinelle) is not installed; scripts/packages "
                    "installs it, --layer leaves L4 out");
        return FALSE;
    }
    job = tv_job_new_args(run->spatch, "--version", NULL);
    job->timeout_s = 30;
    if (!tv_job_run_ok(job, error)) {
        return FALSE;
    }
    run->version = g_strdup(job->out->str);
    run->version_number = g_regex_match(number, run->version, 0, &match)
                              ? g_match_info_fetch(match, 1)
                              : g_strdup("unknown");
    if (!strstr(run->version, "Python scripting support: yes")) {
        g_set_error(error, TV_ERROR, TV_ERROR_TOOL,
                    "%s was built without Python scripting, which the rules "
                    "of L4 report with; Debian's coccinelle has it",
                    run->spatch);
        return FALSE;
    }
    return TRUE;
}

void tv_cocci_run_close(TvCocciRun *run)
{
    g_free(run->spatch);
    g_free(run->version);
    g_free(run->version_number);
    g_free(run->types);
}

/* Files that all batches read: option of spatch, and name. */
static const char *const common[][2] = {
    {"--include", "types.h"},
    {"--macro-file", "macros.h"},
    {"--iso-file", "parens.iso"},
    {"--sp-file", "rules.cocci"},
};
#define N_COMMON G_N_ELEMENTS(common)

static char *scratch(const TvCocciRun *run, const char *name)
{
    return g_strdup_printf("%s/%d-cocci-%s",
                           tv_check_cache_scratch(run->cache), (int)getpid(),
                           name);
}

static gboolean batch_add(Batch *batch, TvCocciSource *source, guint number,
                          GError **error)
{
    g_autofree char *name = g_strdup_printf("%u.c", number);
    char *path = scratch(batch->run, name);

    g_hash_table_insert(batch->inputs, path, source);
    g_ptr_array_add(batch->paths, path);
    batch->size += strlen(source->text->text);
    return g_file_set_contents(path, source->text->text, -1, error);
}

static void take_line(TvJob *job, const char *line, gpointer data)
{
    const Batch *batch = data;
    g_auto(GStrv) words = g_strsplit(line, "\t", 6);
    TvCocciSource *source;

    if (g_strv_length(words) != 6) {
        return;
    }
    source = g_hash_table_lookup(batch->inputs, words[2]);
    if (source) {
        tv_cocci_source_take(source, words);
    }
}

static void batch_done(TvJobPool *pool, TvJob *job, gpointer data)
{
    Batch *batch = data;

    for (guint i = 0; i < batch->paths->len; i++) {
        TvCocciSource *source =
            g_hash_table_lookup(batch->inputs, batch->paths->pdata[i]);

        if (!tv_job_ok(job)) {
            source->broken = tv_job_describe(job);
        }
        source->seconds = job->seconds / batch->paths->len;
    }
}

static gboolean write_common(const TvCocciRun *run, GPtrArray *sources,
                             GError **error)
{
    g_autoptr(GHashTable) rw =
        g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    g_autoptr(GHashTable) rx =
        g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    g_autofree char *macros = tv_data_text("cocci/macros.h");
    g_autofree char *iso = tv_data_text("cocci/parens.iso");
    g_autofree char *rules = NULL;
    const char *texts[N_COMMON] = {run->types, macros, iso};
    gboolean good = TRUE;

    for (guint i = 0; i < sources->len; i++) {
        const TvCocciSource *source = sources->pdata[i];

        tv_cocci_names(run->contract, source->text->text, rw, rx);
    }
    texts[N_COMMON - 1] = rules = tv_cocci_rules(run->contract, rw, rx);
    for (gsize i = 0; i < N_COMMON && good; i++) {
        g_autofree char *path = scratch(run, common[i][1]);

        good = g_file_set_contents(path, texts[i], -1, error);
    }
    return good;
}

/*
 * Files that are named on the command line are one program to spatch, whose
 * cost grows with the square of its size; groups of one file are not.
 */
static gboolean write_groups(Batch *batch, guint number, GError **error)
{
    g_autofree char *name = g_strdup_printf("groups-%u", number);
    g_autoptr(GString) text = g_string_new(NULL);

    for (guint i = 0; i < batch->paths->len; i++) {
        g_string_append_printf(text, "%s\n\n",
                               (const char *)batch->paths->pdata[i]);
    }
    batch->groups = scratch(batch->run, name);
    return g_file_set_contents(batch->groups, text->str, text->len, error);
}

static TvJob *batch_job(Batch *batch)
{
    /* What it says of a source must not depend on the sources before it. */
    const char *const fixed[] = {
        batch->run->spatch, "--very-quiet", "--no-saved-typedefs",
        "--no-includes", "--timeout", SOURCE_TIMEOUT,
        "--file-groups", batch->groups,
    };
    g_autoptr(GPtrArray) argv = g_ptr_array_new_with_free_func(g_free);
    TvJob *job;

    for (gsize i = 0; i < G_N_ELEMENTS(fixed); i++) {
        g_ptr_array_add(argv, g_strdup(fixed[i]));
    }
    for (gsize i = 0; i < N_COMMON; i++) {
        g_ptr_array_add(argv, g_strdup(common[i][0]));
        g_ptr_array_add(argv, scratch(batch->run, common[i][1]));
    }
    g_ptr_array_add(argv, NULL);
    job = tv_job_new((const char *const *)argv->pdata);
    job->timeout_s = TIMEOUT_S;
    job->on_line = take_line;
    job->line_data = batch;
    return job;
}

static int by_size(gconstpointer a, gconstpointer b)
{
    gsize one = strlen((*(TvCocciSource *const *)a)->text->text);
    gsize two = strlen((*(TvCocciSource *const *)b)->text->text);

    return one < two ? 1 : one > two ? -1 : 0;
}

/* The largest first, each to the batch that has least. */
static GPtrArray *divide(TvCocciRun *run, GPtrArray *sources, GError **error)
{
    g_autoptr(GPtrArray) batches = g_ptr_array_new_with_free_func(batch_free);
    g_autoptr(GPtrArray) sorted = g_ptr_array_copy(sources, NULL, NULL);

    g_ptr_array_set_free_func(sorted, NULL);
    g_ptr_array_sort(sorted, by_size);
    for (guint i = 0; i < MIN(run->jobs, sources->len); i++) {
        g_ptr_array_add(batches, batch_new(run));
    }
    for (guint i = 0; i < sorted->len; i++) {
        Batch *least = batches->pdata[0];

        for (guint j = 1; j < batches->len; j++) {
            Batch *batch = batches->pdata[j];

            least = batch->size < least->size ? batch : least;
        }
        if (!batch_add(least, sorted->pdata[i], i, error)) {
            return NULL;
        }
    }
    return g_steal_pointer(&batches);
}

static void sweep(const TvCocciRun *run)
{
    for (gsize i = 0; i < N_COMMON; i++) {
        g_autofree char *path = scratch(run, common[i][1]);

        g_unlink(path);
    }
}

gboolean tv_cocci_run(TvCocciRun *run, GPtrArray *sources, GError **error)
{
    g_autoptr(TvJobPool) pool = tv_job_pool_new(run->jobs, "semantic patches");
    g_autoptr(GPtrArray) batches = NULL;
    gboolean good;

    if (sources->len == 0) {
        return TRUE;
    }
    good = write_common(run, sources, error) &&
           (batches = divide(run, sources, error));
    for (guint i = 0; good && i < batches->len; i++) {
        Batch *batch = batches->pdata[i];

        if (batch->paths->len && (good = write_groups(batch, i, error))) {
            tv_job_pool_add(pool, batch_job(batch), batch_done, batch);
        }
    }
    good = good && tv_job_pool_run(pool, error);
    for (guint i = 0; good && i < sources->len; i++) {
        tv_cocci_source_judge(sources->pdata[i], run->contract);
    }
    sweep(run);
    return good;
}
