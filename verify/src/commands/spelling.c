/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "commands/spelling.h"

#include <string.h>

#include "base/error.h"

guint tv_spelling_distance(const char *a, const char *b)
{
    gsize rows = strlen(a) + 1, columns = strlen(b) + 1;
    g_autofree guint *table = g_new(guint, rows * columns);

#define AT(i, j) table[(i) * columns + (j)]
    for (gsize i = 0; i < rows; i++) {
        for (gsize j = 0; j < columns; j++) {
            if (i == 0 || j == 0) {
                AT(i, j) = (guint)(i + j);
                continue;
            }
            AT(i, j) = MIN(MIN(AT(i - 1, j), AT(i, j - 1)) + 1,
                           AT(i - 1, j - 1) + (a[i - 1] != b[j - 1]));
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] &&
                a[i - 2] == b[j - 1]) {
                AT(i, j) = MIN(AT(i, j), AT(i - 2, j - 2) + 1);
            }
        }
    }
    return AT(rows - 1, columns - 1);
#undef AT
}

char *tv_spelling_hint(const char *word, const char *dashes,
                       const char *const *names)
{
    const char *nearest = NULL;
    guint least = G_MAXUINT;

    for (const char *const *name = names; *name; name++) {
        guint distance = tv_spelling_distance(word, *name);

        /* Who begins a name has it in mind, however much is missing. */
        if (*word && g_str_has_prefix(*name, word)) {
            distance = 1;
        }
        /* Two slips in five letters; more of them make another word. */
        if (distance < least &&
            (distance == 1 ||
             distance * 5 <= MAX(strlen(word), strlen(*name)) * 2)) {
            least = distance;
            nearest = *name;
        }
    }
    return nearest ? g_strdup_printf("; did you mean '%s%s'?", dashes, nearest)
                   : g_strdup("");
}

static const GOptionEntry *find_long(const GOptionEntry *entries,
                                     const char *name)
{
    for (; entries->long_name; entries++) {
        if (g_str_equal(entries->long_name, name)) {
            return entries;
        }
    }
    return NULL;
}

static const GOptionEntry *find_short(const GOptionEntry *entries, char letter)
{
    for (; entries->long_name; entries++) {
        if (entries->short_name == letter) {
            return entries;
        }
    }
    return NULL;
}

static void add(GPtrArray *options, const GOptionEntry *entry,
                const char *value)
{
    g_ptr_array_add(options, g_strconcat("--", entry->long_name,
                                         value ? "=" : NULL, value, NULL));
}

static gboolean unknown(const GOptionEntry *entries, const char *name,
                        GError **error)
{
    g_autoptr(GPtrArray) names = g_ptr_array_new();
    g_autofree char *hint = NULL;

    for (; entries->long_name; entries++) {
        if (!(entries->flags & G_OPTION_FLAG_HIDDEN)) {
            g_ptr_array_add(names, (gpointer)entries->long_name);
        }
    }
    g_ptr_array_add(names, NULL);
    hint = tv_spelling_hint(name, "--", (const char *const *)names->pdata);
    g_set_error(error, TV_ERROR, TV_ERROR_USAGE, "takes no option '--%s'%s",
                name, *hint ? hint : "; see --help");
    return FALSE;
}

static gboolean needs_value(const GOptionEntry *entry, const char *option,
                            GError **error)
{
    g_set_error(error, TV_ERROR, TV_ERROR_USAGE, "%s needs a value: %s", option,
                entry->arg_description);
    return FALSE;
}

/* *@words is "--NAME" or "--NAME=VALUE"; moves it past what was taken. */
static gboolean take_long(const GOptionEntry *entries, char ***words,
                          GPtrArray *options, GError **error)
{
    const char *word = *(*words)++;
    const char *value = strchr(word, '=');
    g_autofree char *name =
        value ? g_strndup(word + 2, value - word - 2) : g_strdup(word + 2);
    const GOptionEntry *entry = find_long(entries, name);

    if (!entry) {
        return unknown(entries, name, error);
    }
    if (entry->arg == G_OPTION_ARG_NONE) {
        if (value) {
            g_set_error(error, TV_ERROR, TV_ERROR_USAGE,
                        "--%s takes no value", name);
            return FALSE;
        }
        add(options, entry, NULL);
        return TRUE;
    }
    value = value ? value + 1 : *(*words) ? *(*words)++ : NULL;
    if (!value) {
        return needs_value(entry, word, error);
    }
    add(options, entry, value);
    return TRUE;
}

/* *@words is "-abc": flags, of which the last may have a value. */
static gboolean take_short(const GOptionEntry *entries, char ***words,
                           GPtrArray *options, GError **error)
{
    const char *word = *(*words)++;

    for (const char *letter = word + 1; *letter; letter++) {
        const GOptionEntry *entry = find_short(entries, *letter);
        char option[] = {'-', *letter, '\0'};
        const char *value;

        if (!entry) {
            g_set_error(error, TV_ERROR, TV_ERROR_USAGE,
                        "takes no option '-%.*s'; see --help",
                        g_utf8_skip[(guchar)*letter], letter);
            return FALSE;
        }
        if (entry->arg == G_OPTION_ARG_NONE) {
            add(options, entry, NULL);
            continue;
        }
        value = letter[1] ? letter + 1 : *(*words) ? *(*words)++ : NULL;
        if (!value) {
            return needs_value(entry, option, error);
        }
        add(options, entry, value);
        return TRUE;
    }
    return TRUE;
}

char **tv_spelling_sort(const GOptionEntry *entries, char **words,
                        GPtrArray *options, GPtrArray *arguments,
                        GError **error)
{
    while (*words) {
        gboolean good;

        if (g_str_equal(*words, "--")) {
            words++;
            break;
        }
        if (**words != '-' || !(*words)[1]) {
            if (!arguments) {
                return words;
            }
            g_ptr_array_add(arguments, g_strdup(*words++));
            continue;
        }
        good = (*words)[1] == '-' ? take_long(entries, &words, options, error)
                                  : take_short(entries, &words, options, error);
        if (!good) {
            return NULL;
        }
    }
    for (; arguments && *words; words++) {
        g_ptr_array_add(arguments, g_strdup(*words));
    }
    return words;
}
