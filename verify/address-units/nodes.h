/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What is known of each value and of each memory cell.
 *
 * A node is an SSA value or a cell.  A cell stands for all memory that may be
 * the same: two cells that may overlap are unified for good (Steensgaard), so
 * there are few of them.  A field of a named structure is one cell for all
 * objects of that type.  Nodes live as long as the program.
 */
#ifndef AU_NODES_H
#define AU_NODES_H

#include <llvm-c/Core.h>

#include "algebra.h"

typedef struct AuNode AuNode;

struct AuNode {
    AuSet set;          /* forms of the value, or of what the cell holds */
    gboolean is_cell;
    gboolean is_code;   /* a cell: bytes of the code buffer */
    gboolean locked;    /* the contract says what it is; never grows */
    AuSet allowed;      /* of a locked cell: what may be stored there */
    gboolean stored;    /* something flows into it */
    gboolean is_pointer;
    gboolean is_null;   /* null or undefined: goes with every class */
    const char *name;   /* of a cell: "TCGContext.code_ptr"; or NULL */
    const char *record; /* of a field's address: the structure */
    guint64 offset;     /* and the bytes from its start */
    LLVMValueRef value; /* of a value */
    AuNode *united;     /* a cell: the one that speaks for it */
    AuNode *content;    /* a cell: what pointers in it point to */
    AuNode *cell;       /* a value: what it points to */
    AuNode *why[AU_N_FORMS];     /* where each form came from */
    LLVMValueRef at[AU_N_FORMS]; /* by which instruction */
};

/* Counts changes; solving ends when a round makes none. */
extern guint au_changes;

AuNode *au_node_new_value(LLVMValueRef value);
/* @name is kept, not copied; may be NULL. */
AuNode *au_node_new_cell(const char *name);

/* The cell that speaks for @cell. */
AuNode *au_cell_find(AuNode *cell);
/* What @value points to; makes a cell when there is none. */
AuNode *au_node_cell(AuNode *value);
/* What pointers in @cell point to; likewise. */
AuNode *au_cell_content(AuNode *cell);
AuNode *au_cell_unite(AuNode *a, AuNode *b);

/* Adds forms to a node, which come from @from by the instruction @at. */
void au_node_add(AuNode *node, AuSet set, AuNode *from, LLVMValueRef at);
/* Makes @value a pointer to @cell. */
void au_node_point(AuNode *value, AuNode *cell);
/* @from's value reaches @to unchanged. */
void au_node_flow(AuNode *to, AuNode *from, LLVMValueRef at);

#endif
