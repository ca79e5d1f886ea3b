/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the debug information tells of types: which fields, parameters,
 * results and globals hold code pointers.
 *
 * clang notes address spaces that are spelled as btf_type_tag, and types of
 * functions that are only declared.
 */
#ifndef AU_DEBUG_TYPES_H
#define AU_DEBUG_TYPES_H

#include <llvm-c/Core.h>

#include "contract-units.h"

typedef struct AuTypes AuTypes;

AuTypes *au_types_new(LLVMContextRef context, const AuContract *contract);

/* Walks all types of @module once. */
void au_types_read(AuTypes *types, LLVMModuleRef module);

/*
 * The class of the field at @offset bytes in the structure @record, and its
 * name (for the caller to free; NULL if there is none).  @allowed: what may be
 * stored there.  Types count before names of the contract.
 */
AuSet au_types_field(const AuTypes *types, const char *record, guint64 offset,
                     char **name, AuSet *allowed);

/* Whether a field of the structure @record is of a class. */
gboolean au_types_has_class(const AuTypes *types, const char *record);

/* Whether there is a structure @record, and has a field @name. */
gboolean au_types_has_field(const AuTypes *types, const char *record,
                            const char *name);

/* FALSE with @error if the contract names a field that a structure lacks. */
gboolean au_types_check(const AuTypes *types, GError **error);

typedef struct AuFieldPlace {
    const char *record; /* interned */
    guint64 offset;
} AuFieldPlace;

/*
 * Appends to @places (of AuFieldPlace) what begins in the bytes from @start to
 * before @end of @record, structures within it taken apart.
 */
void au_types_span(const AuTypes *types, const char *record, guint64 start,
                   guint64 end, GArray *places);

/* @parameter from 1; 0 is the result. 0 if it is of no class. */
AuSet au_types_function(const AuTypes *types, LLVMValueRef function,
                        guint parameter);

AuSet au_types_global(const AuTypes *types, LLVMValueRef global);

/*
 * The class of a local variable or parameter, 0 if none; of the latter the
 * contract counts before the type.  @is_loose: but the contract says "any".
 */
AuSet au_types_variable(AuTypes *types, LLVMMetadataRef variable,
                        const char **name, gboolean *is_parameter,
                        gboolean *of_conversion, gboolean *is_loose);

/* NULL if there is no debug information.  Owned by the context. */
const char *au_debug_function_name(LLVMValueRef function);
/* "FILE:LINE NAME"; for the caller to free. */
char *au_debug_function_place(LLVMValueRef function);

#endif
