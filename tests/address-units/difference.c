/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Sums and differences of the two aliases. */
#include "tcg.h"

void into_the_other_window(TCGContext *s)
{
    const uint8_t *base = (const uint8_t *)s->code_buf;
    const uint8_t *p = (const uint8_t *)s->code_ptr;
    uint8_t *window = TCG_CODE_PTR_RW(s, base);

    window[p - base] = 1;
    *(uint8_t *)(base + (p - base)) = 1; /* expect: units-store-rx */
}

void back_from_the_other_window(TCGContext *s)
{
    const uint8_t *base = (const uint8_t *)s->code_buf;
    uint8_t *rw_base = TCG_CODE_PTR_RW(s, base);
    uint8_t *rw = TCG_CODE_PTR_RW(s, s->code_ptr);

    *(uint8_t *)(base + (rw - rw_base)) = 1; /* expect: units-store-rx */
    rw_base[rw - rw_base] = 1;
}

void difference_by_hand(TCGContext *s)
{
    uintptr_t rx = TCG_RX_ADDR(s->code_buf);
    uintptr_t rw = (uintptr_t)TCG_CODE_PTR_RW(s, s->code_buf);
    ptrdiff_t diff = rw - rx;

    *(uint8_t *)(TCG_RX_ADDR(s->code_ptr) + diff) = 1;
}

void difference_reversed(TCGContext *s)
{
    uintptr_t rx = TCG_RX_ADDR(s->code_buf);
    uintptr_t rw = (uintptr_t)TCG_CODE_PTR_RW(s, s->code_buf);
    ptrdiff_t diff = rx - rw; /* expect: units-value */

    *(uint8_t *)(TCG_RX_ADDR(s->code_ptr) + diff) = 1; /* expect: units-store-unknown */
    *(uint8_t *)(TCG_RX_ADDR(s->code_ptr) - diff) = 1;
    *(uint8_t *)(rw + diff) = 1; /* expect: units-store-rx */
}

void converted_twice(TCGContext *s)
{
    void *rw = TCG_CODE_PTR_RW(s, s->code_ptr);

    *(uint8_t *)TCG_CODE_PTR_RW(s, rw) = 1; /* expect: units-macro, units-store-unknown */
}

void sum_of_addresses(TCGContext *s)
{
    uintptr_t a = TCG_RX_ADDR(s->code_ptr);
    uintptr_t b = TCG_RX_ADDR(s->code_buf);

    *(uint8_t *)(a + b) = 1; /* expect: units-store-unknown */
}

void difference_is_no_address(TCGContext *s)
{
    *(uint8_t *)s->code_rw_diff = 1; /* expect: units-store-unknown */
}

void negated(TCGContext *s)
{
    uintptr_t a = TCG_RX_ADDR(s->code_ptr);

    *(uint8_t *)-a = 1; /* expect: units-store-unknown */
    *(uint8_t *)-(-a) = 1; /* expect: units-store-rx */
}

void middle(TCGContext *s)
{
    const uint8_t *a = (const uint8_t *)s->code_buf;
    const uint8_t *b = (const uint8_t *)s->code_ptr;
    const uint8_t *m = a + (b - a) / 2;

    *(uint8_t *)m = 1; /* expect: units-store-rx */
    *(uint8_t *)TCG_CODE_PTR_RW(s, m) = 1;
}

/* Distances between addresses of one alias are plain numbers. */
size_t distances(TCGContext *s, uint8_t *table)
{
    size_t len = (const uint8_t *)s->code_ptr - (const uint8_t *)s->code_buf;

    table[len] = 1;
    table[(uintptr_t)s->code_ptr - (uintptr_t)s->code_buf] = 1;
    return len;
}

void plain_by_distance(TCGContext *s, uint8_t *plain)
{
    ptrdiff_t d = plain - (uint8_t *)s->code_buf;

    *((uint8_t *)s->code_ptr + d) = 1;
}

/* Counted in units where bytes are meant. */
void scaled(TCGContext *s)
{
    *((uint32_t *)s->code_ptr + s->code_rw_diff) = 1; /* expect: units-store-unknown */
    *(uint32_t *)((uint8_t *)s->code_ptr + s->code_rw_diff) = 1;
    *((uint32_t *)s->code_ptr + s->code_rw_diff / 4) = 1;
}
