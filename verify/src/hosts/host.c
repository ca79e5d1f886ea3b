/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "hosts/host.h"

#include <string.h>
#include <sys/utsname.h>

#include "base/error.h"
#include "hosts/built-from.h"

#define GUESTS(...) ((const char *const[]){ __VA_ARGS__, NULL })

/*
 * Where an emulator that is no PIE does not lie on the place of the guest
 * programs, as it does by default on some hosts.  QEMU 5.2 then moves the guest
 * up, and gives a signal handler of an x86_64 guest pointers that forget it.
 */
#define BESIDE_GUESTS "--extra-ldflags=-Wl,-Ttext-segment=0x10000000"

const TvRunHost tv_run_hosts[] = {
    {
        .name = "x86_64",
        .configure = GUESTS("--without-default-devices"),
        .user_guests = GUESTS("x86_64", "i386", "arm", "aarch64", "s390x",
                              "ppc64le"),
        .system_guests = GUESTS("x86_64", "aarch64"),
    },
    {
        .name = "i386",
        .sysroot = "i386",
        .triplet = "i686-linux-gnu",
        /* A static PIE of 32 bits does not link.  TCG's assertions are on for
         * both trees: relocations out of range, code that does not fit. */
        .configure = GUESTS("--cpu=i386", "--static", "--disable-system",
                            "--disable-pie", "--enable-debug-tcg"),
        .user_guests = GUESTS("x86_64", "i386", "arm", "aarch64"),
        .system_guests = GUESTS(NULL),
    },
    {
        .name = "tci",
        .configure = GUESTS("--enable-tcg-interpreter", "--disable-system"),
        .user_guests = GUESTS("x86_64", "arm"),
        .system_guests = GUESTS(NULL),
        .interpreter = TRUE,
    },
    {
        .name = "aarch64",
        .sysroot = "arm64",
        .triplet = "aarch64-linux-gnu",
        .outer = "qemu-aarch64",
        /* The emulator around it puts a static PIE among its mappings, where
         * the heap cannot grow until one of them goes; the malloc of glibc
         * 2.36 aborts then, since a static program's heap is not aligned. */
        .configure = GUESTS("--cpu=aarch64", "--static", "--disable-system",
                            "--disable-pie", BESIDE_GUESTS),
        .user_guests = GUESTS("x86_64", "arm", "aarch64"),
        .system_guests = GUESTS(NULL),
    },
    {
        .name = "arm",
        .sysroot = "armhf",
        .triplet = "arm-linux-gnueabihf",
        .oracle = "arm",
        .configure = GUESTS("--cpu=arm", "--static", "--disable-system",
                            BESIDE_GUESTS),
        .user_guests = GUESTS("x86_64", "arm"),
        .system_guests = GUESTS(NULL),
    },
    {
        .name = "mips32",
        .sysroot = "mipsel",
        .triplet = "mipsel-linux-gnu",
        .oracle = "mipsel",
        .configure = GUESTS("--cpu=mips", "--static", "--disable-system",
                            BESIDE_GUESTS),
        .user_guests = GUESTS("x86_64", "arm"),
        .exec_stacks = TRUE,
        .system_guests = GUESTS(NULL),
    },
    {
        .name = "mips64",
        .sysroot = "mips64el",
        .triplet = "mips64el-linux-gnuabi64",
        .oracle = "mips64el",
        .configure = GUESTS("--cpu=mips64", "--static", "--disable-system"),
        .user_guests = GUESTS("x86_64", "arm"),
        .exec_stacks = TRUE,
        .system_guests = GUESTS(NULL),
    },
    {
        .name = "ppc32",
        .sysroot = "powerpc",
        .triplet = "powerpc-linux-gnu",
        .oracle = "ppc",
        .configure = GUESTS("--cpu=ppc", "--static", "--disable-system"),
        .user_guests = GUESTS("x86_64", "arm"),
        .system_guests = GUESTS(NULL),
    },
    {
        .name = "ppc64",
        .sysroot = "ppc64el",
        .triplet = "powerpc64le-linux-gnu",
        .oracle = "ppc64le",
        .configure = GUESTS("--cpu=ppc64le", "--static", "--disable-system"),
        .user_guests = GUESTS("x86_64", "arm"),
        .system_guests = GUESTS(NULL),
    },
    {
        .name = "riscv64",
        .sysroot = "riscv64",
        .triplet = "riscv64-linux-gnu",
        .oracle = "riscv64",
        .configure = GUESTS("--cpu=riscv64", "--static", "--disable-system",
                            BESIDE_GUESTS),
        .user_guests = GUESTS("x86_64", "arm"),
        .system_guests = GUESTS(NULL),
    },
    {
        .name = "s390x",
        .sysroot = "s390x",
        .triplet = "s390x-linux-gnu",
        .oracle = "s390x",
        .coherent = TRUE,
        .configure = GUESTS("--cpu=s390x", "--static", "--disable-system",
                            BESIDE_GUESTS),
        .user_guests = GUESTS("x86_64", "arm"),
        .system_guests = GUESTS(NULL),
    },
    /* Pages of 8 KiB: guests with smaller ones do not run. */
    {
        .name = "sparc64",
        .sysroot = "sparc64",
        .triplet = "sparc64-linux-gnu",
        .oracle = "sparc64",
        .configure = GUESTS("--cpu=sparc64", "--static", "--disable-system"),
        .user_guests = GUESTS("sparc64"),
        .system_guests = GUESTS(NULL),
    },
    { NULL },
};

