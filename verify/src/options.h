/* Options that every command shares, and where things lie under build/. */
#ifndef TV_OPTIONS_H
#define TV_OPTIONS_H

#include <glib.h>

#include "base.h"

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
/* What part of the matrix is looked at. */
#define TV_USES_MATRIX (TV_USES_HOSTS | TV_USES_GUESTS | TV_USES_SHARD)

typedef struct TvOptions {
    guint given;     /* of TvUses */
    char *project;   /* absolute; holds base.ini; with what depends on it
                      * NULL if the command does not use it */
    char *build_dir; /* absolute; everything made goes below it */
    char *hosts;     /* --host as given, NULL when not */
    char *guests;    /* --guest as given, NULL when not */
    char *output;    /* --output: file for the report, NULL is stdout */
    struct TvBaseline *baseline; /* --baseline: loaded before the command
                                  * runs, which may write over the file;
                                  * NULL when not given */
    char *tree;      /* --tree: absolute, NULL when not given */
    TvFormat format;
    guint shard;     /* --shard K/N: K */
    guint shards;    /* and N; 0 when not given */
    int jobs;        /* >= 1; the number of processors unless given */
    gboolean verbose;
    TvBase *base;    /* base.ini of @project */
} TvOptions;

/*
 * One command of the program; one file each defines one of these.
 * @run gets the options and its own arguments (argv[0] is the command's name,
 * options are already taken out) and returns the exit status: 0 clean, 1
 * findings, 2 no findings, but something could not run.  When it sets @error, main prints it in one line
 * and exits 2, whatever was returned.
 */
typedef struct TvCommand {
    const char *name;
    const char *arguments;   /* "[TREE]" as --help shows it, or NULL */
    const char *summary;     /* half a line */
    const char *description; /* paragraphs for --help and the man page */
    GOptionEntry *entries;   /* its own options, NULL-ended; or NULL */
    guint uses;              /* shared options, of TvUses; it refuses others */
    int (*run)(TvOptions *options, int argc, char **argv, GError **error);
} TvCommand;

/*
 * All that @command takes: --help, its own options and the shared ones that it
 * uses; or, if it is NULL, what may stand before a command's name.  NULL-ended;
 * the array is to be freed.
 */
GOptionEntry *tv_options_entries(const TvCommand *command);

/* FALSE with an error "@what takes no --OPTION" if one of @unused was given. */
gboolean tv_options_refuse(const TvOptions *options, guint unused,
                           const char *what, GError **error);

/*
 * Parses @argv (as main gets it) up to and past the command's name.  Returns
 * NULL and sets @error if the command line is wrong.  @command and @rest
 * (NULL-ended, argv[0] is the command's name) are set on success; when
 * --help or --version was asked for and printed, @command is NULL.
 */
TvOptions *tv_options_parse(char **argv, const TvCommand **command,
                            char ***rest, GError **error);
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
