#include "flush-paths.h"

#include "flush-range.h"
#include "judge.h"

/* A returned value passes that many PHIs at most: one for each cleanup. */
#define RETURN_DEPTH 4

/* What is known of the bytes written so far; a path's worst counts. */
typedef enum {
    STATE_DIRTY,
    STATE_FLUSHED,
    STATE_CLEAN,
    STATE_UNREACHED, /* no path leads here */
} State;

typedef struct Block {
    State in;
    LLVMValueRef written; /* what made it dirty */
} Block;

typedef struct Paths {
    AuProgram *program;
    AuFindings *findings;
    GHashTable *writers;   /* set of AuFunction that may write code */
    GHashTable *by_value;  /* LLVMValueRef of an instruction to itself */
    GHashTable *blocks;    /* LLVMBasicBlockRef to Block */
    AuFunction *function;
} Paths;

static gboolean is_duty(const AuContract *contract, const char *name)
{
    return au_contract_has_role(contract, name, AU_ROLE_ENTRY) ||
           au_contract_has_role(contract, name, AU_ROLE_PATCHER);
}

static gboolean calls_writer(Paths *paths, AuInstruction *own)
{
    g_autoptr(GPtrArray) targets = au_program_targets(paths->program, own);

    for (guint i = 0; i < targets->len; i++) {
        AuFunction *callee = targets->pdata[i];

        /* These leave nothing behind that is not maintained. */
        if (!is_duty(paths->program->contract, callee->name) &&
            g_hash_table_contains(paths->writers, callee)) {
            return TRUE;
        }
    }
    return FALSE;
}

static gboolean may_write(Paths *paths, AuFunction *function)
{
    for (guint i = 0; i < function->instructions->len; i++) {
        AuInstruction *own =
            &g_array_index(function->instructions, AuInstruction, i);

        if (au_writes_code(paths->program, own, NULL, NULL) ||
            (own->opcode == LLVMCall && calls_writer(paths, own))) {
            return TRUE;
        }
    }
    return FALSE;
}

static void find_writers(Paths *paths)
{
    gboolean changed;

    do {
        changed = FALSE;
        for (guint i = 0; i < paths->program->defined->len; i++) {
            AuFunction *function = paths->program->defined->pdata[i];

            if (!g_hash_table_contains(paths->writers, function) &&
                may_write(paths, function)) {
                g_hash_table_add(paths->writers, function);
                changed = TRUE;
            }
        }
    } while (changed);
}

static const char *callee_name(Paths *paths, const AuInstruction *own)
{
    AuFunction *callee =
        own->opcode == LLVMCall
            ? au_program_function(paths->program, own->callee)
            : NULL;

    return callee ? callee->name : NULL;
}

static State step(Paths *paths, AuInstruction *own, State state,
                  LLVMValueRef *written, gboolean judge)
{
    const AuContract *contract = paths->program->contract;
    const char *name = callee_name(paths, own);

    if (au_writes_code(paths->program, own, NULL, NULL)) {
        *written = own->value;
        return STATE_DIRTY;
    }
    if (own->opcode != LLVMCall) {
        return state;
    }
    if (au_contract_has_role(contract, name, AU_ROLE_FLUSH)) {
        return state == STATE_DIRTY ? STATE_FLUSHED : state;
    }
    if (au_contract_has_role(contract, name, AU_ROLE_INVALIDATE)) {
        if (state == STATE_DIRTY && judge) {
            au_findings_add(paths->findings, "units-flush", own->value, NULL,
                            0,
                            "the instruction cache is invalidated before "
                            "what was written is flushed");
        }
        return state == STATE_FLUSHED ? STATE_CLEAN : state;
    }
    if (calls_writer(paths, own)) {
        *written = own->value;
        return STATE_DIRTY;
    }
    return state;
}

/* Whether a PHI's value is returned, possibly through other PHIs. */
static gboolean is_returned(LLVMValueRef phi, guint depth)
{
    for (LLVMUseRef use = LLVMGetFirstUse(phi); use;
         use = LLVMGetNextUse(use)) {
        LLVMValueRef user = LLVMGetUser(use);

        if (LLVMIsAReturnInst(user) ||
            (depth && LLVMIsAPHINode(user) && is_returned(user, depth - 1))) {
            return TRUE;
        }
    }
    return FALSE;
}

/* The block that leads to @block alone, or NULL. */
static LLVMBasicBlockRef only_predecessor(LLVMBasicBlockRef block)
{
    LLVMBasicBlockRef only = NULL;

    for (LLVMUseRef use = LLVMGetFirstUse(LLVMBasicBlockAsValue(block)); use;
         use = LLVMGetNextUse(use)) {
        LLVMValueRef user = LLVMGetUser(use);
        LLVMBasicBlockRef from =
            LLVMIsAInstruction(user) ? LLVMGetInstructionParent(user) : NULL;

        if (only && from != only) {
            return NULL;
        }
        only = from;
    }
    return only;
}

