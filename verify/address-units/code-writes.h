/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which instructions write code. */
#ifndef AU_CODE_WRITES_H
#define AU_CODE_WRITES_H

#include "program.h"

/*
 * Whether an instruction writes bytes of the code buffer: a store, an atomic
 * or a call that writes, to an address of either alias that is no field of a
 * structure.  @address and @value (may be NULL) get its operands.
 */
gboolean au_writes_code(AuProgram *program, const AuInstruction *own,
                        AuNode **address, AuNode **value);

#endif
