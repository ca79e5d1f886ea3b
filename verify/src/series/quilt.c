/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "series/quilt.h"

#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "base/job-pool.h"
#include "base/progress.h"

#define APPLYING "Applying patch "

/* What quilt says while it pushes. */
typedef struct Push {
    TvProgress *progress;
    guint done;
    char *patch; /* the one under way */
    char *file;  /* that is being patched */
    char *fault; /* the first complaint */
} Push;

static char **environment(const char *patches, const char *list)
{
    char **envp = g_environ_setenv(g_get_environ(), "QUILT_PATCHES", patches,
                                   TRUE);

    return list ? g_environ_setenv(envp, "QUILT_SERIES", list, TRUE) : envp;
}

TvJob *tv_quilt_job(const char *patches, const char *list, const char *tree,
                    const char *const *words)
{
    g_autoptr(GStrvBuilder) argv = g_strv_builder_new();
    g_auto(GStrv) all = NULL;
    TvJob *job;

    g_strv_builder_add_many(argv, "quilt", "--quiltrc", "-", NULL);
    g_strv_builder_addv(argv, (const char **)words);
    all = g_strv_builder_end(argv);
    job = tv_job_new((const char *const *)all);
    job->cwd = g_strdup(tree);
    job->envp = environment(patches, list);
    return job;
}

static void on_line(TvJob *job, const char *line, gpointer user_data)
{
    Push *push = user_data;

    if (g_str_has_prefix(line, APPLYING)) {
        const char *patches = g_environ_getenv(job->envp, "QUILT_PATCHES");

        line += strlen(APPLYING);
        if (g_str_has_prefix(line, patches)) {
            line += strlen(patches) + 1;
        }
        g_free(push->patch);
        push->patch = g_strdup(line);
        tv_progress_set(push->progress, push->done++, line);
    } else if (g_str_has_prefix(line, "patching file ")) {
        g_free(push->file);
        push->file = g_strdup(line + strlen("patching file "));
    } else if (!push->fault &&
               (strstr(line, "FAILED") || strstr(line, "can't find file") ||
                strstr(line, "already exist") || strstr(line, "malformed") ||
                strstr(line, "ignored") || strstr(line, "Reversed"))) {
        push->fault = g_strchomp(g_strdup(line));
    }
}

/* quilt takes a missing patch(1) for a patch that does not apply. */
gboolean tv_quilt_have_tools(GError **error)
{
    static const char *const tools[] = {"quilt", "patch"};

    for (gsize i = 0; i < G_N_ELEMENTS(tools); i++) {
        g_autofree char *path = g_find_program_in_path(tools[i]);

        if (!path) {
            g_set_error(error, TV_ERROR, TV_ERROR_TOOL,
                        "cannot run '%s': it is not in PATH; install it or "
                        "see scripts/packages",
                        tools[i]);
            return FALSE;
        }
    }
    return TRUE;
}

gboolean tv_quilt_push(const TvSeries *series, guint from, guint count,
                       const char *tree, GError **error)
{
    const TvPatch *last;
    g_autofree char *patches = NULL;
    g_autofree char *list = NULL;
    g_autoptr(TvJob) job = NULL;
    gboolean ok;
    Push push = {0};

    if (count <= from) {
        return TRUE;
    }
    if (!tv_quilt_have_tools(error)) {
        return FALSE;
    }
    last = g_ptr_array_index(series->patches, count - 1);
    patches = g_build_filename(series->project, "patches", NULL);
    list = g_build_filename(series->project, "series", NULL);
    job = tv_quilt_job(patches, list, tree,
                       (const char *const[]){"push", "--fuzz=0", last->name,
                                             NULL});
    job->on_line = on_line;
    job->line_data = &push;
    if (count > from + 1) {
        push.progress = tv_progress_new("applying, patch", count - from);
    } else {
        push.progress = tv_progress_new("applying", 0);
    }
    ok = tv_job_run(job, error);
    tv_progress_free(push.progress);
    if (ok && job->exit_code != 0) {
        g_autofree char *how = tv_job_describe(job);

        if (push.patch) {
            g_set_error(error, TV_ERROR, TV_ERROR_INPUT,
                        "patches/%s does not apply without fuzz: %s%s%s",
                        push.patch, push.file ? push.file : "",
                        push.file ? ": " : "", push.fault ? push.fault : how);
        } else {
            g_set_error(error, TV_ERROR, TV_ERROR_TOOL, "%s", how);
        }
        ok = FALSE;
    }
    g_free(push.patch);
    g_free(push.file);
    g_free(push.fault);
    return ok;
}
