/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "judge.h"

#include <string.h>

#include "code-writes.h"
#include "modules.h"

typedef struct Judge {
    AuProgram *program;
    AuFindings *findings;
    AuCounts *counts;
    AuFunction *function; /* the one that is looked at */
} Judge;

#define MIXED (AU_DIFF | AU_NDIFF | AU_NRX | AU_NRW | AU_OTHER)

static void judge_address(Judge *judge, const AuInstruction *own, AuNode *to,
                          const char *how)
{
    if (to->set & AU_RX) {
        au_findings_add(judge->findings, "units-store-rx", own->value, to,
                        AU_RX, "%s through the executable alias", how);
    } else if (to->set & MIXED) {
        g_autofree char *set = au_set_describe(to->set & MIXED);

        au_findings_add(judge->findings, "units-store-unknown", own->value, to,
                        to->set & MIXED,
                        "%s to an address that is no alias of the code: %s",
                        how, set);
    }
}

/* What a field, a parameter or a result of the contract must not be given. */
static AuSet stranger(AuSet set, AuSet class)
{
    return set & ~(class | AU_PLAIN);
}

static void judge_class(Judge *judge, const char *rule, LLVMValueRef at,
                        AuNode *value, AuSet class, const char *what)
{
    AuSet wrong = value->is_null ? 0 : stranger(value->set, class);

    if (wrong) {
        g_autofree char *got = au_set_describe(wrong);
        g_autofree char *want = au_set_describe(class);

        au_findings_add(judge->findings, rule, at, value, wrong,
                        "%s is %s by contract and gets %s", what, want, got);
    }
}

static void judge_store(Judge *judge, const AuInstruction *own)
{
    AuNode *to, *value, *cell;
    gboolean code = au_writes_code(judge->program, own, &to, &value);

    if (!to) {
        return;
    }
    judge->counts->stores++;
    judge->counts->code += code;
    judge_address(judge, own, to,
                  own->opcode == LLVMStore ? "writes" : "writes atomically");
    cell = au_program_cell(own, 0);
    if (cell->locked && value) {
        judge_class(judge, "units-contract", own->value, value, cell->allowed,
                    cell->name ? cell->name : "memory");
    }
}

/* Whether all that is done with @value is to mask off its high bits. */
static gboolean is_offset_only(LLVMValueRef value)
{
    for (LLVMUseRef use = LLVMGetFirstUse(value); use;
         use = LLVMGetNextUse(use)) {
        if (!LLVMIsAInstruction(LLVMGetUser(use)) ||
            LLVMGetInstructionOpcode(LLVMGetUser(use)) != LLVMAnd) {
            return FALSE;
        }
    }
    return TRUE;
}

/*
 * Something minus an RW address that is no RW address itself is a distance
 * that is wrong by the difference of the aliases, since code runs at RX.  It
 * is told where it is made: in an encoder it has met all other values.
 */
static void judge_distance(Judge *judge, const AuInstruction *own,
                           AuNode *to, AuNode *from)
{
    AuSet wrong = own->result->set & (AU_NRW | AU_NDIFF);

    if ((from->set & AU_RW) && !(to->set & AU_RW) && wrong &&
        !is_offset_only(own->value)) {
        au_findings_add(judge->findings, "units-value", own->value, from,
                        AU_RW,
                        "computes a distance from the writable alias: code "
                        "does not run there");
    }
}

static gboolean is_zero(const AuNode *node)
{
    return LLVMIsAConstantInt(node->value) &&
           LLVMConstIntGetZExtValue(node->value) == 0;
}

/*
 * Whether every form of @set is a distance between the aliases, or from the
 * one that code does not run at.
 */
static gboolean is_distance(const AuNode *node)
{
    return node->set && !(node->set & ~(AU_DIFF | AU_NDIFF | AU_NRW));
}

