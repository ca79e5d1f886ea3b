/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "project/hosts.h"

#include <string.h>

#include "base/data.h"
#include "base/error.h"

typedef enum { STRING, LIST, NUMBER, FLAG, OF_SCRIPTS } Kind;

static const struct {
    const char *key;
    Kind kind;
    gsize member;
    gboolean needed;
    const char *values; /* all that it may have; NULL: any */
} keys[] = {
    {"triplet", STRING, G_STRUCT_OFFSET(TvHost, triplet), TRUE},
    {"bits", NUMBER, G_STRUCT_OFFSET(TvHost, bits), TRUE, "32 64"},
    {"backend", STRING, G_STRUCT_OFFSET(TvHost, backend), TRUE},
    {"arch", STRING, G_STRUCT_OFFSET(TvHost, arch), TRUE},
    {"linux-arch", STRING, G_STRUCT_OFFSET(TvHost, linux_arch)},
    {"clang", LIST, G_STRUCT_OFFSET(TvHost, clang_args)},
    {"sparse", LIST, G_STRUCT_OFFSET(TvHost, sparse_args), TRUE},
    {"config", LIST, G_STRUCT_OFFSET(TvHost, config)},
    {"native", FLAG, G_STRUCT_OFFSET(TvHost, native)},
    {"interpreter", FLAG, G_STRUCT_OFFSET(TvHost, interpreter)},
    {"configure", LIST, G_STRUCT_OFFSET(TvHost, configure)},
    {"sysroot", STRING, G_STRUCT_OFFSET(TvHost, sysroot)},
    {"oracle", STRING, G_STRUCT_OFFSET(TvHost, oracle)},
    {"outer", STRING, G_STRUCT_OFFSET(TvHost, outer)},
    {"coherent", FLAG, G_STRUCT_OFFSET(TvHost, coherent)},
    {"exec-stacks", FLAG, G_STRUCT_OFFSET(TvHost, exec_stacks)},
    {"user-guests", LIST, G_STRUCT_OFFSET(TvHost, user_guests)},
    {"system-guests", LIST, G_STRUCT_OFFSET(TvHost, system_guests)},
    {"sysroot-libdir", OF_SCRIPTS},
    {"sysroot-glib", OF_SCRIPTS},
    {"verify-packages", OF_SCRIPTS},
    {"test-packages", OF_SCRIPTS},
    {"ci", OF_SCRIPTS, 0, FALSE, "always turn"},
    {"ci-guests", OF_SCRIPTS},
};

static gboolean check_known(GKeyFile *file, const char *name, GError **error)
{
    g_auto(GStrv) found = g_key_file_get_keys(file, name, NULL, error);

    for (char **key = found; key && *key; key++) {
        gsize i = 0;

        while (i < G_N_ELEMENTS(keys) && !g_str_equal(keys[i].key, *key)) {
            i++;
        }
        if (i == G_N_ELEMENTS(keys)) {
            g_set_error(error, TV_ERROR, TV_ERROR_INPUT, "unknown key '%s'",
                        *key);
            return FALSE;
        }
    }
    return found != NULL;
}

static void host_free(gpointer data)
{
    TvHost *host = data;

    for (gsize i = 0; i < G_N_ELEMENTS(keys); i++) {
        gpointer member = G_STRUCT_MEMBER_P(host, keys[i].member);

        if (keys[i].kind == STRING) {
            g_free(*(char **)member);
        } else if (keys[i].kind == LIST) {
            g_strfreev(*(char ***)member);
        }
    }
    g_free(host->name);
    g_free(host);
}

static gboolean check_value(const char *value, gsize i, GError **error)
{
    const char *values = keys[i].values;
    g_auto(GStrv) allowed = g_strsplit(values ? values : "", " ", -1);

    if (values &&
        !g_strv_contains((const char *const *)allowed, value)) {
        g_set_error(error, TV_ERROR, TV_ERROR_INPUT, "'%s' is not one of: %s",
                    value, values);
        return FALSE;
    }
    if (keys[i].kind == LIST ? *value == ';' || strstr(value, ";;") : !*value) {
        g_set_error(error, TV_ERROR, TV_ERROR_INPUT, "%s",
                    *value ? "it has an empty item" : "it is empty");
        return FALSE;
    }
    return TRUE;
}

/* What makes no sense in keys that are right one by one; NULL if all does. */
static const char *nonsense(const TvHost *host)
{
    /* It is part of lists and of paths. */
    if (host->name[strspn(host->name, G_CSET_a_2_z G_CSET_DIGITS "_")] ||
        g_str_equal(host->name, "all")) {
        return "its name has to be of lower-case letters, digits and '_', and "
               "not 'all'";
    }
    if (host->outer && host->oracle) {
        return "keys 'outer' and 'oracle' exclude each other";
    }
    if (!host->configure != !host->user_guests) {
        return "keys 'configure' and 'user-guests' need each other";
    }
    if (host->configure && host->native != !host->sysroot) {
        return "key 'configure' needs one of the keys 'native' and 'sysroot'";
    }
    return NULL;
}

