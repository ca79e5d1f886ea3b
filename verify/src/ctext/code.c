/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "ctext/code.h"

#include <string.h>

gboolean tv_c_code_is_word(char byte)
{
    return g_ascii_isalnum(byte) || byte == '_';
}

/* Blanks but for newlines. */
static void blank(char *code, gsize start, gsize end)
{
    for (gsize i = start; i < end; i++) {
        if (code[i] != '\n') {
            code[i] = ' ';
        }
    }
}

static gsize comment_end(const char *text, gsize at)
{
    const char *end;

    if (text[at + 1] == '*') {
        end = strstr(text + at + 2, "*/");
        return end ? (gsize)(end + 2 - text) : strlen(text);
    }
    end = strchr(text + at, '\n');
    return end ? (gsize)(end - text) : strlen(text);
}

static gsize literal_end(const char *text, gsize at)
{
    char quote = text[at++];

    while (text[at] && text[at] != quote && text[at] != '\n') {
        at += text[at] == '\\' && text[at + 1] ? 2 : 1;
    }
    return text[at] == quote ? at + 1 : at;
}

/* A directive runs on over escaped ends of lines and over comments. */
static gsize directive_end(const char *text, gsize at)
{
    while (text[at] && text[at] != '\n') {
        if (text[at] == '/' && (text[at + 1] == '*' || text[at + 1] == '/')) {
            at = comment_end(text, at);
        } else if (text[at] == '\\' && text[at + 1]) {
            at += 2;
        } else {
            at++;
        }
    }
    return at;
}

TvCCode *tv_c_code_new(const char *text)
{
    TvCCode *code = g_new0(TvCCode, 1);
    gboolean line_start = TRUE;

    code->text = g_strdup(text);
    code->code = g_strdup(text);
    code->length = strlen(text);
    for (gsize at = 0; text[at];) {
        gsize end = at + 1;

        if (text[at] == '/' && (text[at + 1] == '*' || text[at + 1] == '/')) {
            end = comment_end(text, at);
            blank(code->code, at, end);
        } else if (text[at] == '#' && line_start) {
            end = directive_end(text, at);
            blank(code->code, at, end);
        } else if (text[at] == '"' || text[at] == '\'') {
            end = literal_end(text, at);
            memset(code->code + at, '"', end - at);
            line_start = FALSE;
        } else if (text[at] == '\n') {
            line_start = TRUE;
        } else if (!g_ascii_isspace(text[at])) {
            line_start = FALSE;
        }
        at = end;
    }
    return code;
}

void tv_c_code_free(TvCCode *code)
{
    if (code) {
        g_free(code->text);
        g_free(code->code);
        g_free(code);
    }
}

gboolean tv_c_code_find(const TvCCode *code, const char *name, gsize from,
                        gsize *at)
{
    gsize length = strlen(name);

    while (from <= code->length) {
        const char *found = strstr(code->code + from, name);

        if (!found) {
            return FALSE;
        }
        from = found - code->code;
        if ((from == 0 || !tv_c_code_is_word(code->code[from - 1])) &&
            !tv_c_code_is_word(code->code[from + length])) {
            *at = from;
            return TRUE;
        }
        from++;
    }
    return FALSE;
}

gsize tv_c_code_skip(const TvCCode *code, gsize at)
{
    while (at < code->length && g_ascii_isspace(code->code[at])) {
        at++;
    }
    return at;
}

gboolean tv_c_code_close(const TvCCode *code, gsize open, gsize *close)
{
    int depth = 0;

    for (gsize at = open; at < code->length; at++) {
        if (strchr("([{", code->code[at])) {
            depth++;
        } else if (strchr(")]}", code->code[at]) && --depth == 0) {
            *close = at;
            return TRUE;
        }
    }
    return FALSE;
}

static void trim(const TvCCode *code, TvCSpan *span)
{
    span->start = MIN(tv_c_code_skip(code, span->start), span->end);
    while (span->end > span->start &&
           g_ascii_isspace(code->code[span->end - 1])) {
        span->end--;
    }
}

GArray *tv_c_code_arguments(const TvCCode *code, gsize open, gsize *close)
{
    g_autoptr(GArray) spans = g_array_new(FALSE, FALSE, sizeof(TvCSpan));
    TvCSpan span = {open + 1, 0};
    int depth = 0;

    if (!tv_c_code_close(code, open, close)) {
        return NULL;
    }
    for (gsize at = open + 1; at <= *close; at++) {
        char byte = code->code[at];

        if (at == *close || (byte == ',' && depth == 0)) {
            span.end = at;
            trim(code, &span);
            g_array_append_val(spans, span);
            span.start = at + 1;
        } else if (strchr("([{", byte)) {
            depth++;
        } else if (strchr(")]}", byte)) {
            depth--;
        }
    }
    return g_steal_pointer(&spans);
}

