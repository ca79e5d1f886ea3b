#include "program.h"

#include <string.h>

#include "modules.h"
#include "reach.h"

/* Structures are told apart by name; linking adds a number to doubles. */
static char *record_name(const char *name)
{
    char *copy, *dot;

    if (!name || (!g_str_has_prefix(name, "struct.") &&
                  !g_str_has_prefix(name, "union.")) ||
        strstr(name, ".anon")) {
        return NULL;
    }
    copy = g_strdup(strchr(name, '.') + 1);
    dot = strchr(copy, '.');
    if (dot) {
        *dot = '\0';
    }
    return copy;
}

/*
 * The innermost named structure that an address is computed through, and the
 * offset in it; an array counts as its first element.
 */
static const char *address_record(const AuProgram *program,
                                  LLVMValueRef address, guint64 *offset)
{
    LLVMTypeRef type = LLVMGetGEPSourceElementType(address);
    guint count = LLVMGetNumOperands(address);
    const char *record = NULL;

    *offset = 0;
    for (guint i = 2; i < count; i++) {
        LLVMValueRef index = LLVMGetOperand(address, i);

        if (LLVMGetTypeKind(type) == LLVMStructTypeKind) {
            g_autofree char *name = record_name(LLVMGetStructName(type));
            guint element = LLVMConstIntGetZExtValue(index);

            if (name) {
                record = g_intern_string(name);
                *offset = 0;
            }
            *offset += LLVMOffsetOfElement(program->layout, type, element);
            type = LLVMStructGetTypeAtIndex(type, element);
        } else if (LLVMGetTypeKind(type) == LLVMArrayTypeKind) {
            type = LLVMGetElementType(type);
        } else {
            break;
        }
    }
    return record;
}

static void lock(AuNode *node, AuSet class, AuSet allowed)
{
    node->set = class;
    node->allowed = allowed;
    node->locked = TRUE;
    node->stored = TRUE;
}

AuNode *au_program_field(AuProgram *program, const char *record,
                         guint64 offset)
{
    g_autofree char *key =
        g_strdup_printf("%s+%" G_GUINT64_FORMAT, record, offset);
    AuNode *cell = g_hash_table_lookup(program->fields, key);

    if (!cell) {
        g_autofree char *field = NULL;
        AuSet allowed = 0;
        AuSet class = au_types_field(program->types, record, offset, &field,
                                     &allowed);
        g_autofree char *name =
            g_strdup_printf("%s.%s", record, field ? field : key);

        cell = au_node_new_cell(g_intern_string(name));
        if (class) {
            lock(cell, class, allowed);
        }
        g_hash_table_insert(program->fields, g_steal_pointer(&key), cell);
    }
    return au_cell_find(cell);
}

AuNode *au_program_element(AuProgram *program, const AuInstruction *address)
{
    AuNode *base = address->operands[0];

    if (address->record) {
        return au_program_field(program, address->record, address->offset);
    }
    return base->cell ? au_cell_find(base->cell) : NULL;
}

/* The type of a variable, if @address is the address of one. */
static LLVMTypeRef variable_type(LLVMValueRef address)
{
    LLVMTypeRef type = NULL;

    if (LLVMIsAAllocaInst(address)) {
        type = LLVMGetAllocatedType(address);
    } else if (LLVMIsAGlobalVariable(address)) {
        type = LLVMGlobalGetValueType(address);
    }
    while (type && LLVMGetTypeKind(type) == LLVMArrayTypeKind) {
        type = LLVMGetElementType(type);
    }
    return type;
}

/* The structure that @address is a variable of; NULL if it is none. */
static const char *variable_record(LLVMValueRef address)
{
    LLVMTypeRef type = variable_type(address);
    g_autofree char *name =
        type && LLVMGetTypeKind(type) == LLVMStructTypeKind
            ? record_name(LLVMGetStructName(type))
            : NULL;

    return name ? g_intern_string(name) : NULL;
}

/*
 * A nameless structure counts as part of the named one around it, as far as
 * its address is computed from that one's.  So are the pieces in which a
 * structure is passed and returned.  A structure that is laid over a variable
 * that is none is just its bytes.
 */
static void find_record(const AuProgram *program, LLVMValueRef value,
                        const AuNode *base, AuNode *result,
                        const char **record, guint64 *offset)
{
    LLVMTypeRef type = variable_type(base->value);

    *record = address_record(program, value, offset);
    if (*record && type && LLVMGetTypeKind(type) != LLVMStructTypeKind) {
        *record = NULL;
    } else if (!*record && base->record) {
        *record = base->record;
        *offset += base->offset;
    } else if (!*record && type) {
        *record = variable_record(base->value);
    }
    result->record = *record;
    result->offset = *offset;
}

