/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "proof/engine.h"

#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#include "base/error.h"
#include "base/job-pool.h"
#include "base/progress.h"
#include "ctext/reduce.h"
#include "proof/diagnostics.h"
#include "tree/typing.h"

#define TIMEOUT_S 300

typedef struct Run {
    TvCheckEngine *engine;
    TvJobPool *pool;
    TvProgress *progress;
    GPtrArray *waiting; /* of TvUnit: not started yet */
    guint next;
    guint done;
    GHashTable *flights; /* key of what a layer says to Flight */
} Run;

/* A layer on a text; units of several cells may have the same one. */
typedef struct Flight {
    TvUnit *unit;         /* the first to have it */
    gboolean landed;
    GPtrArray *followers; /* of LayerTask: they wait for it */
} Flight;

/* One unit under way. */
typedef struct Task {
    Run *run;
    TvUnit *unit;
    TvCppText *text;
    char *text_path;
    char *depends_path;
    guint pending;
} Task;

typedef struct LayerTask {
    Task *task;
    TvLayer layer;
    Flight *flight;
    char *bitcode;   /* file that L1 makes by the way, or NULL */
    gboolean errors; /* sparse's second run */
} LayerTask;

static void layer_add(Task *task, TvLayer layer, Flight *flight,
                      gboolean errors);
static void start_next(Run *run);

static void flight_free(gpointer data)
{
    Flight *flight = data;

    g_ptr_array_unref(flight->followers);
    g_free(flight);
}

static void task_free(Task *task)
{
    if (task->text_path) {
        g_unlink(task->text_path);
        g_unlink(task->depends_path);
    }
    g_clear_pointer(&task->text, tv_cpp_text_free);
    g_free(task->text_path);
    g_free(task->depends_path);
    g_free(task);
}

static void unit_done(Run *run, const TvUnit *unit)
{
    tv_progress_set(run->progress, ++run->done, unit->file);
    if (run->engine->on_unit) {
        run->engine->on_unit(unit, run->engine->unit_data);
    }
}

static void task_release(Task *task)
{
    Run *run = task->run;

    if (--task->pending == 0) {
        if (run->engine->keep_text) {
            task->unit->text = g_steal_pointer(&task->text);
        }
        unit_done(run, task->unit);
        task_free(task);
        start_next(run);
    }
}

/* Positions in the preprocessed text become positions in the source. */
static void place(const Task *task, GPtrArray *diagnostics)
{
    for (guint i = 0; i < diagnostics->len; i++) {
        TvDiagnostic *diagnostic = diagnostics->pdata[i];
        const char *file = diagnostic->file;
        int line = diagnostic->line;
        char *name;

        if (g_strcmp0(file, task->text_path) == 0) {
            const char *source = tv_cpp_text_position(task->text, line, &line);

            file = source ? source : file;
        }
        name = tv_check_tree_relative(task->run->engine->tree, file);
        g_free(diagnostic->file);
        diagnostic->file = name;
        diagnostic->line = line;
    }
}

static gboolean is_known(GPtrArray *diagnostics, const TvDiagnostic *wanted)
{
    for (guint i = 0; i < diagnostics->len; i++) {
        const TvDiagnostic *diagnostic = diagnostics->pdata[i];

        if (diagnostic->line == wanted->line &&
            diagnostic->column == wanted->column &&
            g_str_equal(diagnostic->file, wanted->file) &&
            g_str_equal(diagnostic->message, wanted->message)) {
            return TRUE;
        }
    }
    return FALSE;
}

/*
 * Adds what sparse's second run says beyond the first: warnings that an error
 * had silenced.
 */
static void merge(GPtrArray *into, GPtrArray *from)
{
    for (guint i = 0; i < from->len; i++) {
        TvDiagnostic *diagnostic = from->pdata[i];

        if (!is_known(into, diagnostic)) {
            TvDiagnostic *copy = g_new0(TvDiagnostic, 1);

            copy->severity = TV_DIAGNOSTIC_WARNING;
            copy->line = diagnostic->line;
            copy->column = diagnostic->column;
            copy->file = g_strdup(diagnostic->file);
            copy->message = g_strdup(diagnostic->message);
            g_ptr_array_add(into, copy);
        }
    }
}

