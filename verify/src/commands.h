/* The table of commands. */
#ifndef TV_COMMANDS_H
#define TV_COMMANDS_H

#include "options.h"

/* NULL-ended, in the order in which --help lists them. */
extern const TvCommand *const tv_commands[];

/* NULL with TV_ERROR_USAGE if there is none of that name. */
const TvCommand *tv_command_find(const char *name, GError **error);

#endif
