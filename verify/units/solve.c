/*
 * The fixed point: what forms each value and each cell can have.
 *
 * Every rule only adds forms, so the order does not matter for the result, and
 * the number of rounds is bounded.  A value that nothing is known of yet is
 * the empty set and adds nothing; what is still empty when nothing changes any
 * more cannot come from a code pointer and becomes plain, in stages: first
 * parameters that nobody passes and cells that nobody stores to, then the rest.
 */
#include "program.h"

typedef enum {
    STAGE_KNOWN,      /* only what follows from the contract */
    STAGE_UNREACHED,  /* what nothing flows into is plain */
    STAGE_UNRESOLVED, /* so is what is loaded or passed but still empty */
    STAGE_ALL,
    N_STAGES,
} Stage;

#define PAGE_MASK_MAX 4096

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
    for (guint i = 0; !call->dead && i < call->n_operands &&
                      i < callee->n_parameters; i++) {
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

/* The operand that carries a code pointer, for the path. */
static AuNode *carrier(AuNode *a, AuNode *b)
{
    return a->set & ~AU_PLAIN ? a : b;
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
                    carrier(a, b), call->value);
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

static void solve_call(AuProgram *program, AuInstruction *call)
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
            au_node_add(call->result, call->operands[i]->set,
                        call->operands[i], call->value);
        }
        if (!call->n_operands) {
            au_node_add(call->result, AU_PLAIN, NULL, NULL);
        }
    }
}

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

static void solve_sum(AuInstruction *own, gboolean minus)
{
    AuNode *a = own->operands[0], *b = own->operands[1];
    AuSet sum = minus ? au_subtract(a->set, b->set) : au_add(a->set, b->set);

    au_node_add(own->result, sum, carrier(a, b), own->value);
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
static void solve_bits(AuInstruction *own)
{
    AuNode *a = own->operands[0], *b = own->operands[1];
    AuSet mixed = au_mix(a->set, b->set);

    if (own->opcode == LLVMXor &&
        is_all_ones(LLVMGetOperand(own->value, 1))) {
        mixed = a->set ? au_subtract(AU_PLAIN, a->set) : 0;
    } else if (own->opcode == LLVMXor && (a->set & b->set & ~AU_PLAIN)) {
        mixed |= AU_PLAIN;
    }
    au_node_add(own->result, mixed, carrier(a, b), own->value);
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
static void solve_scale(AuInstruction *own)
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
        au_node_add(own->result, AU_OTHER, carrier(a, b), own->value);
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

static void solve_address(AuProgram *program, AuInstruction *own)
{
    AuNode *base = own->operands[0];
    AuNode *from = base;
    AuSet set = base->set;

    for (guint i = 1; i < own->n_operands; i++) {
        set = au_add(set, scaled(program, own, i));
        if (own->operands[i]->set & ~AU_PLAIN) {
            from = carrier(base, own->operands[i]);
        }
    }
    au_node_add(own->result, set, from, own->value);
    au_node_cell(base);
    au_node_point(own->result, au_program_element(program, own));
}

static void flow_operands(AuInstruction *own, guint first)
{
    for (guint i = first; i < own->n_operands; i++) {
        if (own->operands[i] &&
            !(i < 32 && (own->dead_edges >> i & 1))) {
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
        solve_address(program, own);
        break;
    case LLVMAdd:
        solve_sum(own, FALSE);
        break;
    case LLVMSub:
        solve_sum(own, TRUE);
        break;
    case LLVMOr:
    case LLVMXor:
        solve_bits(own);
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
        solve_scale(own);
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
        solve_call(program, own);
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
    if (!node->set && (unreached ? stage >= STAGE_UNREACHED
                                 : stage >= STAGE_UNRESOLVED)) {
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
                    solve_instruction(
                        program, function,
                        &g_array_index(function->instructions, AuInstruction,
                                       j));
                }
            }
        } while (au_changes);
    }
    return rounds;
}
