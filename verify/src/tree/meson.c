/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tree/meson.h"

#include <string.h>

/* One file or one nested set in one .add() of one set. */
typedef struct Entry {
    char *set;       /* that it was added to */
    GPtrArray *when; /* of char *: symbols; a dependency is "?" */
    gboolean negate; /* if_false */
} Entry;

struct TvMesonSources {
    GHashTable *files; /* path to GPtrArray of Entry */
    GHashTable *sets;  /* name of a nested set to GPtrArray of Entry */
};

/* Sets that end a chain, and the symbol that a cell needs for them. */
static const struct {
    const char *name;
    const char *symbol;
    TvSourceKind kind;
} roots[] = {
    {"specific_ss", NULL, TV_SOURCE_SPECIFIC},
    {"linux_user_ss", "CONFIG_LINUX_USER", TV_SOURCE_SPECIFIC},
    {"bsd_user_ss", "CONFIG_BSD_USER", TV_SOURCE_SPECIFIC},
    {"common_ss", NULL, TV_SOURCE_COMMON},
    {"util_ss", NULL, TV_SOURCE_COMMON},
    {"trace_ss", NULL, TV_SOURCE_COMMON},
    {"stub_ss", NULL, TV_SOURCE_COMMON},
    {"qom_ss", NULL, TV_SOURCE_COMMON},
    {"hwcore_ss", NULL, TV_SOURCE_COMMON},
    {"user_ss", "CONFIG_USER_ONLY", TV_SOURCE_COMMON},
};

static void entry_free(gpointer data)
{
    Entry *entry = data;

    g_free(entry->set);
    g_ptr_array_unref(entry->when);
    g_free(entry);
}

TvMesonSources *tv_meson_sources_new(void)
{
    TvMesonSources *sources = g_new0(TvMesonSources, 1);

    sources->files = g_hash_table_new_full(g_str_hash, g_str_equal, g_free,
                                           (GDestroyNotify)g_ptr_array_unref);
    sources->sets = g_hash_table_new_full(g_str_hash, g_str_equal, g_free,
                                          (GDestroyNotify)g_ptr_array_unref);
    return sources;
}

void tv_meson_sources_free(TvMesonSources *sources)
{
    if (sources) {
        g_hash_table_unref(sources->files);
        g_hash_table_unref(sources->sets);
        g_free(sources);
    }
}

static void add_entry(GHashTable *table, const char *key, const char *set,
                      GPtrArray *when, gboolean negate)
{
    GPtrArray *list = g_hash_table_lookup(table, key);
    Entry *entry = g_new0(Entry, 1);

    if (!list) {
        list = g_ptr_array_new_with_free_func(entry_free);
        g_hash_table_insert(table, g_strdup(key), list);
    }
    entry->set = g_strdup(set);
    entry->when = g_ptr_array_ref(when);
    entry->negate = negate;
    g_ptr_array_add(list, entry);
}

static gboolean is_word(char c)
{
    return g_ascii_isalnum(c) || c == '_';
}

static const char *skip_comment(const char *at)
{
    return *at == '#' ? at + strcspn(at, "\n") : at;
}

/* The arguments of one call that is under @options (of char *: symbols);
 * returns the end of it. */
static const char *parse_call(TvMesonSources *sources, const char *directory,
                              const char *set, GPtrArray *options,
                              const char *at)
{
    enum { PLAIN, WHEN, IF_TRUE, IF_FALSE } part = PLAIN;
    g_autoptr(GPtrArray) when = g_ptr_array_new_with_free_func(g_free);
    int depth = 1;

    for (guint i = 0; i < options->len; i++) {
        if (options->pdata[i]) {
            g_ptr_array_add(when, g_strdup(options->pdata[i]));
        }
    }

    while (*at && depth > 0) {
        at = skip_comment(at);
        if (*at == '\'') {
            const char *end = strchr(at + 1, '\'');
            g_autofree char *text = NULL;
            g_autofree char *path = NULL;

            if (!end) {
                return at + strlen(at);
            }
            text = g_strndup(at + 1, end - at - 1);
            at = end + 1;
            if (part == WHEN) {
                g_ptr_array_add(when, g_steal_pointer(&text));
                continue;
            }
            path = *directory ? g_strconcat(directory, "/", text, NULL)
                              : g_strdup(text);
            add_entry(sources->files, path, set, when, part == IF_FALSE);
        } else if (is_word(*at)) {
            const char *start = at;
            g_autofree char *word = NULL;

            while (is_word(*at)) {
                at++;
            }
            word = g_strndup(start, at - start);
            at += strspn(at, " \t\n");
            if (*at == ':') {
                part = g_str_equal(word, "when")       ? WHEN
                       : g_str_equal(word, "if_true")  ? IF_TRUE
                       : g_str_equal(word, "if_false") ? IF_FALSE
                                                       : PLAIN;
            } else if (*at == '(') {
                continue; /* files(), declare_dependency() */
            } else if (part == WHEN) {
                g_ptr_array_add(when, g_strdup("?"));
            } else if (g_str_has_suffix(word, "_ss")) {
                add_entry(sources->sets, word, set, when, part == IF_FALSE);
            }
        } else {
            depth += (*at == '(') - (*at == ')');
            at += *at != '\0';
        }
    }
    return at;
}

/*
 * The symbol of an "if" that asks for one option alone, whose name is that of
 * the symbol; NULL for any other, which is taken as true.
 */
