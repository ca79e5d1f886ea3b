/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Options and names as people write them. */
#include <string.h>

#include "base/error.h"
#include "commands/spelling.h"

static int number;
static char *name;
static gboolean loud, deep;

static const GOptionEntry entries[] = {
    {"jobs", 'j', 0, G_OPTION_ARG_INT, &number, "", "N"},
    {"output", 'o', 0, G_OPTION_ARG_FILENAME, &name, "", "FILE"},
    {"verbose", 'v', 0, G_OPTION_ARG_NONE, &loud, "", NULL},
    {"deep", 'd', 0, G_OPTION_ARG_NONE, &deep, "", NULL},
    {"secret", 0, G_OPTION_FLAG_HIDDEN, G_OPTION_ARG_NONE, &deep, "", NULL},
    {NULL},
};

/* The words of @line as "OPTION OPTION | ARGUMENT", or the error's message. */
static char *sorted(const char *line, gboolean arguments)
{
    g_auto(GStrv) words = g_strsplit(line, " ", -1);
    g_autoptr(GPtrArray) options = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(GPtrArray) rest = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(GError) error = NULL;
    GString *out = g_string_new(NULL);
    char **end = tv_spelling_sort(entries, words, options,
                                  arguments ? rest : NULL, &error);

    if (!end) {
        g_assert_error(error, TV_ERROR, TV_ERROR_USAGE);
        g_string_assign(out, error->message);
        return g_string_free(out, FALSE);
    }
    for (guint i = 0; i < options->len; i++) {
        g_string_append_printf(out, "%s ", (char *)options->pdata[i]);
    }
    g_string_append_c(out, '|');
    for (guint i = 0; i < rest->len; i++) {
        g_string_append_printf(out, " %s", (char *)rest->pdata[i]);
    }
    for (; !arguments && *end; end++) {
        g_string_append_printf(out, " %s", *end);
    }
    return g_string_free(out, FALSE);
}

static void test_sort(void)
{
    static const struct {
        const char *line;
        const char *wanted;
        gboolean first; /* up to the first argument */
    } rows[] = {
        {"-j2", "--jobs=2 |"},
        {"-j 2", "--jobs=2 |"},
        {"--jobs=2", "--jobs=2 |"},
        {"--jobs 2", "--jobs=2 |"},
        {"-vj2 a", "--verbose --jobs=2 | a"},
        {"-vj 2 a", "--verbose --jobs=2 | a"},
        {"-vdv", "--verbose --deep --verbose |"},
        {"-ofile=x", "--output=file=x |"},
        {"-o -v", "--output=-v |"},
        {"--output=", "--output= |"},
        {"--output --jobs", "--output=--jobs |"},
        {"a -v b -- -v --jobs", "--verbose | a b -v --jobs"},
        {"a - b", "| a - b"},
        {"-v a -v b", "--verbose | a -v b", TRUE},
        {"-v -- -a", "--verbose | -a", TRUE},
        {"--secret", "--secret |"},
        {"-j", "-j needs a value: N"},
        {"-vj", "-j needs a value: N"},
        {"--jobs", "--jobs needs a value: N"},
        {"--verbose=1", "--verbose takes no value"},
        {"-x", "takes no option '-x'; see --help"},
        {"-vx", "takes no option '-x'; see --help"},
        {"--jbos=1", "takes no option '--jbos'; did you mean '--jobs'?"},
        {"--out", "takes no option '--out'; did you mean '--output'?"},
        {"--secrets", "takes no option '--secrets'; see --help"},
        {"---", "takes no option '---'; see --help"},
    };

    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *out = sorted(rows[i].line, !rows[i].first);

        g_assert_cmpstr(out, ==, rows[i].wanted);
    }
}

static void test_distance(void)
{
    static const struct {
        const char *a, *b;
        guint distance;
    } rows[] = {
        {"", "", 0},           {"", "abc", 3},       {"check", "check", 0},
        {"chekc", "check", 1}, {"chck", "check", 1}, {"cheeck", "check", 1},
        {"chezk", "check", 1}, {"ca", "abc", 3},     {"build", "lint", 4},
    };

    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_assert_cmpuint(tv_spelling_distance(rows[i].a, rows[i].b), ==,
                         rows[i].distance);
        g_assert_cmpuint(tv_spelling_distance(rows[i].b, rows[i].a), ==,
                         rows[i].distance);
    }
}

static void test_hint(void)
{
    static const char *const names[] = {"check", "build", "report", "test",
                                        NULL};
    static const struct {
        const char *word, *name;
    } rows[] = {
        {"chekc", "check"}, {"tset", "test"},  {"bild", "build"},
        {"rep", "report"},  {"frobnicate", ""}, {"", ""},
        {"x", ""},
    };

    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *hint = tv_spelling_hint(rows[i].word, "", names);
        g_autofree char *wanted =
            *rows[i].name
                ? g_strdup_printf("; did you mean '%s'?", rows[i].name)
                : g_strdup("");

        g_assert_cmpstr(hint, ==, wanted);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/spelling/sort", test_sort);
    g_test_add_func("/spelling/distance", test_distance);
    g_test_add_func("/spelling/hint", test_hint);
    return g_test_run();
}