static gboolean has_error(GPtrArray *diagnostics)
{
    for (guint i = 0; i < diagnostics->len; i++) {
        if (((TvDiagnostic *)diagnostics->pdata[i])->severity !=
            TV_DIAGNOSTIC_WARNING) {
            return TRUE;
        }
    }
    return FALSE;
}

static gboolean wants_bitcode(const TvCheckEngine *engine, const TvUnit *unit)
{
    return engine->keep_bitcode && unit->sees;
}

/* Without it, L3 compiles the unit. */
static void share_bitcode(const Task *task, const TvUnit *from)
{
    g_autofree char *path = g_strconcat(task->text_path, ".bc", NULL);

    if (wants_bitcode(task->run->engine, task->unit) && from->bitcode &&
        !task->unit->bitcode && link(from->bitcode, path) == 0) {
        task->unit->bitcode = g_steal_pointer(&path);
    }
}

/* Those who wait find it in the cache, or have to fly themselves. */
static void land(Flight *flight)
{
    flight->landed = TRUE;
    for (guint i = 0; i < flight->followers->len; i++) {
        g_autofree LayerTask *own = flight->followers->pdata[i];
        const TvCheckEngine *engine = own->task->run->engine;

        if (tv_check_cache_lookup_run(engine->cache, engine->tree,
                                      own->task->unit, own->layer)) {
            share_bitcode(own->task, flight->unit);
        } else {
            layer_add(own->task, own->layer, flight, FALSE);
        }
        task_release(own->task);
    }
    g_ptr_array_set_size(flight->followers, 0);
}

static void layer_done(TvJobPool *pool, TvJob *job, gpointer data)
{
    g_autofree LayerTask *own = data;
    g_autofree char *bitcode = own->bitcode;
    Task *task = own->task;
    TvLayerRun *run = &task->unit->runs[own->layer];
    g_autoptr(GPtrArray) found = NULL;

    run->seconds += job->seconds;
    if (bitcode && tv_job_ok(job)) {
        g_free(task->unit->bitcode);
        task->unit->bitcode = g_steal_pointer(&bitcode);
    }
    if (job->error || job->exit_code < 0 || job->exit_code > 1) {
        run->broken = tv_job_describe(job);
        land(own->flight);
        task_release(task);
        return;
    }
    found = tv_diagnostics_parse(job->err->str);
    place(task, found);
    if (own->layer == TV_LAYER_CONST && job->exit_code != 0 &&
        !has_error(found)) {
        run->broken = tv_job_describe(job);
    } else if (own->layer == TV_LAYER_SPARSE && found->len == 0 &&
               job->err->len > 0) {
        /* A message without a position: sparse did not read the text. */
        run->broken = tv_job_describe(job);
    } else if (own->errors) {
        merge(run->diagnostics, found);
    } else {
        run->diagnostics = g_ptr_array_ref(found);
        if (own->layer == TV_LAYER_SPARSE && has_error(found)) {
            layer_add(task, own->layer, own->flight, TRUE);
            task_release(task);
            return;
        }
    }
    run->done = !run->broken;
    tv_check_cache_store_run(task->run->engine->cache, task->run->engine->tree,
                             task->unit, own->layer);
    land(own->flight);
    task_release(task);
}

static void layer_add(Task *task, TvLayer layer, Flight *flight,
                      gboolean errors)
{
    const TvCheckEngine *engine = task->run->engine;
    const TvCheckTree *tree = engine->tree;
    g_auto(GStrv) argv = NULL;
    LayerTask *own = g_new0(LayerTask, 1);
    TvJob *job;

    if (layer == TV_LAYER_CONST && wants_bitcode(engine, task->unit)) {
        own->bitcode = g_strconcat(task->text_path, ".bc", NULL);
    }
    argv = layer == TV_LAYER_SPARSE
               ? tv_layer_sparse_argv(task->unit, tree, task->text_path, errors)
               : tv_layer_const_argv(task->unit, tree, task->text_path,
                                     own->bitcode);
    job = tv_job_new((const char *const *)argv);

    own->task = task;
    own->layer = layer;
    own->flight = flight;
    own->errors = errors;
    job->server =
        layer == TV_LAYER_CONST ? tree->tools->clang_server : NULL;
    job->cwd = g_strdup(tree->scan->root);
    job->timeout_s = TIMEOUT_S;
    task->pending++;
    tv_job_pool_add(task->run->pool, job, layer_done, own);
}

