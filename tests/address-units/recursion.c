/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Functions that call themselves. */
#include "tcg.h"

static void fill(uint8_t *p, int n)
{
    if (n) {
        *p = 0; /* expect: units-store-rx */
        fill(p + 1, n - 1);
    }
}

void start(TCGContext *s)
{
    fill((uint8_t *)s->code_ptr, 4);
}

static void fill_good(uint8_t *p, int n)
{
    if (n) {
        *p = 0;
        fill_good(p + 1, n - 1);
    }
}

void start_good(TCGContext *s)
{
    fill_good(TCG_CODE_PTR_RW(s, s->code_ptr), 4);
}

static void odd(void *p, int n);

static void even(void *p, int n)
{
    if (n) {
        odd(p, n - 1);
    }
}

static void odd(void *p, int n)
{
    *(char *)p = 0; /* expect: units-store-rx */
    even((char *)p + 1, n - 1);
}

void mutual(TCGContext *s)
{
    even((void *)s->code_ptr, 4);
}

static const void *last(const void *p, int n)
{
    return n ? last((const char *)p + 1, n - 1) : p;
}

void returned(TCGContext *s)
{
    *(char *)last(s->code_ptr, 3) = 1; /* expect: units-store-rx */
}

/* The analyser inlines recursion a limited number of times. */
static inline void again(uint8_t *p, int n)
{
    *p = 0; /* expect: units-store-rx */
    if (n) {
        again(p, n - 1);
    }
}

void inlined(TCGContext *s)
{
    again((uint8_t *)s->code_ptr, 3);
}
