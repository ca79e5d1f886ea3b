/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Whether what is flushed is what was written. */
#ifndef AU_FLUSH_RANGE_H
#define AU_FLUSH_RANGE_H

#include "findings.h"
#include "program.h"

/* Bytes from a value of the program. */
typedef struct AuRange {
    LLVMValueRef root;
    gint64 start;
    gint64 length; /* -1: not a constant */
} AuRange;

/* What @call, a call of a flush hook, flushes. */
AuRange au_flush_range(AuProgram *program, const AuInstruction *call);

/* What @store writes; FALSE if that is not known, as of a called function. */
gboolean au_store_range(AuProgram *program, const AuInstruction *store,
                        AuRange *range);

/* Whether all of @inner is in @outer, as far as the program's text tells. */
gboolean au_range_covers(const AuRange *outer, const AuRange *inner);

/* Reports pairs of flush and invalidate in @function that are of different
 * places or lengths. */
void au_flush_pairs_check(AuProgram *program, AuFunction *function,
                          AuFindings *findings);

#endif
