/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "reach.h"

#define DEPTH 8

struct AuReach {
    GHashTable *blocks; /* set of LLVMBasicBlockRef */
    GHashTable *edges;  /* block to GPtrArray of its successors that are
                         * taken */
};

typedef enum { VALUE_NONE, VALUE_KNOWN, VALUE_ANY } Knowledge;

/* What an integer is, as far as edges found so far lead to it. */
static Knowledge evaluate(const AuReach *reach, LLVMValueRef value,
                          gint64 *number, guint depth)
{
    Knowledge all = VALUE_NONE;

    if (LLVMIsAConstantInt(value)) {
        *number = LLVMConstIntGetSExtValue(value);
        return VALUE_KNOWN;
    }
    if (!depth || !LLVMIsAInstruction(value)) {
        return VALUE_ANY;
    }
    if (LLVMIsAPHINode(value)) {
        for (guint i = 0; i < LLVMCountIncoming(value); i++) {
            Knowledge one;
            gint64 incoming;

            if (!au_reach_edge(reach, LLVMGetIncomingBlock(value, i),
                               LLVMGetInstructionParent(value))) {
                continue;
            }
            one = evaluate(reach, LLVMGetIncomingValue(value, i), &incoming,
                           depth - 1);
            if (one == VALUE_ANY ||
                (all == VALUE_KNOWN && one == VALUE_KNOWN &&
                 incoming != *number)) {
                return VALUE_ANY;
            }
            if (one == VALUE_KNOWN) {
                all = VALUE_KNOWN;
                *number = incoming;
            }
        }
        return all;
    }
    switch (LLVMGetInstructionOpcode(value)) {
    case LLVMZExt: {
        Knowledge one =
            evaluate(reach, LLVMGetOperand(value, 0), number, depth - 1);

        if (LLVMGetIntTypeWidth(LLVMTypeOf(LLVMGetOperand(value, 0))) == 1) {
            *number &= 1;
            return one;
        }
        return one == VALUE_NONE ? VALUE_NONE : VALUE_ANY;
    }
    case LLVMICmp: {
        gint64 a, b;
        Knowledge one = evaluate(reach, LLVMGetOperand(value, 0), &a,
                                 depth - 1);
        Knowledge two = evaluate(reach, LLVMGetOperand(value, 1), &b,
                                 depth - 1);
        LLVMIntPredicate predicate = LLVMGetICmpPredicate(value);

        if (one == VALUE_NONE || two == VALUE_NONE) {
            return VALUE_NONE;
        }
        if (one != VALUE_KNOWN || two != VALUE_KNOWN ||
            (predicate != LLVMIntEQ && predicate != LLVMIntNE)) {
            return VALUE_ANY;
        }
        *number = (a == b) == (predicate == LLVMIntEQ);
        return VALUE_KNOWN;
    }
    default:
        return VALUE_ANY;
    }
}

static gboolean take_edge(AuReach *reach, LLVMBasicBlockRef from,
                          LLVMBasicBlockRef to)
{
    GPtrArray *taken = g_hash_table_lookup(reach->edges, from);

    if (!taken) {
        taken = g_ptr_array_new();
        g_hash_table_insert(reach->edges, from, taken);
    }
    if (g_ptr_array_find(taken, to, NULL)) {
        return FALSE;
    }
    g_ptr_array_add(taken, to);
    g_hash_table_add(reach->blocks, to);
    return TRUE;
}

static gboolean take_block(AuReach *reach, LLVMBasicBlockRef block)
{
    LLVMValueRef end = LLVMGetBasicBlockTerminator(block);
    gboolean changed = FALSE;
    gint64 number;

    if (LLVMIsABranchInst(end) && LLVMIsConditional(end)) {
        Knowledge known =
            evaluate(reach, LLVMGetCondition(end), &number, DEPTH);

        if (known == VALUE_NONE) {
            return FALSE;
        }
        if (known == VALUE_KNOWN) {
            return take_edge(reach, block,
                             LLVMGetSuccessor(end, number & 1 ? 0 : 1));
        }
    }
    for (guint i = 0; i < LLVMGetNumSuccessors(end); i++) {
        changed |= take_edge(reach, block, LLVMGetSuccessor(end, i));
    }
    return changed;
}

AuReach *au_reach_new(LLVMValueRef function)
{
    AuReach *reach = g_new0(AuReach, 1);
    gboolean changed;

    reach->blocks = g_hash_table_new(NULL, NULL);
    reach->edges = g_hash_table_new_full(NULL, NULL, NULL,
                                         (GDestroyNotify)g_ptr_array_unref);
    g_hash_table_add(reach->blocks, LLVMGetEntryBasicBlock(function));
    do {
        changed = FALSE;
        for (LLVMBasicBlockRef block = LLVMGetFirstBasicBlock(function); block;
             block = LLVMGetNextBasicBlock(block)) {
            if (au_reach_block(reach, block)) {
                changed |= take_block(reach, block);
            }
        }
    } while (changed);
    return reach;
}

void au_reach_free(AuReach *reach)
{
    g_hash_table_unref(reach->blocks);
    g_hash_table_unref(reach->edges);
    g_free(reach);
}

gboolean au_reach_block(const AuReach *reach, LLVMBasicBlockRef block)
{
    return g_hash_table_contains(reach->blocks, block);
}

gboolean au_reach_edge(const AuReach *reach, LLVMBasicBlockRef from,
                       LLVMBasicBlockRef to)
{
    GPtrArray *taken = g_hash_table_lookup(reach->edges, from);

    return taken && g_ptr_array_find(taken, to, NULL);
}
