/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What patch(1) would do to the tree: a dry run without fuzz says which hunks
 * apply, and at which offset; a second one with fuzz which of the others might.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/error.h"
#include "base/job-pool.h"
#include "rebase/rebase.h"

static void hunk_free(gpointer data)
{
    TvHunk *hunk = data;

    g_free(hunk->section);
    g_ptr_array_unref(hunk->old);
    g_ptr_array_unref(hunk->made);
    g_free(hunk);
}

static void diff_free(gpointer data)
{
    TvFileDiff *diff = data;

    g_free(diff->file);
    g_free(diff->text);
    g_ptr_array_unref(diff->hunks);
    g_free(diff);
}

static TvHunk *hunk_new(const char *line, guint number)
{
    TvHunk *hunk = g_new0(TvHunk, 1);
    const char *section = strstr(line + 2, " @@");

    hunk->number = number;
    hunk->line = (guint)strtoul(line + strlen("@@ -"), NULL, 10);
    hunk->section = g_strstrip(g_strdup(section ? section + 3 : ""));
    hunk->old = g_ptr_array_new_with_free_func(g_free);
    hunk->made = g_ptr_array_new_with_free_func(g_free);
    return hunk;
}

static void add_line(TvHunk *hunk, const char *line)
{
    if (*line == ' ' || *line == '-') {
        g_ptr_array_add(hunk->old, g_strdup(line + 1));
    }
    if (*line == ' ' || *line == '+') {
        g_ptr_array_add(hunk->made, g_strdup(line + 1));
    }
}

static TvFileDiff *parse_file(const char *text)
{
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
    TvFileDiff *diff = g_new0(TvFileDiff, 1);
    TvHunk *hunk = NULL;

    diff->text = g_strdup(text);
    diff->hunks = g_ptr_array_new_with_free_func(hunk_free);
    for (char **line = lines; *line; line++) {
        if (g_str_has_prefix(*line, "@@ -")) {
            hunk = hunk_new(*line, diff->hunks->len + 1);
            g_ptr_array_add(diff->hunks, hunk);
        } else if (hunk) {
            add_line(hunk, *line);
        } else if (g_str_has_prefix(*line, "diff --git ")) {
            const char *name = strstr(*line, " b/");

            diff->file = g_strdup(name ? name + strlen(" b/") : "");
        } else if (g_str_has_prefix(*line, "new file mode ")) {
            diff->creates = TRUE;
        }
    }
    return diff;
}

GPtrArray *tv_rebase_parse(const char *diff)
{
    GPtrArray *diffs = g_ptr_array_new_with_free_func(diff_free);

    while (diff && *diff) {
        const char *end = strstr(diff, "\ndiff --git ");
        g_autofree char *one =
            end ? g_strndup(diff, end + 1 - diff) : g_strdup(diff);

        g_ptr_array_add(diffs, parse_file(one));
        diff = end ? end + 1 : NULL;
    }
    return diffs;
}

/* patch(1) on the tree, which is not written to; what it says. */
static char *dry_run(const TvRebase *rebase, const char *path, guint fuzz,
                     gboolean *clean, GError **error)
{
    g_autofree char *option = g_strdup_printf("--fuzz=%u", fuzz);
    g_autoptr(TvJob) job =
        tv_job_new_args("patch", "-p1", "--dry-run", "--force", option,
                        "--no-backup-if-mismatch", "-i", path, NULL);

    job->cwd = g_strdup(rebase->work);
    if (!tv_job_run(job, error)) {
        return NULL;
    }
    if (job->exit_code > 1) {
        g_autofree char *how = tv_job_describe(job);

        g_set_error(error, TV_ERROR, TV_ERROR_TOOL, "%s: %s", path, how);
        return NULL;
    }
    *clean = job->exit_code == 0;
    return g_strdup(job->out->str);
}

static const TvFileDiff *find_diff(const GPtrArray *diffs, const char *file)
{
    for (guint i = 0; i < diffs->len; i++) {
        const TvFileDiff *diff = g_ptr_array_index(diffs, i);

        if (g_str_equal(diff->file, file)) {
            return diff;
        }
    }
    return NULL;
}