/* Whether @value is negative where @block runs: a constant, or tested. */
static gboolean is_negative(LLVMValueRef value, LLVMBasicBlockRef block)
{
    LLVMBasicBlockRef from;

    if (LLVMIsAConstantInt(value)) {
        return LLVMConstIntGetSExtValue(value) < 0;
    }
    while ((from = only_predecessor(block)) && from != block) {
        LLVMValueRef end = LLVMGetBasicBlockTerminator(from);
        LLVMValueRef test = LLVMIsABranchInst(end) && LLVMIsConditional(end)
                                ? LLVMGetCondition(end)
                                : NULL;

        if (test && LLVMIsAICmpInst(test) &&
            LLVMGetICmpPredicate(test) == LLVMIntSLT &&
            LLVMGetOperand(test, 0) == value &&
            LLVMGetSuccessor(end, 0) == block &&
            LLVMIsAConstantInt(LLVMGetOperand(test, 1)) &&
            LLVMConstIntGetSExtValue(LLVMGetOperand(test, 1)) <= 0) {
            return TRUE;
        }
        block = from;
    }
    return FALSE;
}

/* Whether the edge gives up: the function will return a negative number. */
static gboolean gives_up(LLVMBasicBlockRef from, LLVMBasicBlockRef to)
{
    for (LLVMValueRef in = LLVMGetFirstInstruction(to);
         in && LLVMIsAPHINode(in); in = LLVMGetNextInstruction(in)) {
        gboolean returned = is_returned(in, RETURN_DEPTH);

        for (guint i = 0; returned && i < LLVMCountIncoming(in); i++) {
            if (LLVMGetIncomingBlock(in, i) == from &&
                is_negative(LLVMGetIncomingValue(in, i), from)) {
                return TRUE;
            }
        }
    }
    return FALSE;
}

static Block *block_of(Paths *paths, LLVMBasicBlockRef block)
{
    Block *own = g_hash_table_lookup(paths->blocks, block);

    if (!own) {
        own = g_new0(Block, 1);
        own->in = STATE_UNREACHED;
        g_hash_table_insert(paths->blocks, block, own);
    }
    return own;
}

/* Runs a block; with @judge its wrongs are reported. */
static gboolean run_block(Paths *paths, LLVMBasicBlockRef block,
                          gboolean judge)
{
    Block *own = block_of(paths, block);
    State state = own->in;
    LLVMValueRef written = own->written;
    LLVMValueRef end = LLVMGetBasicBlockTerminator(block);
    gboolean changed = FALSE;

    if (state == STATE_UNREACHED) {
        return FALSE;
    }
    for (LLVMValueRef in = LLVMGetFirstInstruction(block); in;
         in = LLVMGetNextInstruction(in)) {
        AuInstruction *instruction = g_hash_table_lookup(paths->by_value, in);

        state = step(paths, instruction, state, &written, judge);
    }
    if (judge && LLVMIsAReturnInst(end) && state != STATE_CLEAN) {
        gboolean failed = LLVMGetNumOperands(end) == 1 &&
                          is_negative(LLVMGetOperand(end, 0), block);

        if (!failed) {
            au_findings_add(paths->findings, "units-flush", written, NULL, 0,
                            state == STATE_DIRTY
                                ? "a path leads from what is written here to "
                                  "the end of %s without a flush of the data "
                                  "cache"
                                : "a path leads from what is written here to "
                                  "the end of %s without an invalidate of the "
                                  "instruction cache after the flush",
                            paths->function->name);
        }
    }
    for (guint i = 0; i < LLVMGetNumSuccessors(end); i++) {
        LLVMBasicBlockRef to = LLVMGetSuccessor(end, i);
        Block *next = block_of(paths, to);

        if (state < next->in && !gives_up(block, to)) {
            next->in = state;
            next->written = written;
            changed = TRUE;
        }
    }
    return changed;
}

static void check_function(Paths *paths, AuFunction *function)
{
    gboolean changed;

    paths->function = function;
    paths->blocks = g_hash_table_new_full(NULL, NULL, NULL, g_free);
    paths->by_value = g_hash_table_new(NULL, NULL);
    for (guint i = 0; i < function->instructions->len; i++) {
        AuInstruction *own =
            &g_array_index(function->instructions, AuInstruction, i);

        g_hash_table_insert(paths->by_value, own->value, own);
    }
    block_of(paths, LLVMGetEntryBasicBlock(function->value))->in = STATE_CLEAN;
    do {
        changed = FALSE;
        for (LLVMBasicBlockRef b = LLVMGetFirstBasicBlock(function->value); b;
             b = LLVMGetNextBasicBlock(b)) {
            changed |= run_block(paths, b, FALSE);
        }
    } while (changed);
    for (LLVMBasicBlockRef b = LLVMGetFirstBasicBlock(function->value); b;
         b = LLVMGetNextBasicBlock(b)) {
        run_block(paths, b, TRUE);
    }
    g_clear_pointer(&paths->blocks, g_hash_table_unref);
    g_clear_pointer(&paths->by_value, g_hash_table_unref);
}

guint au_flush_paths_check(AuProgram *program, AuFindings *findings)
{
    Paths paths = {.program = program, .findings = findings};
    guint checked = 0;

    paths.writers = g_hash_table_new(NULL, NULL);
    find_writers(&paths);
    for (guint i = 0; i < program->defined->len; i++) {
        AuFunction *function = program->defined->pdata[i];

        if (is_duty(program->contract, function->name)) {
            checked++;
            check_function(&paths, function);
        }
        au_flush_range_check(program, function, findings);
    }
    g_hash_table_unref(paths.writers);
    return checked;
}