static char *option_symbol(const char *condition)
{
    g_autoptr(GRegex) regex = g_regex_new(
        "^\\s*get_option\\('(\\w+)'\\)[ \\t]*(?:#.*)?$", 0, 0, NULL);
    g_autofree char *line = g_strndup(condition, strcspn(condition, "\n"));
    g_autoptr(GMatchInfo) match = NULL;
    g_autofree char *name = NULL;
    g_autofree char *upper = NULL;

    if (!g_regex_match(regex, line, 0, &match)) {
        return NULL;
    }
    name = g_match_info_fetch(match, 1);
    upper = g_ascii_strup(name, -1);
    return g_strconcat("CONFIG_", upper, NULL);
}

/* Follows if, else and endif. */
static void follow(GPtrArray *options, const char *word, const char *rest)
{
    if (g_str_equal(word, "if")) {
        g_ptr_array_add(options, option_symbol(rest));
    } else if (options->len &&
               (g_str_equal(word, "else") || g_str_equal(word, "elif"))) {
        g_clear_pointer(&options->pdata[options->len - 1], g_free);
    } else if (options->len && g_str_equal(word, "endif")) {
        g_ptr_array_set_size(options, options->len - 1);
    }
}

void tv_meson_sources_parse(TvMesonSources *sources, const char *directory,
                            const char *text)
{
    g_autoptr(GPtrArray) options = g_ptr_array_new_with_free_func(g_free);
    const char *at = text;

    while (*at) {
        const char *start;
        g_autofree char *set = NULL;

        if (*at == '\'') {
            const char *end = strchr(at + 1, '\'');

            at = end ? end + 1 : at + strlen(at);
            continue;
        }
        at = skip_comment(at);
        if (!is_word(*at)) {
            at += *at != '\0';
            continue;
        }
        start = at;
        while (is_word(*at)) {
            at++;
        }
        set = g_strndup(start, at - start);
        follow(options, set, at);
        if (!g_str_has_suffix(set, "_ss")) {
            continue;
        }
        if (g_str_has_prefix(at, ".add(")) {
            at = parse_call(sources, directory, set, options,
                            at + strlen(".add("));
        } else if (g_str_has_prefix(at, ".add_all(")) {
            at = parse_call(sources, directory, set, options,
                            at + strlen(".add_all("));
        }
    }
}

TvMesonSources *tv_meson_sources_read(const TvTreeScan *scan, GError **error)
{
    g_autoptr(TvMesonSources) sources = tv_meson_sources_new();

    for (guint i = 0; i < scan->files->len; i++) {
        const char *file = scan->files->pdata[i];
        g_autofree char *path = NULL;
        g_autofree char *text = NULL;
        g_autofree char *directory = NULL;

        if (!g_str_equal(file, "meson.build") &&
            !g_str_has_suffix(file, "/meson.build")) {
            continue;
        }
        path = g_build_filename(scan->root, file, NULL);
        if (!g_file_get_contents(path, &text, NULL, error)) {
            return NULL;
        }
        directory = g_strndup(file, strlen(file) - strlen("meson.build"));
        if (*directory) {
            directory[strlen(directory) - 1] = '\0';
        }
        tv_meson_sources_parse(sources, directory, text);
    }
    return g_steal_pointer(&sources);
}

static gboolean applies(const Entry *entry, GHashTable *symbols)
{
    gboolean all = TRUE;

    for (guint i = 0; i < entry->when->len; i++) {
        all = all && g_hash_table_contains(symbols, entry->when->pdata[i]);
    }
    return all != entry->negate;
}

static TvSourceKind set_kind(const TvMesonSources *sources, const char *set,
                             GHashTable *symbols, int depth)
{
    GPtrArray *parents;
    TvSourceKind kind = TV_SOURCE_NOT_HERE;

    for (gsize i = 0; i < G_N_ELEMENTS(roots); i++) {
        if (g_str_equal(roots[i].name, set)) {
            return !roots[i].symbol ||
                           g_hash_table_contains(symbols, roots[i].symbol)
                       ? roots[i].kind
                       : TV_SOURCE_NOT_HERE;
        }
    }
    /* target/ARCH: NAME_ss and NAME_softmmu_ss, joined by a table. */
    parents = g_hash_table_lookup(sources->sets, set);
    if (!parents || depth > 8) {
        g_autofree char *arch = g_strndup(set, strcspn(set, "_"));
        g_autofree char *upper = g_ascii_strup(arch, -1);
        g_autofree char *target = g_strconcat("TARGET_", upper, NULL);
        gboolean system = strstr(set, "softmmu_ss") || strstr(set, "system_ss");

        if (system && !g_hash_table_contains(symbols, "CONFIG_SOFTMMU")) {
            return TV_SOURCE_NOT_HERE;
        }
        if (g_hash_table_contains(symbols, target)) {
            return TV_SOURCE_SPECIFIC;
        }
        /* Sets that become libraries of the system emulators. */
        return g_hash_table_contains(symbols, "CONFIG_SOFTMMU")
                   ? TV_SOURCE_COMMON
                   : TV_SOURCE_NOT_HERE;
    }
    for (guint i = 0; i < parents->len; i++) {
        const Entry *entry = parents->pdata[i];

        if (applies(entry, symbols)) {
            kind = MAX(kind, set_kind(sources, entry->set, symbols, depth + 1));
        }
    }
    return kind;
}

TvSourceKind tv_meson_sources_kind(const TvMesonSources *sources,
                                   const char *file, GHashTable *symbols)
{
    GPtrArray *entries = g_hash_table_lookup(sources->files, file);
    TvSourceKind kind = TV_SOURCE_NOT_HERE;

    if (!entries) {
        return TV_SOURCE_UNKNOWN;
    }
    for (guint i = 0; i < entries->len; i++) {
        const Entry *entry = entries->pdata[i];

        if (applies(entry, symbols)) {
            kind = MAX(kind, set_kind(sources, entry->set, symbols, 0));
        }
    }
    return kind;
}
