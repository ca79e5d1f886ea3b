/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/data.h"

#include <gio/gio.h>
#include <stdlib.h>
#include <string.h>

#include "data-resource.h"

#define PREFIX "/tcg-verify/"

char *tv_data_text(const char *name)
{
    g_autofree char *path = g_strconcat(PREFIX, name, NULL);
    g_autoptr(GError) error = NULL;
    g_autoptr(GBytes) bytes = NULL;

    /* Named, so that a static library keeps the resource's object file. */
    g_resources_register(data_get_resource());
    bytes = g_resources_lookup_data(path, 0, &error);
    if (!bytes) {
        g_error("%s", error->message);
    }
    return g_strndup(g_bytes_get_data(bytes, NULL), g_bytes_get_size(bytes));
}

static int compare_names(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

char **tv_data_list(const char *directory)
{
    g_autofree char *path = g_strconcat(PREFIX, directory, "/", NULL);
    g_autoptr(GError) error = NULL;
    char **names;

    g_resources_register(data_get_resource());
    names = g_resources_enumerate_children(path, 0, &error);
    if (!names) {
        g_error("%s", error->message);
    }
    qsort(names, g_strv_length(names), sizeof(*names), compare_names);
    return names;
}
