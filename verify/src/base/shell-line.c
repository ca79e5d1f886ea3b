/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/shell-line.h"

#include <string.h>

char *tv_shell_word(const char *word)
{
    static const char plain[] = G_CSET_A_2_Z G_CSET_a_2_z G_CSET_DIGITS
        "_@%+=:,./-";

    /* A variable's assignment is one only in front of a command. */
    return *word && strspn(word, plain) == strlen(word) ? g_strdup(word)
                                                        : g_shell_quote(word);
}

char *tv_shell_line(char **argv)
{
    GString *line = g_string_new(NULL);

    for (; *argv; argv++) {
        g_autofree char *word = tv_shell_word(*argv);

        g_string_append_printf(line, "%s%s", line->len ? " " : "", word);
    }
    return g_string_free(line, FALSE);
}

char *tv_shell_command(const char *first, ...)
{
    g_autoptr(GPtrArray) words = g_ptr_array_new();
    va_list args;

    va_start(args, first);
    for (const char *word = first; word; word = va_arg(args, const char *)) {
        g_ptr_array_add(words, (gpointer)word);
    }
    va_end(args);
    g_ptr_array_add(words, NULL);
    return tv_shell_line((char **)words->pdata);
}
