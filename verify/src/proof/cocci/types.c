/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "proof/cocci/types.h"

#include <string.h>

#include "proof/cocci/rules.h"

/* A declaration, or several without an end between them; or a #define. */
typedef struct Part {
    const char *start;
    const char *end;
    gboolean kept;
} Part;

/* What is open at some place of a declaration. */
typedef struct Depth {
    int brace;
    int paren;
} Depth;

static gboolean is_word(char c)
{
    return g_ascii_isalnum(c) || c == '_';
}

static const char *word_end(const char *at, const char *end)
{
    while (at < end && is_word(*at)) {
        at++;
    }
    return at;
}

static gboolean is_directive(const char *line)
{
    return line[strspn(line, " \t")] == '#';
}

/* Past the line, and those that a backslash adds to it. */
static const char *directive_end(const char *at)
{
    const char *end = at;

    do {
        end += strcspn(end, "\n");
    } while (*end && end > at && end[-1] == '\\' && *++end);
    return *end == '\n' ? end + 1 : end;
}

/* Adds the depth that a line leaves; TRUE if a declaration ends with it. */
static gboolean ends(const char *at, const char *stop, int *depth)
{
    char last = '\0';

    for (; at < stop; at++) {
        *depth += (*at == '{') - (*at == '}');
        last = g_ascii_isspace(*at) ? last : *at;
    }
    return *depth <= 0 && last == ';';
}

static void add_part(GArray *parts, const char *start, const char *end)
{
    Part part = {.start = start, .end = end};

    g_array_append_val(parts, part);
}

static GArray *divide(const char *text)
{
    GArray *parts = g_array_new(FALSE, FALSE, sizeof(Part));
    const char *start = NULL;
    const char *next;
    int depth = 0;

    for (const char *at = text; *at; at = next) {
        if (is_directive(at)) {
            next = directive_end(at);
            if (!start) {
                add_part(parts, at, next);
            }
            continue;
        }
        next = at + strcspn(at, "\n");
        next += *next == '\n';
        if (!start && at + strspn(at, " \t\r\n") >= next) {
            continue;
        }
        start = start ? start : at;
        if (ends(at, next, &depth)) {
            add_part(parts, start, next);
            start = NULL;
            depth = 0;
        }
    }
    if (start) {
        add_part(parts, start, text + strlen(text));
    }
    return parts;
}

static void add_name(GHashTable *names, const char *at, const char *end)
{
    g_hash_table_add(names, g_strndup(at, end - at));
}

static gboolean mentions(const Part *part, GHashTable *names)
{
    for (const char *at = part->start; at < part->end;) {
        const char *end = word_end(at, part->end);

        if (end > at) {
            g_autofree char *word = g_strndup(at, end - at);

            if (g_hash_table_contains(names, word)) {
                return TRUE;
            }
        }
        at = end > at ? end : at + 1;
    }
    return FALSE;
}

static void add_macro(const char *directive, const char *end,
                      GHashTable *names)
{
    static const char define[] = "define";
    const char *at = directive + strspn(directive, "# \t");

    if (g_str_has_prefix(at, define)) {
        at += strlen(define);
        at += strspn(at, " \t");
        add_name(names, at, word_end(at, end));
    }
}

/* Whether the word is what a typedef makes: before ";", "," "[" or "(", or
 * behind "(*". */
static gboolean is_made(const Part *part, const char *at, const char *end,
                        Depth depth)
{
    const char *before = at;
    const char *after = end + strspn(end, " \t\r\n");

    if (depth.brace > 0) {
        return FALSE;
    }
    if (depth.paren == 0) {
        return *after == '(' ? after[1 + strspn(after + 1, " \t")] != '*'
                             : *after && strchr(";,[", *after);
    }
    while (before > part->start &&
           (g_ascii_isspace(before[-1]) || before[-1] == '*')) {
        before--;
    }
    return before > part->start && before[-1] == '(' &&
           memchr(before, '*', at - before);
}

static gboolean is_tag(const char *at, const char *end)
{
    static const char *const words[] = {"struct", "union", "enum"};

    for (gsize i = 0; i < G_N_ELEMENTS(words); i++) {
        if ((gsize)(end - at) == strlen(words[i]) &&
            strncmp(at, words[i], end - at) == 0) {
            return TRUE;
        }
    }
    return FALSE;
}

/* Adds the words between "struct" and the brace: one of them is its name. */
static void add_tag(const char *at, const char *end, GHashTable *names)
{
    while (at < end) {
        const char *stop = word_end(at, end);

        if (stop > at) {
            add_name(names, at, stop);
        }
        at = stop > at ? stop : at + 1;
    }
}

/* Adds the types and macros of a part. */
static void add_declared(const Part *part, GHashTable *names)
{
    gboolean makes =
        g_strstr_len(part->start, part->end - part->start, "typedef") != NULL;
    const char *tag = NULL;
    const char *next;
    Depth depth = {0};

    for (const char *at = part->start; at < part->end; at = next) {
        next = at + 1;
        if (*at == '#' && (at == part->start || is_directive(at))) {
            next = directive_end(at);
            add_macro(at, next, names);
        } else if (is_word(*at)) {
            next = word_end(at, part->end);
            if (is_tag(at, next)) {
                tag = next;
            } else if (makes && is_made(part, at, next, depth)) {
                add_name(names, at, next);
            }
        } else if (*at == '{' && tag) {
            add_tag(tag, at, names);
        }
        if (strchr("{;,*=", *at)) {
            tag = NULL;
        }
        depth.brace += (*at == '{') - (*at == '}');
        depth.paren += (*at == '(') - (*at == ')');
    }
}

static GHashTable *pointer_types(const TvContract *contract)
{
    GHashTable *names =
        g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    const char *const types[] = {contract->rx_type, contract->rw_type,
                                 TV_COCCI_RX_VOID};

    for (gsize i = 0; i < G_N_ELEMENTS(types); i++) {
        add_tag(types[i], types[i] + strlen(types[i]), names);
    }
    g_hash_table_remove(names, "const");
    return names;
}

char *tv_cocci_types_needed(const TvContract *contract, const char *types)
{
    g_autoptr(GHashTable) names = pointer_types(contract);
    g_autoptr(GArray) parts = divide(types);
    GString *out = g_string_new(NULL);
    gboolean grew = TRUE;

    while (grew) {
        grew = FALSE;
        for (guint i = 0; i < parts->len; i++) {
            Part *part = &g_array_index(parts, Part, i);

            if (!part->kept && mentions(part, names)) {
                part->kept = grew = TRUE;
                add_declared(part, names);
            }
        }
    }
    for (guint i = 0; i < parts->len; i++) {
        const Part *part = &g_array_index(parts, Part, i);

        if (part->kept) {
            g_string_append_len(out, part->start, part->end - part->start);
        }
    }
    return g_string_free(out, FALSE);
}
