/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How options and names are spelled on the command line. */
#ifndef TV_COMMANDS_SPELLING_H
#define TV_COMMANDS_SPELLING_H

#include <glib.h>

/*
 * Sorts @words into options of @entries, which go to @options as --NAME or
 * --NAME=VALUE, and arguments, which go to @arguments.  Options may be given
 * as getopt_long takes them: --jobs=2, --jobs 2, -j2, -j 2, -vj2; "--" ends
 * them.  With @arguments NULL they end before the first argument.
 *
 * Returns the first word that was not taken: the end of @words, or that
 * argument; NULL with TV_ERROR_USAGE if an option is not among @entries, lacks
 * its value, or has one that it does not take.
 */
char **tv_spelling_sort(const GOptionEntry *entries, char **words,
                        GPtrArray *options, GPtrArray *arguments,
                        GError **error);

/*
 * "; did you mean 'check'?" for the one of @names (NULL-ended) that @word was
 * most likely to be, or "" if none is near; to be freed.  @dashes stand before
 * each name.
 */
char *tv_spelling_hint(const char *word, const char *dashes,
                       const char *const *names);

/* Insertions, deletions, substitutions and swaps of neighbours between them. */
guint tv_spelling_distance(const char *a, const char *b);

#endif
