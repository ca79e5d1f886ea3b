#include "mutate/judge-address.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#include "base/directory.h"
#include "base/error.h"
#include "base/hash.h"
#include "base/job-pool.h"
#include "proof/address/groups.h"
#include "proof/collect.h"
#include "proof/diagnostics.h"

#define KIND "mutant-units"
#define TIMEOUT_S 300

char *tv_mutate_units_version(const TvCheckTree *tree, GError **error)
{
    g_autoptr(GChecksum) sum = g_checksum_new(G_CHECKSUM_SHA256);
    const char *program = tv_file_facts_sha256(tree->facts, tree->tools->units);

    if (!program) {
        tv_error_set_errno(error, errno, "read", tree->tools->units, NULL);
        return NULL;
    }
    tv_hash_add(sum, program);
    tv_hash_add(sum, tree->contract->digest);
    return g_strdup(g_checksum_get_string(sum));
}

static gboolean compile(const TvCheckTree *tree, const TvUnit *unit,
                        const char *path, char **failure, GError **error)
{
    g_autofree char *fresh = g_strdup_printf("%s.%d", path, (int)getpid());
    g_auto(GStrv) argv = tv_unit_bitcode_argv(unit, tree, fresh);
    g_autoptr(TvJob) job = tv_job_new((const char *const *)argv);

    job->cwd = g_strdup(tree->scan->root);
    job->timeout_s = TIMEOUT_S;
    if (!tv_job_run(job, error)) {
        return FALSE;
    }
    if (!tv_job_ok(job)) {
        *failure = tv_job_describe_error(job);
        g_unlink(fresh);
    } else if (g_rename(fresh, path) != 0) {
        return tv_error_set_errno(error, errno, "write", path, NULL);
    }
    return TRUE;
}

/* The bitcode of a unit of the tree itself: compiled by the first process
 * that needs it.  To be freed. */
static char *base_bitcode(const TvMutateBench *bench, const TvUnit *unit,
                          GError **error)
{
    g_autoptr(GChecksum) sum = tv_check_cache_key(KIND);
    g_autofree char *dir = tv_options_build_path(bench->base->options, "cache",
                                                 "mutate", "bitcode", NULL);
    g_auto(GStrv) argv = tv_unit_bitcode_argv(unit, bench->base, "");
    g_autofree char *failure = NULL;
    g_autofree char *path = NULL;

    tv_hash_add(sum, unit->digest);
    for (char **argument = argv; *argument; argument++) {
        tv_hash_add(sum, *argument);
    }
    path = g_strdup_printf("%s/%s.bc", dir, g_checksum_get_string(sum));
    if (g_file_test(path, G_FILE_TEST_EXISTS)) {
        return g_steal_pointer(&path);
    }
    if (!tv_tree_make_directory(dir, error) ||
        !compile(bench->base, unit, path, &failure, error)) {
        return NULL;
    }
    if (failure) {
        g_set_error(error, TV_ERROR, TV_ERROR_TREE,
                    "%s cannot be compiled to bitcode for %s: %s", unit->file,
                    unit->host->name, failure);
        return NULL;
    }
    return g_steal_pointer(&path);
}

static TvUnit *changed_unit(const TvMutateSubject *subject, const TvUnit *base)
{
    for (guint i = 0; subject && i < subject->units->len; i++) {
        TvUnit *unit = subject->units->pdata[i];

        if (g_str_equal(unit->file, base->file) &&
            g_hash_table_contains(subject->changed, unit)) {
            return unit;
        }
    }
    return NULL;
}

/* Units that are analysed together; @alone or the whole kernel of the cell. */
typedef struct Analysis {
    const TvMutateBench *bench;
    const TvMutateCell *cell;
    const TvMutateSubject *subject; /* NULL: the tree itself */
    const TvUnit *alone;
    GPtrArray *units; /* of TvUnit */
    GPtrArray *paths; /* of char *: their bitcode */
    char *failure;    /* a changed unit does not compile */
} Analysis;

