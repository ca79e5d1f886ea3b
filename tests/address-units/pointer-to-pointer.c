/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Code pointers that are reached through others. */
#include "tcg.h"

void *g_malloc(size_t n);

static void current(TCGContext *s, const void **out)
{
    *out = s->code_ptr;
}

void out_parameter(TCGContext *s)
{
    const void *p;

    current(s, &p);
    *(uint8_t *)p = 1; /* expect: units-store-rx */
    *(uint8_t *)TCG_CODE_PTR_RW(s, p) = 1;
}

void through_the_field(TCGContext *s)
{
    const tcg_insn_unit **slot = &s->code_ptr;

    *(uint8_t *)*slot = 1; /* expect: units-store-rx */
    *slot += 1;
}

void three_levels(TCGContext *s)
{
    const void *p = s->code_ptr;
    const void **pp = &p;
    const void ***ppp = &pp;

    *(uint8_t *)**ppp = 1; /* expect: units-store-rx */
}

void heap(TCGContext *s)
{
    const void **p = g_malloc(sizeof(*p));
    int *plain = g_malloc(sizeof(*plain));

    *p = s->code_ptr;
    *plain = 1;
    *(uint8_t *)*p = 1; /* expect: units-store-rx */
}

static void advance(uint8_t **p)
{
    **p = 0; /* expect: units-store-rx */
    (*p)++;
}

void in_and_out(TCGContext *s)
{
    uint8_t *p = (uint8_t *)s->code_ptr;

    advance(&p);
}

static void advance_good(uint8_t **p)
{
    **p = 0;
    (*p)++;
}

void in_and_out_good(TCGContext *s)
{
    uint8_t *p = TCG_CODE_PTR_RW(s, s->code_ptr);

    advance_good(&p);
    *p = 1;
}

/* The pointer to the field is plain, though the field is RX. */
void plain_slot(TCGContext *s, uint8_t *table)
{
    s->code_ptr = s->code_buf;
    table[0] = 1;
}
