/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "debug-metadata.h"

#include <llvm-c/DebugInfo.h>

#include "debug-types.h"

guint au_metadata_operands(LLVMContextRef context, LLVMMetadataRef node,
                           LLVMValueRef *into, guint size)
{
    LLVMValueRef value = LLVMMetadataAsValue(context, node);
    guint count;

    if (!LLVMIsAMDNode(value)) {
        return 0;
    }
    count = LLVMGetMDNodeNumOperands(value);
    if (count > size) {
        return 0;
    }
    LLVMGetMDNodeOperands(value, into);
    return count;
}

LLVMMetadataRef au_metadata_operand(LLVMContextRef context,
                                    LLVMMetadataRef node, guint index)
{
    LLVMValueRef all[64];
    guint count =
        node ? au_metadata_operands(context, node, all, G_N_ELEMENTS(all)) : 0;

    return index < count && all[index] && LLVMIsAMDNode(all[index])
               ? LLVMValueAsMetadata(all[index])
               : NULL;
}

const char *au_metadata_string(LLVMContextRef context, LLVMMetadataRef node,
                               guint index)
{
    LLVMValueRef all[64];
    guint count =
        node ? au_metadata_operands(context, node, all, G_N_ELEMENTS(all)) : 0;
    guint length;

    return index < count && all[index] && LLVMIsAMDString(all[index])
               ? LLVMGetMDString(all[index], &length)
               : NULL;
}

gboolean au_is_derived_type(LLVMMetadataRef type)
{
    return type && LLVMGetMetadataKind(type) == LLVMDIDerivedTypeMetadataKind;
}

gboolean au_is_composite_type(LLVMMetadataRef type)
{
    return type && LLVMGetMetadataKind(type) == LLVMDICompositeTypeMetadataKind;
}

gboolean au_is_nameless_type(LLVMMetadataRef composite)
{
    gsize length;
    const char *name = LLVMDITypeGetName(composite, &length);

    return !name || !length;
}

LLVMMetadataRef au_metadata_of_global(LLVMContextRef context,
                                      LLVMValueRef global)
{
    size_t count;
    LLVMValueMetadataEntry *entries = LLVMGlobalCopyAllMetadata(global, &count);
    LLVMMetadataRef variable = NULL;

    for (size_t i = 0; i < count && !variable; i++) {
        LLVMMetadataRef node = LLVMValueMetadataEntriesGetMetadata(entries, i);

        if (LLVMGetMetadataKind(node) ==
            LLVMDIGlobalVariableExpressionMetadataKind) {
            variable = au_metadata_operand(context, node, 0);
        }
    }
    LLVMDisposeValueMetadataEntries(entries);
    return variable;
}

const char *au_debug_function_name(LLVMValueRef function)
{
    LLVMMetadataRef subprogram = LLVMGetSubprogram(function);

    return subprogram ? au_metadata_string(
                            LLVMGetModuleContext(LLVMGetGlobalParent(function)),
                            subprogram, OPERAND_NAME)
                      : NULL;
}

char *au_debug_function_place(LLVMValueRef function)
{
    LLVMMetadataRef subprogram = LLVMGetSubprogram(function);
    LLVMMetadataRef file = subprogram ? LLVMDIScopeGetFile(subprogram) : NULL;
    const char *name = au_debug_function_name(function);
    unsigned length;
    gsize size;

    return g_strdup_printf("%s:%u %s",
                           file ? LLVMDIFileGetFilename(file, &length) : "",
                           subprogram ? LLVMDISubprogramGetLine(subprogram) : 0,
                           name ? name : LLVMGetValueName2(function, &size));
}
