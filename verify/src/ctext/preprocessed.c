/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "ctext/preprocessed.h"

#include <stdlib.h>
#include <string.h>

char *tv_cpp_text_clean_name(const char *name)
{
    g_autofree char *whole = NULL;

    if (g_path_is_absolute(name) || *name == '\0' || *name == '<') {
        return *name == '/' ? g_canonicalize_filename(name, NULL)
                            : g_strdup(name);
    }
    whole = g_canonicalize_filename(name, "/");
    return g_strdup(whole + 1);
}

/* @seen: names as markers have them to indexes; there are many markers. */
static guint16 file_index(TvCppText *text, GHashTable *seen, const char *name,
                          gsize length)
{
    g_autofree char *raw = g_strndup(name, length);
    gpointer value;

    if (!g_hash_table_lookup_extended(seen, raw, NULL, &value)) {
        value = GUINT_TO_POINTER(text->files->len);
        g_ptr_array_add(text->files, tv_cpp_text_clean_name(raw));
        g_hash_table_insert(seen, g_steal_pointer(&raw), value);
    }
    return GPOINTER_TO_UINT(value);
}

/* # LINE "FILE" FLAGS */
static gboolean is_marker(const char *line, const char *end)
{
    return end - line > 4 && line[0] == '#' && line[1] == ' ' &&
           g_ascii_isdigit(line[2]);
}

TvCppText *tv_cpp_text_new(char *data, gsize length)
{
    TvCppText *text = g_new0(TvCppText, 1);
    g_autoptr(GHashTable) seen =
        g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    const char *end = data + length;
    const char *at = data;
    guint16 file;
    guint16 system = 0;
    guint32 line = 1;

    text->data = data;
    text->length = length;
    text->lines = g_array_new(FALSE, FALSE, sizeof(TvCppLine));
    text->files = g_ptr_array_new_with_free_func(g_free);
    file = file_index(text, seen, "", 0);
    while (at < end) {
        const char *stop = memchr(at, '\n', end - at);
        TvCppLine entry = {at - data, line, file, system};

        stop = stop ? stop : end;
        if (is_marker(at, stop)) {
            char *after;
            const char *open, *close = NULL;

            line = strtoul(at + 2, &after, 10);
            open = memchr(after, '"', stop - after);
            if (open) {
                close = memchr(open + 1, '"', stop - open - 1);
            }
            if (close) {
                file = file_index(text, seen, open + 1, close - open - 1);
                system = memchr(close, '3', stop - close) != NULL;
            }
            entry.line = 0;
        } else {
            line++;
        }
        g_array_append_val(text->lines, entry);
        at = stop + 1;
    }
    return text;
}

void tv_cpp_text_free(TvCppText *text)
{
    if (text) {
        g_array_unref(text->lines);
        g_ptr_array_unref(text->files);
        g_free(text->data);
        g_free(text);
    }
}

const char *tv_cpp_text_position(const TvCppText *text, guint line,
                                 int *source_line)
{
    const TvCppLine *entry;

    if (line == 0 || line > text->lines->len) {
        return NULL;
    }
    entry = &g_array_index(text->lines, TvCppLine, line - 1);
    *source_line = entry->line;
    return text->files->pdata[entry->file];
}

char *tv_cpp_text_digest(const TvCppText *text)
{
    g_autoptr(GChecksum) sum = g_checksum_new(G_CHECKSUM_SHA256);
    gsize done = 0;

    for (guint i = 0; i < text->lines->len; i++) {
        const TvCppLine *entry = &g_array_index(text->lines, TvCppLine, i);
        const char *line = text->data + entry->offset;
        const char *end = text->data + text->length;
        const char *open, *close;

        if (entry->line) {
            continue;
        }
        end = memchr(line, '\n', end - line) ?: end;
        open = memchr(line, '"', end - line);
        if (!open || open[1] != '/' ||
            !(close = memchr(open + 1, '"', end - open - 1))) {
            continue;
        }
        /* Up to the quote, then from the last component on. */
        g_checksum_update(sum, (const guchar *)text->data + done,
                          open + 1 - text->data - done);
        done = (const char *)memrchr(open, '/', close - open) - text->data;
    }
    g_checksum_update(sum, (const guchar *)text->data + done,
                      text->length - done);
    return g_strdup(g_checksum_get_string(sum));
}

