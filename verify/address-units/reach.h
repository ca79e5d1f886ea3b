/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which blocks of a function can run.
 *
 * The bitcode keeps branches whose condition is a constant of the host
 * (TCG_TARGET_REG_BITS == 32), so that what stands behind them is judged on
 * every host; but values that are computed there reach no code that runs.
 */
#ifndef AU_REACH_H
#define AU_REACH_H

#include <glib.h>
#include <llvm-c/Core.h>

typedef struct AuReach AuReach;

AuReach *au_reach_new(LLVMValueRef function);
void au_reach_free(AuReach *reach);

gboolean au_reach_block(const AuReach *reach, LLVMBasicBlockRef block);
gboolean au_reach_edge(const AuReach *reach, LLVMBasicBlockRef from,
                       LLVMBasicBlockRef to);

#endif
