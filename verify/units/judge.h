/* The checks of single instructions, after the fixed point. */
#ifndef AU_JUDGE_H
#define AU_JUDGE_H

#include "findings.h"
#include "program.h"

typedef struct AuCounts {
    guint stores;  /* stores, atomics and calls that write */
    guint code;    /* of these: into the code buffer */
    guint calls;
} AuCounts;

/* Judges every instruction of @program.  @counts is added to. */
void au_judge(AuProgram *program, AuFindings *findings, AuCounts *counts);

/*
 * Whether an instruction writes bytes of the code buffer: a store, an atomic
 * or a call that writes, to an address of either alias that is no field of a
 * structure.  @address and @value (may be NULL) get its operands.
 */
gboolean au_writes_code(AuProgram *program, const AuInstruction *own,
                        AuNode **address, AuNode **value);

#endif
