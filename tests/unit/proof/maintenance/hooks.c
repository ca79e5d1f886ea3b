/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reports a hook whose text changes; ignores comments and white space. */
#include <glib.h>
#include <string.h>

#include "proof/maintenance/hooks.h"

static TvContract contract = {
    .flush_hook = (char *)"flush",
    .cache_hook = (char *)"invalidate",
};

#define FLUSH "static void flush(void *rw, size_t len)\n{\n    clean(rw);\n}\n"
#define INVALIDATE                                                \
    "static void invalidate(const void *rx, size_t len)\n{\n    " \
    "drop(rx);\n}\n"

/* Entries for @source as it is. */
static char *list_of(const char *source)
{
    g_autofree char *flush = tv_hooks_digest(source, "flush");
    g_autofree char *invalidate = tv_hooks_digest(source, "invalidate");

    return g_strdup_printf("[tcg/a.inc]\nflush=%s\ninvalidate=%s\n"
                           "reviewed=by the manual\n",
                           flush, invalidate);
}

static void judge(const char *source, const char *changed, const char *wanted)
{
    g_autofree char *list = list_of(source);
    g_autofree char *function = NULL;
    g_autofree char *wrong =
        tv_hooks_judge_by(&contract, list, "tcg/a.inc", changed, &function);

    g_assert_cmpstr(function, ==, wanted);
    g_assert_true((wrong != NULL) == (wanted != NULL));
}

static void test_text(void)
{
    judge(FLUSH INVALIDATE, FLUSH INVALIDATE, NULL);
    judge(FLUSH INVALIDATE,
          "/* new */ static void flush(void *rw,\n    size_t len)\n{\n"
          "    clean(rw); /* all */\n}\n" INVALIDATE,
          NULL);
    judge(FLUSH INVALIDATE,
          "static void flush(void *rw, size_t len)\n{\n}\n" INVALIDATE,
          "flush");
    judge(FLUSH INVALIDATE, FLUSH, "invalidate");
    /* a definition more, say of another #if */
    judge(FLUSH INVALIDATE, FLUSH INVALIDATE FLUSH, "flush");
    /* a declaration does not count */
    judge(FLUSH INVALIDATE,
          "static void flush(void *rw, size_t len);\n" FLUSH INVALIDATE, NULL);
}

static void test_unknown(void)
{
    g_autofree char *list = list_of(FLUSH INVALIDATE);
    g_autofree char *function = NULL;
    g_autofree char *other = NULL;
    g_autofree char *wrong = tv_hooks_judge_by(&contract, list, "tcg/b.inc",
                                               FLUSH INVALIDATE, &function);
    TvContract foreign = {
        .flush_hook = (char *)"sync",
        .cache_hook = (char *)"isync",
    };

    /* a backend without a review */
    g_assert_nonnull(strstr(wrong, "has not been reviewed"));
    /* hooks of other names: another tree, of which nothing is known */
    g_assert_null(
        tv_hooks_judge_by(&foreign, list, "tcg/a.inc", FLUSH, &other));
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/check-hooks/text", test_text);
    g_test_add_func("/check-hooks/unknown", test_unknown);
    return g_test_run();
}
