/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The table of host targets. */
#include "base/error.h"
#include "project/hosts.h"

#define NEEDED                                                    \
    "[vax]\ntriplet=vax-linux-gnu\nbits=32\nbackend=vax\narch=vax\n" \
    "sparse=--arch=vax;-m32\n"

static void test_read(void)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GPtrArray) hosts = tv_hosts_read(
        NEEDED "configure=--cpu=vax;--static\nuser-guests=arm;x86_64\n"
               "sysroot=vax\noracle=vax\ncoherent=true\nci=turn\n"
               "[pdp]" "\ntriplet=pdp\nbits=64\nbackend=pdp\narch=pdp\n"
               "sparse=\n",
        &error);
    const TvHost *vax, *pdp;

    g_assert_no_error(error);
    g_assert_cmpuint(hosts->len, ==, 2);
    vax = hosts->pdata[0];
    pdp = hosts->pdata[1];
    g_assert_cmpstr(vax->name, ==, "vax");
    g_assert_cmpint(vax->bits, ==, 32);
    g_assert_cmpstr(vax->sparse_args[1], ==, "-m32");
    g_assert_cmpstr(vax->configure[0], ==, "--cpu=vax");
    g_assert_cmpstr(vax->user_guests[1], ==, "x86_64");
    g_assert_cmpstr(vax->oracle, ==, "vax");
    g_assert_true(vax->coherent);
    g_assert_false(vax->native);
    g_assert_null(vax->clang_args[0]);
    g_assert_null(vax->system_guests[0]);
    /* The proof alone knows it. */
    g_assert_null(pdp->configure);
    g_assert_null(pdp->linux_arch);
    g_assert_null(pdp->user_guests[0]);
}

static void test_refused(void)
{
    static const struct {
        const char *text;
        const char *why;
    } wrong[] = {
        {"[vax]\nbits=32\n", "*host vax: key 'triplet': *"},
        {NEEDED "byts=8\n", "*host vax: unknown key 'byts'"},
        {NEEDED "coherent=maybe\n", "*host vax: key 'coherent': *"},
        {"[vax]\ntriplet=vax\nbits=wide\nbackend=v\narch=v\nsparse=\n",
         "*host vax: key 'bits': *"},
        {"[vax]\ntriplet=vax\nbits=31\nbackend=v\narch=v\nsparse=\n",
         "*host vax: key 'bits': '31' is not one of: 32 64"},
        {NEEDED "ci=often\n", "*key 'ci': 'often' is not one of: always turn"},
        {NEEDED "oracle=\n", "*host vax: key 'oracle': it is empty"},
        {NEEDED "clang=-a;;-b\n", "*host vax: key 'clang': *empty item"},
        {NEEDED "outer=qemu-vax\noracle=vax\n", "*exclude each other"},
        {NEEDED "user-guests=arm\n", "*need each other"},
        {NEEDED "configure=--static\n", "*need each other"},
        {NEEDED "configure=--static\nuser-guests=arm\n", "*'native' and *"},
        {NEEDED NEEDED, "*host vax: it has two sections"},
        {"[a,b]\ntriplet=a\nbits=32\nbackend=a\narch=a\nsparse=\n",
         "*host a,b: its name *"},
        {"[all]\ntriplet=a\nbits=32\nbackend=a\narch=a\nsparse=\n",
         "*host all: its name *"},
        {"# nothing\n", "*no host"},
        {"triplet=vax\n", "*"},
    };

    for (gsize i = 0; i < G_N_ELEMENTS(wrong); i++) {
        g_autoptr(GError) error = NULL;

        g_assert_null(tv_hosts_read(wrong[i].text, &error));
        g_assert_error(error, TV_ERROR, TV_ERROR_INPUT);
        g_assert_true(g_str_has_prefix(error->message, "hosts.ini: "));
        g_test_message("%s", error->message);
        g_assert_true(g_pattern_match_simple(wrong[i].why, error->message));
    }
}

static void test_built_in(void)
{
    guint native = 0;
    const TvHost *host;
    guint count;

    for (count = 0; (host = tv_host_nth(count)); count++) {
        g_assert_true(tv_host_find(host->name) == host);
        g_assert_true(host->bits == 32 || host->bits == 64);
        g_assert_nonnull(host->sparse_args[0]);
        /* Other machines' libraries come from a sysroot. */
        g_assert_true(host->native == !host->sysroot);
        native += host->native;
    }
    g_assert_cmpuint(count, ==, 12);
    g_assert_cmpuint(native, ==, 2);
    g_assert_null(tv_host_find("vax"));
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/hosts/read", test_read);
    g_test_add_func("/hosts/refused", test_refused);
    g_test_add_func("/hosts/built-in", test_built_in);
    return g_test_run();
}