/* Which layers a unit needs depends on what its text holds. */
static void choose_layers(const TvCheckEngine *engine, TvUnit *unit)
{
    unit->runs[TV_LAYER_CONST].wanted =
        unit->sees || unit->touched || unit->force ||
        (engine->is_changed && engine->is_changed(unit, engine->changed_data));
    unit->runs[TV_LAYER_SPARSE].wanted = unit->sees || unit->force;
    for (int i = 0; i < TV_N_LAYERS; i++) {
        if (!(engine->layers & ~unit->excluded & (1u << i))) {
            unit->runs[i].wanted = FALSE;
        }
    }
}

/* TRUE if nothing is left to run. */
static gboolean lookup_layers(Run *run, TvUnit *unit)
{
    gboolean all = TRUE;

    choose_layers(run->engine, unit);
    for (int i = 0; i < TV_N_LAYERS; i++) {
        if (unit->runs[i].wanted && !unit->runs[i].done &&
            !tv_check_cache_lookup_run(run->engine->cache, run->engine->tree,
                                       unit, i)) {
            all = FALSE;
        }
    }
    return all;
}

/* Most of a text is headers that the unit does not use. */
static gboolean reduce(Task *task, gboolean edited, GError **error)
{
    const TvCheckTree *tree = task->run->engine->tree;
    TvCppText *text = task->text;
    gsize length;
    char *data =
        tree->whole ? NULL : tv_cpp_reduce(text, tree->contract, &length);

    if (data) {
        task->text = tv_cpp_text_new(data, length);
        tv_cpp_text_free(text);
    }
    return (!data && !edited) ||
           g_file_set_contents(task->text_path, task->text->data,
                               (gssize)task->text->length, error);
}

static gboolean read_text(Task *task, GError **error)
{
    TvUnit *unit = task->unit;
    const TvCheckEngine *engine = task->run->engine;
    g_autofree char *depends = NULL;
    gboolean edited;
    char *data;
    gsize length;

    if (!g_file_get_contents(task->depends_path, &depends, NULL, error) ||
        !g_file_get_contents(task->text_path, &data, &length, error)) {
        return FALSE;
    }
    edited = tv_typing_edit(engine->tree->contract, data, length);
    task->text = tv_cpp_text_new(data, length);
    if (!reduce(task, edited, error)) {
        return FALSE;
    }
    g_free(unit->digest);
    unit->digest = tv_cpp_text_digest(task->text);
    g_clear_pointer(&unit->depends, g_ptr_array_unref);
    unit->depends = tv_check_cache_parse_depends(depends);
    unit->sees = tv_cpp_text_sees(task->text, engine->tree->contract);
    tv_check_cache_store_unit(engine->cache, engine->tree, unit);
    return TRUE;
}

static void start_layer(Task *task, TvLayer layer)
{
    Run *run = task->run;
    TvUnit *unit = task->unit;
    char *key = tv_check_cache_run_key(run->engine->tree, unit, layer);
    Flight *flight = g_hash_table_lookup(run->flights, key);

    if (flight && !flight->landed) {
        LayerTask *own = g_new0(LayerTask, 1);

        own->task = task;
        own->layer = layer;
        task->pending++;
        g_ptr_array_add(flight->followers, own);
    } else if (flight && unit->runs[layer].done) {
        share_bitcode(task, flight->unit);
    } else if (!unit->runs[layer].done) {
        flight = g_new0(Flight, 1);
        flight->unit = unit;
        flight->followers = g_ptr_array_new();
        g_hash_table_insert(run->flights, g_steal_pointer(&key), flight);
        layer_add(task, layer, flight, FALSE);
    }
    g_free(key);
}

