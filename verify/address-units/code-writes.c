/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "code-writes.h"

static AuFunction *extern_callee(AuProgram *program, const AuInstruction *own)
{
    AuFunction *callee = au_program_function(program, own->callee);

    return callee && !callee->instructions->len ? callee : NULL;
}

gboolean au_writes_code(AuProgram *program, const AuInstruction *own,
                        AuNode **address, AuNode **value)
{
    AuNode *to = NULL, *what = NULL;

    if (own->opcode == LLVMStore) {
        what = own->operands[0];
        to = own->operands[1];
    } else if (own->opcode == LLVMAtomicRMW) {
        to = own->operands[0];
        what = own->operands[1];
    } else if (own->opcode == LLVMAtomicCmpXchg) {
        to = own->operands[0];
        what = own->operands[2];
    } else if (own->opcode == LLVMCall) {
        AuFunction *callee = extern_callee(program, own);
        const AuExtern *known = callee ? callee->known : NULL;

        for (guint i = 0; known && i < own->n_operands && i < 32; i++) {
            if ((known->written >> i & 1) &&
                (own->operands[i]->set & ~AU_PLAIN)) {
                to = own->operands[i];
            }
        }
    }
    if (address) {
        *address = to;
    }
    if (value) {
        *value = what;
    }
    return to && (to->set & (AU_RX | AU_RW)) && !au_node_cell(to)->name;
}
