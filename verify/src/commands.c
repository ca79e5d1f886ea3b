#include "commands.h"

/* Each is defined in the file of its name. */

const TvCommand *const tv_commands[] = {
    NULL,
};

const TvCommand *tv_command_find(const char *name)
{
    for (const TvCommand *const *command = tv_commands; *command; command++) {
        if (g_str_equal((*command)->name, name)) {
            return *command;
        }
    }
    return NULL;
}
