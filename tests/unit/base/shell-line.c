/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A shell runs the printed line as the same words. */
#include "base/shell-line.h"

static void test_words(void)
{
    static const char *const plain[] = {"tcg-verify", "--host=x86_64",
                                        "--only=tcg/tcg.c", "a,b", "1:2"};
    static const char *const quoted[] = {
        "",   " ",   "a b",  "it's", "$HOME", "`id`", "a;b",  "*",
        "~/", "a\\", "a\nb", "\"",   "a&b",   "(x)",  "#one", "\303\244",
    };

    for (gsize i = 0; i < G_N_ELEMENTS(plain); i++) {
        g_autofree char *word = tv_shell_word(plain[i]);

        g_assert_cmpstr(word, ==, plain[i]);
    }
    for (gsize i = 0; i < G_N_ELEMENTS(quoted); i++) {
        g_autofree char *line =
            tv_shell_command("printf", "%s|%s", quoted[i], "end", NULL);
        g_autofree char *wanted = g_strconcat(quoted[i], "|end", NULL);
        const char *argv[] = {"sh", "-c", line, NULL};
        g_autofree char *out = NULL;
        g_autoptr(GError) error = NULL;

        g_spawn_sync(NULL, (char **)argv, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL,
                     &out, NULL, NULL, &error);
        g_assert_no_error(error);
        g_assert_cmpstr(out, ==, wanted);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/shell-line/words", test_words);
    return g_test_run();
}
