/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "flush-paths.h"

#include <llvm-c/DebugInfo.h>

#include "flush-range.h"
#include "code-writes.h"

#define RETURN_DEPTH 4

/* How far the maintenance of one write has come on a path. */
typedef enum {
    STATE_DIRTY,
    STATE_FLUSHED,
    N_STATES,
} State;

/* The constant ranges that a flush was found to be for. */
typedef struct Flush {
    const AuInstruction *call;
    AuRange range;
    gint64 from, to;   /* of what was written there */
    gboolean unknown;  /* something that has no constant range */
} Flush;

typedef struct Paths {
    AuProgram *program;
    AuFindings *findings;
    GHashTable *writers;  /* set of AuFunction that may write code */
    GHashTable *by_value; /* LLVMValueRef of an instruction to itself */
    AuFunction *function;
    gboolean is_patcher;
    gboolean reported;    /* that a path of this function is wrong */
    GHashTable *flushes;  /* LLVMValueRef of a call to Flush */
} Paths;

typedef struct Edge {
    LLVMBasicBlockRef from; /* NULL: it does not matter */
    LLVMBasicBlockRef to;
} Edge;

/* One write, and where paths from it have been. */
typedef struct Walk {
    AuInstruction *write;
    gboolean has_range;
    AuRange range;
    GHashTable *visited[N_STATES]; /* sets of Edge */
    gboolean missed[N_STATES];     /* a path returns in this state */
} Walk;

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

static Flush *flush_of(Paths *paths, const AuInstruction *call)
{
    Flush *flush = g_hash_table_lookup(paths->flushes, call->value);

    if (!flush) {
        flush = g_new0(Flush, 1);
        flush->call = call;
        flush->range = au_flush_range(paths->program, call);
        flush->from = G_MAXINT64;
        flush->to = G_MININT64;
        g_hash_table_insert(paths->flushes, call->value, flush);
    }
    return flush;
}

