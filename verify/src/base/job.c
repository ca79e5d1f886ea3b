/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/job-pool.h"

#include <string.h>

#include "base/error.h"

TvJob *tv_job_new(const char *const *argv)
{
    TvJob *job = g_new0(TvJob, 1);

    job->argv = g_strdupv((char **)argv);
    job->out = g_string_new(NULL);
    job->err = g_string_new(NULL);
    return job;
}

TvJob *tv_job_new_args(const char *argv0, ...)
{
    g_autoptr(GPtrArray) argv = g_ptr_array_new();
    va_list args;

    va_start(args, argv0);
    for (const char *arg = argv0; arg; arg = va_arg(args, const char *)) {
        g_ptr_array_add(argv, (char *)arg);
    }
    va_end(args);
    g_ptr_array_add(argv, NULL);
    return tv_job_new((const char *const *)argv->pdata);
}

void tv_job_free(TvJob *job)
{
    if (!job) {
        return;
    }
    g_strfreev(job->argv);
    g_free(job->cwd);
    g_strfreev(job->envp);
    g_free(job->input);
    g_free(job->log_path);
    g_clear_error(&job->error);
    if (job->out) {
        g_string_free(job->out, TRUE);
    }
    if (job->err) {
        g_string_free(job->err, TRUE);
    }
    g_free(job->run);
    g_free(job);
}

gboolean tv_job_ok(const TvJob *job)
{
    return !job->error && !job->timed_out && job->term_signal == 0 &&
           job->exit_code == 0;
}

/* ": LINE", or all lines of stderr, indented, below a colon; stdout may be
 * long, and its last line has to do where stderr says nothing. */
static char *complaint(const TvJob *job)
{
    gboolean silent = !job->err || !job->err->len;
    g_autofree char *text =
        g_strdup(!silent ? job->err->str : job->out ? job->out->str : "");
    g_auto(GStrv) lines = NULL;
    g_autoptr(GString) all = g_string_new(":");

    g_strchomp(text);
    lines = g_strsplit(text, "\n", -1);
    if (!*lines || !*text) {
        return g_strdup("");
    }
    if (silent || !lines[1]) {
        return g_strconcat(": ", lines[g_strv_length(lines) - 1], NULL);
    }
    for (char **line = lines; *line; line++) {
        g_string_append_printf(all, "\n%s%s", **line ? "    " : "", *line);
    }
    return g_string_free(g_steal_pointer(&all), FALSE);
}

char *tv_job_describe(const TvJob *job)
{
    g_autofree char *name = g_path_get_basename(job->argv[0]);
    g_autofree char *what = complaint(job);

    if (job->error) {
        return g_strdup(job->error->message);
    }
    if (job->timed_out) {
        return g_strdup_printf("%s: no end after %u s%s", name, job->timeout_s,
                               what);
    }
    if (job->term_signal) {
        return g_strdup_printf("%s: %s%s", name,
                               g_strsignal(job->term_signal), what);
    }
    return g_strdup_printf("%s: exit %d%s", name, job->exit_code, what);
}

/* Lets tv_job_run hand the job back to its caller. */
static void keep_outcome(TvJobPool *pool, TvJob *job, gpointer user_data)
{
    TvJob *caller = user_data;
    GString *out = caller->out;
    GString *err = caller->err;

    caller->error = g_steal_pointer(&job->error);
    caller->out = job->out;
    caller->err = job->err;
    job->out = out;
    job->err = err;
    caller->exit_code = job->exit_code;
    caller->term_signal = job->term_signal;
    caller->timed_out = job->timed_out;
    caller->seconds = job->seconds;
}

gboolean tv_job_run(TvJob *job, GError **error)
{
    g_autoptr(TvJobPool) pool = tv_job_pool_new(1, NULL);
    TvJob *copy = tv_job_new((const char *const *)job->argv);

    copy->cwd = g_strdup(job->cwd);
    copy->envp = g_strdupv(job->envp);
    copy->input = g_strdup(job->input);
    copy->log_path = g_strdup(job->log_path);
    copy->timeout_s = job->timeout_s;
    copy->must_finish = job->must_finish;
    copy->server = job->server;
    copy->on_line = job->on_line;
    copy->line_data = job->line_data;
    tv_job_pool_add(pool, copy, keep_outcome, job);
    if (!tv_job_pool_run(pool, error)) {
        return FALSE;
    }
    if (job->error || job->timed_out || job->term_signal) {
        g_autofree char *how = tv_job_describe(job);

        g_set_error(error, TV_ERROR, TV_ERROR_TOOL, "%s", how);
        return FALSE;
    }
    return TRUE;
}

gboolean tv_job_run_ok(TvJob *job, GError **error)
{
    if (!tv_job_run(job, error)) {
        return FALSE;
    }
    if (job->exit_code != 0) {
        g_autofree char *how = tv_job_describe(job);

        g_set_error(error, TV_ERROR, TV_ERROR_TOOL, "%s", how);
        return FALSE;
    }
    return TRUE;
}
