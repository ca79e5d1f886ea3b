/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Rules of the fixed point (solve.c) that have a file of their own. */
#ifndef AU_SOLVE_RULES_H
#define AU_SOLVE_RULES_H

#include "program.h"

/* The operand that carries a code pointer, for the path. */
AuNode *au_carrier(AuNode *a, AuNode *b);

/* Each adds to the result of @own what follows from its operands. */
void au_solve_sum(AuInstruction *own, gboolean minus);
void au_solve_bits(AuInstruction *own);  /* or, xor */
void au_solve_scale(AuInstruction *own); /* masks, shifts, products, ... */
void au_solve_address(AuProgram *program, AuInstruction *own);
void au_solve_call(AuProgram *program, AuInstruction *call);

#endif