static gboolean add_unit(Analysis *analysis, const TvUnit *base, GError **error)
{
    const TvMutateBench *bench = analysis->bench;
    TvUnit *changed = changed_unit(analysis->subject, base);
    char *path;

    if (!changed) {
        path = base_bitcode(bench, base, error);
    } else if (changed->bitcode) {
        path = g_strdup(changed->bitcode);
    } else {
        path =
            g_strdup_printf("%s/%u.bc", bench->directory, analysis->units->len);
        if (!compile(&bench->tree, changed, path, &analysis->failure, error)) {
            g_clear_pointer(&path, g_free);
        }
    }
    if (!path) {
        return FALSE;
    }
    g_ptr_array_add(analysis->units, changed ? changed : (gpointer)base);
    g_ptr_array_add(analysis->paths, path);
    return TRUE;
}

static gboolean add_units(Analysis *analysis, GError **error)
{
    const TvPlanCell *place = analysis->cell->place;

    if (analysis->alone) {
        return add_unit(analysis, analysis->alone, error);
    }
    for (guint i = 0; i < place->units->len; i++) {
        const TvUnit *unit = place->units->pdata[i];

        if (unit->sees &&
            tv_contract_in_kernel(analysis->bench->base->contract,
                                  unit->file) &&
            !add_unit(analysis, unit, error)) {
            return FALSE;
        }
    }
    return TRUE;
}

/* Runs the analyser; what it printed, or NULL with @failure or @error. */
static char *analyse(Analysis *analysis, GError **error)
{
    const TvCheckTree *tree = analysis->bench->base;
    g_autofree char *contract =
        g_strdup_printf("%s/contract.ini", analysis->bench->directory);
    g_autoptr(GPtrArray) argv = g_ptr_array_new();
    g_autoptr(TvJob) job = NULL;

    if (!g_file_test(contract, G_FILE_TEST_EXISTS) &&
        !g_file_set_contents(contract, tree->contract->text, -1, error)) {
        return NULL;
    }
    g_ptr_array_add(argv, tree->tools->units);
    g_ptr_array_add(argv, (char *)"--contract");
    g_ptr_array_add(argv, contract);
    g_ptr_array_add(argv, (char *)"--root");
    g_ptr_array_add(argv, tree->scan->root);
    for (guint i = 0; i < analysis->paths->len; i++) {
        g_ptr_array_add(argv, analysis->paths->pdata[i]);
    }
    g_ptr_array_add(argv, NULL);
    job = tv_job_new((const char *const *)argv->pdata);
    job->timeout_s = TIMEOUT_S;
    if (!tv_job_run(job, error)) {
        return NULL;
    }
    if (job->exit_code > 1) {
        analysis->failure = tv_job_describe(job);
        return NULL;
    }
    return g_strdup(job->out->str);
}

/* Findings of the cell's kernel or of one unit; NULL with @failure set if the
 * analyser has no word, or with @error. */
static GPtrArray *findings_of(const TvMutateBench *bench,
                              const TvMutateCell *cell,
                              const TvMutateSubject *subject,
                              const TvUnit *alone, char **failure,
                              GError **error)
{
    Analysis analysis = {
        .bench = bench,
        .cell = cell,
        .subject = subject,
        .alone = alone,
        .units = g_ptr_array_new(),
        .paths = g_ptr_array_new_with_free_func(g_free),
    };
    TvUnitGroup group = {
        .host = cell->place->host,
        .units = analysis.units,
        .kernel = !alone,
    };
    GPtrArray *findings = NULL;

    if (add_units(&analysis, error) && !analysis.failure &&
        analysis.units->len > 0) {
        group.output = analyse(&analysis, error);
    }
    if (group.output) {
        findings =
            tv_layer_units_findings(subject ? &bench->tree : bench->base,
                                    bench->known, &group, &analysis.failure);
    }
    *failure = analysis.failure;
    g_free(group.output);
    g_ptr_array_unref(analysis.units);
    g_ptr_array_unref(analysis.paths);
    return findings;
}