const char *tv_side_name(TvSide side)
{
    static const char *const names[] = {
        [TV_SIDE_PRISTINE] = "pristine",
        [TV_SIDE_APPLIED] = "applied",
        [TV_SIDE_CONTROL] = "control",
        [TV_SIDE_STEP] = "each-patch",
    };

    return names[side];
}

const TvRunHost *tv_run_host_find(const char *name)
{
    for (const TvRunHost *host = tv_run_hosts; host->name; host++) {
        if (g_str_equal(host->name, name)) {
            return host;
        }
    }
    return NULL;
}

static gboolean is_all(const char *list)
{
    return !list || g_str_equal(list, "all");
}

static gboolean list_has(const char *list, const char *name)
{
    g_auto(GStrv) names = g_strsplit(list, ",", -1);

    return g_strv_contains((const char *const *)names, name);
}

static char *known_hosts(void)
{
    GString *names = g_string_new(NULL);

    for (const TvRunHost *host = tv_run_hosts; host->name; host++) {
        g_string_append_printf(names, "%s%s", names->len ? ", " : "",
                               host->name);
    }
    return g_string_free(names, FALSE);
}

GPtrArray *tv_run_hosts_select(const char *list, GError **error)
{
    g_autoptr(GPtrArray) hosts = g_ptr_array_new();
    g_auto(GStrv) names = g_strsplit(is_all(list) ? "" : list, ",", -1);
    struct utsname machine;

    for (char **name = names; *name; name++) {
        if (!tv_run_host_find(*name)) {
            g_autofree char *known = known_hosts();

            g_set_error(error, TV_ERROR, TV_ERROR_USAGE,
                        "there is no recipe to build and run QEMU for host "
                        "'%s'; hosts that have one: %s", *name, known);
            return NULL;
        }
    }
    for (const TvRunHost *host = tv_run_hosts; host->name; host++) {
        if (is_all(list) ||
            g_strv_contains((const char *const *)names, host->name)) {
            g_ptr_array_add(hosts, (gpointer)host);
        }
    }
    if (hosts->len == 0) {
        g_set_error(error, TV_ERROR, TV_ERROR_USAGE, "--host names no host");
        return NULL;
    }
    if (uname(&machine) != 0 || !g_str_equal(machine.machine, "x86_64")) {
        g_set_error(error, TV_ERROR, TV_ERROR_USAGE,
                    "this machine is '%s': the recipes build and run QEMU on "
                    "an x86_64 Linux machine", machine.machine);
        return NULL;
    }
    return g_steal_pointer(&hosts);
}

