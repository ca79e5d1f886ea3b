/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What arithmetic makes of the forms of its operands. */
#include "solve-rules.h"

#define PAGE_MASK_MAX 4096

/* The operand that carries a code pointer, for the path. */
AuNode *au_carrier(AuNode *a, AuNode *b)
{
    return a->set & ~AU_PLAIN ? a : b;
}

void au_solve_sum(AuInstruction *own, gboolean minus)
{
    AuNode *a = own->operands[0], *b = own->operands[1];
    AuSet sum = minus ? au_subtract(a->set, b->set) : au_add(a->set, b->set);

    au_node_add(own->result, sum, au_carrier(a, b), own->value);
}

/*
 * Whether an operand of a mask keeps the high bits: -size, ~(size - 1) or a
 * constant.  Any other may leave an offset only.
 */
static gboolean is_alignment(const AuInstruction *own, guint index)
{
    LLVMValueRef value = LLVMGetOperand(own->value, index);

    while (LLVMIsACastInst(value)) {
        value = LLVMGetOperand(value, 0);
    }
    if (LLVMIsAConstant(value) || !LLVMIsAInstruction(value)) {
        return TRUE;
    }
    switch (LLVMGetInstructionOpcode(value)) {
    case LLVMSub:
        return LLVMIsAConstantInt(LLVMGetOperand(value, 0)) != NULL;
    case LLVMAdd:
        return FALSE;
    default:
        return TRUE;
    }
}

static gboolean is_all_ones(LLVMValueRef value)
{
    return LLVMIsAConstantInt(value) &&
           LLVMGetIntTypeWidth(LLVMTypeOf(value)) <= 64 &&
           LLVMConstIntGetSExtValue(value) == -1;
}

/*
 * `or` puts parts together.  So does `xor`, which also takes off what was put
 * there before, and with all ones is a negation: ~x is -x - 1.
 */
void au_solve_bits(AuInstruction *own)
{
    AuNode *a = own->operands[0], *b = own->operands[1];
    AuSet mixed = au_mix(a->set, b->set);

    if (own->opcode == LLVMXor && is_all_ones(LLVMGetOperand(own->value, 1))) {
        mixed = a->set ? au_subtract(AU_PLAIN, a->set) : 0;
    } else if (own->opcode == LLVMXor && (a->set & b->set & ~AU_PLAIN)) {
        mixed |= AU_PLAIN;
    }
    au_node_add(own->result, mixed, au_carrier(a, b), own->value);
}

static gboolean is_page_offset(const AuInstruction *own, guint index)
{
    LLVMValueRef value = LLVMGetOperand(own->value, index);

    return LLVMIsAConstantInt(value) &&
           LLVMGetIntTypeWidth(LLVMTypeOf(value)) <= 64 &&
           LLVMConstIntGetZExtValue(value) < PAGE_MASK_MAX;
}

/*
 * Masks, shifts, products: the form stays, since aligning an address does not
 * change its alias and scaling is not tracked.  What is left below the size of
 * a page is the same in both aliases: plain.
 */
void au_solve_scale(AuInstruction *own)
{
    AuNode *a = own->operands[0], *b = own->operands[1];

    if (!a->set || !b->set) {
        return;
    }
    if ((own->opcode == LLVMAnd &&
         (is_page_offset(own, 0) || is_page_offset(own, 1))) ||
        (own->opcode == LLVMURem && is_page_offset(own, 1))) {
        au_node_add(own->result, AU_PLAIN, NULL, NULL);
        return;
    }
    /* A remainder may be all of it or an offset. */
    if (own->opcode == LLVMURem || own->opcode == LLVMSRem ||
        (own->opcode == LLVMAnd &&
         ((a->set == AU_PLAIN && !is_alignment(own, 0)) ||
          (b->set == AU_PLAIN && !is_alignment(own, 1))))) {
        au_node_add(own->result, AU_PLAIN, NULL, NULL);
    }
    if (own->opcode != LLVMAnd && own->opcode != LLVMMul) {
        au_node_add(own->result, a->set, a, own->value);
        return;
    }
    /* One of them is the mask or the factor. */
    if (b->set & AU_PLAIN) {
        au_node_add(own->result, a->set, a, own->value);
    }
    if (a->set & AU_PLAIN) {
        au_node_add(own->result, b->set, b, own->value);
    }
    if (!((a->set | b->set) & AU_PLAIN)) {
        au_node_add(own->result, AU_OTHER, au_carrier(a, b), own->value);
    }
}

/*
 * Whether an index counts elements: it is a quotient.  What counts bytes, as
 * the difference of the aliases does, is multiplied by the element's size.
 */
static gboolean counts_elements(LLVMValueRef index)
{
    while (LLVMIsACastInst(index)) {
        index = LLVMGetOperand(index, 0);
    }
    if (!LLVMIsAInstruction(index)) {
        return FALSE;
    }
    switch (LLVMGetInstructionOpcode(index)) {
    case LLVMSDiv:
    case LLVMUDiv:
    case LLVMAShr:
    case LLVMLShr:
        return TRUE;
    default:
        return FALSE;
    }
}

/* The forms of an index as a number of bytes. */
static AuSet scaled(AuProgram *program, const AuInstruction *own, guint index)
{
    AuSet set = own->operands[index]->set;
    LLVMTypeRef type = LLVMGetGEPSourceElementType(own->value);

    if (index != 1 || !(set & ~AU_PLAIN) ||
        LLVMABISizeOfType(program->layout, type) == 1 ||
        counts_elements(LLVMGetOperand(own->value, index))) {
        return set;
    }
    return (set & AU_PLAIN) | AU_OTHER;
}

void au_solve_address(AuProgram *program, AuInstruction *own)
{
    AuNode *base = own->operands[0];
    AuNode *from = base;
    AuSet set = base->set;

    for (guint i = 1; i < own->n_operands; i++) {
        set = au_add(set, scaled(program, own, i));
        if (own->operands[i]->set & ~AU_PLAIN) {
            from = au_carrier(base, own->operands[i]);
        }
    }
    au_node_add(own->result, set, from, own->value);
    au_node_cell(base);
    au_node_point(own->result, au_program_element(program, own));
}
