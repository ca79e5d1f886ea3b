/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Mutants of the calls that make written code visible, and of the hooks. */
#include <string.h>

#include "mutate/operators/mutant.h"

const TvMutateOperator tv_mutate_caches_operators[] = {
    {"cache-drop", "a call that makes written code visible is left out", NULL},
    {"cache-reorder", "it comes before the statement in front of it", NULL},
    {"cache-sometimes", "it is made for long ranges only", NULL},
    {"cache-short", "its range is shorter", NULL},
    {"cache-shift", "its range begins late", NULL},
    {"cache-swap", "it gets the aliases the wrong way around", NULL},
    {"cache-alias-rx", "it gets the RW alias for RX", NULL},
    {"cache-alias-rw", "it gets the RX alias for RW", NULL},
    {"hook-drop", "a statement of a host's cache hook is left out", NULL},
    {"hook-short", "a host's cache hook handles a shorter range", NULL},
    {"hook-alias", "a host's cache hook handles the other alias", NULL},
    {NULL},
};

static void replace(TvMutateSource *source, const char *id, TvCSpan span,
                    const char *text)
{
    tv_mutate_replace(source,
                      tv_mutate_operator_in(tv_mutate_caches_operators, id),
                      span, text);
}

/* @form with the call's arguments put in: the names' marks, @p is one. */
static void replace_argument(TvMutateSource *source, const char *id,
                             const TvMutateCall *call, guint index,
                             const char *form, guint from)
{
    g_autofree char *context = tv_mutate_context(source, call->span.start);
    g_autofree char *expression = tv_mutate_call_argument(source, call, from);
    g_autofree char *text = NULL;

    if (expression) {
        text = tv_mutate_names_fill(source->names, form, context, expression);
        replace(source, id, g_array_index(call->arguments, TvCSpan, index),
                text);
    }
}

/* Others compute what the call needs, or nothing that it bears on. */
static gboolean is_call(const TvCCode *code, TvCSpan statement)
{
    g_autofree char *text = tv_c_code_slice(code, statement);

    return g_regex_match_simple("^\\w+\\s*\\(", text, 0, 0);
}

static void statement_mutants(TvMutateSource *source, const TvMutateCall *call)
{
    const TvCCode *code = source->code;
    gsize end = tv_c_code_skip(code, call->span.end);
    g_autofree char *own = tv_c_code_slice(code, call->span);
    g_autofree char *length =
        tv_mutate_call_argument(source, call, call->arguments->len - 1);
    g_autofree char *sometimes =
        g_strdup_printf("if ((%s) > 4096) { %s; }", length, own);
    TvCSpan all = {call->span.start, end + 1}, first;
    gsize back = call->span.start;

    if (code->code[end] != ';') {
        return;
    }
    replace(source, "cache-drop", all, ";");
    replace(source, "cache-sometimes", all, sometimes);
    while (back > 0 && g_ascii_isspace(code->code[back - 1])) {
        back--;
    }
    if (back > 1 && code->code[back - 1] == ';' &&
        tv_c_code_statement(code, back - 1, &first) && is_call(code, first)) {
        g_autofree char *other = tv_c_code_slice(code, first);
        g_autofree char *text = g_strdup_printf("%s; %s", own, other);

        replace(source, "cache-reorder", (TvCSpan){first.start, all.end}, text);
    }
}

/* Of (rx, rw, length), (rw, length) or (rx, length). */
static void call_mutants(TvMutateSource *source, const TvMutateCall *call,
                         gboolean rx, gboolean rw)
{
    static const char to_rw[] = "((typeof(@p))@P((uintptr_t)@W(@s, @p)))";
    static const char to_rx[] = "((void *)((uintptr_t)(@p) - (@s)->@o))";
    guint pointers = call->arguments->len - 1;

    statement_mutants(source, call);
    replace_argument(source, "cache-short", call, pointers, "(@p) / 2",
                     pointers);
    if (rx) {
        replace_argument(source, "cache-alias-rx", call, 0, to_rw, 0);
        replace_argument(source, "cache-shift", call, 0, "(@p) + 1", 0);
    }
    if (rw) {
        replace_argument(source, "cache-alias-rw", call, rx ? 1 : 0, to_rx,
                         rx ? 1 : 0);
    }
    if (rx && rw) {
        TvCSpan one = g_array_index(call->arguments, TvCSpan, 0);
        TvCSpan two = g_array_index(call->arguments, TvCSpan, 1);
        g_autofree char *first = tv_c_code_slice(source->code, one);
        g_autofree char *second = tv_c_code_slice(source->code, two);
        g_autofree char *text = g_strdup_printf(
            "%s((uintptr_t)(%s)), (void *)%s(%s)", source->names->pointer_macro,
            second, source->names->address_macro, first);

        replace(source, "cache-swap", (TvCSpan){one.start, two.end}, text);
    }
}

