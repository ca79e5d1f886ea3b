/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "hosts/host.h"

#include <string.h>
#include <sys/utsname.h>

#include "base/error.h"

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
    const TvHost *host;

    for (guint i = 0; (host = tv_host_nth(i)); i++) {
        if (host->configure) {
            g_string_append_printf(names, "%s%s", names->len ? ", " : "",
                                   host->name);
        }
    }
    return g_string_free(names, FALSE);
}

GPtrArray *tv_run_hosts_select(const char *list, GError **error)
{
    g_autoptr(GPtrArray) hosts = g_ptr_array_new();
    g_auto(GStrv) names = g_strsplit(is_all(list) ? "" : list, ",", -1);
    struct utsname machine;
    const TvHost *host;

    for (char **name = names; *name; name++) {
        host = tv_host_find(*name);
        if (!host || !host->configure) {
            g_autofree char *known = known_hosts();

            g_set_error(error, TV_ERROR, TV_ERROR_USAGE,
                        "there is no recipe to build and run QEMU for host "
                        "'%s'; hosts that have one: %s", *name, known);
            return NULL;
        }
    }
    for (guint i = 0; (host = tv_host_nth(i)); i++) {
        if (host->configure &&
            (is_all(list) ||
             g_strv_contains((const char *const *)names, host->name))) {
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

gboolean tv_run_host_is_nested(const TvHost *host)
{
    return host->outer || host->oracle;
}

gboolean tv_run_host_has_control(const TvHost *host)
{
    return tv_run_host_is_nested(host) && !host->coherent;
}

guint tv_run_host_timeout(const TvHost *host)
{
    return tv_run_host_is_nested(host) ? 300 : 120;
}

/* By this name, for any host or for @host. */
static gboolean asks_for(const char *list, const TvHost *host,
                         const char *name)
{
    g_autofree char *here = g_strconcat(host->name, "/", name, NULL);

    return list_has(list, name) || list_has(list, here);
}

const char **tv_run_guests_select(const TvHost *host, gboolean system,
                                  const char *list)
{
    GPtrArray *guests = g_ptr_array_new();
    char **all = system ? host->system_guests : host->user_guests;

    for (; *all; all++) {
        g_autofree char *target =
            g_strconcat(*all, system ? "-softmmu" : "-linux-user", NULL);

        if (is_all(list) || asks_for(list, host, *all) ||
            asks_for(list, host, target)) {
            g_ptr_array_add(guests, *all);
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

char *tv_run_host_dir(const TvOptions *options, const TvHost *host,
                      TvSide side)
{
    return tv_options_build_path(options, "host", host->name,
                                 tv_side_name(side), NULL);
}

static char *binary_name(const char *guest, gboolean system)
{
    return g_strconcat(system ? "qemu-system-" : "qemu-", guest, NULL);
}

char *tv_run_host_binary(const TvOptions *options, const TvHost *host,
                         TvSide side, const char *guest, gboolean system)
{
    g_autofree char *dir = tv_run_host_dir(options, host, side);
    g_autofree char *name = binary_name(guest, system);

    return g_build_filename(dir, "obj", name, NULL);
}

char *tv_run_host_outer(const TvOptions *options, const TvHost *host)
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

static int by_name(gconstpointer a, gconstpointer b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

GPtrArray *tv_unit_tests_targets(const TvOptions *options,
                                 const TvHost *host, const char *root)
{
    GPtrArray *targets = g_ptr_array_new_with_free_func(g_free);
    g_autofree char *overlay =
        g_build_filename(options->project, "overlay", "tests", NULL);
    g_autoptr(GDir) dir = NULL;
    const char *name;

    if (!tv_run_host_is_nested(host)) {
        dir = g_dir_open(overlay, 0, NULL);
    }
    while (dir && (name = g_dir_read_name(dir))) {
        g_autofree char *path = g_build_filename(root, "tests", name, NULL);

        if (g_str_has_prefix(name, "test-") && g_str_has_suffix(name, ".c") &&
            g_file_test(path, G_FILE_TEST_EXISTS)) {
            g_ptr_array_add(targets,
                            g_strdup_printf("tests/%.*s",
                                            (int)strlen(name) - 2, name));
        }
    }
    g_ptr_array_sort(targets, by_name);
    return targets;
}
