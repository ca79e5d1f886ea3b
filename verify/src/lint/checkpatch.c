/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "lint/lint.h"

#include <glib/gstdio.h>
#include <string.h>

#include "base/directory.h"
#include "base/error.h"
#include "base/hash.h"
#include "base/job-pool.h"

#define STAND_IN "Stand In <stand-in@example.org>"
#define CACHE_VERSION "checkpatch 1"

/* State over all patches. */
typedef struct Run {
    const TvSeries *series;
    char *script;
    char *tree;
    char *cache;
    char *script_hash;
    GPtrArray *exceptions; /* of TvLintException */
    TvResult *announce;
    GPtrArray *findings;
    GError *error;
} Run;

typedef struct Task {
    Run *run;
    const TvPatch *patch;
    char *cached; /* where its output is kept */
    char *mail;   /* the file that checkpatch reads */
} Task;

static void task_free(Task *task)
{
    g_free(task->cached);
    g_free(task->mail);
    g_free(task);
}

static gboolean ends_in_trailers(const char *body)
{
    const char *last = g_strrstr(body, "\n");

    return g_regex_match_simple("^[A-Z][A-Za-z-]+: \\S", last ? last + 1 : body,
                                0, 0);
}

char *tv_lint_mail_text(const TvPatch *patch, const char *overlay)
{
    const char *rest = patch->notes ? patch->notes : patch->diff;
    g_autofree char *message = g_strndup(patch->message, rest - patch->message);

    g_strchomp(message);
    return g_strdup_printf(
        "From: %s\nSubject: [PATCH] %s\n%s\n%sSigned-off-by: %s\n%s%s",
        STAND_IN, patch->subject, message,
        ends_in_trailers(message) ? "" : "\n", STAND_IN, rest, overlay);
}

/* One complaint: its first line, and the one that says where. */
static TvFinding *make_finding(const TvPatch *patch, const char *complaint,
                               const char *where)
{
    g_autoptr(GRegex) regex =
        g_regex_new("^#\\d+: FILE: (.*):(\\d+):", 0, 0, NULL);
    g_autoptr(GMatchInfo) match = NULL;
    g_autofree char *file = NULL;
    g_autofree char *line = NULL;
    TvFinding *finding;

    if (g_regex_match(regex, where, 0, &match)) {
        file = g_match_info_fetch(match, 1);
        line = g_match_info_fetch(match, 2);
    } else {
        file = g_strconcat("patches/", patch->name, NULL);
    }
    finding = tv_finding_new("checkpatch", file,
                             line ? (int)g_ascii_strtoll(line, NULL, 10) : 0,
                             "%s", complaint);
    finding->patch = g_strdup(patch->name);
    finding->reproduce = g_strdup("tcg-verify lint");
    return finding;
}

/* FALSE for one that only removes, or has a change of another kind, which
 * series-kind reports: nothing of that is checked. */
static gboolean has_lines(const TvPatch *patch)
{
    g_autoptr(GPtrArray) kinds =
        g_ptr_array_new_with_free_func((GDestroyNotify)tv_finding_free);

    tv_patch_kinds(patch, kinds);
    return !kinds->len &&
           g_regex_match_simple("^@@ .*\n([-\\\\].*\n)*[ +]", patch->diff,
                                G_REGEX_MULTILINE | G_REGEX_RAW, 0);
}

gboolean tv_lint_parse_checkpatch(const TvPatch *patch, const char *output,
                                  GPtrArray *findings, GError **error)
{
    g_autoptr(GRegex) total = g_regex_new(
        "^total: (\\d+) errors, (\\d+) warnings, (\\d+) lines checked$",
        G_REGEX_MULTILINE, 0, NULL);
    g_autoptr(GMatchInfo) match = NULL;
    g_auto(GStrv) lines = g_strsplit(output, "\n", -1);
    guint before = findings->len;
    guint64 counts[3];

    for (char **line = lines; *line; line++) {
        if (g_str_has_prefix(*line, "ERROR: ") ||
            g_str_has_prefix(*line, "WARNING: ")) {
            g_ptr_array_add(findings,
                            make_finding(patch, *line, line[1] ? line[1] : ""));
        }
    }
    if (!g_regex_match(total, output, 0, &match)) {
        g_set_error(error, TV_ERROR, TV_ERROR_TOOL,
                    "checkpatch.pl gave no total for patches/%s: %.200s",
                    patch->name, output);
        return FALSE;
    }
    for (int i = 0; i < 3; i++) {
        g_autofree char *number = g_match_info_fetch(match, i + 1);

        counts[i] = g_ascii_strtoull(number, NULL, 10);
    }
    if (counts[0] + counts[1] != findings->len - before ||
        (counts[2] == 0 && has_lines(patch))) {
        g_set_error(error, TV_ERROR, TV_ERROR_TOOL,
                    "checkpatch.pl counts %u errors and %u warnings in %u "
                    "lines of patches/%s, but says %u",
                    (guint)counts[0], (guint)counts[1], (guint)counts[2],
                    patch->name, findings->len - before);
        return FALSE;
    }
    return TRUE;
}

