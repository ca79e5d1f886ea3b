#include "check-typing.h"

#include <string.h>

#include "error.h"

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
