/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "ctext/bodies.h"

#include <string.h>

char *tv_source_uncomment(const char *text)
{
    GString *out = g_string_sized_new(strlen(text));

    while (*text) {
        if (text[0] == '/' && text[1] == '*') {
            const char *end = strstr(text + 2, "*/");

            end = end ? end + 2 : text + strlen(text);
            for (; text < end; text++) {
                if (*text == '\n') {
                    g_string_append_c(out, '\n');
                }
            }
            g_string_append_c(out, ' ');
        } else if (text[0] == '/' && text[1] == '/') {
            text += strcspn(text, "\n");
        } else if (*text == '"' || *text == '\'') {
            char quote = *text;

            do {
                if (*text == '\\' && text[1]) {
                    g_string_append_c(out, *text++);
                }
                g_string_append_c(out, *text++);
            } while (*text && *text != quote && *text != '\n');
            if (*text == quote) {
                g_string_append_c(out, *text++);
            }
        } else {
            g_string_append_c(out, *text++);
        }
    }
    return g_string_free(out, FALSE);
}

/* TRUE if the line opens a function's body, alone or after its parameters. */
static gboolean opens(const char *line)
{
    g_autofree char *bare = g_strchomp(g_strdup(line));

    return g_str_equal(bare, "{") ||
           ((g_ascii_isalpha(*bare) || *bare == '_') && strchr(bare, '(') &&
            (g_str_has_suffix(bare, ") {") || g_str_has_suffix(bare, "){")));
}

static gboolean is_blank(const char *line)
{
    return line[strspn(line, " \t\r")] == '\0';
}

/* TRUE if a declarator that goes on in line @line begins there at the latest:
 * nothing of it is before.  A directive may have left blank lines in it. */
static gboolean begins(char *const *lines, int line)
{
    while (line > 0) {
        g_autofree char *bare = g_strchomp(g_strdup(lines[--line]));
        gsize length = strlen(bare);

        if (length == 0) {
            continue;
        }
        return *bare == '#' || *bare == '}' || !strchr(",(", bare[length - 1]);
    }
    return TRUE;
}

/* TRUE if a line is of no declarator that goes on after it. */
static gboolean ends_before(const char *line)
{
    g_autofree char *bare = g_strchomp(g_strdup(line));
    gsize length = strlen(bare);

    return length == 0 || *bare == '#' || *bare == '}' ||
           bare[length - 1] == ';' || bare[length - 1] == '\\';
}

/* The first line of the declarator whose body line @open opens. */
static int head_of(char *const *lines, int open)
{
    int head = open;

    /* A directive between the two has left blank lines. */
    while (*lines[open] == '{' && head > 0 && is_blank(lines[head - 1])) {
        head--;
    }
    while (head > 0 &&
           (!ends_before(lines[head - 1]) || !begins(lines, head))) {
        head--;
    }
    return head;
}

GArray *tv_source_bodies(char *const *lines)
{
    GArray *bodies = g_array_new(FALSE, FALSE, sizeof(TvSourceBody));

    for (int i = 0; lines[i]; i++) {
        TvSourceBody body = {.head = i, .open = i, .close = i};
        g_autofree char *close = NULL;

        if (!opens(lines[i])) {
            continue;
        }
        while (lines[body.close] && lines[body.close][0] != '}') {
            body.close++;
        }
        if (!lines[body.close]) {
            break;
        }
        /* "};" ends an initializer or a type. */
        close = g_strchomp(g_strdup(lines[body.close]));
        if (g_str_equal(close, "}")) {
            body.head = head_of(lines, i);
            g_array_append_val(bodies, body);
        }
        i = body.close;
    }
    return bodies;
}

char *tv_source_declarations(const char *text)
{
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
    g_autoptr(GArray) bodies = tv_source_bodies(lines);

    for (guint i = 0; i < bodies->len; i++) {
        const TvSourceBody *body = &g_array_index(bodies, TvSourceBody, i);

        for (int j = body->head; j <= body->close; j++) {
            lines[j][0] = '\0';
        }
    }
    return g_strjoinv("\n", lines);
}
