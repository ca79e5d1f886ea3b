/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a command is, and the table of them. */
#ifndef TV_COMMANDS_COMMANDS_H
#define TV_COMMANDS_COMMANDS_H

#include "project/options.h"
#include "result/result.h"

/*
 * One command of the program; one file each defines one of these.
 *
 * @run gets the options and its own arguments (argv[0] is the command's name,
 * options are already taken out).  It returns a result, which main writes to
 * BUILD/report and prints, unless it is tv_result_silent.  It returns NULL and
 * sets @error if it could not start; if it sets @error and returns a result as
 * well, it broke off, and main reports the findings up to then.
 */
typedef struct TvCommand {
    const char *name;
    const char *arguments;   /* "[TREE]" as --help shows it, or NULL */
    const char *summary;     /* half a line */
    GOptionEntry *entries;   /* its own options, NULL-ended; or NULL */
    guint uses;              /* shared options, of TvUses; it refuses others */
    TvResult *(*run)(TvOptions *options, int argc, char **argv,
                     GError **error);
} TvCommand;

/* NULL-ended, in the order in which --help lists them. */
extern const TvCommand *const tv_commands[];

/*
 * verify/data/help/NAME.txt, which --help and the man page show: paragraphs, and
 * lists and examples that are indented by two blanks.  To be freed.
 */
char *tv_command_description(const TvCommand *command);

/* NULL with TV_ERROR_USAGE if no command has that name. */
const TvCommand *tv_command_find(const char *name, GError **error);

#endif
