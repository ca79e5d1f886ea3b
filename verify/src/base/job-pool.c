/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/job-pool.h"

#include <gio/gio.h>
#include <gio/gunixinputstream.h>
#include <gio/gunixoutputstream.h>
#include <glib-unix.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/child.h"
#include "base/error.h"
#include "base/interrupt.h"
#include "base/progress.h"

#define READ_SIZE 65536

struct TvJobPool {
    guint limit;
    char *label;
    GQueue waiting; /* of TvJob */
    GList *running; /* of TvJob */
    guint total;
    guint done;
    gboolean cancelled;
    TvProgress *progress;
    GMainLoop *loop;
};

/* State of a job that runs; freed when all its parts have ended. */
struct TvJobRun {
    TvJobPool *pool;
    TvJob *job;
    TvJobDone done;
    gpointer user_data;
    GSubprocess *process; /* NULL: a fork server runs it */
    GInputStream *out;
    GInputStream *err;
    int status; /* from a fork server, as from waitpid() */
    GPid pid;
    gint64 started;
    guint timeout_source;
    guint parts; /* asynchronous operations that are under way */
    gsize line_start;
};

static void start_waiting(TvJobPool *pool);

TvJobPool *tv_job_pool_new(guint jobs, const char *label)
{
    TvJobPool *pool = g_new0(TvJobPool, 1);

    pool->limit = MAX(jobs, 1);
    pool->label = g_strdup(label);
    g_queue_init(&pool->waiting);
    /* A child that closes its stdin early must not end this process. */
    signal(SIGPIPE, SIG_IGN);
    return pool;
}

void tv_job_pool_free(TvJobPool *pool)
{
    if (!pool) {
        return;
    }
    g_assert(!pool->running);
    g_queue_clear_full(&pool->waiting, (GDestroyNotify)tv_job_free);
    g_clear_pointer(&pool->progress, tv_progress_free);
    g_free(pool->label);
    g_free(pool);
}

void tv_job_pool_add(TvJobPool *pool, TvJob *job, TvJobDone done,
                     gpointer user_data)
{
    g_assert(!job->run);
    job->run = g_new0(struct TvJobRun, 1);
    job->run->pool = pool;
    job->run->job = job;
    job->run->done = done;
    job->run->user_data = user_data;
    pool->total++;
    g_queue_push_tail(&pool->waiting, job);
    if (pool->progress) {
        tv_progress_set_total(pool->progress, pool->total);
    }
}

void tv_job_pool_skip(TvJobPool *pool)
{
    pool->total++;
    pool->done++;
}

guint tv_job_pool_total(const TvJobPool *pool)
{
    return pool->total;
}

static void kill_group(struct TvJobRun *run)
{
    kill(-run->pid, SIGKILL);
}

void tv_job_pool_cancel(TvJobPool *pool)
{
    pool->cancelled = TRUE;
    for (GList *item = pool->running; item; item = item->next) {
        kill_group(((TvJob *)item->data)->run);
    }
}

static void report_lines(struct TvJobRun *run, gboolean at_end)
{
    TvJob *job = run->job;
    char *newline;

    if (!job->on_line) {
        return;
    }
    while ((newline = strchr(job->out->str + run->line_start, '\n'))) {
        g_autofree char *line =
            g_strndup(job->out->str + run->line_start,
                      newline - (job->out->str + run->line_start));

        run->line_start = newline + 1 - job->out->str;
        job->on_line(job, line, job->line_data);
    }
    if (at_end && run->line_start < job->out->len) {
        job->on_line(job, job->out->str + run->line_start, job->line_data);
        run->line_start = job->out->len;
    }
}

static void job_ended(struct TvJobRun *run)
{
    TvJobPool *pool = run->pool;
    TvJob *job = run->job;

    g_clear_handle_id(&run->timeout_source, g_source_remove);
    g_clear_object(&run->out);
    g_clear_object(&run->err);
    g_clear_object(&run->process);
    job->seconds =
        (g_get_monotonic_time() - run->started) / (double)G_USEC_PER_SEC;
    pool->running = g_list_remove(pool->running, job);
    pool->done++;
    if (pool->progress) {
        tv_progress_set(pool->progress, pool->done, NULL);
    }
    report_lines(run, TRUE);
    /* Work of the callback must not keep a processor waiting. */
    start_waiting(pool);
    /* After a cancel the output is cut off: no callback may judge it. */
    if (run->done && !pool->cancelled) {
        run->done(pool, job, run->user_data);
    }
    tv_job_free(job);
    start_waiting(pool);
}

static void part_ended(struct TvJobRun *run)
{
    if (--run->parts == 0) {
        job_ended(run);
    }
}

static void read_more(struct TvJobRun *run, GInputStream *stream);