static TvHost *read_host(GKeyFile *file, const char *name, GError **error)
{
    TvHost *host = g_new0(TvHost, 1);
    g_autoptr(GError) problem = NULL;

    host->name = g_strdup(name);
    check_known(file, name, &problem);
    for (gsize i = 0; i < G_N_ELEMENTS(keys) && !problem; i++) {
        gpointer member = G_STRUCT_MEMBER_P(host, keys[i].member);
        const char *key = keys[i].key;
        g_autofree char *value = g_key_file_get_value(file, name, key, NULL);

        if (!keys[i].needed && !value) {
            continue;
        }
        if (value && !check_value(value, i, &problem)) {
            g_prefix_error(&problem, "key '%s': ", key);
            break;
        }
        switch (keys[i].kind) {
        case STRING:
            *(char **)member = g_key_file_get_string(file, name, key, &problem);
            break;
        case LIST:
            *(char ***)member = g_key_file_get_string_list(file, name, key,
                                                           NULL, &problem);
            break;
        case NUMBER:
            *(int *)member = g_key_file_get_integer(file, name, key, &problem);
            break;
        case FLAG:
            *(gboolean *)member = g_key_file_get_boolean(file, name, key,
                                                         &problem);
            break;
        case OF_SCRIPTS:
            break;
        }
        if (problem) {
            g_prefix_error(&problem, "key '%s': ", key);
        }
    }
    if (!problem && nonsense(host)) {
        g_set_error_literal(&problem, TV_ERROR, TV_ERROR_INPUT, nonsense(host));
    }
    /* So that loops over them need no test; no recipe is another thing. */
    for (gsize i = 0; i < G_N_ELEMENTS(keys); i++) {
        char ***member = G_STRUCT_MEMBER_P(host, keys[i].member);

        if (keys[i].kind == LIST && !*member && member != &host->configure) {
            *member = g_new0(char *, 1);
        }
    }
    if (problem) {
        g_set_error(error, TV_ERROR, TV_ERROR_INPUT, "hosts.ini: host %s: %s",
                    name, problem->message);
        g_clear_pointer(&host, host_free);
    }
    return host;
}

GPtrArray *tv_hosts_read(const char *text, GError **error)
{
    g_autoptr(GKeyFile) file = g_key_file_new();
    g_autoptr(GPtrArray) hosts = g_ptr_array_new_with_free_func(host_free);
    g_autoptr(GError) problem = NULL;
    g_auto(GStrv) names = NULL;

    if (!g_key_file_load_from_data(file, text, (gsize)-1, G_KEY_FILE_NONE,
                                   &problem)) {
        g_set_error(error, TV_ERROR, TV_ERROR_INPUT, "hosts.ini: %s",
                    problem->message);
        return NULL;
    }
    names = g_key_file_get_groups(file, NULL);
    for (char **name = names; *name; name++) {
        g_autofree char *line = g_strdup_printf("[%s]\n", *name);
        const char *first = strstr(text, line);
        TvHost *host;

        /* GKeyFile takes both for one. */
        if (first && strstr(first + 1, line)) {
            g_set_error(error, TV_ERROR, TV_ERROR_INPUT,
                        "hosts.ini: host %s: it has two sections", *name);
            return NULL;
        }
        host = read_host(file, *name, error);
        if (!host) {
            return NULL;
        }
        g_ptr_array_add(hosts, host);
    }
    if (hosts->len == 0) {
        g_set_error(error, TV_ERROR, TV_ERROR_INPUT, "hosts.ini: no host");
        return NULL;
    }
    return g_steal_pointer(&hosts);
}

static GPtrArray *table;

gboolean tv_hosts_load(GError **error)
{
    g_autofree char *text = table ? NULL : tv_data_text("hosts.ini");

    if (!table) {
        table = tv_hosts_read(text, error);
    }
    return table != NULL;
}

const TvHost *tv_host_nth(guint index)
{
    g_autoptr(GError) error = NULL;

    /* main has reported that; unit tests have no main of ours. */
    if (!tv_hosts_load(&error)) {
        g_error("%s", error->message);
    }
    return index < table->len ? table->pdata[index] : NULL;
}

const TvHost *tv_host_find(const char *name)
{
    const TvHost *host;

    for (guint i = 0; (host = tv_host_nth(i)); i++) {
        if (g_strcmp0(host->name, name) == 0) {
            return host;
        }
    }
    return NULL;
}

GPtrArray *tv_hosts_parse(const char *list, GError **error)
{
    g_autoptr(GPtrArray) result = g_ptr_array_new();
    g_auto(GStrv) names = NULL;
    const TvHost *host;

    if (!list || g_str_equal(list, "all")) {
        for (guint i = 0; (host = tv_host_nth(i)); i++) {
            g_ptr_array_add(result, (gpointer)host);
        }
        return g_steal_pointer(&result);
    }
    names = g_strsplit(list, ",", -1);
    for (char **name = names; *name; name++) {
        host = tv_host_find(g_strstrip(*name));
        if (!host) {
            g_autoptr(GString) known = g_string_new(NULL);

            for (guint i = 0; (host = tv_host_nth(i)); i++) {
                g_string_append_printf(known, " %s", host->name);
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
