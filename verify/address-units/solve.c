/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The fixed point: what forms each value and each cell can have.
 *
 * Every rule only adds forms, so the order does not matter for the result, and
 * the number of rounds is bounded.  A value that nothing is known of yet is
 * the empty set and adds nothing; what is still empty when nothing changes any
 * more cannot come from a code pointer and becomes plain, in stages: first
 * parameters that nobody passes and cells that nobody stores to, then the rest.
 */
#include "solve-rules.h"

typedef enum {
    STAGE_KNOWN,      /* only what follows from the contract */
    STAGE_UNREACHED,  /* what nothing flows into is plain */
    STAGE_UNRESOLVED, /* so is what is loaded or passed but still empty */
    STAGE_ALL,
    N_STAGES,
} Stage;

/* A field of the contract says for itself what it holds. */
static gboolean is_code_bytes(AuNode *address, AuNode *cell)
{
    return (address->set & (AU_RX | AU_RW)) && !cell->name;
}

static void solve_load(AuInstruction *own)
{
    AuNode *address = own->operands[0];

    for (guint i = 0; i < au_program_n_cells(own); i++) {
        AuNode *cell = au_program_cell(own, i);

        if (is_code_bytes(address, cell)) {
            /* Bytes of the code buffer are opaque: nothing is kept there. */
            au_node_add(own->result, AU_PLAIN, NULL, NULL);
            return;
        }
        au_node_add(own->result, cell->set, cell, own->value);
        if (own->result->is_pointer) {
            au_node_point(own->result, au_cell_content(cell));
        }
    }
}

static void solve_store(AuInstruction *own, AuNode *value, AuNode *address)
{
    for (guint i = 0; i < au_program_n_cells(own); i++) {
        AuNode *cell = au_program_cell(own, i);

        if (is_code_bytes(address, cell) || value->is_null || own->dead) {
            return;
        }
        cell->stored = TRUE;
        au_node_add(cell, value->set, value, own->value);
        if (value->is_pointer) {
            au_cell_unite(au_cell_content(cell), au_node_cell(value));
        }
    }
}

static void solve_atomic(AuInstruction *own)
{
    AuNode *address = own->operands[0];
    guint last = own->opcode == LLVMAtomicCmpXchg ? 2 : 1;
    AuNode *cell = au_program_cell(own, 0);

    solve_store(own, own->operands[last], address);
    if (is_code_bytes(address, cell)) {
        au_node_add(own->result, AU_PLAIN, NULL, NULL);
        return;
    }
    cell = au_cell_find(cell);
    au_node_add(own->result, cell->set, cell, own->value);
}

static void flow_operands(AuInstruction *own, guint first)
{
    for (guint i = first; i < own->n_operands; i++) {
        if (own->operands[i] && !(i < 32 && (own->dead_edges >> i & 1))) {
            au_node_flow(own->result, own->operands[i], own->value);
        }
    }
}

static void solve_return(AuFunction *function, AuInstruction *own)
{
    AuNode *result = au_cell_find(function->result);
    AuNode *value = own->n_operands ? own->operands[0] : NULL;

    if (!value || value->is_null || own->dead) {
        return;
    }
    result->stored = TRUE;
    au_node_add(result, value->set, value, own->value);
    if (value->is_pointer) {
        au_cell_unite(au_cell_content(result), au_node_cell(value));
    }
}

static void solve_instruction(AuProgram *program, AuFunction *function,
                              AuInstruction *own)
{
    switch (own->opcode) {
    case LLVMAlloca:
        au_node_add(own->result, AU_PLAIN, NULL, NULL);
        au_node_cell(own->result);
        break;
    case LLVMBitCast:
    case LLVMPtrToInt:
    case LLVMIntToPtr:
    case LLVMTrunc:
    case LLVMZExt:
    case LLVMSExt:
    case LLVMUIToFP:
    case LLVMSIToFP:
    case LLVMFPToUI:
    case LLVMFPToSI:
    case LLVMFPTrunc:
    case LLVMFPExt:
    case LLVMFreeze:
    case LLVMAddrSpaceCast:
    case LLVMPHI:
    case LLVMExtractValue:
    case LLVMExtractElement:
    case LLVMInsertValue:
    case LLVMInsertElement:
    case LLVMShuffleVector:
        flow_operands(own, 0);
        break;
    case LLVMSelect:
        flow_operands(own, 1);
        break;
    case LLVMGetElementPtr:
        au_solve_address(program, own);
        break;
    case LLVMAdd:
        au_solve_sum(own, FALSE);
        break;
    case LLVMSub:
        au_solve_sum(own, TRUE);
        break;
    case LLVMOr:
    case LLVMXor:
        au_solve_bits(own);
        break;
    case LLVMAnd:
    case LLVMMul:
    case LLVMUDiv:
    case LLVMSDiv:
    case LLVMURem:
    case LLVMSRem:
    case LLVMShl:
    case LLVMLShr:
    case LLVMAShr:
        au_solve_scale(own);
        break;
    case LLVMLoad:
        solve_load(own);
        break;
    case LLVMStore:
        solve_store(own, own->operands[0], own->operands[1]);
        break;
    case LLVMAtomicRMW:
    case LLVMAtomicCmpXchg:
        solve_atomic(own);
        break;
    case LLVMRet:
        solve_return(function, own);
        break;
    case LLVMCall:
        au_solve_call(program, own);
        break;
    case LLVMVAArg: {
        AuNode *cell = au_node_cell(own->operands[0]);

        au_node_add(own->result, cell->set | AU_PLAIN, cell, own->value);
        break;
    }
    default:
        /* Comparisons, floating point, branches, fences: no addresses. */
        au_node_add(own->result, AU_PLAIN, NULL, NULL);
    }
}

/* What the stage lets become plain. */
static void settle(AuNode *node, gboolean unreached, Stage stage)
{
    if (!node->set &&
        (unreached ? stage >= STAGE_UNREACHED : stage >= STAGE_UNRESOLVED)) {
        au_node_add(node, AU_PLAIN, NULL, NULL);
    }
}

static void settle_function(AuFunction *function, Stage stage)
{
    for (guint i = 0; i < function->n_parameters; i++) {
        settle(function->parameters[i], !function->parameters[i]->stored,
               stage);
    }
    for (guint i = 0; i < function->instructions->len; i++) {
        AuInstruction *own =
            &g_array_index(function->instructions, AuInstruction, i);

        if (own->opcode == LLVMLoad) {
            for (guint j = 0; j < au_program_n_cells(own); j++) {
                AuNode *cell = au_program_cell(own, j);

                settle(cell, !cell->stored, stage);
            }
        } else if (stage == STAGE_ALL &&
                   (own->opcode == LLVMPHI || own->opcode == LLVMCall)) {
            settle(own->result, FALSE, stage);
        }
    }
}

guint au_program_solve(AuProgram *program)
{
    guint rounds = 0;

    for (Stage stage = STAGE_KNOWN; stage < N_STAGES; stage++) {
        do {
            au_changes = 0;
            rounds++;
            for (guint i = 0; i < program->defined->len; i++) {
                AuFunction *function = program->defined->pdata[i];

                if (stage > STAGE_KNOWN) {
                    settle_function(function, stage);
                }
                for (guint j = 0; j < function->instructions->len; j++) {
                    solve_instruction(program, function,
                                      &g_array_index(function->instructions,
                                                     AuInstruction, j));
                }
            }
        } while (au_changes);
    }
    return rounds;
}