static void calls(TvMutateSource *source, const char *function, gboolean rx,
                  gboolean rw)
{
    g_auto(TvMutateCall) call = {0};

    for (gsize from = 0; tv_mutate_call_next(source, function, &from, &call);) {
        if (call.arguments->len == (rx ? 1u : 0u) + (rw ? 1u : 0u) + 1) {
            call_mutants(source, &call, rx, rw);
        }
    }
}

/* Each use of a hook's parameter. */
static void parameter_mutants(TvMutateSource *source, TvCSpan body,
                              const char *id, const char *name,
                              const char *form)
{
    g_autofree char *text =
        tv_mutate_names_fill(source->names, form, source->names->context, name);
    gsize at;

    for (gsize from = body.start;
         tv_c_code_find(source->code, name, from, &at) && at < body.end;
         from = at + 1) {
        replace(source, id, (TvCSpan){at, at + strlen(name)}, text);
    }
}

/* Calls and asm statements; what declares or computes is left. */
static void drop_statements(TvMutateSource *source, TvCSpan body)
{
    const TvCCode *code = source->code;
    g_autoptr(GRegex) regex = g_regex_new(
        "(?<=[;{}])\\s*(\\b\\w+(?:\\s+volatile)?\\s*\\([^;{}]*\\)\\s*;)",
        G_REGEX_RAW | G_REGEX_DOTALL, 0, NULL);
    g_autoptr(GMatchInfo) match = NULL;

    /* The body's brace counts as what stands before its first statement. */
    g_regex_match_full(regex, code->code, body.end, body.start, 0, &match,
                       NULL);
    while (g_match_info_matches(match)) {
        g_autofree char *text = g_match_info_fetch(match, 1);
        int start, end;

        g_match_info_fetch_pos(match, 1, &start, &end);
        if (!g_regex_match_simple("^(if|for|while|switch|return)\\b", text, 0,
                                  0)) {
            replace(source, "hook-drop", (TvCSpan){start, end}, ";");
        }
        g_match_info_next(match, NULL);
    }
}

static void hook_bodies(TvMutateSource *source, const char *hook, gboolean rx)
{
    const TvCCode *code = source->code;
    gsize at;

    for (gsize from = 0; tv_c_code_find(code, hook, from, &at); from = at + 1) {
        gsize open = tv_c_code_skip(code, at + strlen(hook));
        gsize brace, close;
        TvCSpan head, body;
        g_autofree char *pointer = NULL;
        g_autofree char *length = NULL;

        if (code->code[open] != '(' || !tv_c_code_close(code, open, &close)) {
            continue;
        }
        brace = tv_c_code_skip(code, close + 1);
        if (code->code[brace] != '{' ||
            !tv_c_code_function(code, brace + 1, &head, &body)) {
            continue;
        }
        pointer = tv_c_code_parameter(code, head, "\\w+\\s*\\*");
        length = tv_c_code_parameter(code, head, "size_t");
        if (!pointer || !length) {
            continue;
        }
        drop_statements(source, body);
        parameter_mutants(source, body, "hook-short", length, "(@p / 2)");
        parameter_mutants(source, body, "hook-alias", pointer,
                          rx ? "((typeof(@p))@P((uintptr_t)@W(@s, @p)))"
                             : "((void *)((uintptr_t)@p - (@s)->@o))");
    }
}

void tv_mutate_caches(TvMutateSource *source)
{
    const TvContract *contract = source->names->contract;

    calls(source, contract->written_function, TRUE, TRUE);
    calls(source, contract->flush_hook, FALSE, TRUE);
    calls(source, contract->cache_hook, TRUE, FALSE);
    hook_bodies(source, contract->flush_hook, FALSE);
    hook_bodies(source, contract->cache_hook, TRUE);
}
