/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Policies of hardened hosts, and what QEMU must do under each: split where
 * it is asked to or has to, by the first kind of memory that is allowed, or
 * end with one message that says why not.
 */
#ifndef TV_HOSTS_POLICIES_POLICY_H
#define TV_HOSTS_POLICIES_POLICY_H

#include <glib.h>

#include "base/job-pool.h"

/* What translated code lies in, in the order in which QEMU tries them. */
typedef enum {
    TV_CODE_RWX,     /* writable and executable, as pristine has it */
    TV_CODE_MEMFD,
    TV_CODE_SHM,     /* POSIX shared memory: /dev/shm */
    TV_CODE_FILE,    /* an unlinked file in TMPDIR */
    TV_CODE_NO_FILE, /* shared anonymous memory, mapped again by mremap */
    TV_CODE_REFUSED, /* none: QEMU says why and ends */
} TvCode;

const char *tv_code_name(TvCode code);

typedef enum {
    TV_SPLIT_OFF,
    TV_SPLIT_ON,
    TV_SPLIT_AUTO,
} TvSplit;

#define TV_SPLITS (TV_SPLIT_AUTO + 1)

const char *tv_split_name(TvSplit split);

typedef struct TvPolicy {
    const char *name;
    const char *options; /* of policy-exec, shell words; "%s" is an errno */
    const char *errnos;  /* each is tried; NULL: options has no "%s" */
    const char *host;    /* only there; NULL: on all */
    gboolean system;     /* system mode as well */
    TvCode expected[TV_SPLITS];
    /* Each alternative is a list of words; if QEMU refuses, its message has
     * all words of one.  "|" between alternatives, "+" between words; an
     * errno that is tried is wanted besides. */
    const char *says;
} TvPolicy;

/* Ended by a row whose name is NULL. */
extern const TvPolicy tv_policies[];

/* One QEMU under one policy. */
typedef struct TvPolicyRun {
    const TvPolicy *policy;
    char *error_name; /* "EPERM", or NULL */
    TvSplit split;
    char *guest;      /* "qemu-x86_64", for messages */
    char *command;    /* for a shell */

    /* Set by tv_policy_judge; at most one of the two. */
    char *wrong;  /* a finding: what happened instead */
    char *failed; /* could not be run: the policy could not be set up */
    double seconds;
} TvPolicyRun;

void tv_policy_run_free(TvPolicyRun *run);

/* "memfd_create EPERM, split on" */
char *tv_policy_run_name(const TvPolicyRun *run);

/*
 * The arguments of a shell that runs policy-exec (@launcher) with the options
 * of @run, and below it the emulator @command (shell words), until that has
 * written @pattern or ended.  To be run in an empty directory, in which it
 * makes "tmp", the emulator's TMPDIR.  Free with g_strfreev.
 */
char **tv_policy_argv(const TvPolicyRun *run, const char *launcher,
                      const char *command, const char *pattern);

/* Judges the ended @job, which had the arguments above. */
void tv_policy_judge(TvPolicyRun *run, const TvJob *job);

#endif