/* Whether @call flushes what the walk is about; notes that it does. */
static gboolean is_flushed(Paths *paths, const Walk *walk,
                           const AuInstruction *call)
{
    Flush *flush = flush_of(paths, call);

    /* An entry writes by many calls, which say not where. */
    if (!walk->has_range || !paths->is_patcher) {
        flush->unknown = TRUE;
        return TRUE;
    }
    if (!au_range_covers(&flush->range, &walk->range)) {
        return FALSE;
    }
    if (walk->range.length < 0 || flush->range.length < 0) {
        flush->unknown = TRUE;
    } else {
        flush->from = MIN(flush->from, walk->range.start);
        flush->to =
            MAX(flush->to, walk->range.start + walk->range.length);
    }
    return TRUE;
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

/* Where @block goes to when it is entered from @from; NULL: anywhere. */
static LLVMBasicBlockRef chosen_successor(LLVMBasicBlockRef from,
                                          LLVMBasicBlockRef block)
{
    LLVMValueRef end = LLVMGetBasicBlockTerminator(block);
    LLVMValueRef on, value = NULL;

    if (!LLVMIsASwitchInst(end) &&
        !(LLVMIsABranchInst(end) && LLVMIsConditional(end))) {
        return NULL;
    }
    on = LLVMIsASwitchInst(end) ? LLVMGetOperand(end, 0)
                                : LLVMGetCondition(end);
    if (!LLVMIsAPHINode(on) || LLVMGetInstructionParent(on) != block) {
        return NULL;
    }
    for (guint i = 0; i < LLVMCountIncoming(on); i++) {
        if (LLVMGetIncomingBlock(on, i) == from) {
            value = LLVMGetIncomingValue(on, i);
        }
    }
    if (!value || !LLVMIsAConstantInt(value)) {
        return NULL;
    }
    if (!LLVMIsASwitchInst(end)) {
        return LLVMGetSuccessor(end, LLVMConstIntGetZExtValue(value) ? 0 : 1);
    }
    for (guint i = 2; i + 1 < (guint)LLVMGetNumOperands(end); i += 2) {
        if (LLVMGetOperand(end, i) == value) {
            return LLVMValueAsBasicBlock(LLVMGetOperand(end, i + 1));
        }
    }
    return LLVMGetSwitchDefaultDest(end);
}

/* Whether a path in this state was here before, as far as that matters. */
static gboolean is_known(Walk *walk, State state, LLVMBasicBlockRef from,
                         LLVMBasicBlockRef to)
{
    Edge edge = {chosen_successor(from, to) ? from : NULL, to};

    if (g_hash_table_contains(walk->visited[state], &edge)) {
        return TRUE;
    }
    g_hash_table_add(walk->visited[state], g_memdup2(&edge, sizeof(edge)));
    return FALSE;
}

/*
 * Follows a path from @in, the instruction after the write or the first of a
 * block, to its ends.  @from: the block before, or NULL.
 */
static void walk_from(Paths *paths, Walk *walk, LLVMBasicBlockRef from,
                      LLVMBasicBlockRef block, LLVMValueRef in, State state)
{
    const AuContract *contract = paths->program->contract;
    LLVMValueRef end = LLVMGetBasicBlockTerminator(block);
    LLVMBasicBlockRef chosen = from ? chosen_successor(from, block) : NULL;

    for (; in; in = LLVMGetNextInstruction(in)) {
        AuInstruction *own = g_hash_table_lookup(paths->by_value, in);
        const char *name = own ? callee_name(paths, own) : NULL;

        if (!name) {
            continue;
        }
        if (state == STATE_DIRTY &&
            au_contract_has_role(contract, name, AU_ROLE_FLUSH) &&
            is_flushed(paths, walk, own)) {
            /* One function may do both. */
            if (au_contract_has_role(contract, name, AU_ROLE_INVALIDATE)) {
                return;
            }
            state = STATE_FLUSHED;
        } else if (state == STATE_FLUSHED &&
                   au_contract_has_role(contract, name, AU_ROLE_INVALIDATE)) {
            return;
        }
    }
    if (LLVMIsAReturnInst(end)) {
        gboolean failed = LLVMGetNumOperands(end) == 1 &&
                          is_negative(LLVMGetOperand(end, 0), block);

        walk->missed[state] |= !failed;
    }
    for (guint i = 0; i < LLVMGetNumSuccessors(end); i++) {
        LLVMBasicBlockRef to = LLVMGetSuccessor(end, i);

        if ((!chosen || chosen == to) && !gives_up(block, to) &&
            !is_known(walk, state, block, to)) {
            walk_from(paths, walk, block, to, LLVMGetFirstInstruction(to),
                      state);
        }
    }
}

static guint edge_hash(gconstpointer key)
{
    const Edge *edge = key;

    return g_direct_hash(edge->from) * 31 + g_direct_hash(edge->to);
}

static gboolean edge_equal(gconstpointer a, gconstpointer b)
{
    const Edge *x = a, *y = b;

    return x->from == y->from && x->to == y->to;
}

static void check_write(Paths *paths, AuInstruction *write)
{
    Walk walk = {.write = write};

    walk.has_range = au_store_range(paths->program, write, &walk.range);
    for (int i = 0; i < N_STATES; i++) {
        walk.visited[i] =
            g_hash_table_new_full(edge_hash, edge_equal, g_free, NULL);
    }
    walk_from(paths, &walk, NULL, LLVMGetInstructionParent(write->value),
              LLVMGetNextInstruction(write->value), STATE_DIRTY);
    for (int i = 0; i < N_STATES; i++) {
        g_hash_table_unref(walk.visited[i]);
    }
    /* One of the many writes of an entry is enough to tell. */
    if ((!walk.missed[STATE_DIRTY] && !walk.missed[STATE_FLUSHED]) ||
        (paths->reported && !paths->is_patcher)) {
        return;
    }
    paths->reported = TRUE;
    au_findings_add(paths->findings, "units-flush", write->value, NULL, 0,
                    walk.missed[STATE_DIRTY]
                        ? "a path leads from this write to the end of %s "
                          "without a flush of all that was written"
                        : "a path leads from this write to the end of %s "
                          "without an invalidate of the instruction cache "
                          "after the flush",
                    paths->function->name);
}

/*
 * An entry that writes nothing itself maintains what others wrote: it does so
 * on every path.
 */
static void check_whole(Paths *paths)
{
    LLVMBasicBlockRef first =
        LLVMGetEntryBasicBlock(paths->function->value);
    LLVMValueRef at = LLVMGetFirstInstruction(first);
    Walk walk = {.has_range = FALSE};

    for (int i = 0; i < N_STATES; i++) {
        walk.visited[i] =
            g_hash_table_new_full(edge_hash, edge_equal, g_free, NULL);
    }
    walk_from(paths, &walk, NULL, first, at, STATE_DIRTY);
    for (int i = 0; i < N_STATES; i++) {
        g_hash_table_unref(walk.visited[i]);
    }
    while (at && (!LLVMInstructionGetDebugLoc(at) ||
                  !LLVMDILocationGetLine(LLVMInstructionGetDebugLoc(at)))) {
        at = LLVMGetNextInstruction(at);
    }
    if (at && (walk.missed[STATE_DIRTY] || walk.missed[STATE_FLUSHED])) {
        au_findings_add_in_caller(
            paths->findings, "units-flush", at,
            "a path leads through %s that does not flush and then invalidate",
            paths->function->name);
    }
}

/* More than was written is flushed: then somebody counted wrong. */
static void check_flushes(Paths *paths)
{
    GHashTableIter iter;
    gpointer value;

    g_hash_table_iter_init(&iter, paths->flushes);
    while (g_hash_table_iter_next(&iter, NULL, &value)) {
        const Flush *flush = value;

        if (paths->is_patcher && !flush->unknown && flush->from < flush->to &&
            flush->range.length > flush->to - flush->from) {
            au_findings_add_in_caller(
                paths->findings, "units-flush", flush->call->value,
                "flushes %d bytes where %d were written",
                (int)flush->range.length, (int)(flush->to - flush->from));
        }
    }
}

static void check_function(Paths *paths, AuFunction *function)
{
    gboolean writes = FALSE;

    paths->function = function;
    paths->reported = FALSE;
    paths->is_patcher = au_contract_has_role(
        paths->program->contract, function->name, AU_ROLE_PATCHER);
    paths->by_value = g_hash_table_new(NULL, NULL);
    paths->flushes = g_hash_table_new_full(NULL, NULL, NULL, g_free);
    for (guint i = 0; i < function->instructions->len; i++) {
        AuInstruction *own =
            &g_array_index(function->instructions, AuInstruction, i);

        g_hash_table_insert(paths->by_value, own->value, own);
    }
    for (guint i = 0; i < function->instructions->len; i++) {
        AuInstruction *own =
            &g_array_index(function->instructions, AuInstruction, i);

        if (au_writes_code(paths->program, own, NULL, NULL) ||
            (own->opcode == LLVMCall && calls_writer(paths, own))) {
            check_write(paths, own);
            writes = TRUE;
        }
    }
    if (!writes && !paths->is_patcher) {
        check_whole(paths);
    }
    check_flushes(paths);
    g_clear_pointer(&paths->flushes, g_hash_table_unref);
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
        au_flush_pairs_check(program, function, findings);
    }
    g_hash_table_unref(paths.writers);
    return checked;
}
