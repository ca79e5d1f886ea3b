/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Mutants of the conversions between RX pointers, RW pointers and integers. */
#include "mutate/operators/mutant.h"

const TvMutateOperator tv_mutate_convert_operators[] = {
    {"rw-drop", "a conversion to RW is left out", "(@p)"},
    {"rw-drop-cast", "the same, behind a cast that quiets the compiler",
     "((void *)(@p))"},
    {"rw-twice", "a conversion to RW is done twice", "@W(@s, @W(@s, @p))"},
    {"rw-twice-cast", "the same, by way of an integer",
     "@W(@s, @P((uintptr_t)@W(@s, @p)))"},
    {"rw-negate", "the difference is subtracted, not added",
     "((void *)(@A(@p) - (@s)->@o))"},
    {"addr-drop", "a plain cast makes an integer of an RX pointer",
     "((uintptr_t)(@p))"},
    {"addr-swap", "the RW address is taken for the RX address",
     "((uintptr_t)@W(@s, @p))"},
    {"ptr-drop", "a plain cast makes an RX pointer of an integer",
     "((const void *)(@p))"},
    {"ptr-swap", "an RX pointer is made of the RW address",
     "@P((@p) + (@s)->@o)"},
    {NULL},
};

/* @macro's argument number @index is the expression of the forms. */
static void each_call(TvMutateSource *source, const char *macro, guint index,
                      const char *const *ids)
{
    g_auto(TvMutateCall) call = {0};

    for (gsize from = 0; tv_mutate_call_next(source, macro, &from, &call);) {
        g_autofree char *expression =
            tv_mutate_call_argument(source, &call, index);
        g_autofree char *context =
            index > 0 ? tv_mutate_call_argument(source, &call, 0)
                      : tv_mutate_context(source, call.span.start);

        for (gsize i = 0; expression && ids[i]; i++) {
            const TvMutateOperator *operator=
                tv_mutate_operator_in(tv_mutate_convert_operators, ids[i]);
            g_autofree char *text = tv_mutate_names_fill(
                source->names, operator->text, context, expression);

            tv_mutate_replace(source, operator, call.span, text);
        }
    }
}

void tv_mutate_convert(TvMutateSource *source)
{
    static const char *const to_rw[] = {
        "rw-drop",       "rw-drop-cast", "rw-twice",
        "rw-twice-cast", "rw-negate",    NULL,
    };
    static const char *const to_address[] = {"addr-drop", "addr-swap", NULL};
    static const char *const to_pointer[] = {"ptr-drop", "ptr-swap", NULL};

    each_call(source, source->names->contract->write_macro, 1, to_rw);
    each_call(source, source->names->address_macro, 0, to_address);
    each_call(source, source->names->pointer_macro, 0, to_pointer);
}