/* The memory of a global; one for all modules if it is not static. */
static AuNode *global_cell(AuProgram *program, LLVMValueRef global)
{
    gsize length;
    const char *name =
        g_intern_string(LLVMGetValueName2(global, &length));
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
        lock(cell, class, class);
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

            find_record(program, value, base, node, &address.record,
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

/* The cells of @size bytes at @address, if they are fields. */
static GPtrArray *fields_at(AuProgram *program, const AuNode *address,
                            guint64 size)
{
    g_autoptr(GArray) places = g_array_new(FALSE, FALSE, sizeof(AuFieldPlace));
    const char *record = address->record;
    GPtrArray *cells;

    if (!record && address->value) {
        record = variable_record(address->value);
    } else if (record && size <= LLVMPointerSize(program->layout)) {
        return NULL;
    }
    if (!record) {
        return NULL;
    }
    au_types_span(program->types, record, address->offset,
                  address->offset + size, places);
    if (!places->len) {
        return NULL;
    }
    cells = g_ptr_array_new();
    for (guint i = 0; i < places->len; i++) {
        const AuFieldPlace *place = &g_array_index(places, AuFieldPlace, i);

        g_ptr_array_add(cells, au_program_field(program, place->record,
                                                place->offset));
    }
    return cells;
}

guint au_program_n_cells(const AuInstruction *own)
{
    return own->span ? own->span->len : 1;
}

AuNode *au_program_cell(const AuInstruction *own, guint index)
{
    if (own->span) {
        return au_cell_find(own->span->pdata[index]);
    }
    return au_node_cell(own->operands[own->opcode == LLVMStore ? 1 : 0]);
}

static void find_cells(AuProgram *program, AuInstruction *own)
{
    LLVMTypeRef type = NULL;
    guint address = 0;

    switch (own->opcode) {
    case LLVMLoad:
        type = LLVMTypeOf(own->value);
        break;
    case LLVMStore:
        type = LLVMTypeOf(LLVMGetOperand(own->value, 0));
        address = 1;
        break;
    case LLVMAtomicRMW:
    case LLVMAtomicCmpXchg:
        type = LLVMTypeOf(LLVMGetOperand(own->value, 1));
        break;
    default:
        return;
    }
    own->span = fields_at(program, own->operands[address],
                          LLVMStoreSizeOfType(program->layout, type));
}

/* Whether the type of what is at @address is known: a variable or a field. */
static gboolean is_typed(const AuNode *address)
{
    return address->record || variable_type(address->value);
}

/*
 * What a copy of memory takes from where to where.  A copy by way of a pointer
 * to anything is one between objects of a type, whose fields are the same.
 */
static void find_copied(AuProgram *program, AuInstruction *own)
{
    guint64 size = G_MAXINT32;

    if (own->n_operands < 3 || !is_typed(own->operands[0]) ||
        !is_typed(own->operands[1])) {
        return;
    }
    if (LLVMIsAConstantInt(LLVMGetOperand(own->value, 2))) {
        size = LLVMConstIntGetZExtValue(LLVMGetOperand(own->value, 2));
    }
    own->span = fields_at(program, own->operands[0], size);
    own->source = fields_at(program, own->operands[1], size);
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
            find_copied(program, &own);
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
            find_record(program, value, own.operands[0], own.result,
                        &own.record, &own.offset);
        } else if (own.opcode == LLVMPHI && !own.dead) {
            for (guint i = 0; i < own.n_operands && i < 32; i++) {
                if (!au_reach_edge(reach, LLVMGetIncomingBlock(value, i),
                                   LLVMGetInstructionParent(value))) {
                    own.dead_edges |= 1u << i;
                }
            }
        }
        find_cells(program, &own);
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
        lock(function->result, function->result_class,
             function->result_class);
    }
    for (guint i = 0; i < function->n_parameters; i++) {
        AuNode *node = au_program_node(program, LLVMGetParam(value, i));

        function->parameters[i] = node;
        function->classes[i] = au_types_function(program->types, value, i + 1);
        if (function->classes[i]) {
            lock(node, function->classes[i], function->classes[i]);
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
                                  &own.is_parameter, &own.of_conversion);
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
