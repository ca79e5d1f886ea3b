/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "report/xml.h"

#include <stdarg.h>

/* The characters of XML 1.0. */
static gboolean is_legal(gunichar c)
{
    return c == '\t' || c == '\n' || c == '\r' || (c >= 0x20 && c < 0xd800) ||
           (c >= 0xe000 && c < 0xfffe) || c >= 0x10000;
}

static char *make_legal(const char *text)
{
    g_autofree char *valid = g_utf8_make_valid(text, -1);
    GString *legal = g_string_new(NULL);

    for (const char *at = valid; *at; at = g_utf8_next_char(at)) {
        gunichar c = g_utf8_get_char(at);

        g_string_append_unichar(legal, is_legal(c) ? c : 0xfffd);
    }
    return g_string_free(legal, FALSE);
}

void tv_markup_text(GString *out, const char *text)
{
    g_autofree char *legal = make_legal(text ? text : "");
    g_autofree char *escaped = g_markup_escape_text(legal, -1);

    g_string_append(out, escaped);
}

void tv_markup_printf(GString *out, const char *format, ...)
{
    g_autofree char *text = NULL;
    va_list args;

    va_start(args, format);
    text = g_strdup_vprintf(format, args);
    va_end(args);
    tv_markup_text(out, text);
}

/* A reader folds line ends and tabs of values unless they are references. */
static void append_value(GString *out, const char *value)
{
    g_autofree char *legal = make_legal(value);
    g_autofree char *escaped = g_markup_escape_text(legal, -1);

    for (const char *at = escaped; *at; at++) {
        if (*at == '\n' || *at == '\t' || *at == '\r') {
            g_string_append_printf(out, "&#%d;", *at);
        } else {
            g_string_append_c(out, *at);
        }
    }
}

static void append_start(GString *out, const char *element, va_list args)
{
    const char *name;

    g_string_append_printf(out, "<%s", element);
    while ((name = va_arg(args, const char *))) {
        const char *value = va_arg(args, const char *);

        if (value) {
            g_string_append_printf(out, " %s=\"", name);
            append_value(out, value);
            g_string_append_c(out, '"');
        }
    }
}

void tv_markup_start(GString *out, const char *element, ...)
{
    va_list args;

    va_start(args, element);
    append_start(out, element, args);
    va_end(args);
    g_string_append_c(out, '>');
}

void tv_markup_void(GString *out, const char *element, ...)
{
    va_list args;

    va_start(args, element);
    append_start(out, element, args);
    va_end(args);
    g_string_append(out, "/>");
}

void tv_markup_leaf(GString *out, const char *element, const char *text, ...)
{
    va_list args;

    va_start(args, text);
    append_start(out, element, args);
    va_end(args);
    g_string_append_c(out, '>');
    tv_markup_text(out, text);
    tv_markup_end(out, element);
}

void tv_markup_end(GString *out, const char *element)
{
    g_string_append_printf(out, "</%s>", element);
}
