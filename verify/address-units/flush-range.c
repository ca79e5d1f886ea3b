/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "flush-range.h"

#include "code-writes.h"

#define DEPTH 12

/* Below casts, which do not change an address or a length. */
static LLVMValueRef strip(LLVMValueRef value)
{
    for (;;) {
        if (LLVMIsAInstruction(value)) {
            switch (LLVMGetInstructionOpcode(value)) {
            case LLVMPtrToInt:
            case LLVMIntToPtr:
            case LLVMBitCast:
            case LLVMZExt:
            case LLVMSExt:
            case LLVMTrunc:
            case LLVMFreeze:
                value = LLVMGetOperand(value, 0);
                continue;
            default:
                break;
            }
        }
        return value;
    }
}

static gboolean constant(LLVMValueRef value, gint64 *number)
{
    value = strip(value);
    if (!LLVMIsAConstantInt(value)) {
        return FALSE;
    }
    *number = LLVMConstIntGetSExtValue(value);
    return TRUE;
}

/* The value as a root and a constant distance from it. */
static LLVMValueRef split(const AuProgram *program, LLVMValueRef value,
                          gint64 *offset)
{
    *offset = 0;
    for (;;) {
        gint64 number;

        value = strip(value);
        if (!LLVMIsAInstruction(value)) {
            return value;
        }
        switch (LLVMGetInstructionOpcode(value)) {
        case LLVMGetElementPtr: {
            LLVMTypeRef type = LLVMGetGEPSourceElementType(value);

            if (LLVMGetNumOperands(value) != 2 ||
                !constant(LLVMGetOperand(value, 1), &number)) {
                return value;
            }
            *offset += number * (gint64)LLVMABISizeOfType(program->layout,
                                                          type);
            break;
        }
        case LLVMAdd:
            if (!constant(LLVMGetOperand(value, 1), &number)) {
                return value;
            }
            *offset += number;
            break;
        case LLVMSub:
            if (!constant(LLVMGetOperand(value, 1), &number)) {
                return value;
            }
            *offset -= number;
            break;
        default:
            return value;
        }
        value = LLVMGetOperand(value, 0);
    }
}

/* Whether two values are computed alike; loads of one place count as equal. */
static gboolean same(LLVMValueRef a, LLVMValueRef b, guint depth)
{
    gint64 x, y;

    a = strip(a);
    b = strip(b);
    if (a == b) {
        return TRUE;
    }
    if (constant(a, &x) && constant(b, &y)) {
        return x == y;
    }
    if (!depth || !LLVMIsAInstruction(a) || !LLVMIsAInstruction(b) ||
        LLVMGetInstructionOpcode(a) != LLVMGetInstructionOpcode(b) ||
        LLVMGetNumOperands(a) != LLVMGetNumOperands(b)) {
        return FALSE;
    }
    switch (LLVMGetInstructionOpcode(a)) {
    case LLVMGetElementPtr:
        if (LLVMGetGEPSourceElementType(a) != LLVMGetGEPSourceElementType(b)) {
            return FALSE;
        }
        break;
    case LLVMLoad:
    case LLVMAdd:
    case LLVMSub:
    case LLVMAnd:
        break;
    case LLVMCall:
        if (LLVMGetCalledValue(a) != LLVMGetCalledValue(b)) {
            return FALSE;
        }
        break;
    default:
        return FALSE;
    }
    for (guint i = 0; i < (guint)LLVMGetNumOperands(a); i++) {
        if (!same(LLVMGetOperand(a, i), LLVMGetOperand(b, i), depth - 1)) {
            return FALSE;
        }
    }
    return TRUE;
}

/* What @value, the result of a conversion that is called, was made of; or
 * NULL. */
