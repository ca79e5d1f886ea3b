/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Alignment keeps the alias, an offset in a page has none. */
#include "tcg.h"

#define ROUND_UP(n, d) (((n) + (d)-1) & -(0 ? (n) : (d)))

void down(TCGContext *s)
{
    uintptr_t a = TCG_RX_ADDR(s->code_ptr);

    *(uint8_t *)(a & -16) = 1; /* expect: units-store-rx */
    *(uint8_t *)(a & ~(uintptr_t)3) = 1; /* expect: units-store-rx */
    *(uint8_t *)((a & -16) + s->code_rw_diff) = 1;
}

void up(TCGContext *s)
{
    uintptr_t a = TCG_RX_ADDR(s->code_ptr);
    uintptr_t b = (uintptr_t)TCG_CODE_PTR_RW(s, s->code_ptr);

    *(uint8_t *)((a + 3) & ~(uintptr_t)3) = 1; /* expect: units-store-rx */
    *(uint8_t *)ROUND_UP(a, 64) = 1; /* expect: units-store-rx */
    *(uint8_t *)ROUND_UP(b, 64) = 1;
}

void by_variable(TCGContext *s, uintptr_t size)
{
    uintptr_t a = TCG_RX_ADDR(s->code_ptr);
    uintptr_t b = (uintptr_t)TCG_CODE_PTR_RW(s, s->code_ptr);

    *(uint8_t *)((a + size - 1) & -size) = 1; /* expect: units-store-rx */
    *(uint8_t *)((b + size - 1) & -size) = 1;
}

void by_division(TCGContext *s, uintptr_t size)
{
    uintptr_t a = TCG_RX_ADDR(s->code_ptr);

    *(uint8_t *)(a / 16 * 16) = 1; /* expect: units-store-rx */
    *(uint8_t *)(a >> 4 << 4) = 1; /* expect: units-store-rx */
    *(uint8_t *)(a - a % size) = 1; /* expect: units-store-rx */
}

void padding(TCGContext *s, uint8_t *plain)
{
    uintptr_t a = TCG_RX_ADDR(s->code_ptr);
    uint8_t *rw = TCG_CODE_PTR_RW(s, s->code_ptr);

    rw[-a & 15] = 0;
    plain[a & 15] = 0;
    plain[a % 64] = 0;
    rw += 16 - ((uintptr_t)rw & 15);
    *rw = 0;
}

/* As arm tells Thumb code. */
void low_bit(TCGContext *s)
{
    uintptr_t a = TCG_RX_ADDR(s->code_ptr);

    *(uint8_t *)(a | 1) = 1; /* expect: units-store-rx */
    *(uint8_t *)((a | 1) - 1) = 1; /* expect: units-store-rx */
    *(uint8_t *)(a ^ 1) = 1; /* expect: units-store-rx */
}

void by_builtin(TCGContext *s)
{
    uint8_t *rx = (uint8_t *)s->code_ptr;

    *(uint8_t *)__builtin_align_up(rx, 16) = 1; /* expect: units-store-rx */
    *(uint8_t *)__builtin_align_down(rx, 16) = 1; /* expect: units-store-rx */
    *(uint8_t *)__builtin_assume_aligned(rx, 16) = 1; /* expect: units-store-rx */
}

void byte_swapped(TCGContext *s, uint32_t *plain)
{
    *plain = __builtin_bswap32((uint32_t)TCG_RX_ADDR(s->code_ptr));
}
