/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "debug-classes.h"

#include <llvm-c/DebugInfo.h>
#include <string.h>

/* As far as contracts name them. */
#define MAX_PARAMETERS 9

typedef struct Local {
    const char *name;
    AuSet class;
    gboolean is_parameter;
    gboolean of_conversion;
    gboolean is_loose;
} Local;

LLVMMetadataRef au_base_type(const AuTypes *types, LLVMMetadataRef type)
{
    return au_metadata_operand(types->context, type, OPERAND_BASE_TYPE);
}

/* The class that a pointer's address space gives it. */
static AuSet class_of_tags(const AuTypes *types, LLVMMetadataRef pointer)
{
    LLVMMetadataRef list =
        au_metadata_operand(types->context, pointer, OPERAND_ANNOTATIONS);
    LLVMValueRef entries[16];
    guint count = list ? au_metadata_operands(types->context, list, entries,
                                              G_N_ELEMENTS(entries))
                       : 0;

    for (guint i = 0; i < count; i++) {
        LLVMMetadataRef entry = LLVMValueAsMetadata(entries[i]);
        const char *key = au_metadata_string(types->context, entry, 0);
        const char *tag = au_metadata_string(types->context, entry, 1);

        if (tag && g_strcmp0(key, "btf_type_tag") == 0) {
            AuSet class = au_contract_tag(types->contract, tag);

            if (class) {
                return class;
            }
        }
    }
    return 0;
}

static AuSet class_of_pointer(const AuTypes *types, LLVMMetadataRef pointer)
{
    LLVMMetadataRef type = au_base_type(types, pointer);
    AuSet class = class_of_tags(types, pointer);
    gboolean is_const = FALSE;

    while (!class && au_is_derived_type(type)) {
        guint tag = LLVMGetDINodeTag(type);
        gsize length;

        if (tag == DW_TAG_const_type) {
            is_const = TRUE;
        } else if (tag == DW_TAG_typedef) {
            class = au_contract_type(
                types->contract, LLVMDITypeGetName(type, &length), is_const);
        } else if (tag != DW_TAG_volatile_type) {
            break;
        }
        type = au_base_type(types, type);
    }
    return class;
}

AuSet au_class_of(const AuTypes *types, LLVMMetadataRef type)
{
    while (type) {
        guint tag = LLVMGetDINodeTag(type);

        if (tag == DW_TAG_pointer_type && au_is_derived_type(type)) {
            return class_of_pointer(types, type);
        }
        if (tag != DW_TAG_const_type && tag != DW_TAG_volatile_type &&
            tag != DW_TAG_restrict_type && tag != DW_TAG_typedef &&
            tag != DW_TAG_array_type) {
            return 0;
        }
        type = au_base_type(types, type);
    }
    return 0;
}

AuTypes *au_types_new(LLVMContextRef context, const AuContract *contract)
{
    AuTypes *types = g_new0(AuTypes, 1);

    types->contract = contract;
    types->context = context;
    types->records = g_hash_table_new(g_str_hash, g_str_equal);
    types->visited = g_hash_table_new(NULL, NULL);
    types->locals = g_hash_table_new(NULL, NULL);
    return types;
}

AuSet au_types_function(const AuTypes *types, LLVMValueRef function,
                        guint parameter)
{
    LLVMMetadataRef subprogram = LLVMGetSubprogram(function);
    const char *name = au_debug_function_name(function);
    LLVMMetadataRef list;
    LLVMValueRef all[64];
    gsize length;
    guint count;
    AuSet class;

    if (!name) {
        name = LLVMGetValueName2(function, &length);
    }
    class = au_contract_function(types->contract, name, parameter);
    if (class || !subprogram) {
        return class == AU_ANY ? 0 : class;
    }
    list = au_metadata_operand(
        types->context,
        au_metadata_operand(types->context, subprogram, OPERAND_FUNCTION_TYPE),
        OPERAND_SIGNATURE);
    count = list ? au_metadata_operands(types->context, list, all,
                                        G_N_ELEMENTS(all))
                 : 0;
    /* Structures by value change the number of parameters: no types then. */
    if (parameter >= count || !all[parameter] ||
        (parameter && count != LLVMCountParams(function) + 1 &&
         !LLVMIsFunctionVarArg(LLVMGlobalGetValueType(function)))) {
        return 0;
    }
    return au_class_of(types, LLVMValueAsMetadata(all[parameter]));
}

