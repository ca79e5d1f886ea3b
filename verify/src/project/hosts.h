/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The twelve host targets: the frame of every matrix. */
#ifndef TV_PROJECT_HOSTS_H
#define TV_PROJECT_HOSTS_H

#include <glib.h>

#define TV_HOST_ARGS 4

typedef struct TvHost {
    const char *name;       /* as --host takes it */
    const char *triplet;    /* clang's target and the prefix of cross headers */
    int bits;               /* width of a pointer */
    const char *backend;    /* directory under tcg/ */
    const char *arch;       /* configure's ARCH: HOST_<ARCH>, and the directory
                             * under linux-user/host/ */
    const char *linux_arch; /* linux-headers/asm-<arch>, or NULL: libc's own */
    const char *clang_args[TV_HOST_ARGS];  /* NULL-ended */
    const char *sparse_args[TV_HOST_ARGS]; /* NULL-ended */
    gboolean native_headers; /* the machine's own libc headers (x86-64) */
    gboolean interpreter;    /* TCG's interpreter stands in for a backend */
} TvHost;

/* All of them, in the order of the tables; NULL past the last. */
const TvHost *tv_host_nth(guint index);

/* NULL if there is none of that name. */
const TvHost *tv_host_find(const char *name);

/*
 * "all", NULL or a comma list, in the order given and each once, to an array
 * of const TvHost.  NULL and TV_ERROR_USAGE on a name that is none.
 */
GPtrArray *tv_hosts_parse(const char *list, GError **error);

#endif
