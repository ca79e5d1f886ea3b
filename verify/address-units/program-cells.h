/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which cells of memory an instruction accesses; for program.c. */
#ifndef AU_PROGRAM_CELLS_H
#define AU_PROGRAM_CELLS_H

#include "program.h"

/* The contract tells what @node holds, and what else may be stored there. */
void au_node_lock(AuNode *node, AuSet class, AuSet allowed);

/*
 * The structure and the offset in it that the address @value, computed from
 * @base, stands for; NULL if it is none.  @result, its node, keeps them.
 */
void au_cells_find_record(const AuProgram *program, LLVMValueRef value,
                          const AuNode *base, AuNode *result,
                          const char **record, guint64 *offset);

/* Sets the cells that @own, a load, store or atomic access, accesses. */
void au_cells_find(AuProgram *program, AuInstruction *own);

/* Likewise for a call that copies memory. */
void au_cells_find_copied(AuProgram *program, AuInstruction *own);

#endif
