/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tree/headers-text.h"

#include <string.h>

#include "base/error.h"

#define ONLY " /* only: "

static gboolean row_applies(const char *only, const TvHost *host)
{
    g_autofree char *width = g_strdup_printf("%d-bit", host->bits);

    return g_str_equal(only, width);
}

static void replace(GString *text, const char *name, const char *value)
{
    g_autofree char *key = g_strconcat("@", name, "@", NULL);

    g_string_replace(text, key, value, 0);
}

char *tv_headers_config_host(const char *template, const TvHost *host,
                             const char *version)
{
    g_auto(GStrv) lines = g_strsplit(template, "\n", -1);
    g_auto(GStrv) part = g_strsplit(version, ".", 3);
    g_autofree char *arch = g_ascii_strup(host->arch, -1);
    GString *text = g_string_new(NULL);
    guint parts = g_strv_length(part);

    for (char **line = lines; *line; line++) {
        char *only = strstr(*line, ONLY);

        if (only && g_str_has_prefix(*line, "#define")) {
            g_autofree char *words = g_strdup(only + strlen(ONLY));
            char *end = strstr(words, " */");

            *only = '\0';
            if (end) {
                *end = '\0';
            }
            if (!row_applies(words, host)) {
                continue;
            }
        }
        g_string_append_printf(text, "%s\n", *line);
    }
    for (char **name = host->config; *name; name++) {
        g_string_append_printf(text, "#define %s 1\n", *name);
    }
    replace(text, "ARCH", arch);
    replace(text, "VERSION", version);
    replace(text, "MAJOR", parts > 0 ? part[0] : "0");
    replace(text, "MINOR", parts > 1 ? part[1] : "0");
    replace(text, "MICRO", parts > 2 ? part[2] : "0");
    return g_string_free(text, FALSE);
}

char *tv_headers_glibconfig(const char *native, int bits, GError **error)
{
    /* 64-bit types become long long; what is as wide as a pointer, int. */
    static const char *const rows[][2] = {
        {"typedef signed long gint64", "typedef signed long long gint64"},
        {"typedef unsigned long guint64", "typedef unsigned long long guint64"},
        {"#define G_GINT64_MODIFIER \"l\"", "#define G_GINT64_MODIFIER \"ll\""},
        {"#define G_GINT64_FORMAT \"li\"", "#define G_GINT64_FORMAT \"lli\""},
        {"#define G_GUINT64_FORMAT \"lu\"", "#define G_GUINT64_FORMAT \"llu\""},
        {"#define GLIB_SIZEOF_VOID_P 8", "#define GLIB_SIZEOF_VOID_P 4"},
        {"#define GLIB_SIZEOF_LONG   8", "#define GLIB_SIZEOF_LONG   4"},
        {"#define GLIB_SIZEOF_SIZE_T 8", "#define GLIB_SIZEOF_SIZE_T 4"},
        {"#define GLIB_SIZEOF_SSIZE_T 8", "#define GLIB_SIZEOF_SSIZE_T 4"},
        {"typedef signed long gssize", "typedef signed int gssize"},
        {"typedef unsigned long gsize", "typedef unsigned int gsize"},
        {"#define G_GSIZE_MODIFIER \"l\"", "#define G_GSIZE_MODIFIER \"\""},
        {"#define G_GSSIZE_MODIFIER \"l\"", "#define G_GSSIZE_MODIFIER \"\""},
        {"#define G_GSIZE_FORMAT \"lu\"", "#define G_GSIZE_FORMAT \"u\""},
        {"#define G_GSSIZE_FORMAT \"li\"", "#define G_GSSIZE_FORMAT \"i\""},
        {"typedef signed long gintptr", "typedef signed int gintptr"},
        {"typedef unsigned long guintptr", "typedef unsigned int guintptr"},
    };
    g_autoptr(GString) text = g_string_new(native);

    if (bits == 64) {
        return g_string_free(g_steal_pointer(&text), FALSE);
    }
    g_string_replace(text, "(gint)  (glong) (p)", "(gint) (p)", 0);
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        if (g_string_replace(text, rows[i][0], rows[i][1], 0) == 0) {
            g_set_error(error, TV_ERROR, TV_ERROR_INPUT,
                        "glibconfig.h: no line '%s' to derive a 32-bit host's "
                        "from; is this an x86-64 machine's libglib2.0-dev?",
                        rows[i][0]);
            return NULL;
        }
    }
    return g_string_free(g_steal_pointer(&text), FALSE);
}