static gboolean is_word(char c)
{
    return g_ascii_isalnum(c) || c == '_';
}

/* Adds the identifier that ends before @end. */
static void add_word(const char *start, const char *end, GHashTable *names)
{
    static const char *const keywords[] = {
        "__attribute__", "typeof", "__typeof__", "sizeof",
        "__asm__",       "return", "if",         "while",
        "for",           "switch", NULL,
    };
    const char *word;
    g_autofree char *name = NULL;

    while (end > start && g_ascii_isspace(end[-1])) {
        end--;
    }
    word = end;
    while (word > start && is_word(word[-1])) {
        word--;
    }
    name = g_strndup(word, end - word);
    if (*name && !g_ascii_isdigit(*name) && !g_strv_contains(keywords, name)) {
        g_hash_table_add(names, g_steal_pointer(&name));
    }
}

/*
 * Names that a header's declaration with a code pointer declares: a function
 * (before the first parenthesis) or an object or field (before the end).
 */
void tv_cpp_text_declared(const char *statement, gsize length,
                          GHashTable *names)
{
    const char *end = statement + length;
    const char *paren = memchr(statement, '(', length);

    /* Attributes are in parentheses as well. */
    while (paren && paren - statement >= 13 &&
           memcmp(paren - 13, "__attribute__", 13) == 0) {
        int depth = 0;

        do {
            depth += (*paren == '(') - (*paren == ')');
            paren++;
        } while (paren < end && depth > 0);
        paren = paren < end ? memchr(paren, '(', end - paren) : NULL;
    }
    add_word(statement, paren ? paren : end, names);
}

static guint line_at(const TvCppText *text, gsize offset)
{
    guint low = 0, high = text->lines->len;

    while (high - low > 1) {
        guint middle = (low + high) / 2;

        if (g_array_index(text->lines, TvCppLine, middle).offset <= offset) {
            low = middle;
        } else {
            high = middle;
        }
    }
    return low;
}

/* The declaration around @at: back to and on to the next ; { } or marker. */
static void declaration(const TvCppText *text, const char *at,
                        GHashTable *names)
{
    const char *start = at;
    const char *end = at;
    const char *last = text->data + text->length;

    while (start > text->data && !strchr(";{}#", start[-1])) {
        start--;
    }
    if (start > text->data && start[-1] == '#') {
        start = memchr(start, '\n', at - start) ?: at;
    }
    while (end < last && !strchr(";{}#", *end)) {
        end++;
    }
    tv_cpp_text_declared(start, end - start, names);
}

typedef struct Search {
    const TvCppText *text;
    GHashTable *derived; /* gets what headers declare, or NULL */
    gboolean sees;
} Search;

static void search(Search *state, const char *name)
{
    const TvCppText *text = state->text;
    const char *end = text->data + text->length;
    gsize size = strlen(name);

    for (const char *at = text->data; (at = memmem(at, end - at, name, size));
         at += size) {
        const TvCppLine *entry;
        const char *file;

        if ((at > text->data && is_word(at[-1])) ||
            (at + size < end && is_word(at[size]))) {
            continue;
        }
        entry = &g_array_index(text->lines, TvCppLine,
                               line_at(text, at - text->data));
        file = text->files->pdata[entry->file];
        if (!entry->line || entry->system) {
            continue;
        }
        if (!g_str_has_suffix(file, ".h")) {
            state->sees = TRUE;
            return;
        }
        if (state->derived) {
            declaration(text, at, state->derived);
        }
    }
}

gboolean tv_cpp_text_sees(const TvCppText *text, const TvContract *contract)
{
    g_autoptr(GHashTable) derived =
        g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    Search state = {.text = text, .derived = derived};
    GHashTableIter iter;
    gpointer name;

    for (guint i = 0; i < contract->names->len && !state.sees; i++) {
        search(&state, contract->names->pdata[i]);
    }
    state.derived = NULL;
    for (guint i = 0; i < contract->general->len; i++) {
        g_hash_table_remove(derived, contract->general->pdata[i]);
    }
    g_hash_table_iter_init(&iter, derived);
    while (!state.sees && g_hash_table_iter_next(&iter, &name, NULL)) {
        search(&state, name);
    }
    return state.sees;
}
