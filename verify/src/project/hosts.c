/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "project/hosts.h"

#include "base/error.h"

/*
 * What a cross compiler would have built in: clang's default CPUs are older
 * than what the backends' inline asm and atomics need, and ppc32 wants the
 * calling convention that only gcc announces.
 */
static const TvHost hosts[] = {
    {
        .name = "aarch64",
        .triplet = "aarch64-linux-gnu",
        .bits = 64,
        .backend = "aarch64",
        .arch = "aarch64",
        .linux_arch = "arm64",
        .sparse_args = {"--arch=aarch64", "-m64"},
    },
    {
        .name = "arm",
        .triplet = "arm-linux-gnueabihf",
        .bits = 32,
        .backend = "arm",
        .arch = "arm",
        .linux_arch = "arm",
        .clang_args = {"-march=armv7-a"},
        .sparse_args = {"--arch=arm", "-m32"},
    },
    {
        .name = "x86_64",
        .triplet = "x86_64-linux-gnu",
        .bits = 64,
        .backend = "i386",
        .arch = "x86_64",
        .linux_arch = "x86",
        .clang_args = {"-mcx16"},
        .sparse_args = {"--arch=x86_64", "-m64"},
        .native_headers = TRUE,
    },
    {
        .name = "i386",
        .triplet = "i686-linux-gnu",
        .bits = 32,
        .backend = "i386",
        .arch = "i386",
        .linux_arch = "x86",
        .clang_args = {"-march=i686"},
        .sparse_args = {"--arch=i386", "-m32"},
    },
    {
        .name = "mips32",
        .triplet = "mipsel-linux-gnu",
        .bits = 32,
        .backend = "mips",
        .arch = "mips",
        .linux_arch = "mips",
        .clang_args = {"-march=mips32r2"},
        .sparse_args = {"--arch=mips", "-m32", "-mlittle-endian"},
    },
    {
        .name = "mips64",
        .triplet = "mips64el-linux-gnuabi64",
        .bits = 64,
        .backend = "mips",
        .arch = "mips",
        .linux_arch = "mips",
        .clang_args = {"-march=mips64r2"},
        .sparse_args = {"--arch=mips64", "-m64", "-mlittle-endian"},
    },
    {
        .name = "ppc32",
        .triplet = "powerpc-linux-gnu",
        .bits = 32,
        .backend = "ppc",
        .arch = "ppc",
        .linux_arch = "powerpc",
        .clang_args = {"-D_CALL_SYSV=1"},
        .sparse_args = {"--arch=ppc", "-m32"},
    },
    {
        .name = "ppc64",
        .triplet = "powerpc64le-linux-gnu",
        .bits = 64,
        .backend = "ppc",
        .arch = "ppc64",
        .linux_arch = "powerpc",
        .sparse_args = {"--arch=ppc64", "-m64", "-mlittle-endian"},
    },
    {
        .name = "riscv64",
        .triplet = "riscv64-linux-gnu",
        .bits = 64,
        .backend = "riscv",
        .arch = "riscv64",
        .clang_args = {"-march=rv64gc"},
        .sparse_args = {"--arch=riscv64", "-m64"},
    },
    {
        .name = "s390x",
        .triplet = "s390x-linux-gnu",
        .bits = 64,
        .backend = "s390",
        .arch = "s390x",
        .linux_arch = "s390",
        .clang_args = {"-march=z13"},
        .sparse_args = {"--arch=s390x", "-m64"},
    },
    {
        .name = "sparc64",
        .triplet = "sparc64-linux-gnu",
        .bits = 64,
        .backend = "sparc",
        .arch = "sparc64",
        .clang_args = {"-mcpu=v9"},
        .sparse_args = {"--arch=sparc64", "-m64"},
    },
    {
        .name = "tci",
        .triplet = "x86_64-linux-gnu",
        .bits = 64,
        .backend = "tci",
        .arch = "x86_64",
        .linux_arch = "x86",
        .clang_args = {"-mcx16"},
        .sparse_args = {"--arch=x86_64", "-m64"},
        .native_headers = TRUE,
        .interpreter = TRUE,
    },
};

const TvHost *tv_host_nth(guint index)
{
    return index < G_N_ELEMENTS(hosts) ? &hosts[index] : NULL;
}

const TvHost *tv_host_find(const char *name)
{
    for (gsize i = 0; i < G_N_ELEMENTS(hosts); i++) {
        if (g_strcmp0(hosts[i].name, name) == 0) {
            return &hosts[i];
        }
    }
    return NULL;
}

GPtrArray *tv_hosts_parse(const char *list, GError **error)
{
    g_autoptr(GPtrArray) result = g_ptr_array_new();
    g_auto(GStrv) names = NULL;

    if (!list || g_str_equal(list, "all")) {
        for (gsize i = 0; i < G_N_ELEMENTS(hosts); i++) {
            g_ptr_array_add(result, (gpointer)&hosts[i]);
        }
        return g_steal_pointer(&result);
    }
    names = g_strsplit(list, ",", -1);
    for (char **name = names; *name; name++) {
        const TvHost *host = tv_host_find(g_strstrip(*name));

        if (!host) {
            g_autoptr(GString) known = g_string_new(NULL);

            for (gsize i = 0; i < G_N_ELEMENTS(hosts); i++) {
                g_string_append_printf(known, " %s", hosts[i].name);
            }
            g_set_error(error, TV_ERROR, TV_ERROR_USAGE,
                        "--host: there is no host target '%s'; known are:%s",
                        *name, known->str);
            return NULL;
        }
        if (!g_ptr_array_find(result, host, NULL)) {
            g_ptr_array_add(result, (gpointer)host);
        }
    }
    if (result->len == 0) {
        g_set_error(error, TV_ERROR, TV_ERROR_USAGE, "--host: empty list");
        return NULL;
    }
    return g_steal_pointer(&result);
}
