/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Options that every command shares, as data, and where things lie under
 * build/.  commands/command-line.c fills them in.
 */
#ifndef TV_PROJECT_OPTIONS_H
#define TV_PROJECT_OPTIONS_H

#include <glib.h>

#include "project/upstream.h"

typedef enum {
    TV_FORMAT_TEXT,
    TV_FORMAT_JSON,
    TV_FORMAT_SARIF,
    TV_FORMAT_JUNIT,
    TV_FORMAT_TAP,
    TV_FORMAT_HTML,
} TvFormat;

/* As --format takes them, indexed by TvFormat; NULL-ended. */
extern const char *const tv_format_names[];

/* The shared options, for TvCommand.uses and TvOptions.given. */
typedef enum {
    TV_USES_PROJECT = 1 << 0,
    TV_USES_BUILD_DIR = 1 << 1,
    TV_USES_TREE = 1 << 2,
    TV_USES_HOSTS = 1 << 3,
    TV_USES_GUESTS = 1 << 4,
    TV_USES_SHARD = 1 << 5,
    TV_USES_JOBS = 1 << 6,
    TV_USES_FORMAT = 1 << 7,
    TV_USES_OUTPUT = 1 << 8,
    TV_USES_BASELINE = 1 << 9,
    TV_USES_VERBOSE = 1 << 10,
} TvUses;

/* Where things lie. */
#define TV_USES_PLACES (TV_USES_PROJECT | TV_USES_BUILD_DIR)
/* How a report is shown that has no findings, and one that may have some. */
#define TV_USES_REPORT (TV_USES_FORMAT | TV_USES_OUTPUT)
#define TV_USES_FINDINGS (TV_USES_REPORT | TV_USES_BASELINE | TV_USES_VERBOSE)
/* The part of the matrix to check. */
#define TV_USES_MATRIX (TV_USES_HOSTS | TV_USES_GUESTS | TV_USES_SHARD)

typedef struct TvOptions {
    guint given;     /* of TvUses */
    char *project;   /* absolute; holds base.ini; with what depends on it
                      * NULL if the command does not use it */
    char *build_dir; /* absolute; everything made goes below it */
    char *hosts;     /* --host as given, NULL when not */
    char *guests;    /* --guest as given, NULL when not */
    char *output;    /* --output: file for the report, NULL is stdout */
    char *tree;      /* --tree: absolute, NULL when not given */
    TvFormat format;
    guint shard;     /* --shard K/N: K */
    guint shards;    /* and N; 0 when not given */
    int jobs;        /* >= 1; the number of processors unless given */
    gboolean verbose;
    TvBase *base;    /* base.ini of @project */
} TvOptions;

void tv_options_free(TvOptions *options);

/* Joins path elements below the build directory; NULL ends the list. */
char *tv_options_build_path(const TvOptions *options, const char *first,
                            ...) G_GNUC_NULL_TERMINATED;

/* BUILD/pristine/qemu-5.2.0: upstream as it was unpacked; never written to. */
char *tv_options_pristine(const TvOptions *options);

/* --tree if given, else BUILD/src/qemu-5.2.0: the tree with the series. */
char *tv_options_applied(const TvOptions *options);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(TvOptions, tv_options_free)

#endif