static LLVMValueRef converted_from(AuProgram *program, LLVMValueRef value)
{
    AuFunction *callee =
        LLVMIsACallInst(value)
            ? au_program_function(program, LLVMGetCalledValue(value))
            : NULL;
    guint count = callee ? LLVMGetNumArgOperands(value) : 0;

    return count && au_contract_has_role(program->contract, callee->name,
                                         AU_ROLE_CONVERSION)
               ? LLVMGetOperand(value, count - 1)
               : NULL;
}

/* Whether @rw is @rx plus the difference of the aliases. */
static gboolean is_other_alias(AuProgram *program, LLVMValueRef rx,
                               LLVMValueRef rw)
{
    gint64 rx_offset, rw_offset, inner;
    LLVMValueRef rx_root = split(program, rx, &rx_offset);
    LLVMValueRef rw_root = split(program, rw, &rw_offset);
    LLVMValueRef from = converted_from(program, rw_root);

    if (from) {
        LLVMValueRef root = split(program, from, &inner);

        return same(root, rx_root, DEPTH) && inner + rw_offset == rx_offset;
    }
    if (LLVMIsAInstruction(rw_root) &&
        (LLVMGetInstructionOpcode(rw_root) == LLVMAdd ||
         LLVMGetInstructionOpcode(rw_root) == LLVMGetElementPtr) &&
        LLVMGetNumOperands(rw_root) == 2) {
        for (guint i = 0; i < 2; i++) {
            LLVMValueRef base = LLVMGetOperand(rw_root, i);
            LLVMValueRef other = LLVMGetOperand(rw_root, 1 - i);
            LLVMValueRef root;

            if (!(au_program_node(program, other)->set &
                  (AU_DIFF | AU_NDIFF))) {
                continue;
            }
            root = split(program, base, &inner);
            return same(root, rx_root, DEPTH) &&
                   inner + rw_offset == rx_offset;
        }
    }
    /* Both handed in: every call must hand in a pair. */
    if (LLVMIsAArgument(rx_root) && LLVMIsAArgument(rw_root)) {
        return rx_offset == rw_offset;
    }
    return FALSE;
}

/* Whether the function stores @value where @load reads from. */
static gboolean was_stored(AuFunction *function, LLVMValueRef load,
                           LLVMValueRef value)
{
    load = strip(load);
    if (!LLVMIsALoadInst(load)) {
        return FALSE;
    }
    for (guint i = 0; i < function->instructions->len; i++) {
        AuInstruction *own =
            &g_array_index(function->instructions, AuInstruction, i);

        if (own->opcode == LLVMStore &&
            same(LLVMGetOperand(own->value, 1), LLVMGetOperand(load, 0),
                 DEPTH) &&
            same(LLVMGetOperand(own->value, 0), value, DEPTH)) {
            return TRUE;
        }
    }
    return FALSE;
}

/* Whether @length is how far some code pointer lies behind @rx. */
static gboolean is_distance(AuProgram *program, AuFunction *function,
                            LLVMValueRef rx, LLVMValueRef length)
{
    LLVMValueRef from;

    length = strip(length);
    if (LLVMIsAArgument(length)) {
        return TRUE;
    }
    if (!LLVMIsAInstruction(length) ||
        LLVMGetInstructionOpcode(length) != LLVMSub) {
        return FALSE;
    }
    from = LLVMGetOperand(length, 1);
    return (au_program_node(program, from)->set & (AU_RX | AU_RW)) &&
           (same(from, rx, DEPTH) || was_stored(function, from, rx));
}

static gboolean has_role(AuProgram *program, const AuInstruction *own,
                         AuRole role)
{
    AuFunction *callee = own->opcode == LLVMCall
                             ? au_program_function(program, own->callee)
                             : NULL;

    return callee &&
           au_contract_has_role(program->contract, callee->name, role);
}

/* One function may do both: then its arguments are RX, RW and the length. */
static gboolean does_both(AuProgram *program, const AuInstruction *own)
{
    return has_role(program, own, AU_ROLE_FLUSH) &&
           has_role(program, own, AU_ROLE_INVALIDATE);
}

