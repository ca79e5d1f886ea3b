/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Child processes, some at a time, on the default main context.
 *
 * Every child is the leader of its own process group and dies with this
 * process.  SIGINT and SIGTERM kill the groups of all running children; the
 * run then fails with TV_ERROR_CANCELLED.  Use from the main thread only.
 */
#ifndef TV_BASE_JOB_POOL_H
#define TV_BASE_JOB_POOL_H

#include <glib.h>

#include "base/fork-server.h"

typedef struct TvJob TvJob;
typedef struct TvJobPool TvJobPool;

/*
 * Called on the main context when a job has ended, also when it could not be
 * started (job->error is set then).  It may add further jobs to @pool and may
 * take what it wants out of @job; the job is freed afterwards.
 */
typedef void (*TvJobDone)(TvJobPool *pool, TvJob *job, gpointer user_data);

/* Called for each line that the job writes to stdout, without its newline. */
typedef void (*TvJobLine)(TvJob *job, const char *line, gpointer user_data);

struct TvJob {
    /* The program; set before the job is added.  All owned by the job. */
    char **argv;     /* NULL-ended; argv[0] is looked up in PATH */
    char *cwd;       /* NULL: as this process */
    char **envp;     /* whole environment, NULL: as this process */
    char *input;     /* text for stdin, NULL: /dev/null */
    char *log_path;  /* stdout and stderr go to this file, truncated first */
    guint timeout_s; /* 0: none; SIGKILL to its group when it is over */
    gboolean must_finish; /* runs to its end even when this process is
                             interrupted or dies */
    TvForkServer *server;    /* starts argv if it can, and if none of envp,
                                input, log_path, must_finish is set; not owned,
                                NULL: no server */
    TvJobLine on_line; /* may be NULL; output is still collected */
    gpointer line_data;

    /* How it ended; set when done is called. */
    GError *error;      /* could not be started: TV_ERROR_TOOL */
    GString *out;       /* stdout; empty with log_path */
    GString *err;       /* stderr; empty with log_path */
    int exit_code;      /* 0..255, or -1 if it was killed by a signal */
    int term_signal;    /* or 0 */
    gboolean timed_out;
    double seconds;     /* wall time */

    struct TvJobRun *run; /* the pool's own */
};

/* @argv is copied. */
TvJob *tv_job_new(const char *const *argv);
/* Arguments up to NULL. */
TvJob *tv_job_new_args(const char *argv0, ...) G_GNUC_NULL_TERMINATED;
void tv_job_free(TvJob *job);

/* TRUE if the job ran and exited with 0; job->error, timeouts and signals are
 * not. */
gboolean tv_job_ok(const TvJob *job);

/*
 * How a job ended, and all of its stderr: "git: exit 128: fatal: ..." if that
 * is one line, else each below, indented.  A report makes one line of it.
 */
char *tv_job_describe(const TvJob *job);

/* @label: what progress counts, NULL for none.  @jobs >= 1. */
TvJobPool *tv_job_pool_new(guint jobs, const char *label);
void tv_job_pool_free(TvJobPool *pool);

/* Takes @job.  @done may be NULL.  Jobs start in the order they were added. */
void tv_job_pool_add(TvJobPool *pool, TvJob *job, TvJobDone done,
                     gpointer user_data);

/*
 * For what need not be run because it is known already: counts one job as done
 * so that progress shows the whole.
 */
void tv_job_pool_skip(TvJobPool *pool);

/* Number of jobs added so far (skipped ones included). */
guint tv_job_pool_total(const TvJobPool *pool);

/*
 * Runs until no job is left; FALSE with TV_ERROR_CANCELLED when interrupted
 * or when tv_job_pool_cancel was called.  That a job failed is no error here:
 * its done callback judges.
 */
gboolean tv_job_pool_run(TvJobPool *pool, GError **error);

/* Kills what runs, drops what waits. */
void tv_job_pool_cancel(TvJobPool *pool);

/*
 * Runs one job to its end.  FALSE if it could not be started, was interrupted,
 * timed out or was killed by a signal; an exit code is the caller's to judge.
 */
gboolean tv_job_run(TvJob *job, GError **error);

/* As tv_job_run, and any exit code but 0 is TV_ERROR_TOOL as well. */
gboolean tv_job_run_ok(TvJob *job, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(TvJob, tv_job_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(TvJobPool, tv_job_pool_free)

#endif