static void on_read(GObject *source, GAsyncResult *async, gpointer user_data)
{
    struct TvJobRun *run = user_data;
    GInputStream *stream = G_INPUT_STREAM(source);
    g_autoptr(GBytes) bytes =
        g_input_stream_read_bytes_finish(stream, async, NULL);
    gsize size = 0;
    const char *data = bytes ? g_bytes_get_data(bytes, &size) : NULL;

    if (size == 0) {
        part_ended(run);
        return;
    }
    if (stream == run->out) {
        g_string_append_len(run->job->out, data, (gssize)size);
        report_lines(run, FALSE);
    } else {
        g_string_append_len(run->job->err, data, (gssize)size);
    }
    read_more(run, stream);
}

static void read_more(struct TvJobRun *run, GInputStream *stream)
{
    g_input_stream_read_bytes_async(stream, READ_SIZE, G_PRIORITY_DEFAULT, NULL,
                                    on_read, run);
}

static void on_written(GObject *source, GAsyncResult *async, gpointer user_data)
{
    /* A child may exit without reading its input: its status shows it. */
    g_output_stream_write_all_finish(G_OUTPUT_STREAM(source), async, NULL,
                                     NULL);
    g_output_stream_close(G_OUTPUT_STREAM(source), NULL, NULL);
    part_ended(user_data);
}

/* @status: as from waitpid(). */
static void program_ended(struct TvJobRun *run, int status)
{
    TvJob *job = run->job;

    if (WIFEXITED(status)) {
        job->exit_code = WEXITSTATUS(status);
    } else {
        job->exit_code = -1;
        job->term_signal = WTERMSIG(status);
    }
    /* Left-over children would hold the pipes open. */
    kill_group(run);
    part_ended(run);
}

static void on_exit_status(GObject *source, GAsyncResult *async,
                           gpointer user_data)
{
    GSubprocess *process = G_SUBPROCESS(source);

    g_subprocess_wait_finish(process, async, NULL);
    program_ended(user_data, g_subprocess_get_status(process));
}

static void on_server_status(GObject *source, GAsyncResult *async,
                             gpointer user_data)
{
    struct TvJobRun *run = user_data;
    gsize size = 0;

    /* The process that reports the status was killed. */
    if (!g_input_stream_read_all_finish(G_INPUT_STREAM(source), async, &size,
                                        NULL) ||
        size != sizeof(run->status)) {
        run->status = SIGKILL;
    }
    program_ended(run, run->status);
}

static gboolean on_timeout(gpointer user_data)
{
    struct TvJobRun *run = user_data;

    run->timeout_source = 0;
    run->job->timed_out = TRUE;
    kill_group(run);
    return G_SOURCE_REMOVE;
}

/* Facts for the child before its exec. */
typedef struct Birth {
    int pid_pipe;
    gboolean must_finish;
} Birth;

/*
 * GSubprocess forgets the pid of a child that has ended, though others of its
 * group may live: the child sends it by a pipe.
 */
static void in_child(gpointer user_data)
{
    const Birth *birth = user_data;
    GPid pid = getpid();

    tv_child_setup(birth->must_finish);
    if (write(birth->pid_pipe, &pid, sizeof(pid)) < 0) {
        _exit(127);
    }
}

static GSubprocess *spawn(TvJob *job, GPid *pid, GError **error)
{
    int fds[2];
    GSubprocessFlags flags = job->log_path ? G_SUBPROCESS_FLAGS_STDERR_MERGE
                                           : G_SUBPROCESS_FLAGS_STDOUT_PIPE |
                                                 G_SUBPROCESS_FLAGS_STDERR_PIPE;
    g_autoptr(GSubprocessLauncher) launcher = NULL;
    g_autoptr(GError) local = NULL;
    GSubprocess *process;
    Birth birth;

    if (job->input) {
        flags |= G_SUBPROCESS_FLAGS_STDIN_PIPE;
    }
    launcher = g_subprocess_launcher_new(flags);
    if (job->cwd) {
        g_subprocess_launcher_set_cwd(launcher, job->cwd);
    }
    if (job->envp) {
        g_subprocess_launcher_set_environ(launcher, job->envp);
    }
    if (job->log_path) {
        g_subprocess_launcher_set_stdout_file_path(launcher, job->log_path);
    }
    if (!g_unix_open_pipe(fds, FD_CLOEXEC, error)) {
        return NULL;
    }
    birth.pid_pipe = fds[1];
    birth.must_finish = job->must_finish;
    g_subprocess_launcher_set_child_setup(launcher, in_child, &birth, NULL);
    process = g_subprocess_launcher_spawnv(
        launcher, (const char *const *)job->argv, &local);
    if (process && read(fds[0], pid, sizeof(*pid)) != sizeof(*pid)) {
        g_error("a child that was started has no pid");
    }
    close(fds[0]);
    close(fds[1]);
    if (!process) {
        g_set_error(error, TV_ERROR, TV_ERROR_TOOL,
                    "cannot run '%s': %s; install it or see scripts/packages",
                    job->argv[0], local->message);
    }
    return process;
}