/* Of every hunk that patch(1) speaks of: calls @see with what it says. */
static void each_hunk(const GPtrArray *diffs, const char *said,
                      void (*see)(GPtrArray *, const TvFileDiff *,
                                  const TvHunk *, const char *),
                      GPtrArray *drifts)
{
    g_auto(GStrv) lines = g_strsplit(said, "\n", -1);
    const TvFileDiff *diff = NULL;

    for (char **line = lines; *line; line++) {
        guint number;

        if (g_str_has_prefix(*line, "checking file ")) {
            g_autofree char *file =
                g_shell_unquote(*line + strlen("checking file "), NULL);

            diff = file ? find_diff(diffs, file) : NULL;
        } else if (diff && sscanf(*line, "Hunk #%u ", &number) == 1 &&
                   number >= 1 && number <= diff->hunks->len) {
            see(drifts, diff, g_ptr_array_index(diff->hunks, number - 1),
                *line);
        }
    }
}

static void add(GPtrArray *drifts, TvDriftKind kind, const TvFileDiff *diff,
                const TvHunk *hunk, int amount)
{
    TvDrift *drift = g_new0(TvDrift, 1);

    drift->kind = kind;
    drift->diff = diff;
    drift->hunk = hunk;
    drift->amount = amount;
    g_ptr_array_add(drifts, drift);
}

static void see_exact(GPtrArray *drifts, const TvFileDiff *diff,
                      const TvHunk *hunk, const char *line)
{
    const char *offset = strstr(line, "(offset ");

    if (strstr(line, "FAILED")) {
        add(drifts, TV_DRIFT_CONTEXT, diff, hunk, 0);
    } else if (offset) {
        add(drifts, TV_DRIFT_OFFSET, diff, hunk,
            atoi(offset + strlen("(offset ")));
    }
}

/* Those that failed, and do not with fuzz. */
static void see_fuzz(GPtrArray *drifts, const TvFileDiff *diff,
                     const TvHunk *hunk, const char *line)
{
    const char *fuzz = strstr(line, "with fuzz ");

    for (guint i = 0; fuzz && i < drifts->len; i++) {
        TvDrift *drift = g_ptr_array_index(drifts, i);

        if (drift->diff == diff && drift->hunk == hunk &&
            drift->kind == TV_DRIFT_CONTEXT) {
            drift->kind = TV_DRIFT_FUZZ;
            drift->amount = atoi(fuzz + strlen("with fuzz "));
        }
    }
}

GPtrArray *tv_rebase_try(const TvRebase *rebase, const GPtrArray *diffs,
                         const char *path, gboolean *fails, GError **error)
{
    g_autoptr(GPtrArray) drifts = g_ptr_array_new_with_free_func(g_free);
    gboolean clean;
    g_autofree char *said = NULL;

    if ((rebase->git && !tv_rebase_git_lay_out(rebase, diffs, error)) ||
        !(said = dry_run(rebase, path, 0, &clean, error))) {
        return NULL;
    }
    each_hunk(diffs, said, see_exact, drifts);
    for (guint i = 0; i < diffs->len; i++) {
        const TvFileDiff *diff = g_ptr_array_index(diffs, i);
        g_autofree char *file =
            g_build_filename(rebase->work, diff->file, NULL);
        struct stat info;
        gboolean there = lstat(file, &info) == 0;

        if (there != diff->creates) {
            continue;
        }
        clean = FALSE;
        for (guint d = drifts->len; d-- > 0;) {
            if (((TvDrift *)g_ptr_array_index(drifts, d))->diff == diff) {
                g_ptr_array_remove_index(drifts, d);
            }
        }
        add(drifts, there ? TV_DRIFT_EXISTS : TV_DRIFT_MISSING, diff, NULL, 0);
    }
    *fails = !clean;
    if (!clean) {
        g_autofree char *fuzzy = dry_run(rebase, path, 2, &clean, error);

        if (!fuzzy) {
            return NULL;
        }
        each_hunk(diffs, fuzzy, see_fuzz, drifts);
    }
    return g_steal_pointer(&drifts);
}