/* @written: the file holds the text. */
static void start_layers(Task *task, gboolean written)
{
    TvCheckEngine *engine = task->run->engine;
    TvUnit *unit = task->unit;
    g_autoptr(GError) error = NULL;

    if (engine->on_text &&
        engine->on_text(unit, task->text, engine->text_data)) {
        g_free(unit->digest);
        unit->digest = tv_cpp_text_digest(task->text);
        written = FALSE;
    }
    if (!written && !g_file_set_contents(task->text_path, task->text->data,
                                         task->text->length, &error)) {
        unit->failure = g_strdup(error->message);
        return;
    }
    lookup_layers(task->run, unit);
    for (int i = 0; i < TV_N_LAYERS; i++) {
        if (unit->runs[i].wanted) {
            start_layer(task, i);
        }
    }
}

static void preprocess_done(TvJobPool *pool, TvJob *job, gpointer data)
{
    Task *task = data;
    g_autoptr(GError) error = NULL;

    task->pending = 1;
    if (!tv_job_ok(job)) {
        task->unit->failure = tv_job_describe_error(job);
    } else if (!read_text(task, &error)) {
        task->unit->failure = g_strdup(error->message);
    } else {
        start_layers(task, TRUE);
    }
    task_release(task);
}

static void preprocess(Task *task)
{
    const TvCheckTree *tree = task->run->engine->tree;
    g_auto(GStrv) argv = tv_unit_preprocess_argv(
        task->unit, tree, task->text_path, task->depends_path);
    TvJob *job = tv_job_new((const char *const *)argv);

    job->server = tree->tools->clang_server;
    job->cwd = g_strdup(tree->scan->root);
    job->timeout_s = TIMEOUT_S;
    tv_job_pool_add(task->run->pool, job, preprocess_done, task);
}

static void start(Run *run, TvUnit *unit)
{
    /* Bitcode of one run is still there in the next. */
    static guint number;
    TvCheckEngine *engine = run->engine;
    Task *task = g_new0(Task, 1);

    task->run = run;
    task->unit = unit;
    task->text_path =
        g_strdup_printf("%s/%d-%u.i", tv_check_cache_scratch(engine->cache),
                        (int)getpid(), ++number);
    task->depends_path =
        g_strdup_printf("%s/%d-%u.d", tv_check_cache_scratch(engine->cache),
                        (int)getpid(), number);
    task->text = g_steal_pointer(&unit->text);
    if (task->text) {
        task->pending = 1;
        start_layers(task, FALSE);
        task_release(task);
    } else {
        preprocess(task);
    }
}

/* Only so many units are under way that their texts need little room. */
static void start_next(Run *run)
{
    if (run->next < run->waiting->len) {
        start(run, run->waiting->pdata[run->next++]);
    }
}

gboolean tv_check_engine_run(TvCheckEngine *engine, GPtrArray *units,
                             GError **error)
{
    int jobs = engine->tree->options->jobs;
    g_autoptr(TvJobPool) pool = tv_job_pool_new(jobs, NULL);
    g_autoptr(TvProgress) progress = tv_progress_new(engine->label, units->len);
    g_autoptr(GPtrArray) waiting = g_ptr_array_new();
    g_autoptr(GHashTable) flights =
        g_hash_table_new_full(g_str_hash, g_str_equal, g_free, flight_free);
    Run run = {.engine = engine,
               .pool = pool,
               .progress = progress,
               .waiting = waiting,
               .flights = flights};

    for (guint i = 0; i < units->len; i++) {
        TvUnit *unit = units->pdata[i];

        if (!engine->no_cache &&
            tv_check_cache_lookup_unit(engine->cache, engine->tree, unit) &&
            lookup_layers(&run, unit)) {
            unit_done(&run, unit);
            continue;
        }
        g_ptr_array_add(waiting, unit);
    }
    for (int i = 0; i < jobs * 2; i++) {
        start_next(&run);
    }
    return tv_job_pool_run(pool, error);
}
