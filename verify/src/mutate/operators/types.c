/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Mutants of the types of code pointers, and of the conversion itself. */
#include <string.h>

#include "mutate/operators/mutant.h"

const TvMutateOperator tv_mutate_types_operators[] = {
    {"const-drop", "a declaration of an RX pointer loses its const", NULL},
    {"space-drop", "a type in a header loses its address space", NULL},
    {"macro-nothing", "the conversion to RW adds nothing", NULL},
    {"macro-negate", "the conversion to RW subtracts the difference", NULL},
    {NULL},
};

static void replace_matches(TvMutateSource *source, const char *id,
                            const char *pattern, const char *text,
                            TvCSpan range)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GRegex) regex = g_regex_new(pattern, G_REGEX_RAW, 0, &error);
    g_autoptr(GMatchInfo) match = NULL;

    g_assert_no_error(error);
    g_regex_match_full(regex, source->code->code, range.end, range.start, 0,
                       &match, NULL);
    while (g_match_info_matches(match)) {
        int start, end;

        g_match_info_fetch_pos(match, 0, &start, &end);
        tv_mutate_replace(source,
                          tv_mutate_operator_in(tv_mutate_types_operators, id),
                          (TvCSpan){start, end}, text);
        g_match_info_next(match, NULL);
    }
}

/* In the contract's header: what adds a parameter that is a difference. */
static void conversion(TvMutateSource *source)
{
    static const char function[] = "\\bptrdiff_t\\s+(\\w+)";
    g_autoptr(GRegex) regex = g_regex_new(function, G_REGEX_RAW, 0, NULL);
    g_autoptr(GMatchInfo) match = NULL;

    g_regex_match(regex, source->code->code, 0, &match);
    while (g_match_info_matches(match)) {
        g_autofree char *name = g_match_info_fetch(match, 1);
        g_autofree char *sum = g_strdup_printf("\\+\\s*%s\\b", name);
        g_autofree char *negated = g_strdup_printf("- %s", name);
        const char *brace;
        TvCSpan head, body;
        int at;

        g_match_info_fetch_pos(match, 0, &at, NULL);
        brace = strstr(source->code->code + at, "\n{");
        if (brace &&
            tv_c_code_function(source->code, brace + 2 - source->code->code,
                               &head, &body)) {
            replace_matches(source, "macro-nothing", sum, "", body);
            replace_matches(source, "macro-negate", sum, negated, body);
        }
        g_match_info_next(match, NULL);
    }
}

void tv_mutate_types(TvMutateSource *source)
{
    const TvContract *contract = source->names->contract;
    g_autofree char *type = g_regex_escape_string(contract->rx_type, -1);
    g_autofree char *space = g_regex_escape_string(contract->address_space, -1);
    g_autofree char *pointer = g_strdup_printf(
        "\\bconst\\s+(?=(?:%s|\\w+\\s+%s)\\s*\\*)", type, space);
    g_autofree char *spaced = g_strdup_printf("\\b%s\\b[ \\t]*", space);
    TvCSpan all = {0, source->code->length};

    replace_matches(source, "const-drop", pointer, "", all);
    if (g_str_has_suffix(source->file, ".h")) {
        replace_matches(source, "space-drop", spaced, "", all);
    }
    if (g_str_equal(source->file, contract->header)) {
        conversion(source);
    }
}
