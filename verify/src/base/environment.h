/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which variables of the environment reach the programs that are run.
 *
 * A compiler or an interpreter takes more orders from the environment than
 * from its arguments, and no key of the caches knows of them.  So one table
 * says of every variable that these programs read what happens to it, and it is
 * applied to this process before it starts any other.
 */
#ifndef TV_BASE_ENVIRONMENT_H
#define TV_BASE_ENVIRONMENT_H

#include <glib.h>

typedef enum {
    TV_VARIABLE_KEPT,    /* passed on; the group's text says why */
    TV_VARIABLE_SET,     /* to the value in the table */
    TV_VARIABLE_REMOVED, /* no program gets it */
    TV_VARIABLE_KEYED,   /* part of every key of check's cache, and not passed
                          * on to builds */
} TvVariableFate;

typedef struct TvVariableGroup {
    TvVariableFate fate;
    const char *text;  /* who reads them, or why they are kept */
    const char *names; /* separated by spaces; "*" at the end stands for
                        * anything, and what is set has "=VALUE" */
} TvVariableGroup;

/* The table's groups by index, NULL past the last. */
const TvVariableGroup *tv_environment_nth(guint index);

/* The first group that has @name, or NULL: such variables are passed on. */
const TvVariableGroup *tv_environment_find(const char *name);

/* Applies the table to this process; before its first thread. */
void tv_environment_clean(void);

/* Adds the values of the keyed variables to a key. */
void tv_environment_add(GChecksum *sum);

/* This process's environment less what a build must not see; to be freed. */
char **tv_environment_of_build(void);

#endif