static void judge_mix(Judge *judge, const AuInstruction *own, AuNode *a,
                      AuNode *b, const char *how)
{
    AuSet aliases = (a->set | b->set) & (AU_RX | AU_RW);

    /* Values that come from many places may be of either: only what can be
     * of one alias on the one side and of the other on the other counts. */
    if (aliases == (AU_RX | AU_RW) && (a->set & aliases) &&
        (b->set & aliases) && !(a->set & b->set & aliases)) {
        au_findings_add(judge->findings, "units-compare", own->value,
                        a->set & AU_RW ? a : b, AU_RW,
                        "%s an RX with an RW address", how);
    }
}

static void judge_compare(Judge *judge, const AuInstruction *own)
{
    AuNode *a = own->operands[0], *b = own->operands[1];

    if (a->is_null || b->is_null) {
        return;
    }
    judge_mix(judge, own, a, b, "compares");
    for (guint i = 0; i < 2; i++) {
        AuNode *node = own->operands[i];
        AuNode *other = own->operands[1 - i];

        if (is_distance(node) && other->set == AU_PLAIN && !is_zero(other)) {
            g_autofree char *set = au_set_describe(node->set);

            au_findings_add(judge->findings, "units-compare", own->value,
                            node, node->set,
                            "compares a distance between the aliases with a "
                            "number: %s",
                            set);
        }
    }
}

static void escape(Judge *judge, const AuInstruction *own, AuNode *argument,
                   guint number, const char *to, const char *how)
{
    au_findings_add(judge->findings, "units-escape", own->value, argument,
                    AU_RX, "an RX pointer reaches %s (argument %u)%s", to,
                    number + 1, how);
}

/*
 * Arguments that go where no analysis follows.  @declared: the callee, if it
 * is known by name; what its type or the contract allows is fine.
 */
static void judge_escapes(Judge *judge, const AuInstruction *own,
                          const AuFunction *declared, const char *name,
                          guint first)
{
    for (guint i = first; i < own->n_operands; i++) {
        AuNode *argument = own->operands[i];
        AuSet class = declared && i < declared->n_parameters
                          ? declared->classes[i]
                          : 0;

        if (argument->set & AU_RX) {
            /* A class of its own: the contract has said what is wrong. */
            if (!class) {
                escape(judge, own, argument, i, name, "");
            }
        } else if (argument->is_pointer && argument->cell &&
                   !(argument->set & (AU_RW | AU_RX))) {
            AuNode *cell = au_node_cell(argument);

            if (cell->set & AU_RX) {
                au_findings_add(judge->findings, "units-escape", own->value,
                                cell, AU_RX,
                                "memory that holds an RX pointer is passed "
                                "to %s (argument %u)",
                                name, i + 1);
            }
        }
    }
}

static void judge_arguments(Judge *judge, const AuInstruction *own,
                            const AuFunction *callee)
{
    const AuContract *contract = judge->program->contract;
    gboolean conversion =
        au_contract_has_role(contract, callee->name, AU_ROLE_CONVERSION);

    for (guint i = 0; i < own->n_operands && i < callee->n_parameters; i++) {
        if (callee->classes[i]) {
            g_autofree char *what = g_strdup_printf("parameter %u of %s",
                                                    i + 1, callee->name);

            judge_class(judge, conversion ? "units-macro" : "units-contract",
                        own->value, own->operands[i], callee->classes[i],
                        what);
        }
    }
}

static void judge_asm(Judge *judge, const AuInstruction *own)
{
    const char *function = au_source_function(own->value);

    if (!au_contract_has_role(judge->program->contract, function,
                              AU_ROLE_ASM)) {
        judge_escapes(judge, own, NULL, "inline assembly", 0);
    }
}

static void judge_pointer_call(Judge *judge, const AuInstruction *own)
{
    g_autoptr(GPtrArray) targets = NULL;

    if (own->callee_node->set & AU_RW) {
        au_findings_add(judge->findings, "units-contract", own->value,
                        own->callee_node, AU_RW,
                        "runs code through the writable alias");
    }
    /* Generated code gets what its prologue expects. */
    if (own->callee_node->set & AU_RX) {
        return;
    }
    targets = au_program_targets(judge->program, own);
    if (!targets->len) {
        judge_escapes(judge, own, NULL, "an unknown function", 0);
    }
    for (guint i = 0; i < targets->len; i++) {
        judge_arguments(judge, own, targets->pdata[i]);
    }
}

