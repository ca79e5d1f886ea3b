/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The command line: what the user gives becomes a command and its options. */
#ifndef TV_COMMANDS_COMMAND_LINE_H
#define TV_COMMANDS_COMMAND_LINE_H

#include "commands/commands.h"
#include "result/baseline.h"

/*
 * All that @command takes: --help, its own options and the shared ones that it
 * uses; or, if it is NULL, what may stand before a command's name.  NULL-ended;
 * the array is to be freed.
 */
GOptionEntry *tv_command_line_entries(const TvCommand *command);

/* FALSE with an error "@what takes no --OPTION" if one of @unused was given. */
gboolean tv_command_line_refuse(const TvOptions *options, guint unused,
                                const char *what, GError **error);

/* The directory with base.ini: the working directory or one above it; to be
 * freed. */
char *tv_command_line_find_project(GError **error);

typedef struct TvCommandLine {
    const TvCommand *command; /* NULL if --help or --version was printed */
    TvOptions *options;
    TvBaseline *baseline;     /* --baseline: loaded before the command runs,
                               * which may write over the file; NULL when not
                               * given */
    GPtrArray *words;         /* of char *, NULL-ended: the command's name, and
                               * its arguments */
} TvCommandLine;

/*
 * Parses @argv (as main gets it).  Returns NULL and sets @error if the command
 * line is wrong.
 */
TvCommandLine *tv_command_line_parse(char **argv, GError **error);
void tv_command_line_free(TvCommandLine *line);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(TvCommandLine, tv_command_line_free)

#endif
