/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <string.h>

#include "mail/mail.h"

/* Characters that RFC 2047 allows as they are in the Q encoding of a name. */
static gboolean stays(guchar c)
{
    return g_ascii_isalnum(c) || strchr("!*+-/", c);
}

/* Whole characters, so that each word decodes by itself. */
static char *encode_word(const char *text)
{
    g_autoptr(GString) out = g_string_new("=?UTF-8?q?");
    gsize start = 0;

    while (*text) {
        gsize length = (gsize)(g_utf8_next_char(text) - text);

        /* An encoded word has at most 75 characters. */
        if (out->len - start + 3 * length + 2 > 75) {
            g_string_append(out, "?=\n =?UTF-8?q?");
            start = out->len - strlen("=?UTF-8?q?");
        }
        for (; length; length--, text++) {
            if (stays((guchar)*text)) {
                g_string_append_c(out, *text);
            } else {
                g_string_append_printf(out, "=%02X", (guchar)*text);
            }
        }
    }
    g_string_append(out, "?=");
    return g_string_free(g_steal_pointer(&out), FALSE);
}

/* The text of a quoted string, in its place. */
static void unquote(char *name)
{
    char *to = name;

    name[strlen(name) - 1] = '\0';
    for (const char *from = name + 1; *from; from++) {
        if (*from == '\\' && from[1]) {
            from++;
        }
        *to++ = *from;
    }
    *to = '\0';
}

char *tv_export_address(const char *address)
{
    const char *at = strrchr(address, '<');
    g_autofree char *name = at ? g_strndup(address, at - address) : NULL;
    g_autofree char *word = NULL;

    if (!name || !*g_strstrip(name) || !g_utf8_validate(name, -1, NULL)) {
        return g_strdup(address);
    }
    if (name[0] == '"' && strlen(name) > 1 && g_str_has_suffix(name, "\"")) {
        unquote(name);
    }
    if (!g_str_is_ascii(name)) {
        word = encode_word(name);
    } else if (strpbrk(name, "()<>[]:;@\\,.\"")) {
        g_autofree char *escaped = g_strescape(name, "");

        word = g_strdup_printf("\"%s\"", escaped);
    }
    return g_strdup_printf("%s %s", word ? word : name, at);
}
