/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "program-cells.h"

#include <string.h>

#include "modules.h"
#include "reach.h"

/* The memory of a global; one for all modules if it is not static. */
static AuNode *global_cell(AuProgram *program, LLVMValueRef global)
{
    gsize length;
    const char *name = g_intern_string(LLVMGetValueName2(global, &length));
    LLVMLinkage linkage = LLVMGetLinkage(global);
    gboolean local =
        linkage == LLVMInternalLinkage || linkage == LLVMPrivateLinkage;
    AuNode *cell = local ? NULL : g_hash_table_lookup(program->globals, name);
    AuSet class = au_types_global(program->types, global);

    if (!cell) {
        cell = au_node_new_cell(name);
        if (!local) {
            g_hash_table_insert(program->globals, (gpointer)name, cell);
        }
    }
    if (class) {
        au_node_lock(cell, class, class);
    }
    return cell;
}

static AuNode *constant_node(AuProgram *program, LLVMValueRef value)
{
    AuNode *node = au_node_new_value(value);

    g_hash_table_insert(program->nodes, value, node);
    node->set = AU_PLAIN;
    if (LLVMIsAGlobalVariable(value)) {
        node->cell = global_cell(program, value);
    } else if (LLVMIsAConstantExpr(value)) {
        AuNode *base = au_program_node(program, LLVMGetOperand(value, 0));

        if (LLVMGetConstOpcode(value) == LLVMGetElementPtr) {
            AuInstruction address = {.operands = &base};

            au_cells_find_record(program, value, base, node, &address.record,
                                 &address.offset);
            node->cell = au_program_element(program, &address);
        } else if (base->is_pointer && node->is_pointer) {
            node->cell = au_node_cell(base);
        }
    }
    return node;
}

AuNode *au_program_node(AuProgram *program, LLVMValueRef value)
{
    AuNode *node = g_hash_table_lookup(program->nodes, value);

    if (node) {
        return node;
    }
    if (LLVMIsConstant(value)) {
        return constant_node(program, value);
    }
    node = au_node_new_value(value);
    g_hash_table_insert(program->nodes, value, node);
    return node;
}

AuFunction *au_program_function(AuProgram *program, LLVMValueRef value)
{
    return value ? g_hash_table_lookup(program->functions, value) : NULL;
}

static void add_call(AuProgram *program, AuInstruction *own)
{
    LLVMValueRef callee = LLVMGetCalledValue(own->value);

    own->n_operands = LLVMGetNumArgOperands(own->value);
    own->operands = g_new(AuNode *, own->n_operands + 1);
    for (guint i = 0; i < own->n_operands; i++) {
        LLVMValueRef argument = LLVMGetOperand(own->value, i);

        own->operands[i] =
            LLVMGetTypeKind(LLVMTypeOf(argument)) == LLVMMetadataTypeKind
                ? constant_node(program,
                                LLVMGetUndef(LLVMInt1TypeInContext(
                                    LLVMGetTypeContext(LLVMTypeOf(callee)))))
                : au_program_node(program, argument);
    }
    while (LLVMIsAConstantExpr(callee)) {
        callee = LLVMGetOperand(callee, 0);
    }
    own->callee = callee;
    if (!LLVMIsAFunction(callee) && !LLVMIsAInlineAsm(callee)) {
        own->callee_node = au_program_node(program, callee);
    }
}