gboolean tv_run_host_is_nested(const TvRunHost *host)
{
    return host->outer || host->oracle;
}

gboolean tv_run_host_has_control(const TvRunHost *host)
{
    return tv_run_host_is_nested(host) && !host->coherent;
}

guint tv_run_host_timeout(const TvRunHost *host)
{
    return tv_run_host_is_nested(host) ? 300 : 120;
}

/* By this name, for any host or for @host. */
static gboolean asks_for(const char *list, const TvRunHost *host,
                         const char *name)
{
    g_autofree char *here = g_strconcat(host->name, "/", name, NULL);

    return list_has(list, name) || list_has(list, here);
}

const char **tv_run_guests_select(const TvRunHost *host, gboolean system,
                                  const char *list)
{
    GPtrArray *guests = g_ptr_array_new();
    const char *const *all = system ? host->system_guests : host->user_guests;

    for (; *all; all++) {
        g_autofree char *target =
            g_strconcat(*all, system ? "-softmmu" : "-linux-user", NULL);

        if (is_all(list) || asks_for(list, host, *all) ||
            asks_for(list, host, target)) {
            g_ptr_array_add(guests, (gpointer)*all);
        }
    }
    g_ptr_array_add(guests, NULL);
    return (const char **)g_ptr_array_free(guests, FALSE);
}

gboolean tv_run_guests_check(GPtrArray *hosts, const char *list,
                             GError **error)
{
    g_auto(GStrv) names = g_strsplit(is_all(list) ? "" : list, ",", -1);

    if (!is_all(list) && !*names) {
        g_set_error(error, TV_ERROR, TV_ERROR_USAGE, "--guest names no guest");
        return FALSE;
    }
    for (char **name = names; *name; name++) {
        gboolean found = FALSE;

        for (guint i = 0; i < hosts->len; i++) {
            g_autofree const char **user =
                tv_run_guests_select(hosts->pdata[i], FALSE, *name);
            g_autofree const char **system =
                tv_run_guests_select(hosts->pdata[i], TRUE, *name);

            found |= user[0] || system[0];
        }
        if (!found) {
            g_set_error(error, TV_ERROR, TV_ERROR_USAGE,
                        "no chosen host runs guest '%s'", *name);
            return FALSE;
        }
    }
    return TRUE;
}

char *tv_run_host_dir(const TvOptions *options, const TvRunHost *host,
                      TvSide side)
{
    return tv_options_build_path(options, "host", host->name,
                                 tv_side_name(side), NULL);
}

static char *binary_name(const char *guest, gboolean system)
{
    return g_strconcat(system ? "qemu-system-" : "qemu-", guest, NULL);
}

char *tv_run_host_binary(const TvOptions *options, const TvRunHost *host,
                         TvSide side, const char *guest, gboolean system)
{
    g_autofree char *dir = tv_run_host_dir(options, host, side);
    g_autofree char *name = binary_name(guest, system);

    return g_build_filename(dir, "obj", name, NULL);
}

char *tv_run_host_need_binary(const TvOptions *options, const TvRunHost *host,
                              TvSide side, const char *guest, gboolean system,
                              GError **error)
{
    g_autofree char *name = binary_name(guest, system);

    return tv_built_from_need(options, host, side, name, error);
}

char *tv_run_host_outer(const TvOptions *options, const TvRunHost *host)
{
    g_autofree char *oracle = g_strconcat("qemu-", host->oracle, NULL);

    if (host->oracle) {
        return tv_options_build_path(options, "oracle", "bin", oracle, NULL);
    }
    if (host->outer) {
        return tv_options_build_path(options, "outer", "usr", "bin",
                                     host->outer, NULL);
    }
    return NULL;
}
