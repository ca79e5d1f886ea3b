#include "flush-range.h"

#include "judge.h"

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

/* Whether @rw is @rx plus the difference of the aliases. */
static gboolean is_other_alias(AuProgram *program, LLVMValueRef rx,
                               LLVMValueRef rw)
{
    gint64 rx_offset, rw_offset, inner;
    LLVMValueRef rx_root = split(program, rx, &rx_offset);
    LLVMValueRef rw_root = split(program, rw, &rw_offset);

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

static void check_pair(AuProgram *program, AuFunction *function,
                       const AuInstruction *flush,
                       const AuInstruction *invalidate, AuFindings *findings)
{
    LLVMValueRef rw = LLVMGetOperand(flush->value, 0);
    LLVMValueRef rx = LLVMGetOperand(invalidate->value, 0);
    LLVMValueRef length = LLVMGetOperand(flush->value, 1);
    gint64 number;

    if (!same(length, LLVMGetOperand(invalidate->value, 1), DEPTH)) {
        au_findings_add(findings, "units-flush", invalidate->value, NULL, 0,
                        "flushes and invalidates different numbers of bytes");
    } else if (!is_other_alias(program, rx, rw)) {
        au_findings_add(findings, "units-flush", invalidate->value, NULL, 0,
                        "what is invalidated is not the executable alias of "
                        "what was flushed");
    } else if (!constant(length, &number) &&
               !is_distance(program, function, rx, length)) {
        au_findings_add(findings, "units-flush", flush->value, NULL, 0,
                        "the flushed range does not end at a code pointer: "
                        "its length is not the distance of one from its "
                        "start");
    }
}

static void check_pairs(AuProgram *program, AuFunction *function,
                        AuFindings *findings)
{
    const AuInstruction *flush = NULL;

    for (guint i = 0; i < function->instructions->len; i++) {
        AuInstruction *own =
            &g_array_index(function->instructions, AuInstruction, i);

        if (has_role(program, own, AU_ROLE_FLUSH)) {
            flush = own;
        } else if (has_role(program, own, AU_ROLE_INVALIDATE) && flush) {
            check_pair(program, function, flush, own, findings);
            flush = NULL;
        }
    }
}

static void check_store(AuProgram *program, const AuInstruction *store,
                        const AuInstruction *flush, AuNode *address,
                        AuNode *value, AuFindings *findings)
{
    gint64 store_offset, flush_offset, length;
    LLVMValueRef store_root = split(program, address->value, &store_offset);
    LLVMValueRef flush_root =
        split(program, LLVMGetOperand(flush->value, 0), &flush_offset);
    gint64 size = value ? (gint64)LLVMStoreSizeOfType(
                              program->layout, LLVMTypeOf(value->value))
                        : -1;

    if (!same(store_root, flush_root, DEPTH) || store_offset != flush_offset) {
        au_findings_add(findings, "units-flush", flush->value, NULL, 0,
                        "does not flush at the address that was written");
    } else if (!constant(LLVMGetOperand(flush->value, 1), &length) ||
               length != size) {
        au_findings_add(findings, "units-flush", flush->value, NULL, 0,
                        "does not flush the %d bytes that were written",
                        (int)size);
    }
}

/* A store's flush is the next one in its block or, past branches, in order. */
static void check_patcher(AuProgram *program, AuFunction *function,
                          AuFindings *findings)
{
    const AuInstruction *store = NULL;
    AuNode *address = NULL, *value = NULL;

    for (guint i = 0; i < function->instructions->len; i++) {
        AuInstruction *own =
            &g_array_index(function->instructions, AuInstruction, i);
        AuNode *to, *what;

        if (au_writes_code(program, own, &to, &what)) {
            store = own;
            address = to;
            value = what;
        } else if (has_role(program, own, AU_ROLE_FLUSH) && store) {
            check_store(program, store, own, address, value, findings);
            store = NULL;
        }
    }
}

void au_flush_range_check(AuProgram *program, AuFunction *function,
                          AuFindings *findings)
{
    check_pairs(program, function, findings);
    if (au_contract_has_role(program->contract, function->name,
                             AU_ROLE_PATCHER)) {
        check_patcher(program, function, findings);
    }
}