/* FALSE: it is to be started otherwise. */
static gboolean start_by_server(TvJob *job)
{
    struct TvJobRun *run = job->run;
    g_autoptr(GInputStream) status = NULL;
    TvForked forked;

    if (!job->server || job->envp || job->input || job->log_path ||
        job->must_finish ||
        !tv_fork_server_run(job->server, (const char *const *)job->argv,
                            job->cwd, &forked)) {
        return FALSE;
    }
    run->pid = forked.pid;
    run->out = g_unix_input_stream_new(forked.out, TRUE);
    run->err = g_unix_input_stream_new(forked.err, TRUE);
    status = g_unix_input_stream_new(forked.status, TRUE);
    run->parts = 1;
    g_input_stream_read_all_async(status, &run->status, sizeof(run->status),
                                  G_PRIORITY_DEFAULT, NULL, on_server_status,
                                  run);
    return TRUE;
}

static gboolean start_program(TvJob *job)
{
    struct TvJobRun *run = job->run;

    run->process = spawn(job, &run->pid, &job->error);
    if (!run->process) {
        return FALSE;
    }
    if (!job->log_path) {
        run->out = g_object_ref(g_subprocess_get_stdout_pipe(run->process));
        run->err = g_object_ref(g_subprocess_get_stderr_pipe(run->process));
    }
    run->parts = 1;
    if (job->input) {
        GOutputStream *pipe = g_subprocess_get_stdin_pipe(run->process);

        /* A full pipe must not block the reading of what the child says. */
        g_unix_set_fd_nonblocking(
            g_unix_output_stream_get_fd(G_UNIX_OUTPUT_STREAM(pipe)), TRUE,
            NULL);
        run->parts++;
        g_output_stream_write_all_async(pipe, job->input, strlen(job->input),
                                        G_PRIORITY_DEFAULT, NULL, on_written,
                                        run);
    }
    g_subprocess_wait_async(run->process, NULL, on_exit_status, run);
    return TRUE;
}

static void start(TvJobPool *pool, TvJob *job)
{
    struct TvJobRun *run = job->run;

    run->started = g_get_monotonic_time();
    pool->running = g_list_prepend(pool->running, job);
    if (!start_by_server(job) && !start_program(job)) {
        job->exit_code = -1;
        job_ended(run);
        return;
    }
    if (run->out) {
        run->parts += 2;
        read_more(run, run->out);
        read_more(run, run->err);
    }
    if (job->timeout_s) {
        run->timeout_source =
            g_timeout_add_seconds(job->timeout_s, on_timeout, run);
    }
}

static void start_waiting(TvJobPool *pool)
{
    while (!pool->cancelled && g_list_length(pool->running) < pool->limit) {
        TvJob *job = g_queue_pop_head(&pool->waiting);

        if (!job) {
            break;
        }
        start(pool, job);
    }
    if (!pool->running && pool->loop) {
        g_main_loop_quit(pool->loop);
    }
}

static gboolean on_interrupt(int fd, GIOCondition condition, gpointer user_data)
{
    TvJobPool *pool = user_data;

    for (GList *item = pool->running; item; item = item->next) {
        /* The signal stays pending for whoever asks next. */
        if (((TvJob *)item->data)->must_finish) {
            return G_SOURCE_REMOVE;
        }
    }
    tv_job_pool_cancel(pool);
    return G_SOURCE_REMOVE;
}

gboolean tv_job_pool_run(TvJobPool *pool, GError **error)
{
    g_autoptr(GMainLoop) loop = g_main_loop_new(NULL, FALSE);
    guint source = 0;

    if (!tv_interrupt_check(error)) {
        return FALSE;
    }
    if (tv_interrupt_fd() >= 0) {
        source = g_unix_fd_add(tv_interrupt_fd(), G_IO_IN, on_interrupt, pool);
    }
    if (pool->label) {
        pool->progress = tv_progress_new(pool->label, pool->total);
    }
    start_waiting(pool);
    pool->loop = loop;
    while (pool->running) {
        g_main_loop_run(loop);
    }
    pool->loop = NULL;
    g_clear_pointer(&pool->progress, tv_progress_free);
    /* The source is gone if it has fired. */
    if (source && g_main_context_find_source_by_id(NULL, source)) {
        g_source_remove(source);
    }
    if (pool->cancelled) {
        g_queue_clear_full(&pool->waiting, (GDestroyNotify)tv_job_free);
        if (tv_interrupt_check(error)) {
            g_set_error(error, TV_ERROR, TV_ERROR_CANCELLED, "cancelled");
        }
        return FALSE;
    }
    return TRUE;
}