AuSet au_types_global(const AuTypes *types, LLVMValueRef global)
{
    LLVMMetadataRef variable = au_metadata_of_global(types->context, global);
    const char *name;
    size_t length;
    AuSet class;

    /* Declared here, defined in another module. */
    if (!variable) {
        return au_contract_global(types->contract,
                                  LLVMGetValueName2(global, &length));
    }
    name = au_metadata_string(types->context, variable, OPERAND_VARIABLE_NAME);
    class = name ? au_contract_global(types->contract, name) : 0;
    return class ? class
                 : au_class_of(types,
                               au_metadata_operand(types->context, variable,
                                                   OPERAND_VARIABLE_TYPE));
}

/*
 * The number of a parameter of @function, from 1; 0 if it is none.  The C
 * interface does not tell; clang lists parameters in order before the other
 * variables that are worth keeping.
 */
static guint parameter_number(const AuTypes *types, LLVMMetadataRef function,
                              LLVMMetadataRef variable)
{
    LLVMMetadataRef list =
        au_metadata_operand(types->context, function, OPERAND_RETAINED_NODES);
    LLVMMetadataRef signature = au_metadata_operand(
        types->context,
        au_metadata_operand(types->context, function, OPERAND_FUNCTION_TYPE),
        OPERAND_SIGNATURE);
    guint parameters = signature ? LLVMGetMDNodeNumOperands(LLVMMetadataAsValue(
                                       types->context, signature))
                                 : 0;
    LLVMValueRef value =
        list ? LLVMMetadataAsValue(types->context, list) : NULL;
    guint count = value ? LLVMGetMDNodeNumOperands(value) : 0;
    g_autofree LLVMValueRef *all = g_new0(LLVMValueRef, count + 1);

    if (count) {
        LLVMGetMDNodeOperands(value, all);
    }
    /* The first of a signature is the result. */
    for (guint i = 0; i < count && i + 1 < parameters; i++) {
        if (all[i] && LLVMValueAsMetadata(all[i]) == variable) {
            return i + 1;
        }
    }
    return 0;
}

/* The function that a variable stands in, also one of an inner block. */
static LLVMMetadataRef function_of(const AuTypes *types,
                                   LLVMMetadataRef variable)
{
    LLVMMetadataRef scope =
        au_metadata_operand(types->context, variable, OPERAND_VARIABLE_SCOPE);

    while (scope &&
           (LLVMGetMetadataKind(scope) == LLVMDILexicalBlockMetadataKind ||
            LLVMGetMetadataKind(scope) ==
                LLVMDILexicalBlockFileMetadataKind)) {
        scope = au_metadata_operand(types->context, scope, OPERAND_BLOCK_SCOPE);
    }
    return scope && LLVMGetMetadataKind(scope) == LLVMDISubprogramMetadataKind
               ? scope
               : NULL;
}

static Local *read_local(AuTypes *types, LLVMMetadataRef variable)
{
    Local *local = g_new0(Local, 1);
    LLVMMetadataRef function = function_of(types, variable);
    const char *name =
        au_metadata_string(types->context, variable, OPERAND_VARIABLE_NAME);
    const char *owner =
        function ? au_metadata_string(types->context, function, OPERAND_NAME)
                 : NULL;
    gboolean conversion =
        au_contract_has_role(types->contract, owner, AU_ROLE_CONVERSION);
    gboolean named = FALSE;
    AuSet type;

    local->name = name ? name : "?";
    type = au_class_of(types, au_metadata_operand(types->context, variable,
                                                  OPERAND_VARIABLE_TYPE));
    local->class = type;
    for (guint i = 1; owner && i <= MAX_PARAMETERS; i++) {
        named |= au_contract_function(types->contract, owner, i) != 0;
    }
    if (owner && (local->class || named)) {
        guint number = parameter_number(types, function, variable);
        AuSet class =
            number ? au_contract_function(types->contract, owner, number) : 0;

        local->is_parameter = number != 0;
        local->of_conversion = conversion && number;
        local->class = class ? class : local->class;
    }
    /* Of any type: an address may be kept as a number. */
    if (owner) {
        AuSet class = au_contract_local(types->contract, owner, local->name);

        local->class = class ? class : local->class;
    }
    if (local->class == AU_ANY) {
        local->is_loose = TRUE;
        local->class = type;
    }
    return local;
}

AuSet au_types_variable(AuTypes *types, LLVMMetadataRef variable,
                        const char **name, gboolean *is_parameter,
                        gboolean *of_conversion, gboolean *is_loose)
{
    Local *local = g_hash_table_lookup(types->locals, variable);

    if (!local) {
        local = read_local(types, variable);
        g_hash_table_insert(types->locals, variable, local);
    }
    *name = local->name;
    *is_parameter = local->is_parameter;
    *of_conversion = local->of_conversion;
    *is_loose = local->is_loose;
    return local->class;
}
