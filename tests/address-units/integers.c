/* SPDX-License-Identifier: GPL-2.0-or-later */
/* An address in an integer is still an address. */
#include "tcg.h"

void by_uintptr(TCGContext *s)
{
    uintptr_t a = (uintptr_t)s->code_ptr;

    *(uint8_t *)a = 1; /* expect: units-store-rx */
    *(uint8_t *)(a + s->code_rw_diff) = 1;
}

void by_intptr(TCGContext *s)
{
    intptr_t a = (intptr_t)s->code_ptr;

    *(uint8_t *)(a + 8) = 1; /* expect: units-store-rx */
}

void by_64_bits(TCGContext *s)
{
    uint64_t a = (uintptr_t)s->code_ptr;
    int64_t b = (intptr_t)s->code_ptr;

    *(uint8_t *)(uintptr_t)a = 1; /* expect: units-store-rx */
    *(uint8_t *)(intptr_t)b = 1; /* expect: units-store-rx */
    *(uint8_t *)(uintptr_t)(a + (int64_t)s->code_rw_diff) = 1;
}

void by_32_bits(TCGContext *s)
{
    uint32_t a = (uintptr_t)s->code_ptr;
    int32_t b = (intptr_t)s->code_ptr;

    *(uint8_t *)(uintptr_t)a = 1; /* expect: units-store-rx */
    *(uint8_t *)(intptr_t)b = 1; /* expect: units-store-rx */
}

static uint64_t wide;
static uint32_t narrow;

void keep(TCGContext *s)
{
    wide = (uintptr_t)s->code_ptr;
    narrow = (uintptr_t)s->code_buf;
}

void use_wide(void)
{
    *(uint8_t *)(uintptr_t)wide = 1; /* expect: units-store-rx */
}

void use_narrow(void)
{
    *(uint8_t *)(uintptr_t)narrow = 1; /* expect: units-store-rx */
}

static void take(uint64_t a)
{
    *(uint8_t *)(uintptr_t)a = 1; /* expect: units-store-rx */
}

void give(TCGContext *s)
{
    take((uintptr_t)s->code_ptr);
}

static uint64_t give_back(const void *p)
{
    return (uintptr_t)p;
}

void returned(TCGContext *s)
{
    *(uint8_t *)(uintptr_t)give_back(s->code_ptr) = 1; /* expect: units-store-rx */
}

void undone(TCGContext *s, uintptr_t x)
{
    uintptr_t a = (uintptr_t)s->code_ptr;

    a += x;
    a -= x;
    a = ~(~a);
    *(uint8_t *)a = 1; /* expect: units-store-rx */
}

void exclusive_or(TCGContext *s, uintptr_t x)
{
    uintptr_t a = (uintptr_t)s->code_ptr;

    a ^= x;
    a ^= x;
    *(uint8_t *)a = 1; /* expect: units-store-rx */
}

void product(TCGContext *s)
{
    *(uint8_t *)((uintptr_t)s->code_ptr * 1) = 1; /* expect: units-store-rx */
}

#ifdef __SIZEOF_INT128__
void by_128_bits(TCGContext *s)
{
    unsigned __int128 a = (uintptr_t)s->code_ptr;

    *(uint8_t *)(uintptr_t)a = 1; /* expect-64: units-store-rx */
}
#endif

/* Numbers are no addresses of the buffer. */
void plain(uintptr_t a, uint64_t b)
{
    *(uint8_t *)a = 1;
    *(uint8_t *)(uintptr_t)b = 1;
}
