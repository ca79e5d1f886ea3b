/* Completion for shells, made of the tables that the program runs by. */
#ifndef TV_COMMANDS_COMPLETION_H
#define TV_COMMANDS_COMPLETION_H

#include <glib.h>

/*
 * The script for @shell ("bash" or "zsh"), to be freed; NULL and
 * TV_ERROR_USAGE for another.
 */
char *tv_completion(const char *shell, GError **error);

/* The next entry from @entry on that --help shows; NULL past the last. */
const GOptionEntry *tv_completion_shown(const GOptionEntry *entry);

/* What can be given as the value of an option. */
typedef enum {
    TV_VALUE_NONE, /* nothing that could be guessed */
    TV_VALUE_FILE,
    TV_VALUE_DIR,
    TV_VALUE_WORDS, /* one of the words */
    TV_VALUE_LIST,  /* some of the words, separated by commas */
    TV_VALUE_PATCH, /* a patch of the series */
} TvValueKind;

/* @words: separated by blanks, to be freed; NULL unless the kind has some. */
TvValueKind tv_completion_value(const GOptionEntry *entry, char **words);

/* Words that a command takes besides options: rules, shells; NULL if none. */
char *tv_completion_arguments(const char *command);

char *tv_completion_bash(void);
char *tv_completion_zsh(void);

#endif
