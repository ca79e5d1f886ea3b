/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Inline functions are seen with each caller's arguments. */
#include "tcg.h"

static inline void put(uint8_t *p, uint8_t value)
{
    *p = value; /* expect: units-store-rx */
}

void put_both(TCGContext *s)
{
    put(TCG_CODE_PTR_RW(s, s->code_ptr), 1);
    put((uint8_t *)s->code_ptr, 1);
}

static inline void put_good(uint8_t *p, uint8_t value)
{
    *p = value;
}

void put_rw(TCGContext *s, uint8_t *plain)
{
    put_good(TCG_CODE_PTR_RW(s, s->code_ptr), 1);
    put_good(plain, 1);
}

static inline const tcg_insn_unit *after(TCGContext *s)
{
    return s->code_ptr + 1;
}

void returned(TCGContext *s)
{
    *(uint8_t *)after(s) = 1; /* expect: units-store-rx */
    *(uint8_t *)TCG_CODE_PTR_RW(s, after(s)) = 1;
}

static inline __attribute__((always_inline)) void always(void *p)
{
    *(uint8_t *)p = 1; /* expect: units-store-rx */
}

void call_always(TCGContext *s)
{
    always((void *)s->code_ptr);
}

static __attribute__((noinline)) void never(void *p)
{
    *(uint8_t *)p = 1; /* expect: units-store-rx */
}

void call_never(TCGContext *s)
{
    never((void *)s->code_ptr);
}

/* One caller reads what another may write: each is seen for itself. */
static inline void *forward(const void *p)
{
    return (void *)p;
}

void forward_both(TCGContext *s)
{
    uint8_t *rw = forward(TCG_CODE_PTR_RW(s, s->code_ptr));
    const uint8_t *rx = forward(s->code_ptr);

    *rw = *rx;
}

/* By its address, as a callback. */
static inline void by_address(const void *p, int a, int b, int c)
{
    *(uint8_t *)p = 1; /* expect: units-store-rx */
}

void (*callback)(const void *p, int a, int b, int c) = by_address;

void call_back(TCGContext *s)
{
    callback(s->code_ptr, 1, 2, 3);
}