/* What the tree itself has: once for each cell, kept with the rest. */
static gboolean learn(const TvMutateBench *bench, const TvMutateCell *cell,
                      const TvUnit *alone, GError **error)
{
    const TvHost *host = cell->place->host;
    g_autofree char *name = g_strdup_printf(
        "L3 %s %s", cell->place->target->name, alone ? alone->file : "");
    g_autoptr(GChecksum) sum = tv_check_cache_key(KIND);
    g_autofree char *text = NULL;
    g_autofree char *failure = NULL;
    g_auto(GStrv) lines = NULL;

    if (!g_hash_table_add(cell->known, g_strdup(name))) {
        return TRUE;
    }
    tv_hash_add(sum, name);
    tv_hash_add(sum, bench->versions[TV_MUTATE_L3]);
    tv_hash_add(sum, g_hash_table_lookup(bench->inputs, host));
    text = tv_check_cache_get(bench->cache, KIND, g_checksum_get_string(sum));
    if (!text) {
        g_autoptr(GPtrArray) findings =
            findings_of(bench, cell, NULL, alone, &failure, error);
        g_autoptr(GString) keys = g_string_new(NULL);

        if (!findings) {
            if (failure) {
                g_set_error(error, TV_ERROR, TV_ERROR_TREE,
                            "L3 cannot judge the tree itself on %s: %s. Run "
                            "'tcg-verify check --host=%s --layer=L3' first",
                            host->name, failure, host->name);
            }
            return FALSE;
        }
        for (guint i = 0; i < findings->len; i++) {
            g_autofree char *key = tv_host_counts_key(findings->pdata[i]);

            g_string_append_printf(keys, "%s\n", g_strdelimit(key, "\n", ' '));
        }
        text = g_string_free(g_steal_pointer(&keys), FALSE);
        tv_check_cache_put(bench->cache, KIND, g_checksum_get_string(sum),
                           text);
    }
    lines = g_strsplit(text, "\n", -1);
    for (char **line = lines; *line; line++) {
        g_hash_table_add(cell->known, g_strdup(*line));
    }
    return TRUE;
}

GPtrArray *tv_mutate_units_findings(const TvMutateSubject *subject,
                                    const TvUnit *alone, char **failure,
                                    GError **error)
{
    *failure = NULL;
    return learn(subject->bench, subject->cell, alone, error)
               ? findings_of(subject->bench, subject->cell, subject, alone,
                             failure, error)
               : NULL;
}

/* The kernel, or a changed unit alone. */
static gboolean judge(const TvMutateSubject *subject, const TvUnit *alone,
                      TvMutateWord *word, GError **error)
{
    g_autofree char *failure = NULL;
    g_autoptr(GPtrArray) findings =
        tv_mutate_units_findings(subject, alone, &failure, error);

    if (!findings && !failure) {
        return FALSE;
    }
    for (guint i = 0; findings && i < findings->len; i++) {
        if (word->outcome != TV_OUTCOME_KILLED &&
            tv_mutate_bench_is_new(subject->cell, findings->pdata[i])) {
            g_free(word->said);
            word->said = tv_mutate_quote(findings->pdata[i]);
            word->outcome = TV_OUTCOME_KILLED;
        }
    }
    if (failure && word->outcome != TV_OUTCOME_KILLED) {
        g_free(word->said);
        word->said = g_strdup(failure);
        word->outcome = TV_OUTCOME_VOID;
    }
    return TRUE;
}

gboolean tv_mutate_units_judge(const TvMutateSubject *subject,
                               TvMutateWord *word, GError **error)
{
    const TvPlanCell *place = subject->cell->place;
    const TvContract *contract = subject->bench->base->contract;
    gboolean kernel = FALSE;

    word->outcome = TV_OUTCOME_SURVIVED;
    for (guint i = 0; i < place->units->len; i++) {
        const TvUnit *unit = place->units->pdata[i];

        if (!unit->sees || !changed_unit(subject, unit)) {
            continue;
        }
        if (tv_contract_in_kernel(contract, unit->file)) {
            kernel = TRUE;
        } else if (!judge(subject, unit, word, error)) {
            return FALSE;
        }
    }
    return !kernel || judge(subject, NULL, word, error);
}
