/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Mutants that take the RW alias where RX has to be: in stores to fields, in
 * range checks, distances, arguments and values.
 */
#include <string.h>

#include "mutate/operators/mutant.h"

#define SWAPPED "((typeof(@p))@P((uintptr_t)@W(@s, @p)))"

const TvMutateOperator tv_mutate_alias_operators[] = {
    {"store-swap", "an RW pointer is stored where RX is kept", "@W(@s, @p)"},
    {"store-swap-cast", "the same, made to look like an RX pointer", SWAPPED},
    {"range-swap", "a comparison gets the RW alias", SWAPPED},
    {"distance-swap", "a pointer difference gets the RW alias", SWAPPED},
    {"use-swap", "another use of a field gets the RW alias", SWAPPED},
    {"argument-swap", "a function that needs RX gets the RW alias", SWAPPED},
    {"value-swap", "a function that needs an RX address gets the RW one",
     "((@p) + (@s)->@o)"},
    {NULL},
};

static void swap(TvMutateSource *source, const char *id, TvCSpan span)
{
    const TvMutateOperator *operator=
        tv_mutate_operator_in(tv_mutate_alias_operators, id);
    g_autofree char *context = tv_mutate_context(source, span.start);
    g_autofree char *expression = tv_c_code_slice(source->code, span);
    g_autofree char *text = tv_mutate_names_fill(source->names, operator->text,
                                                 context, expression);

    tv_mutate_replace(source, operator, span, text);
}

static void arguments(TvMutateSource *source, GArray *list, const char *id)
{
    for (guint i = 0; i < list->len; i++) {
        const TvMutateArgument *argument =
            &g_array_index(list, TvMutateArgument, i);
        g_auto(TvMutateCall) call = {0};

        for (gsize from = 0;
             tv_mutate_call_next(source, argument->function, &from, &call);) {
            if (argument->index < call.arguments->len) {
                swap(source, id,
                     g_array_index(call.arguments, TvCSpan, argument->index));
            }
        }
    }
}

static gsize word_start(const char *code, gsize end)
{
    while (end > 0 && tv_c_code_is_word(code[end - 1])) {
        end--;
    }
    return end;
}

/* Where "a->b[i].name" begins, given the place of its last name. */
static gsize chain_start(const TvCCode *source, gsize at)
{
    const char *code = source->code;

    while (at > 1) {
        if (code[at - 1] == '.') {
            at--;
        } else if (code[at - 1] == '>' && code[at - 2] == '-') {
            at -= 2;
        } else {
            break;
        }
        while (at > 0 && (code[at - 1] == ')' || code[at - 1] == ']')) {
            at = tv_c_code_open(source, at - 1);
        }
        at = word_start(code, at);
    }
    return at;
}

/* An expression from @start to where the one it is part of goes on. */
static gsize expression_end(const TvCCode *code, gsize start)
{
    int depth = 0;

    for (gsize at = start; at < code->length; at++) {
        char byte = code->code[at];

        if (strchr("([{", byte)) {
            depth++;
        } else if ((strchr(")]}", byte) && depth-- == 0) ||
                   (strchr(",;", byte) && depth == 0)) {
            return at;
        }
    }
    return code->length;
}

static void store(TvMutateSource *source, gsize start)
{
    const TvCCode *code = source->code;
    TvCSpan span = {tv_c_code_skip(code, start), expression_end(code, start)};
    g_autofree char *value = NULL;

    while (span.end > span.start && g_ascii_isspace(code->code[span.end - 1])) {
        span.end--;
    }
    value = tv_c_code_slice(code, span);
    if (*value && !g_str_equal(value, "NULL") && !g_str_equal(value, "0")) {
        swap(source, "store-swap", span);
        swap(source, "store-swap-cast", span);
    }
}

static gboolean is_assignment(const char *at)
{
    return at[0] == '=' && at[1] != '=';
}

static gboolean is_comparison(const char *at)
{
    return ((at[0] == '<' || at[0] == '>') && at[1] != at[0]) ||
           (at[1] == '=' && (at[0] == '=' || at[0] == '!'));
}

static gboolean is_minus(const char *at)
{
    return at[0] == '-' && at[1] != '>' && at[1] != '-' && at[1] != '=';
}

/* The end of the text before an expression, skipping one cast. */
static gsize before(const TvCCode *source, gsize start)
{
    const char *code = source->code;

    while (start > 0 && g_ascii_isspace(code[start - 1])) {
        start--;
    }
    if (start > 0 && code[start - 1] == ')') {
        start = tv_c_code_open(source, start - 1);
        while (start > 0 && g_ascii_isspace(code[start - 1])) {
            start--;
        }
    }
    return start;
}

