/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A program that is loaded once and run often.
 *
 * For a program whose start takes long: fork-server/preload.c keeps it waiting
 * before its main(), and a copy of it serves each run.  Where that does not
 * work (no preloading, a script, a static program, LD_PRELOAD in use) the
 * caller starts the program as always; results are the same.  Use from the
 * main thread only.
 */
#ifndef TV_BASE_FORK_SERVER_H
#define TV_BASE_FORK_SERVER_H

#include <glib.h>

typedef struct TvForkServer TvForkServer;

/* One run; the descriptors are the caller's, pipes to read from. */
typedef struct TvForked {
    GPid pid;   /* not a child of this process; leads a process group */
    int out;
    int err;
    int status; /* one int, as from waitpid(); none if it is not known */
} TvForked;

/* Nothing is started before the first run. */
TvForkServer *tv_fork_server_new(const char *program);
/* Kills every run that has not ended. */
void tv_fork_server_free(TvForkServer *server);

/*
 * Runs the program with @argv (argv[0] is the name that it sees) in
 * @cwd, NULL for this process's own; stdin is /dev/null.  FALSE: start it
 * otherwise.
 */
gboolean tv_fork_server_run(TvForkServer *server, const char *const *argv,
                            const char *cwd, TvForked *forked);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(TvForkServer, tv_fork_server_free)

#endif
