/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The program under analysis: its instructions and their nodes. */
#ifndef AU_PROGRAM_H
#define AU_PROGRAM_H

#include <llvm-c/Core.h>
#include <llvm-c/Target.h>

#include "contract-units.h"
#include "debug-types.h"
#include "externs.h"
#include "nodes.h"

/* An instruction with its operands looked up once. */
typedef struct AuInstruction {
    LLVMValueRef value;
    LLVMOpcode opcode;
    AuNode *result;
    guint n_operands;
    AuNode **operands;  /* of a call: the arguments only */
    LLVMValueRef callee; /* of a call: the called function or pointer */
    AuNode *callee_node; /* if it is a pointer */
    const char *record; /* of an address of a field: the structure, ... */
    guint64 offset;     /* ... and the bytes from its start */
    GPtrArray *span;    /* of AuNode: the cells that are accessed; NULL: the
                         * one that the address points to */
    GPtrArray *source;  /* of memcpy: the cells that are copied; likewise */
    gboolean dead;      /* never runs on this host: what it computes is
                         * judged, but goes nowhere */
    guint32 dead_edges; /* a PHI: bit n: incoming edge n is never taken; those
                         * from 32 on count as taken */
} AuInstruction;

typedef struct AuFunction {
    LLVMValueRef value;
    const char *name;    /* in the source */
    const AuExtern *known; /* what it does if it is only declared */
    AuNode **parameters;
    AuSet *classes;      /* of the parameters, by contract; 0: none */
    guint n_parameters;
    AuNode *result;      /* cell of what it returns */
    AuSet result_class;
    gboolean address_taken;
    GArray *instructions; /* of AuInstruction; empty if only declared */
} AuFunction;

/* What a variable whose type or contract tells its class was given. */
typedef struct AuVariable {
    LLVMValueRef at;          /* the debug intrinsic */
    LLVMMetadataRef variable;
    const char *name;
    AuSet class;
    AuNode *node;             /* the value; or, if it lies in memory, ... */
    gboolean in_memory;       /* ... its address */
    gboolean is_parameter;
    gboolean of_conversion;   /* a parameter of a conversion function */
    gboolean is_loose;        /* may be more than its type says */
} AuVariable;

typedef struct AuProgram {
    GPtrArray *modules; /* of LLVMModuleRef */
    LLVMTargetDataRef layout;
    const AuContract *contract;
    AuTypes *types;
    GHashTable *nodes;     /* LLVMValueRef to AuNode */
    GHashTable *fields;    /* "RECORD+OFFSET" to AuNode */
    GHashTable *functions; /* LLVMValueRef to AuFunction; a declaration to
                            * that of the definition */
    GHashTable *globals;   /* name of an external global to its cell */
    GArray *variables;     /* of AuVariable */
    GPtrArray *defined;    /* of AuFunction, in the order of the module */
    GPtrArray *address_taken; /* of AuFunction */
} AuProgram;

/* @modules: of LLVMModuleRef, all of one context. */
AuProgram *au_program_new(GPtrArray *modules, const AuContract *contract,
                          AuTypes *types);

AuNode *au_program_node(AuProgram *program, LLVMValueRef value);

/* The cell of a structure's field, locked if the contract tells its class. */
AuNode *au_program_field(AuProgram *program, const char *record,
                         guint64 offset);

/* The cell that an address of a field or element stands for. */
AuNode *au_program_element(AuProgram *program, const AuInstruction *address);

/* How many cells @own, a load, store or copy, accesses; and the nth. */
guint au_program_n_cells(const AuInstruction *own);
AuNode *au_program_cell(const AuInstruction *own, guint index);

/* NULL if @value is no function. */
AuFunction *au_program_function(AuProgram *program, LLVMValueRef value);

/* Computes the forms of all nodes.  Returns how many rounds it took. */
guint au_program_solve(AuProgram *program);

/* What may be called by @call: the function itself, or all functions of that
 * type whose address is taken.  For the caller to free. */
GPtrArray *au_program_targets(AuProgram *program, const AuInstruction *call);

#endif