static void check_pair(AuProgram *program, AuFunction *function,
                       const AuInstruction *flush,
                       const AuInstruction *invalidate, AuFindings *findings)
{
    guint first = does_both(program, flush) ? 1 : 0;
    LLVMValueRef rw = LLVMGetOperand(flush->value, first);
    LLVMValueRef rx = LLVMGetOperand(invalidate->value, 0);
    LLVMValueRef length = LLVMGetOperand(flush->value, first + 1);
    gint64 number;

    if (flush != invalidate &&
        !same(length, LLVMGetOperand(invalidate->value, 1), DEPTH)) {
        au_findings_add_in_caller(
            findings, "units-flush", invalidate->value,
                        "flushes and invalidates different numbers of bytes");
    } else if (!is_other_alias(program, rx, rw) &&
               !is_other_alias(program, rw, rx)) {
        au_findings_add_in_caller(
            findings, "units-flush", invalidate->value,
                        "what is invalidated is not the executable alias of "
                        "what was flushed");
    } else if (!constant(length, &number) &&
               !is_distance(program, function, rx, length) &&
               !is_distance(program, function, rw, length)) {
        au_findings_add_in_caller(
            findings, "units-flush", flush->value,
                        "the flushed range does not end at a code pointer: "
                        "its length is not the distance of one from its "
                        "start");
    }
}

AuRange au_flush_range(AuProgram *program, const AuInstruction *call)
{
    guint first = does_both(program, call) ? 1 : 0;
    AuRange range;

    range.root =
        split(program, LLVMGetOperand(call->value, first), &range.start);
    if (!constant(LLVMGetOperand(call->value, first + 1), &range.length)) {
        range.length = -1;
    }
    return range;
}

gboolean au_store_range(AuProgram *program, const AuInstruction *store,
                        AuRange *range)
{
    AuNode *address, *value;

    if (!au_writes_code(program, store, &address, &value)) {
        return FALSE;
    }
    range->root = split(program, address->value, &range->start);
    range->length = -1;
    if (value) {
        range->length = LLVMStoreSizeOfType(program->layout,
                                            LLVMTypeOf(value->value));
    } else if (store->n_operands > 2 &&
               !constant(LLVMGetOperand(store->value, 2), &range->length)) {
        range->length = -1;
    }
    return TRUE;
}

/* What an address is computed from, whatever is added to it. */
static LLVMValueRef base_of(LLVMValueRef value)
{
    for (;;) {
        value = strip(value);
        if (!LLVMIsAGetElementPtrInst(value)) {
            return value;
        }
        value = LLVMGetOperand(value, 0);
    }
}

gboolean au_range_covers(const AuRange *outer, const AuRange *inner)
{
    gboolean one_root = same(outer->root, inner->root, DEPTH);

    if (one_root && outer->length >= 0 && inner->length >= 0) {
        return outer->start <= inner->start &&
               inner->start + inner->length <= outer->start + outer->length;
    }
    /* Elements of an array, flushed together: the length is not compared. */
    return outer->length < 0 &&
           (one_root || same(base_of(outer->root), base_of(inner->root),
                             DEPTH));
}

void au_flush_pairs_check(AuProgram *program, AuFunction *function,
                          AuFindings *findings)
{
    const AuInstruction *flush = NULL;

    for (guint i = 0; i < function->instructions->len; i++) {
        AuInstruction *own =
            &g_array_index(function->instructions, AuInstruction, i);

        if (does_both(program, own)) {
            /* It may serve for memory of the guest as well. */
            if ((own->operands[0]->set | own->operands[1]->set) &
                (AU_RX | AU_RW)) {
                check_pair(program, function, own, own,
                           findings);
            }
        } else if (has_role(program, own, AU_ROLE_FLUSH)) {
            flush = own;
        } else if (has_role(program, own, AU_ROLE_INVALIDATE) && flush) {
            check_pair(program, function, flush, own, findings);
            flush = NULL;
        }
    }
}