static const char *use_kind(const TvCCode *source, gsize start, gsize end)
{
    const char *code = source->code;
    const char *next = code + end;
    gsize back = before(source, start);
    char one = back > 0 ? code[back - 1] : ';';
    char two = back > 1 ? code[back - 2] : ';';

    if (is_comparison(next) || one == '<' ||
        (one == '>' && two != '-' && two != '>') ||
        (one == '=' && strchr("=!<>", two))) {
        return "range-swap";
    }
    if (is_minus(next) || (one == '-' && two != '-')) {
        return "distance-swap";
    }
    return "use-swap";
}

/* TRUE if the expression is compared with NULL only. */
static gboolean is_null_check(const char *code, gsize end)
{
    if (!is_comparison(code + end) || code[end + 1] != '=') {
        return FALSE;
    }
    end += 2;
    while (g_ascii_isspace(code[end])) {
        end++;
    }
    return g_str_has_prefix(code + end, "NULL");
}

/* A whole argument of the macro to integers is mutated with it. */
static gboolean is_converted(const TvMutateSource *source, gsize start,
                             gsize end)
{
    const char *code = source->code->code;
    gsize length = strlen(source->names->address_macro);

    return start > length && code[start - 1] == '(' && code[end] == ')' &&
           strncmp(code + start - 1 - length, source->names->address_macro,
                   length) == 0;
}

static void use(TvMutateSource *source, gsize start, gsize end)
{
    const char *code = source->code->code;
    gsize next = tv_c_code_skip(source->code, end);
    gsize back = before(source->code, start);

    /* Its address is taken, or it changes in place. */
    if ((back > 0 && code[back - 1] == '&') || strchr("([.", code[next]) ||
        g_str_has_prefix(code + next, "->") ||
        g_str_has_prefix(code + next, "++") ||
        g_str_has_prefix(code + next, "--") ||
        g_str_has_prefix(code + next, "+=") ||
        g_str_has_prefix(code + next, "-=") || is_null_check(code, next) ||
        is_converted(source, start, end)) {
        return;
    }
    swap(source, use_kind(source->code, start, next), (TvCSpan){start, end});
}

/* store-macro(&a->name, value) */
static gboolean atomic_store(TvMutateSource *source, gsize start, gsize end)
{
    const char *code = source->code->code;
    gsize back = before(source->code, start);
    gsize open, name;

    if (back == 0 || code[back - 1] != '&') {
        return FALSE;
    }
    open = before(source->code, back - 1);
    if (open == 0 || code[open - 1] != '(') {
        return FALSE;
    }
    name = word_start(code, open - 1);
    end = tv_c_code_skip(source->code, end);
    if (code[end] != ',' ||
        strncmp(code + name, source->names->store_macro,
                MAX(open - 1 - name, strlen(source->names->store_macro)))) {
        return FALSE;
    }
    store(source, end + 1);
    return TRUE;
}

/* TRUE if the text before @at fits: "a." of "a.b", any member for ".b". */
static gboolean fits(const char *code, gsize at, const char *name,
                     const char *last)
{
    gsize length = last - name;

    if (length == 1) {
        return at > 0 &&
               (code[at - 1] == '.' ||
                (at > 1 && code[at - 1] == '>' && code[at - 2] == '-'));
    }
    return at >= length && strncmp(code + at - length, name, length) == 0;
}

/* @name may be "a.b" or ".b". */
static void field(TvMutateSource *source, const char *name, gboolean uses)
{
    const TvCCode *code = source->code;
    const char *dot = strrchr(name, '.');
    const char *last = dot ? dot + 1 : name;
    gsize at = 0;

    for (gsize from = 0; tv_c_code_find(code, last, from, &at);) {
        gsize end = at + strlen(last);
        gsize next = tv_c_code_skip(code, end);
        gsize start = chain_start(code, at);
        TvCSpan head, body;

        from = end;
        if (!fits(code->code, at, name, last) ||
            !tv_c_code_function(code, at, &head, &body)) {
            continue;
        }
        if (is_assignment(code->code + next)) {
            store(source, next + 1);
        } else if (!atomic_store(source, start, end) && uses) {
            use(source, start, end);
        }
    }
}

void tv_mutate_alias(TvMutateSource *source)
{
    const TvMutateNames *names = source->names;

    arguments(source, names->pointers, "argument-swap");
    arguments(source, names->integers, "value-swap");
    for (char **name = names->fields; name && *name; name++) {
        field(source, *name, TRUE);
    }
    for (char **name = names->stored; name && *name; name++) {
        field(source, *name, FALSE);
    }
}
