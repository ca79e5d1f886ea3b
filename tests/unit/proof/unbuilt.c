/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Conditions of branches that no host builds. */
#include "proof/unbuilt.h"

static void test_conditions(void)
{
    static const char *const other[] = {
        "ifdef _WIN32",
        "if defined(CONFIG_BSD) && defined(CONFIG_USER_ONLY)",
        "elif defined(__APPLE__)",
        "if defined _CALL_DARWIN || defined __APPLE__",
        "elif defined (__FreeBSD__) || defined (__FreeBSD_kernel__)",
    };
    static const char *const built[] = {
        "ifndef _WIN32",
        "if !defined(_WIN32)",
        "if ! defined(_WIN32)",
        "if !(defined(_WIN32))",
        "if defined(__linux__) || defined(__FreeBSD__)",
        "elif defined(__FreeBSD__) \\",
        "ifdef SO_BSDCOMPAT",
        "ifdef CONFIG_WIN32_STYLE",
        "define CONFIG_BSD",
        "endif /* __APPLE__ */",
    };

    for (gsize i = 0; i < G_N_ELEMENTS(other); i++) {
        g_assert_true(tv_unbuilt_is_other_system(other[i]));
    }
    for (gsize i = 0; i < G_N_ELEMENTS(built); i++) {
        g_assert_false(tv_unbuilt_is_other_system(built[i]));
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/unbuilt/conditions", test_conditions);
    return g_test_run();
}
