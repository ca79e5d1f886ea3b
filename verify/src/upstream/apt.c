#include "upstream/apt.h"

#include <string.h>

#include "base/error.h"

void tv_apt_source_free(TvAptSource *source)
{
    if (!source) {
        return;
    }
    g_free(source->uri);
    g_free(source->suites);
    g_free(source->signed_by);
    g_free(source);
}

static void add(GPtrArray *sources, const char *uri, const char *suites,
                const char *signed_by)
{
    TvAptSource *source = g_new0(TvAptSource, 1);

    source->uri = g_strdup(uri);
    source->suites = g_strdup(suites);
    source->signed_by = g_strdup(signed_by);
    g_ptr_array_add(sources, source);
}

static gboolean is_no(const char *value)
{
    return value && (!g_ascii_strcasecmp(value, "no") ||
                     !g_ascii_strcasecmp(value, "false") ||
                     !g_ascii_strcasecmp(value, "0"));
}

static void end_stanza(GHashTable *fields, GPtrArray *sources)
{
    const char *uris = g_hash_table_lookup(fields, "uris");
    const char *suites = g_hash_table_lookup(fields, "suites");

    if (uris && suites && !is_no(g_hash_table_lookup(fields, "enabled"))) {
        g_auto(GStrv) list = g_strsplit_set(uris, " \t\n", -1);

        for (char **uri = list; *uri; uri++) {
            if (**uri) {
                add(sources, *uri, suites,
                    g_hash_table_lookup(fields, "signed-by"));
            }
        }
    }
    g_hash_table_remove_all(fields);
}

void tv_apt_sources_parse_deb822(const char *text, GPtrArray *sources)
{
    g_autoptr(GHashTable) fields =
        g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
    g_autofree char *key = NULL;

    for (char **line = lines; *line; line++) {
        char *colon;

        g_strchomp(*line);
        if (**line == '#') {
            continue;
        }
        if (**line == '\0') {
            end_stanza(fields, sources);
            g_clear_pointer(&key, g_free);
        } else if (**line == ' ' || **line == '\t') {
            const char *old = key ? g_hash_table_lookup(fields, key) : NULL;

            if (old) {
                g_hash_table_replace(fields, g_strdup(key),
                                     g_strconcat(old, "\n", *line, NULL));
            }
        } else if ((colon = strchr(*line, ':'))) {
            g_free(key);
            *colon = '\0';
            key = g_ascii_strdown(*line, -1);
            g_hash_table_replace(fields, g_strdup(key),
                                 g_strdup(g_strstrip(colon + 1)));
        }
    }
    end_stanza(fields, sources);
}

/* The value of KEY in "[KEY=value KEY2=value]", or NULL. */
static char *bracket_value(const char *options, const char *key)
{
    g_auto(GStrv) words = g_strsplit_set(options, " \t[]", -1);
    g_autofree char *prefix = g_strconcat(key, "=", NULL);

    for (char **word = words; *word; word++) {
        if (g_str_has_prefix(*word, prefix)) {
            return g_strdup(*word + strlen(prefix));
        }
    }
    return NULL;
}

void tv_apt_sources_parse_list(const char *text, GPtrArray *sources)
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
        g_autofree char *signed_by = bracket_value(options, "signed-by");

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
        tv_apt_sources_parse_list(text, sources);
    }
}

/* Mirrors serve the archive as .../debian. */
static gboolean is_debian(const TvAptSource *source)
{
    g_autofree char *uri = g_strdup(source->uri);
    gsize length = strlen(uri);

    while (length && uri[length - 1] == '/') {
        uri[--length] = '\0';
    }
    return g_str_has_suffix(uri, "/debian") && !g_str_has_prefix(uri, "cdrom");
}

static gboolean has_suite(const TvAptSource *source, const char *codename)
{
    g_auto(GStrv) suites = g_strsplit_set(source->suites, " \t\n", -1);

    return g_strv_contains((const char *const *)suites, codename);
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
    gint found = -1;

    read_file(list, sources);
    while (dir && (name = g_dir_read_name(dir))) {
        g_autofree char *path = g_build_filename(parts, name, NULL);

        read_file(path, sources);
    }
    for (guint i = 0; i < sources->len; i++) {
        TvAptSource *source = g_ptr_array_index(sources, i);

        if (is_debian(source) &&
            (found < 0 || (codename && has_suite(source, codename)))) {
            found = (gint)i;
            if (codename && has_suite(source, codename)) {
                break;
            }
        }
    }
    if (found < 0) {
        g_set_error(error, TV_ERROR, TV_ERROR_INPUT,
                    "%s names no mirror of the plain Debian archive", etc);
        return NULL;
    }
    return g_ptr_array_steal_index(sources, (guint)found);
}