static void add_instruction(AuProgram *program, AuFunction *function,
                            LLVMValueRef value, const AuReach *reach)
{
    AuInstruction own = {
        .value = value,
        .opcode = LLVMGetInstructionOpcode(value),
        .result = au_program_node(program, value),
        .dead = !au_reach_block(reach, LLVMGetInstructionParent(value)),
    };

    if (own.opcode == LLVMCall || own.opcode == LLVMInvoke) {
        AuFunction *callee;

        add_call(program, &own);
        callee = au_program_function(program, own.callee);
        if (callee && callee->known->kind == AU_EXTERN_COPIES) {
            au_cells_find_copied(program, &own);
        }
    } else {
        own.n_operands = LLVMGetNumOperands(value);
        own.operands = g_new(AuNode *, own.n_operands + 1);
        for (guint i = 0; i < own.n_operands; i++) {
            LLVMValueRef operand = LLVMGetOperand(value, i);

            own.operands[i] = LLVMValueIsBasicBlock(operand)
                                  ? NULL
                                  : au_program_node(program, operand);
        }
        if (own.opcode == LLVMGetElementPtr) {
            au_cells_find_record(program, value, own.operands[0], own.result,
                                 &own.record, &own.offset);
        } else if (own.opcode == LLVMPHI && !own.dead) {
            for (guint i = 0; i < own.n_operands && i < 32; i++) {
                if (!au_reach_edge(reach, LLVMGetIncomingBlock(value, i),
                                   LLVMGetInstructionParent(value))) {
                    own.dead_edges |= 1u << i;
                }
            }
        }
        au_cells_find(program, &own);
    }
    g_array_append_val(function->instructions, own);
}

static AuFunction *add_function(AuProgram *program, LLVMValueRef value)
{
    AuFunction *function = g_new0(AuFunction, 1);

    function->value = value;
    function->name = au_function_name(value);
    function->known = au_extern_find(function->name);
    function->n_parameters = LLVMCountParams(value);
    function->parameters = g_new(AuNode *, function->n_parameters + 1);
    function->classes = g_new0(AuSet, function->n_parameters + 1);
    function->instructions = g_array_new(FALSE, TRUE, sizeof(AuInstruction));
    function->result = au_node_new_cell(NULL);
    function->result_class = au_types_function(program->types, value, 0);
    if (function->result_class) {
        au_node_lock(function->result, function->result_class,
                     function->result_class);
    }
    for (guint i = 0; i < function->n_parameters; i++) {
        AuNode *node = au_program_node(program, LLVMGetParam(value, i));

        function->parameters[i] = node;
        function->classes[i] = au_types_function(program->types, value, i + 1);
        if (function->classes[i]) {
            au_node_lock(node, function->classes[i], function->classes[i]);
        }
    }
    g_hash_table_insert(program->functions, value, function);
    return function;
}

static gboolean is_address_taken(LLVMValueRef function)
{
    for (LLVMUseRef use = LLVMGetFirstUse(function); use;
         use = LLVMGetNextUse(use)) {
        LLVMValueRef user = LLVMGetUser(use);

        if (!LLVMIsACallInst(user) || LLVMGetCalledValue(user) != function) {
            return TRUE;
        }
        for (guint i = 0; i < (guint)LLVMGetNumArgOperands(user); i++) {
            if (LLVMGetOperand(user, i) == function) {
                return TRUE;
            }
        }
    }
    return FALSE;
}

/* Notes what a debug intrinsic tells; FALSE if @value is none. */
static gboolean add_variable(AuProgram *program, LLVMValueRef value)
{
    LLVMValueRef callee =
        LLVMIsACallInst(value) ? LLVMGetCalledValue(value) : NULL;
    gsize length;
    const char *name = callee && LLVMIsAFunction(callee)
                           ? LLVMGetValueName2(callee, &length)
                           : "";
    AuVariable own = {.at = value};
    LLVMValueRef what, holder;

    if (!g_str_has_prefix(name, "llvm.dbg.")) {
        return FALSE;
    }
    own.in_memory = g_str_equal(name, "llvm.dbg.declare");
    if (!own.in_memory && !g_str_equal(name, "llvm.dbg.value")) {
        return TRUE;
    }
    holder = LLVMGetOperand(value, 0);
    own.variable = LLVMValueAsMetadata(LLVMGetOperand(value, 1));
    own.class = au_types_variable(program->types, own.variable, &own.name,
                                  &own.is_parameter, &own.of_conversion,
                                  &own.is_loose);
    if (!own.class || LLVMGetMDNodeNumOperands(holder) != 1) {
        return TRUE;
    }
    LLVMGetMDNodeOperands(holder, &what);
    if (what && !LLVMIsUndef(what) && !LLVMIsPoison(what)) {
        own.node = au_program_node(program, what);
        g_array_append_val(program->variables, own);
    }
    return TRUE;
}

