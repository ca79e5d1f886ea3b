/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The host targets, from verify/data/hosts.ini, which explains each key: the
 * frame of every matrix.  The built-in table is read once; strings and arrays
 * live as long as the program.
 */
#ifndef TV_PROJECT_HOSTS_H
#define TV_PROJECT_HOSTS_H

#include <glib.h>

typedef struct TvHost {
    char *name;         /* as --host takes it */
    char *triplet;
    int bits;           /* width of a pointer */
    char *backend;      /* directory under tcg/ */
    char *arch;
    char *linux_arch;   /* NULL: libc's own headers */
    char **clang_args;
    char **sparse_args;
    char **config;      /* of config-host.h */
    gboolean native;
    gboolean interpreter;
    /* To build and run QEMU. */
    char **configure;   /* NULL: there is no recipe */
    char *sysroot;      /* NULL: native */
    char *oracle;       /* what runs it; with neither of these two, it runs */
    char *outer;        /* directly */
    gboolean coherent;
    gboolean exec_stacks;
    char **user_guests; /* in the order they are run */
    char **system_guests;
} TvHost;

/* Reads the built-in table, which the functions below need; an error is that of
 * tv_hosts_read().  Unit tests need not call it. */
gboolean tv_hosts_load(GError **error);

/* All of them, in the order of the table; NULL past the last. */
const TvHost *tv_host_nth(guint index);

/* NULL if no host has that name. */
const TvHost *tv_host_find(const char *name);

/*
 * "all", NULL or a comma list, in the order given and each once, to an array
 * of const TvHost.  NULL and TV_ERROR_USAGE on an unknown name.
 */
GPtrArray *tv_hosts_parse(const char *list, GError **error);

/*
 * The table that @text holds, of TvHost.  NULL and TV_ERROR_INPUT, which names
 * host and key, on one that is missing, unknown or malformed.
 */
GPtrArray *tv_hosts_read(const char *text, GError **error);

#endif
