/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Order and range of the cache maintenance, judged from source text. */
#include <glib.h>

#include "proof/maintenance/order.h"

static TvContract contract = {
    .address_space = (char *)"__rx",
    .cache_hook = (char *)"invalidate",
    .flush_hook = (char *)"flush",
    .written_function = (char *)"written",
    .jump_function = (char *)"set_jump",
};

static char *written(const char *body)
{
    return g_strdup_printf(
        "static void flush(void *rw, size_t len);\n"
        "static void invalidate(const void __rx *rx, size_t len);\n"
        "/* written(rx, rw, len) { } */\n"
        "static void written(const void __rx *rx, void *rw, size_t len)\n"
        "{\n%s}\n", body);
}

static void order(const char *body, gboolean good)
{
    g_autofree char *text = written(body);
    g_autofree char *wrong = tv_caches_judge_order(&contract, text);

    if (good) {
        g_assert_cmpstr(wrong, ==, NULL);
    } else {
        g_assert_nonnull(wrong);
    }
}

static void test_order(void)
{
    order("    flush(rw, len);\n    invalidate(rx, len);\n", TRUE);
    order("    flush(rw, len); /* first */\n    invalidate(rx, len);\n", TRUE);
    /* dropped, swapped, the other alias, too short, twice */
    order("    flush(rw, len);\n", FALSE);
    order("    invalidate(rx, len);\n", FALSE);
    order("    invalidate(rx, len);\n    flush(rw, len);\n", FALSE);
    order("    flush(rw, len);\n    invalidate(rw, len);\n", FALSE);
    order("    flush(rx, len);\n    invalidate(rx, len);\n", FALSE);
    order("    flush(rw, len);\n    invalidate(rx, len - 4);\n", FALSE);
    order("    flush(rw, len - 4);\n    invalidate(rx, len);\n", FALSE);
    order("    flush(rw, len);\n    invalidate(rx, len);\n"
          "    invalidate(rx, len);\n", FALSE);
    order("    if (0) {\n        flush(rw, len);\n    }\n"
          "    invalidate(rx, len);\n", FALSE);
}

static void test_nobody_else(void)
{
    g_autofree char *good =
        written("    flush(rw, len);\n    invalidate(rx, len);\n");
    g_autofree char *text =
        g_strconcat(good, "void f(void)\n{\n    invalidate(p, 4);\n}\n", NULL);
    g_autofree char *wrong = tv_caches_judge_order(&contract, text);

    g_assert_nonnull(wrong);
}

static void jump(const char *body, gboolean good)
{
    g_autofree char *text = g_strdup_printf(
        "void set_jump(const tcg_insn_unit *tc_ptr)\n{\n%s}\n\n"
        "static void f(void)\n{\n    qatomic_set(p, 0);\n}\n", body);
    g_autofree char *wrong = tv_caches_judge_jump(&contract, text);

    if (good) {
        g_assert_cmpstr(wrong, ==, NULL);
    } else {
        g_assert_nonnull(wrong);
    }
}

static void test_jump(void)
{
    jump("    qatomic_set(jmp_rw, f(1, 2));\n"
         "    written(jmp_rx, jmp_rw, 4);\n", TRUE);
    jump("    qatomic_set((int32_t *)jmp_rw, x);\n"
         "    written(jmp_rx, jmp_rw, 4);\n", TRUE);
    jump("    if (a) {\n"
         "        qatomic_set__nocheck((uint64_t *)jmp_rw, pair);\n"
         "        written(jmp_rx, jmp_rw, 8);\n"
         "    } else {\n"
         "        qatomic_set(jmp_rw, x);\n"
         "        written(jmp_rx, jmp_rw, 4);\n    }\n", TRUE);
    jump("    qatomic_set((uint64_t *)jmp_rw, pair);\n"
         "    written(jmp_rx, jmp_rw, 4);\n", FALSE);
    jump("    qatomic_set(jmp_rw, x);\n", FALSE);
    jump("    qatomic_set(jmp_rw, x);\n"
         "    written(jmp_rw, jmp_rx, 4);\n", FALSE);
    jump("    if (a) {\n        qatomic_set(jmp_rw, x);\n        return;\n"
         "    }\n    qatomic_set(jmp_rw, y);\n"
         "    written(jmp_rx, jmp_rw, 4);\n", FALSE);
    jump("    *jmp_rw = x;\n    written(jmp_rx, jmp_rw, 4);\n", FALSE);
}

static void test_no_jump(void)
{
    g_autofree char *wrong =
        tv_caches_judge_jump(&contract, "static int f(void)\n{\n}\n");

    g_assert_cmpstr(wrong, ==, NULL);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/check-caches/order", test_order);
    g_test_add_func("/check-caches/nobody-else", test_nobody_else);
    g_test_add_func("/check-caches/jump", test_jump);
    g_test_add_func("/check-caches/no-jump", test_no_jump);
    return g_test_run();
}
