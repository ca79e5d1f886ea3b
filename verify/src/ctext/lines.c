/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "ctext/lines.h"

#include <string.h>

/* A statement that is longer is no statement. */
#define REACH 12

struct TvSourceLines {
    GHashTable *files; /* path to char ** */
};

TvSourceLines *tv_source_lines_new(void)
{
    TvSourceLines *lines = g_new0(TvSourceLines, 1);

    lines->files = g_hash_table_new_full(g_str_hash, g_str_equal, g_free,
                                         (GDestroyNotify)g_strfreev);
    return lines;
}

void tv_source_lines_free(TvSourceLines *lines)
{
    if (lines) {
        g_hash_table_unref(lines->files);
        g_free(lines);
    }
}

void tv_source_lines_forget(TvSourceLines *lines)
{
    g_hash_table_remove_all(lines->files);
}

static char **load(TvSourceLines *lines, const char *path, int *count)
{
    char **rows = g_hash_table_lookup(lines->files, path);

    if (!rows) {
        g_autofree char *text = NULL;

        g_file_get_contents(path, &text, NULL, NULL);
        rows = g_strsplit(text ? text : "", "\n", -1);
        g_hash_table_insert(lines->files, g_strdup(path), rows);
    }
    *count = g_strv_length(rows);
    return rows;
}

const char *tv_source_lines_get(TvSourceLines *lines, const char *path,
                                int line)
{
    int count;
    char **rows = load(lines, path, &count);

    return line > 0 && line <= count ? rows[line - 1] : NULL;
}

/* NAME out of "static int NAME(...", NULL if that is no definition's head. */
static char *function_head(const char *row)
{
    static const char attribute[] = "__attribute__((";
    const char *paren = strchr(row, '(');
    const char *start;
    gsize length = strlen(row);

    /* "static __attribute__((unused)) inline void NAME(...". */
    for (const char *at = row; (at = strstr(at, attribute));) {
        at = strstr(at, "))");
        paren = at ? strchr(at, '(') : NULL;
        if (!at || !paren) {
            return NULL;
        }
    }
    if (!(g_ascii_isalpha(*row) || *row == '_') || !paren ||
        (length && row[length - 1] == ';') || strchr(row, '=') ||
        g_str_has_prefix(row, "typedef") ||
        g_str_has_prefix(row, "__attribute__")) {
        return NULL;
    }
    start = paren;
    while (start > row && (g_ascii_isalnum(start[-1]) || start[-1] == '_')) {
        start--;
    }
    return start < paren ? g_strndup(start, paren - start) : NULL;
}

char *tv_source_lines_function(TvSourceLines *lines, const char *path, int line)
{
    int count;
    char **rows = load(lines, path, &count);

    for (int i = MIN(line, count); i > 0; i--) {
        const char *row = rows[i - 1];
        char *name;

        /* The end of the function before: this line is outside. */
        if (row[0] == '}' && i < line) {
            return NULL;
        }
        name = function_head(row);
        if (name) {
            return name;
        }
    }
    return NULL;
}

static gboolean ends_statement(const char *row)
{
    gsize length = strlen(row);

    while (length && g_ascii_isspace(row[length - 1])) {
        length--;
    }
    return length == 0 || strchr(";{}:/", row[length - 1]);
}

char *tv_source_lines_statement(TvSourceLines *lines, const char *path,
                                int line)
{
    int count;
    char **rows = load(lines, path, &count);
    int first = line, last = line;
    GString *text = g_string_new(NULL);

    if (line < 1 || line > count) {
        return g_string_free(text, FALSE);
    }
    while (first > 1 && line - first < REACH &&
           !ends_statement(rows[first - 2])) {
        first--;
    }
    while (last < count && last - line < REACH &&
           !ends_statement(rows[last - 1])) {
        last++;
    }
    for (int i = first; i <= last; i++) {
        g_string_append(text, rows[i - 1]);
        g_string_append_c(text, '\n');
    }
    return g_string_free(text, FALSE);
}
