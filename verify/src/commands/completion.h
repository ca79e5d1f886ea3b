/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Completion for shells, made of the tables that the program runs by. */
#ifndef TV_COMMANDS_COMPLETION_H
#define TV_COMMANDS_COMPLETION_H

#include <glib.h>

/*
 * The script for @shell ("bash" or "zsh"), to be freed; NULL and
 * TV_ERROR_USAGE for another.
 */
char *tv_completion(const char *shell, GError **error);

/*
 * Words that the option @name takes, or all commands or rules if it is
 * "command" or "rule"; separated by blanks, "" if the words are not known.  To
 * be freed.
 */
char *tv_completion_values(const char *name);

#endif
