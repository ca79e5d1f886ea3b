/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "report/place.h"

static char *below(const char *root, const char *file)
{
    g_autofree char *path = root ? g_build_filename(root, file, NULL) : NULL;

    return path && g_file_test(path, G_FILE_TEST_IS_REGULAR)
               ? g_steal_pointer(&path)
               : NULL;
}

/* Names at the project's top, for when neither place has the file. */
static gboolean is_project_name(const char *file)
{
    static const char *const names[] = {
        "patches/", "overlay/", "verify/", "series", "base.ini",
    };

    for (gsize i = 0; i < G_N_ELEMENTS(names); i++) {
        if (g_str_has_prefix(file, names[i])) {
            return TRUE;
        }
    }
    return FALSE;
}

TvRoot tv_finding_place_root(const TvReportContext *context, const char *file)
{
    g_autofree char *in_tree = NULL;
    g_autofree char *in_project = NULL;

    if (g_path_is_absolute(file)) {
        return TV_ROOT_NONE;
    }
    in_tree = below(context->tree, file);
    if (in_tree) {
        return TV_ROOT_TREE;
    }
    in_project = below(context->project, file);
    return in_project || is_project_name(file) ? TV_ROOT_PROJECT : TV_ROOT_TREE;
}

char *tv_finding_place_path(const TvReportContext *context, const char *file)
{
    switch (tv_finding_place_root(context, file)) {
    case TV_ROOT_TREE:
        return below(context->tree, file);
    case TV_ROOT_PROJECT:
        return below(context->project, file);
    default:
        return below("/", file);
    }
}

char *tv_finding_place_uri(const char *file)
{
    if (g_path_is_absolute(file)) {
        return g_filename_to_uri(file, NULL, NULL);
    }
    return g_uri_escape_string(file, "/", FALSE);
}

gboolean tv_finding_place_holds(TvSourceLines *lines, const char *path,
                                int line, const char *text)
{
    const char *found = tv_source_lines_get(lines, path, line);
    g_autofree char *now = NULL;
    g_autofree char *then = NULL;

    if (!found || !text) {
        return found != NULL;
    }
    now = g_utf8_make_valid(found, -1);
    then = g_strdup(text);
    return g_str_equal(g_strstrip(now), g_strstrip(then));
}