static gboolean is_only_rw(const AuNode *node)
{
    return (node->set & (AU_RX | AU_RW)) == AU_RW && !(node->set & AU_PLAIN);
}

/* Who reads a log looks for what is told there at the place where it runs. */
static void judge_shown(Judge *judge, const AuInstruction *own,
                        const AuFunction *callee)
{
    for (guint i = callee->n_parameters; i < own->n_operands; i++) {
        if (is_only_rw(own->operands[i])) {
            au_findings_add(judge->findings, "units-contract", own->value,
                            own->operands[i], AU_RW,
                            "%s shows an address of RW (argument %u)",
                            callee->name, i + 1);
        }
    }
}

static void judge_extern(Judge *judge, const AuInstruction *own,
                         const AuFunction *callee)
{
    const AuExtern *known = callee->known;

    judge_arguments(judge, own, callee);
    if (au_contract_has_role(judge->program->contract, callee->name,
                             AU_ROLE_SHOWS)) {
        judge_shown(judge, own, callee);
    }
    for (guint i = 0; i < own->n_operands && i < 32; i++) {
        if (known->written >> i & 1) {
            g_autofree char *how =
                g_strdup_printf("%s writes", callee->name);

            judge->counts->stores++;
            judge_address(judge, own, own->operands[i], how);
        }
    }
    if (known->via) {
        AuNode *field = au_program_field(judge->program, known->via, 0);

        judge->counts->stores++;
        if (field->set & AU_RX) {
            g_autofree char *how = g_strdup_printf(
                "%s writes, by a pointer in struct %s,", callee->name,
                known->via);

            judge_address(judge, own, field, how);
        }
    }
    if (known->kind == AU_EXTERN_COMPARES && own->n_operands > 1 &&
        !((own->operands[0]->set | own->operands[1]->set) &
          (AU_RX | AU_RW))) {
        judge_mix(judge, own, au_node_cell(own->operands[0]),
                  au_node_cell(own->operands[1]), "compares memory that holds");
    }
    if (known->kind == AU_EXTERN_COPIES && own->n_operands > 1) {
        AuNode *to = au_node_cell(own->operands[0]);
        AuNode *from = au_node_cell(own->operands[1]);

        if (to->locked && to != from &&
            !(own->operands[1]->set & (AU_RX | AU_RW))) {
            judge_class(judge, "units-contract", own->value, from, to->allowed,
                        to->name ? to->name : "memory");
        }
    }
    if (known->kind == AU_EXTERN_UNKNOWN &&
        !au_contract_extern(judge->program->contract, callee->name)) {
        judge_escapes(judge, own, callee, callee->name, 0);
    }
}

static void judge_call(Judge *judge, const AuInstruction *own)
{
    AuFunction *callee = au_program_function(judge->program, own->callee);

    judge->counts->calls++;
    if (!callee && !own->callee_node) {
        judge_asm(judge, own);
    } else if (!callee) {
        judge_pointer_call(judge, own);
    } else if (!callee->instructions->len) {
        judge_extern(judge, own, callee);
    } else {
        judge_arguments(judge, own, callee);
        if (own->n_operands > callee->n_parameters &&
            !au_contract_extern(judge->program->contract, callee->name)) {
            judge_escapes(judge, own, NULL, callee->name,
                          callee->n_parameters);
        }
    }
}

static void judge_return(Judge *judge, const AuInstruction *own)
{
    AuFunction *function = judge->function;
    gboolean conversion = au_contract_has_role(
        judge->program->contract, function->name, AU_ROLE_CONVERSION);
    AuNode *value = own->n_operands ? own->operands[0] : NULL;

    if (!value || !function->result_class) {
        return;
    }
    if (conversion && value->set != function->result_class) {
        g_autofree char *got = au_set_describe(value->set);
        g_autofree char *want = au_set_describe(function->result_class);

        au_findings_add(judge->findings, "units-macro", own->value, value,
                        value->set & ~function->result_class,
                        "%s must give %s and gives %s", function->name, want,
                        got);
    } else if (!conversion) {
        g_autofree char *what =
            g_strdup_printf("the result of %s", function->name);

        judge_class(judge, "units-contract", own->value, value,
                    function->result_class, what);
    }
}

