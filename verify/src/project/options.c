/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "project/options.h"

const char *const tv_format_names[] = {
    [TV_FORMAT_TEXT] = "text",   [TV_FORMAT_JSON] = "json",
    [TV_FORMAT_SARIF] = "sarif", [TV_FORMAT_JUNIT] = "junit",
    [TV_FORMAT_TAP] = "tap",     [TV_FORMAT_HTML] = "html",
    [TV_FORMAT_HTML + 1] = NULL,
};

void tv_options_free(TvOptions *options)
{
    if (!options) {
        return;
    }
    g_free(options->project);
    g_free(options->build_dir);
    g_free(options->hosts);
    g_free(options->guests);
    g_free(options->output);
    g_free(options->tree);
    tv_base_free(options->base);
    g_free(options);
}

char *tv_options_build_path(const TvOptions *options, const char *first, ...)
{
    g_autoptr(GPtrArray) parts = g_ptr_array_new();
    va_list args;

    g_ptr_array_add(parts, options->build_dir);
    va_start(args, first);
    for (const char *part = first; part; part = va_arg(args, const char *)) {
        g_ptr_array_add(parts, (char *)part);
    }
    va_end(args);
    g_ptr_array_add(parts, NULL);
    return g_build_filenamev((char **)parts->pdata);
}

char *tv_options_pristine(const TvOptions *options)
{
    return tv_options_build_path(options, "pristine", options->base->directory,
                                 NULL);
}

char *tv_options_applied(const TvOptions *options)
{
    if (options->tree) {
        return g_strdup(options->tree);
    }
    return tv_options_build_path(options, "src", options->base->directory,
                                 NULL);
}
