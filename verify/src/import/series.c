/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <string.h>

#include "import/import.h"

/* The name of a patch in a line of the series file; NULL for other lines. */
static const char *name_in(char *line)
{
    const char *name = g_strstrip(line);

    return *name && *name != '#' ? name : NULL;
}

static gint index_of(const GPtrArray *names, const char *name)
{
    guint index;

    return g_ptr_array_find_with_equal_func((GPtrArray *)names, name,
                                            g_str_equal, &index)
               ? (gint)index
               : -1;
}

/*
 * Of the old names, in their old order, a longest choice that is in the new
 * order as well: their lines stay where they are.
 */
static gboolean *choose_anchors(const GPtrArray *old, const GPtrArray *names)
{
    gboolean *stays = g_new0(gboolean, old->len + 1);
    g_autofree gint *place = g_new0(gint, old->len + 1);
    g_autofree guint *length = g_new0(guint, old->len + 1);
    g_autofree gint *before = g_new0(gint, old->len + 1);
    gint best = -1;

    for (guint i = 0; i < old->len; i++) {
        place[i] = index_of(names, g_ptr_array_index(old, i));
        before[i] = -1;
        if (place[i] < 0) {
            continue;
        }
        length[i] = 1;
        for (guint j = 0; j < i; j++) {
            if (place[j] >= 0 && place[j] < place[i] &&
                length[j] + 1 > length[i]) {
                length[i] = length[j] + 1;
                before[i] = (gint)j;
            }
        }
        if (best < 0 || length[i] > length[best]) {
            best = (gint)i;
        }
    }
    for (; best >= 0; best = before[best]) {
        stays[best] = TRUE;
    }
    return stays;
}

char *tv_import_series(const char *old, const GPtrArray *names)
{
    g_auto(GStrv) lines = g_strsplit(old, "\n", -1);
    g_autoptr(GPtrArray) had = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(GHashTable) anchors = g_hash_table_new(g_str_hash, g_str_equal);
    g_autofree gboolean *stays = NULL;
    GString *text = g_string_new(NULL);
    guint next = 0;

    for (char **line = lines; *line; line++) {
        g_autofree char *copy = g_strdup(*line);
        const char *name = name_in(copy);

        if (name) {
            g_ptr_array_add(had, g_strdup(name));
        }
    }
    stays = choose_anchors(had, names);
    for (guint i = 0; i < had->len; i++) {
        if (stays[i]) {
            g_hash_table_add(anchors, g_ptr_array_index(had, i));
        }
    }
    for (char **line = lines; *line; line++) {
        g_autofree char *copy = g_strdup(*line);
        const char *name = name_in(copy);

        if (!name) {
            /* The last of them is what follows the last newline. */
            g_string_append_printf(text, line[1] ? "%s\n" : "%s", *line);
            continue;
        }
        if (!g_hash_table_contains(anchors, name)) {
            continue;
        }
        while (next < names->len &&
               !g_str_equal(g_ptr_array_index(names, next), name)) {
            g_string_append_printf(
                text, "%s\n", (char *)g_ptr_array_index(names, next++));
        }
        g_string_append_printf(text, line[1] ? "%s\n" : "%s", *line);
        next++;
        while (next < names->len &&
               !g_hash_table_contains(anchors,
                                      g_ptr_array_index(names, next))) {
            g_string_append_printf(
                text, "%s\n", (char *)g_ptr_array_index(names, next++));
        }
    }
    while (next < names->len) {
        g_string_append_printf(text, "%s\n",
                               (char *)g_ptr_array_index(names, next++));
    }
    return g_string_free(text, FALSE);
}

static gboolean same_list(const GPtrArray *a, const GPtrArray *b)
{
    if (a->len != b->len) {
        return FALSE;
    }
    for (guint i = 0; i < a->len; i++) {
        if (!g_str_equal(g_ptr_array_index(a, i), g_ptr_array_index(b, i))) {
            return FALSE;
        }
    }
    return TRUE;
}

/* Only a last paragraph of trailers alone takes more of them. */
static gboolean ends_in_trailers(const char *body)
{
    g_auto(GStrv) lines = g_strsplit(body, "\n", -1);
    guint count = g_strv_length(lines);

    for (guint i = count; i-- > 0 && *lines[i];) {
        if (!g_regex_match_simple("^[A-Z][A-Za-z-]*: \\S", lines[i], 0, 0)) {
            return FALSE;
        }
    }
    return count > 0;
}

char *tv_import_message(const TvPatch *old, const char *message,
                        const GPtrArray *overlay)
{
    g_autofree char *mine = g_strstrip(g_strdup(message));
    const char *gap = strstr(mine, "\n\n");
    g_autofree char *subject =
        gap ? g_strndup(mine, gap - mine) : g_strdup(mine);
    const char *body = gap ? gap + strspn(gap, "\n") : "";
    GString *text;

    if (old) {
        g_autofree char *known = g_strstrip(tv_patch_message(old));

        if (g_str_equal(known, mine) && same_list(old->overlay, overlay)) {
            const char *end = old->notes ? old->notes : old->diff;

            return g_strdup_printf("%s\n%.*s", old->subject,
                                   (int)(end - old->message), old->message);
        }
    }
    g_strdelimit(subject, "\n", ' ');
    text = g_string_new(subject);
    g_string_append_c(text, '\n');
    if (*body) {
        g_string_append_printf(text, "\n%s\n", body);
    }
    if (overlay->len && !ends_in_trailers(body)) {
        g_string_append_c(text, '\n');
    }
    for (guint i = 0; i < overlay->len; i++) {
        g_string_append_printf(text, "Overlay: %s\n",
                               (char *)g_ptr_array_index(overlay, i));
    }
    return g_string_free(text, FALSE);
}
