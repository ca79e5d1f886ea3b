/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Inline assembler. */
#include "tcg.h"

void operands(TCGContext *s)
{
    const tcg_insn_unit *p = s->code_ptr;

    __asm__ volatile("" : : "r"(p)); /* expect: units-escape */
    __asm__ volatile("" : : "r"((uintptr_t)p) : "memory"); /* expect: units-escape */
}

void memory_output(TCGContext *s)
{
    uint32_t *rx = (uint32_t *)s->code_ptr;

    __asm__ volatile("" : "=m"(*rx)); /* expect: units-escape */
}

void memory_both(TCGContext *s)
{
    uint32_t *rx = (uint32_t *)s->code_ptr;
    uint32_t *rw = TCG_CODE_PTR_RW(s, s->code_ptr);

    __asm__ volatile("" : "+m"(*rx)); /* expect: units-escape */
    __asm__ volatile("" : "+m"(*rw));
}

void through_a_register(TCGContext *s)
{
    const tcg_insn_unit *p = s->code_ptr;

    __asm__("" : "+r"(p)); /* expect: units-escape */
    *(uint8_t *)p = 1; /* expect: units-store-rx */
}

void laundered(TCGContext *s)
{
    uint8_t *q;

    __asm__("" : "=r"(q) : "0"(s->code_ptr)); /* expect: units-escape */
    *q = 1; /* expect: units-store-rx */
}

/* Nothing of the code buffer comes here. */
void barrier(int *plain)
{
    int x = *plain;

    __asm__ volatile("" : : : "memory");
    __asm__ volatile("" : "+r"(x), "+m"(*plain));
    *plain = x;
}
