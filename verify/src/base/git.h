/* SPDX-License-Identifier: GPL-2.0-or-later */
/* git as a child process. */
#ifndef TV_BASE_GIT_H
#define TV_BASE_GIT_H

#include <glib.h>

#include "base/job-pool.h"

/*
 * Takes out of this process's environment what a git hook, an alias or a shell
 * has set there for another repository than those that the tool works on, or
 * that changes what git prints.  What says who commits, how git is configured
 * and how it reaches a server stays.  main() calls it once: every child, also
 * one that runs git by itself, is to be without.
 */
void tv_git_forget_environment(void);

/*
 * git with the arguments @words in the directory @tree; @index (or NULL) is
 * used in the place of the repository's own index.
 */
TvJob *tv_git_job(const char *tree, const char *index,
                  const char *const *words);

/* Runs it; its output without the last newline, NULL on any failure. */
char *tv_git(const char *tree, const char *index, GError **error,
             const char *const *words);

#define TV_GIT(tree, index, error, ...)                                      \
    tv_git(tree, index, error, (const char *const[]){ __VA_ARGS__, NULL })

/*
 * git on the repository's own index and work tree.  Runs to its end even when
 * this process is interrupted or dies: killed, git would leave its index.lock.
 */
gboolean tv_git_change(const char *tree, GError **error,
                       const char *const *words);

#define TV_GIT_CHANGE(tree, error, ...)                                      \
    tv_git_change(tree, error, (const char *const[]){ __VA_ARGS__, NULL })

/*
 * Who commits and is the author in @tree: an environment (g_environ_getenv) of
 * GIT_AUTHOR_NAME, GIT_AUTHOR_EMAIL and those of the committer, in UTF-8.
 * NULL with TV_ERROR_TREE if git knows no name, or one in no known encoding.
 */
char **tv_git_identity(const char *tree, GError **error);

/* @job commits as @identity. */
void tv_git_job_identify(TvJob *job, char *const *identity);

/* Keeps the user's configuration out of @job, for output that has to be the
 * same everywhere. */
void tv_git_job_isolate(TvJob *job);

/*
 * FALSE unless @tree is the top of the work tree that git takes there: with a
 * damaged .git it goes on to a repository further up, or core.worktree may
 * name another directory.
 */
gboolean tv_git_check_top(const char *tree, GError **error);

/* Removes the lock files that a killed run has left in @directory, a .git of
 * the tool's own; the caller holds the lock on it. */
void tv_git_sweep_locks(const char *directory);

#endif
