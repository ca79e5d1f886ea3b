/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tree/typing.h"

#include <string.h>

#include "base/error.h"

char *tv_typing_impose(const TvContract *contract, const char *text,
                       GError **error)
{
    g_autofree char *type = g_regex_escape_string(contract->rx_type, -1);
    g_autofree char *pattern = g_strdup_printf(
        "^([ \\t]*typedef[ \\t]+\\w+)([ \\t]+%s[ \\t]*;)", type);
    g_autofree char *replacement = g_strdup_printf(
        "\\1 __attribute__((address_space(%s)))\\2", contract->address_space);
    g_autoptr(GRegex) regex = g_regex_new(pattern, G_REGEX_MULTILINE, 0, NULL);

    if (!g_regex_match(regex, text, 0, NULL)) {
        g_set_error(error, TV_ERROR, TV_ERROR_INPUT,
                    "%s: no typedef of %s to type", contract->typedef_file,
                    contract->rx_type);
        return NULL;
    }
    return g_regex_replace(regex, text, -1, 0, replacement, 0, error);
}

static gboolean join_words(GRegex *regex, char *text, gsize length)
{
    g_autoptr(GMatchInfo) match = NULL;
    gboolean any = FALSE;

    g_regex_match_full(regex, text, length, 0, 0, &match, NULL);
    while (g_match_info_matches(match)) {
        int start;

        g_match_info_fetch_pos(match, 0, &start, NULL);
        if (g_str_has_prefix(text + start, "const ")) {
            text[start + strlen("const")] = '_';
            any = TRUE;
        }
        g_match_info_next(match, NULL);
    }
    return any;
}

gboolean tv_typing_edit(const TvContract *contract, char *text, gsize length)
{
    g_autofree char *type = NULL;
    g_autofree char *pattern = NULL;
    g_autoptr(GRegex) regex = NULL;
    gboolean any;

    if (!contract->rw_canonical) {
        return FALSE;
    }
    type = g_regex_escape_string(contract->rx_type, -1);
    pattern = g_strdup_printf("\\b%s\\b", type);
    regex = g_regex_new(pattern, 0, 0, NULL);
    any = join_words(regex, text, length);
    for (guint i = 0; i < contract->rx_text->len; i++) {
        any = join_words(contract->rx_text->pdata[i], text, length) || any;
    }
    return any;
}

void tv_typing_add_names(const TvContract *contract, gboolean typed,
                         GPtrArray *argv)
{
    /* What code is read as, too. */
    const char *const types[] = {
        contract->rx_type,  "const void",     "const uint8_t",
        "const uint32_t", "const tcg_target_ulong",
    };

    if (!contract->rw_canonical) {
        return;
    }
    for (gsize i = 0; i < G_N_ELEMENTS(types); i++) {
        g_autofree char *name = g_strdelimit(g_strdup(types[i]), " ", '_');
        g_autofree char *space =
            typed ? g_strdup_printf(" __attribute__((address_space(%s)))",
                                    contract->address_space)
                  : g_strdup("");

        g_ptr_array_add(argv,
                        g_strdup_printf("-D%s=%s%s", name, types[i], space));
    }
}

char *tv_typing_mark_sites(const TvContract *contract, const char *text,
                           GError **error)
{
    g_autofree char *macro = g_regex_escape_string(contract->write_macro, -1);
    /* The macro's body runs on over escaped ends of lines. */
    g_autofree char *pattern = g_strdup_printf(
        "^[ \\t]*#[ \\t]*define[ \\t]+%s\\([ \\t]*(\\w+)[ \\t]*,[ \\t]*"
        "(\\w+)[ \\t]*\\)((?:[^\\\\\\n]|\\\\.|\\\\\\n)*)$",
        macro);
    g_autofree char *replacement =
        g_strdup_printf("#define %s(\\1, \\2) %s((\\3), (\\2))",
                        contract->write_macro, TV_TYPING_SITE);
    g_autoptr(GRegex) regex = g_regex_new(pattern, G_REGEX_MULTILINE, 0, error);

    if (!regex) {
        return NULL;
    }
    if (!g_regex_match(regex, text, 0, NULL)) {
        g_set_error(error, TV_ERROR, TV_ERROR_INPUT,
                    "%s: no '#define %s(a, b)' to reduce", contract->header,
                    contract->write_macro);
        return NULL;
    }
    return g_regex_replace(regex, text, -1, 0, replacement, 0, error);
}