char *tv_headers_mak_value(const char *mak, const char *key)
{
    g_auto(GStrv) lines = g_strsplit(mak, "\n", -1);

    for (char **line = lines; *line; line++) {
        char *equals = strchr(*line, '=');

        if (equals && **line != '#') {
            *equals = '\0';
            if (g_str_equal(g_strstrip(*line), key)) {
                return g_strdup(g_strstrip(equals + 1));
            }
        }
    }
    return NULL;
}

static void define(GString *text, const char *name, const char *value)
{
    g_string_append_printf(text, "#define %s %s\n", name, value);
}

static void define_arch(GString *text, const char *arch)
{
    g_autofree char *upper = g_ascii_strup(arch, -1);
    g_autofree char *name = g_strconcat("TARGET_", upper, NULL);

    define(text, name, "1");
}

/* The rules of the top-level meson.build, "Target configuration". */
char *tv_headers_config_target(const char *mak, const char *target,
                               const char *const *disassemblers)
{
    static const char *const ignored[] = {
        "TARGET_XML_FILES",
        "TARGET_ABI_DIR",
        "TARGET_ARCH",
        NULL,
    };
    g_auto(GStrv) lines = g_strsplit(mak, "\n", -1);
    g_autofree char *arch = tv_headers_mak_value(mak, "TARGET_ARCH");
    g_autofree char *base = tv_headers_mak_value(mak, "TARGET_BASE_ARCH");
    g_autofree char *name = g_strndup(target, strcspn(target, "-"));
    GString *text = g_string_new("#pragma once\n");

    g_string_append_printf(text, "#define TARGET_NAME \"%s\"\n", name);
    define(text, "CONFIG_TCG", "1");
    if (g_str_has_suffix(target, "-softmmu")) {
        define(text, "CONFIG_SOFTMMU", "1");
    } else {
        define(text,
               g_str_has_suffix(target, "-bsd-user") ? "CONFIG_BSD_USER"
                                                     : "CONFIG_LINUX_USER",
               "1");
        define(text, "CONFIG_USER_ONLY", "1");
        g_string_append_printf(text,
                               "#define CONFIG_QEMU_INTERP_PREFIX "
                               "\"/usr/gnemul/qemu-%s\"\n",
                               name);
    }
    if (arch) {
        define_arch(text, arch);
    }
    if (base && g_strcmp0(base, arch) != 0) {
        define_arch(text, base);
    }
    for (char **line = lines; *line; line++) {
        char *equals = strchr(*line, '=');

        if (!equals || **line == '#') {
            continue;
        }
        *equals = '\0';
        if (g_strv_contains(ignored, *line) ||
            g_str_equal(*line, "TARGET_BASE_ARCH") ||
            !(g_str_has_prefix(*line, "TARGET_") ||
              g_str_has_prefix(*line, "CONFIG_"))) {
            continue;
        }
        g_strstrip(equals + 1);
        define(text, *line, g_str_equal(equals + 1, "y") ? "1" : equals + 1);
    }
    for (; disassemblers && *disassemblers; disassemblers++) {
        define(text, *disassemblers, "1");
    }
    return g_string_free(text, FALSE);
}

char *tv_headers_config_devices(const char *mak)
{
    g_auto(GStrv) lines = g_strsplit(mak, "\n", -1);
    GString *text = g_string_new("#pragma once\n");

    for (char **line = lines; *line; line++) {
        if (g_str_has_prefix(*line, "CONFIG_") &&
            g_str_has_suffix(*line, "=y")) {
            g_string_append_printf(text, "#define %.*s 1\n",
                                   (int)strlen(*line) - 2, *line);
        }
    }
    return g_string_free(text, FALSE);
}
