/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What calls bind, and what functions outside of the program do. */
#include "solve-rules.h"

static void flow_argument(AuNode *parameter, AuNode *argument, LLVMValueRef at)
{
    parameter->stored = TRUE;
    au_node_flow(parameter, argument, at);
}

static void flow_result(AuInstruction *call, AuFunction *callee)
{
    AuNode *result = au_cell_find(callee->result);

    au_node_add(call->result, result->set, result, call->value);
    au_node_point(call->result, au_cell_content(result));
}

static void bind_call(AuInstruction *call, AuFunction *callee)
{
    for (guint i = 0;
         !call->dead && i < call->n_operands && i < callee->n_parameters; i++) {
        flow_argument(callee->parameters[i], call->operands[i], call->value);
    }
    flow_result(call, callee);
}

/*
 * memcpy: what the second points to is then in the first.  One way for what is
 * held, and both ways for what that points to.
 */
static void copy_memory(AuInstruction *call)
{
    GPtrArray *source = call->source;
    guint n_source = source ? source->len : 1;
    AuNode *to, *from;

    if (call->n_operands < 2 || call->operands[1]->is_null) {
        return;
    }
    /* The code buffer's own bytes are no pointers. */
    if (call->operands[1]->set & (AU_RX | AU_RW)) {
        return;
    }
    to = au_node_cell(call->operands[0]);
    from = au_node_cell(call->operands[1]);
    if (to == from) {
        return;
    }
    if (call->operands[0]->set & (AU_RX | AU_RW)) {
        return;
    }
    if (source && call->span && source->len == call->span->len &&
        source->pdata[0] == call->span->pdata[0]) {
        /* Of one type: the fields are the same cells. */
        return;
    }
    for (guint i = 0; i < n_source; i++) {
        from = au_cell_find(source ? source->pdata[i] : from);
        for (guint j = 0; j < au_program_n_cells(call); j++) {
            to = au_program_cell(call, j);
            to->stored = TRUE;
            au_node_add(to, from->set, from, call->value);
            au_cell_unite(au_cell_content(to), au_cell_content(from));
        }
    }
}

/* A number that is printed and read again is the same number. */
static void convert_text(AuInstruction *call, gboolean print)
{
    for (guint i = 1; i < call->n_operands; i++) {
        AuNode *text = au_node_cell(call->operands[0]);
        AuNode *other = call->operands[i];

        if (call->operands[0]->set & (AU_RX | AU_RW)) {
            /* What lies in code is opaque. */
        } else if (print && (other->set & ~AU_PLAIN)) {
            text->stored = TRUE;
            au_node_add(text, other->set, other, call->value);
        } else if (!print && other->is_pointer && !other->is_null &&
                   (text->set & ~AU_PLAIN)) {
            AuNode *number = au_node_cell(other);

            number->stored = TRUE;
            au_node_add(number, text->set, text, call->value);
        }
    }
}

static void solve_extern(AuProgram *program, AuInstruction *call,
                         AuFunction *callee)
{
    const AuExtern *known = callee->known;

    if (callee->result_class) {
        flow_result(call, callee);
    } else if (known->kind == AU_EXTERN_RETURNS && call->n_operands) {
        au_node_flow(call->result, call->operands[0], call->value);
    } else if ((known->kind == AU_EXTERN_ADDS ||
                known->kind == AU_EXTERN_SUBTRACTS) &&
               call->n_operands > 1) {
        AuNode *a = call->operands[0], *b = call->operands[1];

        au_node_add(call->result,
                    known->kind == AU_EXTERN_ADDS ? au_add(a->set, b->set)
                                                  : au_subtract(a->set, b->set),
                    au_carrier(a, b), call->value);
    } else if (known->kind == AU_EXTERN_PARSES && call->n_operands) {
        AuNode *text = au_node_cell(call->operands[0]);

        au_node_add(call->result, text->set | AU_PLAIN, text, call->value);
    } else if (known->kind == AU_EXTERN_MIXES && call->n_operands) {
        for (guint i = 0; i < call->n_operands; i++) {
            au_node_flow(call->result, call->operands[i], call->value);
        }
    } else {
        au_node_add(call->result, AU_PLAIN, NULL, NULL);
    }
    if (call->result->is_pointer) {
        au_node_cell(call->result);
    }
    if ((known->kind == AU_EXTERN_PRINTS || known->kind == AU_EXTERN_SCANS) &&
        !call->dead) {
        convert_text(call, known->kind == AU_EXTERN_PRINTS);
    }
    if (known->kind == AU_EXTERN_COPIES && !call->dead) {
        copy_memory(call);
        if (call->result->is_pointer) {
            au_node_flow(call->result, call->operands[0], call->value);
        }
    }
}

void au_solve_call(AuProgram *program, AuInstruction *call)
{
    AuFunction *direct = au_program_function(program, call->callee);

    if (direct && !direct->instructions->len) {
        solve_extern(program, call, direct);
    } else if (direct) {
        bind_call(call, direct);
    } else if (call->callee_node) {
        g_autoptr(GPtrArray) targets = au_program_targets(program, call);

        for (guint i = 0; i < targets->len; i++) {
            bind_call(call, targets->pdata[i]);
        }
    } else {
        /* Inline assembly: what it returns was looked at where it enters. */
        for (guint i = 0; i < call->n_operands; i++) {
            au_node_add(call->result, call->operands[i]->set, call->operands[i],
                        call->value);
        }
        if (!call->n_operands) {
            au_node_add(call->result, AU_PLAIN, NULL, NULL);
        }
    }
}
