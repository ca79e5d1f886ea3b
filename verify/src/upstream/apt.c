/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "upstream/apt.h"

#include <string.h>

#include "base/error.h"

void tv_apt_source_free(TvAptSource *source)
{
    if (source) {
        g_free(source->uri);
        g_strfreev(source->suites);
        g_free(source->signed_by);
        g_free(source);
    }
}

static void add(GPtrArray *sources, const char *uri, const char *suites,
                const char *signed_by)
{
    TvAptSource *source = g_new0(TvAptSource, 1);

    source->uri = g_strdup(uri);
    source->suites = g_strsplit_set(suites, " \t\n", -1);
    source->signed_by = g_strdup(signed_by);
    g_ptr_array_add(sources, source);
}

/* The first group of @pattern in @text, or NULL. */
static char *find_group(const char *text, const char *pattern)
{
    g_autoptr(GRegex) regex = g_regex_new(
        pattern, G_REGEX_CASELESS | G_REGEX_MULTILINE, 0, NULL);
    g_autoptr(GMatchInfo) match = NULL;

    return g_regex_match(regex, text, 0, &match) ? g_match_info_fetch(match, 1)
                                                 : NULL;
}

/* A value may go on in lines that begin with a blank. */
static char *find_field(const char *stanza, const char *name)
{
    g_autofree char *pattern =
        g_strconcat("^", name, ":[ \t]*(.*(?:\n[ \t].*)*)", NULL);

    return find_group(stanza, pattern);
}

void tv_apt_sources_parse_deb822(const char *text, GPtrArray *sources)
{
    g_autoptr(GRegex) comment =
        g_regex_new("^#.*\n?", G_REGEX_MULTILINE, 0, NULL);
    g_autofree char *plain =
        g_regex_replace_literal(comment, text, -1, 0, "", 0, NULL);
    g_auto(GStrv) stanzas = g_regex_split_simple("\n[ \t\r]*\n", plain, 0, 0);

    for (char **stanza = stanzas; *stanza; stanza++) {
        g_autofree char *uris = find_field(*stanza, "URIs");
        g_autofree char *suites = find_field(*stanza, "Suites");
        g_autofree char *signed_by = find_field(*stanza, "Signed-By");
        g_autofree char *off =
            find_group(*stanza, "^Enabled:[ \t]*(no|false|0)[ \t\r]*$");
        g_auto(GStrv) list = g_strsplit_set(uris ? uris : "", " \t\n", -1);

        for (char **uri = list; *uri && suites && !off; uri++) {
            if (**uri) {
                add(sources, *uri, suites,
                    signed_by ? g_strchomp(signed_by) : NULL);
            }
        }
    }
}

/* As above for the one-line format, *.list. */
static void parse_list(const char *text, GPtrArray *sources)
{
    g_autoptr(GRegex) regex =
        g_regex_new("^\\s*deb(?:-src)?\\s+(\\[[^]]*\\]\\s+)?(\\S+)\\s+(\\S+)",
                    G_REGEX_MULTILINE, 0, NULL);
    g_autoptr(GMatchInfo) match = NULL;

    g_regex_match(regex, text, 0, &match);
    while (g_match_info_matches(match)) {
        g_autofree char *options = g_match_info_fetch(match, 1);
        g_autofree char *uri = g_match_info_fetch(match, 2);
        g_autofree char *suite = g_match_info_fetch(match, 3);
        g_autofree char *signed_by =
            find_group(options, "[ \t[]signed-by=([^] \t]*)");

        add(sources, uri, suite, signed_by);
        g_match_info_next(match, NULL);
    }
}

static void read_file(const char *path, GPtrArray *sources)
{
    g_autofree char *text = NULL;

    if (!g_file_get_contents(path, &text, NULL, NULL)) {
        return;
    }
    if (g_str_has_suffix(path, ".sources")) {
        tv_apt_sources_parse_deb822(text, sources);
    } else if (g_str_has_suffix(path, ".list")) {
        parse_list(text, sources);
    }
}

/* Mirrors serve the archive as .../debian. */
static gboolean is_debian(const TvAptSource *source)
{
    return g_regex_match_simple("^(?!cdrom).*/debian/*$", source->uri, 0, 0);
}

TvAptSource *tv_apt_sources_find_debian(const char *etc, const char *codename,
                                        GError **error)
{
    g_autoptr(GPtrArray) sources =
        g_ptr_array_new_with_free_func((GDestroyNotify)tv_apt_source_free);
    g_autofree char *list = g_build_filename(etc, "sources.list", NULL);
    g_autofree char *parts = g_build_filename(etc, "sources.list.d", NULL);
    g_autoptr(GDir) dir = g_dir_open(parts, 0, NULL);
    const char *name;
    guint found = G_MAXUINT;

    read_file(list, sources);
    while (dir && (name = g_dir_read_name(dir))) {
        g_autofree char *path = g_build_filename(parts, name, NULL);

        read_file(path, sources);
    }
    for (guint i = 0; i < sources->len; i++) {
        const TvAptSource *source = g_ptr_array_index(sources, i);

        if (is_debian(source)) {
            found = MIN(found, i);
            if (codename && g_strv_contains((const char *const *)source->suites,
                                            codename)) {
                found = i;
                break;
            }
        }
    }
    if (found == G_MAXUINT) {
        g_set_error(error, TV_ERROR, TV_ERROR_INPUT,
                    "%s names no mirror of the plain Debian archive", etc);
        return NULL;
    }
    return g_ptr_array_steal_index(sources, found);
}