static gboolean measures_data(const Judge *judge, LLVMValueRef at)
{
    LLVMValueRef function =
        LLVMGetBasicBlockParent(LLVMGetInstructionParent(at));

    return au_contract_has_role(judge->program->contract,
                                au_function_name(function), AU_ROLE_DATA);
}

/* A number that can only be an RW address does not become an RX pointer. */
static void judge_maker(Judge *judge, const AuInstruction *own)
{
    if (is_only_rw(own->operands[0]) && !measures_data(judge, own->value) &&
        au_contract_has_role(judge->program->contract,
                             au_source_function(own->value), AU_ROLE_MAKER)) {
        au_findings_add_in_caller(judge->findings, "units-contract",
                                  own->value,
                                  "%s makes an RX pointer of an RW address",
                                  au_source_function(own->value));
    }
}

/*
 * Whether what a variable is given can only be an address of the alias that
 * its type is not of, where no distance to data is wanted.
 */
static gboolean is_only_other(const Judge *judge, const AuVariable *variable,
                              const AuNode *node)
{
    AuSet aliases = node->set & (AU_RX | AU_RW);

    return aliases && !(aliases & variable->class) &&
           !(node->set & AU_PLAIN) && !measures_data(judge, variable->at);
}

/* What a typed variable or a parameter of an inlined function was given. */
static void judge_variable(Judge *judge, const AuVariable *variable)
{
    AuNode *node = variable->in_memory ? au_node_cell(variable->node)
                                       : variable->node;
    AuSet wrong = node->is_null ? 0 : stranger(node->set, variable->class);

    if (variable->is_loose && !is_only_other(judge, variable, node)) {
        wrong = 0;
    }
    /* A conversion is given just that. */
    if (variable->of_conversion && !wrong && !node->is_null &&
        !(node->set & variable->class)) {
        wrong = node->set;
    }
    if (wrong) {
        g_autofree char *got = au_set_describe(wrong);
        g_autofree char *want = au_set_describe(variable->class);

        au_findings_add_variable(
            judge->findings,
            variable->of_conversion ? "units-macro" : "units-contract",
            variable, node, wrong, "%s %s is %s by its type and gets %s",
            variable->is_parameter ? "parameter" : "variable",
            variable->name, want, got);
    }
}

void au_judge(AuProgram *program, AuFindings *findings, AuCounts *counts)
{
    Judge judge = {program, findings, counts, NULL};

    for (guint i = 0; i < program->defined->len; i++) {
        AuFunction *function = program->defined->pdata[i];

        judge.function = function;
        for (guint j = 0; j < function->instructions->len; j++) {
            AuInstruction *own =
                &g_array_index(function->instructions, AuInstruction, j);

            switch (own->opcode) {
            case LLVMStore:
            case LLVMAtomicRMW:
            case LLVMAtomicCmpXchg:
                judge_store(&judge, own);
                break;
            case LLVMICmp:
                judge_compare(&judge, own);
                break;
            case LLVMIntToPtr:
                judge_maker(&judge, own);
                break;
            case LLVMSub:
                judge_distance(&judge, own, own->operands[0],
                               own->operands[1]);
                break;
            case LLVMXor:
                /* ~x is -x - 1; of other operands the result has no such
                 * form. */
                judge_distance(&judge, own, own->operands[1],
                               own->operands[0]);
                break;
            case LLVMCall:
                judge_call(&judge, own);
                break;
            case LLVMRet:
                judge_return(&judge, own);
                break;
            default:
                break;
            }
        }
    }
    for (guint i = 0; i < program->variables->len; i++) {
        judge_variable(&judge,
                       &g_array_index(program->variables, AuVariable, i));
    }
}