static void add_body(AuProgram *program, AuFunction *function)
{
    LLVMValueRef f = function->value;
    AuReach *reach = au_reach_new(f);

    for (LLVMBasicBlockRef block = LLVMGetFirstBasicBlock(f); block;
         block = LLVMGetNextBasicBlock(block)) {
        for (LLVMValueRef in = LLVMGetFirstInstruction(block); in;
             in = LLVMGetNextInstruction(in)) {
            if (!add_variable(program, in)) {
                add_instruction(program, function, in, reach);
            }
        }
    }
    au_reach_free(reach);
}

/* First what is defined anywhere, then what is declared and defined nowhere. */
static void add_functions(AuProgram *program)
{
    g_autoptr(GHashTable) by_name = g_hash_table_new(g_str_hash, g_str_equal);

    for (int pass = 0; pass < 2; pass++) {
        for (guint i = 0; i < program->modules->len; i++) {
            for (LLVMValueRef f =
                     LLVMGetFirstFunction(program->modules->pdata[i]);
                 f; f = LLVMGetNextFunction(f)) {
                gsize length;
                const char *name = LLVMGetValueName2(f, &length);
                AuFunction *function = g_hash_table_lookup(by_name, name);

                if (LLVMIsDeclaration(f) != pass) {
                    continue;
                }
                if (!function || !pass) {
                    function = add_function(program, f);
                    g_hash_table_insert(by_name, (gpointer)name, function);
                } else {
                    g_hash_table_insert(program->functions, f, function);
                }
                if (!function->address_taken && is_address_taken(f)) {
                    function->address_taken = TRUE;
                }
                if (!pass) {
                    g_ptr_array_add(program->defined, function);
                }
            }
        }
    }
    for (guint i = 0; i < program->defined->len; i++) {
        AuFunction *function = program->defined->pdata[i];

        if (function->address_taken) {
            g_ptr_array_add(program->address_taken, function);
        }
    }
}

AuProgram *au_program_new(GPtrArray *modules, const AuContract *contract,
                          AuTypes *types)
{
    AuProgram *program = g_new0(AuProgram, 1);

    program->modules = modules;
    program->layout = LLVMGetModuleDataLayout(modules->pdata[0]);
    program->contract = contract;
    program->types = types;
    program->nodes = g_hash_table_new(NULL, NULL);
    program->fields = g_hash_table_new(g_str_hash, g_str_equal);
    program->functions = g_hash_table_new(NULL, NULL);
    program->globals = g_hash_table_new(g_str_hash, g_str_equal);
    program->variables = g_array_new(FALSE, FALSE, sizeof(AuVariable));
    program->defined = g_ptr_array_new();
    program->address_taken = g_ptr_array_new();
    add_functions(program);
    for (guint i = 0; i < program->defined->len; i++) {
        add_body(program, program->defined->pdata[i]);
    }
    return program;
}

GPtrArray *au_program_targets(AuProgram *program, const AuInstruction *call)
{
    GPtrArray *targets = g_ptr_array_new();
    AuFunction *direct = au_program_function(program, call->callee);
    LLVMTypeRef type;

    if (direct) {
        g_ptr_array_add(targets, direct);
    } else if (call->callee_node) {
        type = LLVMGetCalledFunctionType(call->value);
        for (guint i = 0; i < program->address_taken->len; i++) {
            AuFunction *function = program->address_taken->pdata[i];

            if (LLVMGlobalGetValueType(function->value) == type) {
                g_ptr_array_add(targets, function);
            }
        }
    }
    return targets;
}