static gboolean take_output(Run *run, const TvPatch *patch, const char *output,
                            GError **error)
{
    guint first = run->findings->len;

    if (!tv_lint_parse_checkpatch(patch, output, run->findings, error)) {
        return FALSE;
    }
    for (guint i = first; i < run->findings->len; i++) {
        if (!tv_lint_excuses(run->exceptions, run->findings->pdata[i])) {
            tv_result_announce(run->announce, run->findings->pdata[i]);
        }
    }
    return TRUE;
}

static void on_done(TvJobPool *pool, TvJob *job, gpointer user_data)
{
    Task *task = user_data;
    Run *run = task->run;

    g_unlink(task->mail);
    if (!run->error && (job->error || job->term_signal || job->timed_out ||
                        job->exit_code > 1)) {
        g_autofree char *how = tv_job_describe(job);

        g_set_error(&run->error, TV_ERROR, TV_ERROR_TOOL,
                    "checkpatch.pl on patches/%s: %s", task->patch->name, how);
    }
    if (!run->error &&
        take_output(run, task->patch, job->out->str, &run->error)) {
        g_file_set_contents(task->cached, job->out->str, (gssize)job->out->len,
                            &run->error);
    }
    task_free(task);
}

/* Takes the kept output, or adds a job to @pool. */
static gboolean add_patch(Run *run, TvJobPool *pool, const TvPatch *patch,
                          GError **error)
{
    g_autoptr(GChecksum) checksum = g_checksum_new(G_CHECKSUM_SHA256);
    g_autofree char *overlay =
        tv_series_overlay_diff(run->series, patch, error);
    g_autofree char *text = overlay ? tv_lint_mail_text(patch, overlay) : NULL;
    g_autofree char *output = NULL;
    g_autofree char *cached = NULL;
    g_autofree char *mail = NULL;
    Task *task;
    TvJob *job;

    if (!text) {
        return FALSE;
    }
    tv_hash_add(checksum, CACHE_VERSION);
    tv_hash_add(checksum, run->script_hash);
    tv_hash_add(checksum, text);
    cached =
        g_build_filename(run->cache, g_checksum_get_string(checksum), NULL);
    if (g_file_get_contents(cached, &output, NULL, NULL)) {
        tv_job_pool_skip(pool);
        return take_output(run, patch, output, error);
    }
    mail = g_strconcat(cached, ".mail", NULL);
    if (!g_file_set_contents(mail, text, -1, error)) {
        return FALSE;
    }
    task = g_new0(Task, 1);
    task->run = run;
    task->patch = patch;
    task->cached = g_steal_pointer(&cached);
    task->mail = g_steal_pointer(&mail);
    job = tv_job_new_args("perl", run->script, "--root", run->tree,
                          "--color=never", "--patch", task->mail, NULL);
    job->timeout_s = 120;
    tv_job_pool_add(pool, job, on_done, task);
    return TRUE;
}

static gboolean run_all(Run *run, guint jobs, GError **error)
{
    g_autoptr(TvJobPool) pool = tv_job_pool_new(jobs, "checkpatch, patch");

    for (guint i = 0; i < run->series->patches->len; i++) {
        if (!add_patch(run, pool, g_ptr_array_index(run->series->patches, i),
                       error)) {
            return FALSE;
        }
    }
    if (!tv_job_pool_run(pool, error)) {
        return FALSE;
    }
    if (run->error) {
        g_propagate_error(error, g_steal_pointer(&run->error));
        return FALSE;
    }
    return TRUE;
}

int tv_lint_checkpatch(const TvOptions *options, const TvSeries *series,
                       const char *tree, GPtrArray *findings,
                       TvResult *announce, GError **error)
{
    g_autoptr(GPtrArray) exceptions =
        tv_lint_exceptions_load(options->project, error);
    Run run = {
        .series = series,
        .script = g_build_filename(tree, "scripts", "checkpatch.pl", NULL),
        .tree = g_strdup(tree),
        .cache = tv_options_build_path(options, "cache", "checkpatch", NULL),
        .findings = findings,
        .exceptions = exceptions,
        .announce = announce,
    };
    gboolean ok;

    run.script_hash = exceptions ? tv_hash_file(run.script, error) : NULL;
    ok = run.script_hash && tv_tree_make_directory(run.cache, error) &&
         run_all(&run, (guint)options->jobs, error) &&
         tv_lint_except(options->project, findings, error);
    g_clear_error(&run.error);
    g_free(run.script);
    g_free(run.tree);
    g_free(run.cache);
    g_free(run.script_hash);
    return ok ? (int)series->patches->len : -1;
}
