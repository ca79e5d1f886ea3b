/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the system calls of an emulator say about its memory. */
#ifndef TV_HOSTS_PROBES_STRACE_H
#define TV_HOSTS_PROBES_STRACE_H

#include <glib.h>

/* Calls in the output of strace or "qemu-user -strace", failed or not. */
typedef struct TvStrace {
    guint calls;     /* all of mmap, mmap2, mprotect and pkey_mprotect */
    guint wx;        /* ask for writable and executable at once */
    guint made_exec; /* mprotect that makes memory executable */
    guint stacks;    /* either of the two for a thread's stack (MAP_STACK) */
    guint implied;   /* shmat with SHM_EXEC, READ_IMPLIES_EXEC */
    guint shared_rx; /* shared mappings, executable and not writable */
    char *first;     /* the first of @wx, @made_exec or @implied, or NULL */
} TvStrace;

void tv_strace_parse(TvStrace *strace, const char *text);
void tv_strace_clear(TvStrace *strace);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(TvStrace, tv_strace_clear)

#endif
