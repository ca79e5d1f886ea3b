/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Command lines for people to repeat: every word is one to a shell as well. */
#ifndef TV_BASE_SHELL_LINE_H
#define TV_BASE_SHELL_LINE_H

#include <glib.h>

/* @word, quoted only if a shell would take it for something else. */
char *tv_shell_word(const char *word);

/* The words of @argv (NULL-ended), or those up to NULL, as a line. */
char *tv_shell_line(char **argv);
char *tv_shell_command(const char *first, ...) G_GNUC_NULL_TERMINATED;

#endif