gboolean tv_c_code_statement(const TvCCode *code, gsize at, TvCSpan *statement)
{
    int depth = 0;
    gsize start = at;

    while (start > 0) {
        char byte = code->code[start - 1];

        if (byte == ')' || byte == ']') {
            depth++;
        } else if (byte == '(' || byte == '[') {
            depth--;
        } else if (depth <= 0 && (byte == ';' || byte == '{' || byte == '}')) {
            break;
        }
        start--;
    }
    statement->start = tv_c_code_skip(code, start);
    depth = 0;
    for (; at < code->length; at++) {
        char byte = code->code[at];

        if (strchr("([", byte)) {
            depth++;
        } else if (strchr(")]", byte)) {
            depth--;
        } else if (byte == ';' && depth <= 0) {
            statement->end = at + 1;
            return TRUE;
        } else if (byte == '{' || byte == '}') {
            return FALSE;
        }
    }
    return FALSE;
}

/* The brace in the first column that opens what holds @at. */
static gboolean body_open(const TvCCode *code, gsize at, gsize *open)
{
    while (at > 0) {
        if (code->code[at - 1] == '\n' && code->code[at] == '}') {
            return FALSE;
        }
        if (code->code[at - 1] == '\n' && code->code[at] == '{') {
            *open = at;
            return TRUE;
        }
        at--;
    }
    return FALSE;
}

gboolean tv_c_code_function(const TvCCode *code, gsize at, TvCSpan *head,
                            TvCSpan *body)
{
    gsize open, start;
    const char *close;

    if (at >= code->length || !body_open(code, at, &open)) {
        return FALSE;
    }
    close = strstr(code->code + open, "\n}");
    if (!close || (gsize)(close - code->code) < at) {
        return FALSE;
    }
    for (start = open; start > 0 && !strchr(";}", code->code[start - 1]);) {
        start--;
    }
    *head = (TvCSpan){tv_c_code_skip(code, start), open};
    *body = (TvCSpan){open + 1, close + 1 - code->code};
    return TRUE;
}

gsize tv_c_code_open(const TvCCode *code, gsize close)
{
    int depth = 0;
    gsize at = close + 1;

    while (at-- > 0) {
        depth += strchr(")]}", code->code[at])   ? 1
                 : strchr("([{", code->code[at]) ? -1
                                                 : 0;
        if (depth == 0) {
            break;
        }
    }
    return at;
}

gboolean tv_c_code_head(const TvCCode *code, gsize at, TvCSpan *head)
{
    TvCSpan body;
    gsize open = at;

    while (open < code->length && !strchr(";{}", code->code[open])) {
        open++;
    }
    return open + 1 < code->length && code->code[open] == '{' &&
           tv_c_code_function(code, open + 1, head, &body) &&
           head->start <= at;
}

/* The last group in parentheses: attributes may stand before the name. */
static gboolean parameters(const TvCCode *code, TvCSpan head, TvCSpan *list)
{
    gboolean found = FALSE;

    for (gsize at = head.start; at < head.end; at++) {
        gsize close;

        if (code->code[at] == '(' && tv_c_code_close(code, at, &close) &&
            close < head.end) {
            *list = (TvCSpan){at, close + 1};
            found = TRUE;
            at = close;
        }
    }
    return found;
}

char *tv_c_code_head_name(const TvCCode *code, TvCSpan head)
{
    TvCSpan list;
    gsize start, end;

    if (!parameters(code, head, &list)) {
        return NULL;
    }
    end = list.start;
    while (end > head.start && g_ascii_isspace(code->code[end - 1])) {
        end--;
    }
    start = end;
    /* A macro that makes the name: HELPER(lookup). */
    while (start > head.start && code->code[start - 1] == ')') {
        start = tv_c_code_open(code, start - 1);
    }
    while (start > head.start && tv_c_code_is_word(code->code[start - 1])) {
        start--;
    }
    return start < end ? g_strndup(code->code + start, end - start) : NULL;
}

char *tv_c_code_parameter(const TvCCode *code, TvCSpan head, const char *type)
{
    g_autofree char *pattern = g_strdup_printf("\\b%s\\s*(\\w+)\\s*[,)]", type);
    g_autofree char *text = NULL;
    g_autoptr(GRegex) regex = g_regex_new(pattern, 0, 0, NULL);
    g_autoptr(GMatchInfo) match = NULL;
    TvCSpan list;

    if (!parameters(code, head, &list)) {
        return NULL;
    }
    text = tv_c_code_slice(code, list);
    return g_regex_match(regex, text, 0, &match) ? g_match_info_fetch(match, 1)
                                                 : NULL;
}

int tv_c_code_line(const TvCCode *code, gsize at)
{
    int line = 1;

    for (gsize i = 0; i < at && i < code->length; i++) {
        line += code->text[i] == '\n';
    }
    return line;
}

char *tv_c_code_slice(const TvCCode *code, TvCSpan span)
{
    GString *slice = g_string_new(NULL);
    gboolean gap = FALSE;

    for (gsize at = span.start; at < span.end; at++) {
        /* A blank of the code is a comment's byte or a blank of the text. */
        if (g_ascii_isspace(code->code[at])) {
            gap = TRUE;
            continue;
        }
        if (gap && slice->len > 0) {
            g_string_append_c(slice, ' ');
        }
        gap = FALSE;
        g_string_append_c(slice, code->text[at]);
    }
    return g_string_free(slice, FALSE);
}
