/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What is written into the code must not depend on the alias that it is
 * written through: a displacement counts from the address that runs.  The
 * mistake is where the distance is computed, whatever becomes of it.
 */
#include "tcg.h"

static inline void out32(TCGContext *s, uint32_t value)
{
    *(uint32_t *)TCG_CODE_PTR_RW(s, s->code_ptr) = value;
    s->code_ptr += 4 / sizeof(tcg_insn_unit);
}

void right(TCGContext *s, const tcg_insn_unit *target)
{
    uint32_t *rw = TCG_CODE_PTR_RW(s, s->code_ptr);

    *rw = (uintptr_t)target - (uintptr_t)s->code_ptr;
    *rw = 0x14000000 | (((target - s->code_ptr) >> 2) & 0x3ffffff);
    out32(s, (uintptr_t)target - (uintptr_t)s->code_ptr - 4);
}

void foreign_target(TCGContext *s, uintptr_t target)
{
    uint32_t *rw = TCG_CODE_PTR_RW(s, s->code_ptr);

    *rw = target - TCG_RX_ADDR(s->code_ptr);
    *rw = target;
}

void wrong(TCGContext *s, const tcg_insn_unit *target)
{
    uint32_t *rw = TCG_CODE_PTR_RW(s, s->code_ptr);

    *rw = (uintptr_t)target - (uintptr_t)rw; /* expect: units-value */
}

void wrong_and_masked(TCGContext *s, const tcg_insn_unit *target)
{
    uint32_t *rw = TCG_CODE_PTR_RW(s, s->code_ptr);
    uintptr_t disp = (uintptr_t)target - (uintptr_t)rw; /* expect: units-value */

    *rw = 0x14000000 | ((disp >> 2) & 0x3ffffff);
    *rw = (*rw & ~0xffffff) | (disp & 0xffffff);
}

void wrong_and_narrow(TCGContext *s, const tcg_insn_unit *target)
{
    uint8_t *rw = TCG_CODE_PTR_RW(s, s->code_ptr);
    ptrdiff_t disp = (const uint8_t *)target - rw; /* expect: units-value */

    rw[0] = disp;
    *(uint16_t *)(rw + 1) = disp / 2;
    *(int32_t *)(rw + 3) = (int32_t)disp;
}

void wrong_foreign(TCGContext *s, uintptr_t target)
{
    uint32_t *rw = TCG_CODE_PTR_RW(s, s->code_ptr);

    *rw = target - (uintptr_t)rw; /* expect: units-value */
}

void wrong_by_call(TCGContext *s, const tcg_insn_unit *target)
{
    uint8_t *rw = TCG_CODE_PTR_RW(s, s->code_ptr);
    uint32_t value = (uint8_t *)target - rw; /* expect: units-value */

    __builtin_memcpy(rw, &value, sizeof(value));
}

void wrong_atomic(TCGContext *s, const tcg_insn_unit *target)
{
    uint32_t *rw = TCG_CODE_PTR_RW(s, s->code_ptr);
    uint32_t value = (uintptr_t)target - (uintptr_t)rw; /* expect: units-value */

    __atomic_store_n(rw, value, __ATOMIC_RELAXED);
    __atomic_exchange_n(rw, value, __ATOMIC_RELAXED);
}

/* Both ends in RW: the distance is the same. */
void both_ends(TCGContext *s, const tcg_insn_unit *target)
{
    uint8_t *rw = TCG_CODE_PTR_RW(s, s->code_ptr);
    uint8_t *to = TCG_CODE_PTR_RW(s, target);

    *rw = to - rw;
}

static int32_t displacement(const tcg_insn_unit *to, const void *from)
{
    return (const char *)to - (const char *)from; /* expect: units-value */
}

void wrong_through_a_call(TCGContext *s, const tcg_insn_unit *target)
{
    int32_t *rw = TCG_CODE_PTR_RW(s, s->code_ptr);

    *rw = displacement(target, rw);
}

/* The structures that lie in the buffer are reached, and named, by RW. */
void structures(TranslationBlock *tb, TCGContext *s)
{
    TranslationBlock *a = TCG_CODE_PTR_RW(s, s->code_gen_ptr);

    a->orig_tb = a;
    a->jmp_target_arg[0] = 4;
    a->tc.ptr = s->code_ptr;
}

/* By adding the negative. */
void wrong_by_negation(TCGContext *s, uintptr_t target)
{
    uint32_t *rw = TCG_CODE_PTR_RW(s, s->code_ptr);
    uintptr_t negative = -(uintptr_t)rw; /* expect: units-value */

    *rw = target + negative;
}

void wrong_by_complement(TCGContext *s, uintptr_t target)
{
    uint32_t *rw = TCG_CODE_PTR_RW(s, s->code_ptr);

    *rw = target + ~(uintptr_t)rw + 1; /* expect: units-value */
}

void wrong_by_index(TCGContext *s, uint8_t *target)
{
    uint8_t *rw = TCG_CODE_PTR_RW(s, s->code_ptr);

    *(uint32_t *)rw = (uintptr_t)(target - (uintptr_t)rw); /* expect: units-value */
}

/* Data in a TB, which is reached through RW, as seen from the code. */
void data_from_code(TCGContext *s, TranslationBlock *tb)
{
    uintptr_t data = (uintptr_t)TCG_CODE_PTR_RW(s, s->code_gen_ptr);
    int32_t *rw = TCG_CODE_PTR_RW(s, s->code_ptr);
    int32_t disp = data - TCG_RX_ADDR(s->code_ptr);

    *rw = disp < 0 ? -disp : disp;
}
