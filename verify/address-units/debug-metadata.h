/* SPDX-License-Identifier: GPL-2.0-or-later */
/* LLVM's debug information as nodes with operands. */
#ifndef AU_DEBUG_METADATA_H
#define AU_DEBUG_METADATA_H

#include <glib.h>
#include <llvm-c/Core.h>

/* From the DWARF standard, version 5, table 7.3. */
#define DW_TAG_array_type 0x01
#define DW_TAG_pointer_type 0x0f
#define DW_TAG_structure_type 0x13
#define DW_TAG_typedef 0x16
#define DW_TAG_union_type 0x17
#define DW_TAG_const_type 0x26
#define DW_TAG_volatile_type 0x35
#define DW_TAG_restrict_type 0x37

/* Positions of operands in LLVM's nodes (DebugInfoMetadata.h of LLVM 16 to
 * 19); what a getter of the C interface tells is not read this way. */
#define OPERAND_NAME 2
#define OPERAND_BASE_TYPE 3
#define OPERAND_ELEMENTS 4
#define OPERAND_ANNOTATIONS 5
#define OPERAND_FUNCTION_TYPE 4
#define OPERAND_SIGNATURE 3
#define OPERAND_RETAINED_NODES 7
#define OPERAND_BLOCK_SCOPE 1
#define OPERAND_VARIABLE_SCOPE 0
#define OPERAND_VARIABLE_NAME 1
#define OPERAND_VARIABLE_TYPE 3

/* Reads the operands of @node into @into; returns how many, 0 if there is no
 * room for them in @size. */
guint au_metadata_operands(LLVMContextRef context, LLVMMetadataRef node,
                           LLVMValueRef *into, guint size);

/* An operand of @node (or NULL) that is a node, or NULL; one that is a string,
 * owned by the context, or NULL. */
LLVMMetadataRef au_metadata_operand(LLVMContextRef context,
                                    LLVMMetadataRef node, guint index);
const char *au_metadata_string(LLVMContextRef context, LLVMMetadataRef node,
                               guint index);

gboolean au_is_derived_type(LLVMMetadataRef type);
gboolean au_is_composite_type(LLVMMetadataRef type);
gboolean au_is_nameless_type(LLVMMetadataRef composite);

/* The variable that @global is; NULL if it is only declared. */
LLVMMetadataRef au_metadata_of_global(LLVMContextRef context,
                                      LLVMValueRef global);

#endif
