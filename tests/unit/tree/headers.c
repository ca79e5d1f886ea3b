/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Headers and typing that check makes by rule. */
#include <string.h>

#include "base/error.h"
#include "tree/headers-text.h"
#include "tree/typing.h"

static const char template[] =
    "/* head, only: in a comment */\n"
    "#define CONFIG_A 1\n"
    "#define CONFIG_INT128 1 /* only: 64-bit */\n"
    "#define HOST_@ARCH@ 1\n"
    "#define QEMU_VERSION \"@VERSION@\"\n"
    "#define QEMU_VERSION_MINOR @MINOR@\n";

static void test_config_host(void)
{
    g_autofree char *arm =
        tv_headers_config_host(template, tv_host_find("arm"), "5.2.0");
    g_autofree char *tci =
        tv_headers_config_host(template, tv_host_find("tci"), "5.2.0");

    g_assert_nonnull(strstr(arm, "#define CONFIG_A 1\n"));
    g_assert_nonnull(strstr(arm, "#define HOST_ARM 1\n"));
    g_assert_nonnull(strstr(arm, "#define QEMU_VERSION \"5.2.0\"\n"));
    g_assert_nonnull(strstr(arm, "#define QEMU_VERSION_MINOR 2\n"));
    g_assert_null(strstr(arm, "AVX2"));
    g_assert_null(strstr(arm, "INT128"));
    g_assert_nonnull(strstr(tci, "#define CONFIG_AVX2_OPT 1\n"));
    g_assert_nonnull(strstr(tci, "#define CONFIG_INT128 1\n"));
    g_assert_nonnull(strstr(tci, "#define HOST_X86_64 1\n"));
}

static void test_glibconfig(void)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *same = tv_headers_glibconfig("anything", 64, &error);
    g_autofree char *none = NULL;

    g_assert_no_error(error);
    g_assert_cmpstr(same, ==, "anything");
    /* A file that the rules do not fit is refused, not half converted. */
    none = tv_headers_glibconfig("#define GLIB_SIZEOF_VOID_P 8\n", 32, &error);
    g_assert_null(none);
    g_assert_error(error, TV_ERROR, TV_ERROR_INPUT);
}

static void test_config_target(void)
{
    static const char mak[] = "TARGET_ARCH=aarch64\nTARGET_BASE_ARCH=arm\n"
                              "TARGET_XML_FILES= a.xml\nTARGET_HAS_BFLT=y\n"
                              "TARGET_SYSTBL=syscall.tbl\n# TARGET_NO=y\n";
    static const char *const dis[] = {"CONFIG_X_DIS", NULL};
    g_autofree char *user =
        tv_headers_config_target(mak, "aarch64-linux-user", dis);
    g_autofree char *soft =
        tv_headers_config_target(mak, "aarch64-softmmu", NULL);
    g_autofree char *table = tv_headers_mak_value(mak, "TARGET_SYSTBL");

    g_assert_nonnull(strstr(user, "#define TARGET_NAME \"aarch64\"\n"));
    g_assert_nonnull(strstr(user, "#define CONFIG_USER_ONLY 1\n"));
    g_assert_nonnull(strstr(user, "#define CONFIG_LINUX_USER 1\n"));
    g_assert_nonnull(strstr(user, "#define TARGET_AARCH64 1\n"));
    g_assert_nonnull(strstr(user, "#define TARGET_ARM 1\n"));
    g_assert_nonnull(strstr(user, "#define TARGET_HAS_BFLT 1\n"));
    g_assert_nonnull(strstr(user, "#define CONFIG_X_DIS 1\n"));
    g_assert_null(strstr(user, "XML"));
    g_assert_null(strstr(user, "TARGET_NO"));
    g_assert_null(strstr(user, "SOFTMMU"));
    g_assert_nonnull(strstr(soft, "#define CONFIG_SOFTMMU 1\n"));
    g_assert_null(strstr(soft, "USER_ONLY"));
    g_assert_cmpstr(table, ==, "syscall.tbl");
}

static void test_config_devices(void)
{
    g_autofree char *text =
        tv_headers_config_devices("CONFIG_PCI=y\nCONFIG_NO=n\n# CONFIG_X=y\n");

    g_assert_nonnull(strstr(text, "#define CONFIG_PCI 1\n"));
    g_assert_null(strstr(text, "CONFIG_NO"));
    g_assert_null(strstr(text, "CONFIG_X"));
}

static void test_hosts(void)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GPtrArray) all = tv_hosts_parse(NULL, &error);
    g_autoptr(GPtrArray) two = tv_hosts_parse("tci, arm,tci", &error);
    g_autoptr(GPtrArray) none = NULL;

    g_assert_no_error(error);
    g_assert_cmpint(all->len, ==, 12);
    g_assert_cmpint(two->len, ==, 2);
    none = tv_hosts_parse("arm,vax", &error);
    g_assert_null(none);
    g_assert_error(error, TV_ERROR, TV_ERROR_USAGE);
}

static void test_impose(void)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(TvContract) contract = tv_contract_load(NULL, NULL);
    g_autofree char *typed = tv_typing_impose(
        contract,
        "#if X == 1\ntypedef uint8_t tcg_insn_unit;\n#else\n"
        "typedef uint32_t tcg_insn_unit;\n#endif\nint tcg_insn_unit_x;\n",
        &error);

    g_assert_no_error(error);
    g_assert_cmpstr(typed, ==,
                    "#if X == 1\ntypedef uint8_t "
                    "__attribute__((address_space(__rx))) tcg_insn_unit;\n"
                    "#else\ntypedef uint32_t "
                    "__attribute__((address_space(__rx))) tcg_insn_unit;\n"
                    "#endif\nint tcg_insn_unit_x;\n");
    g_assert_null(tv_typing_impose(contract, "int a;\n", &error));
    g_assert_error(error, TV_ERROR, TV_ERROR_INPUT);
}

static void test_mark_sites(void)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(TvContract) contract = tv_contract_load(NULL, NULL);
    g_autofree char *marked = tv_typing_mark_sites(
        contract,
        "#define A 1\n"
        "#define TCG_CODE_PTR_RW(s, p)   conv((s)->d, \\\n     (p))\nint b;\n",
        &error);

    g_assert_no_error(error);
    g_assert_cmpstr(marked, ==,
                    "#define A 1\n#define TCG_CODE_PTR_RW(s, p) "
                    "__tcg_verify_site((   conv((s)->d, \\\n     (p))), (p))\n"
                    "int b;\n");
    /* A macro that cannot be reduced must not pass as one without sites. */
    g_assert_null(tv_typing_mark_sites(
        contract, "void *TCG_CODE_PTR_RW(void *s, void *p);\n", &error));
    g_assert_error(error, TV_ERROR, TV_ERROR_INPUT);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/check/headers/config-host", test_config_host);
    g_test_add_func("/check/headers/glibconfig", test_glibconfig);
    g_test_add_func("/check/headers/config-target", test_config_target);
    g_test_add_func("/check/headers/config-devices", test_config_devices);
    g_test_add_func("/check/headers/hosts", test_hosts);
    g_test_add_func("/check/typing/impose", test_impose);
    g_test_add_func("/check/typing/mark-sites", test_mark_sites);
    return g_test_run();
}
