/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Plain stores, of every width and in every spelling. */
#include "tcg.h"

struct Pair {
    uint32_t first;
    uint32_t second : 7;
    uint32_t third : 25;
};

void width_8(TCGContext *s)
{
    const tcg_insn_unit *p = s->code_ptr;

    *(uint8_t *)p = 1; /* expect: units-store-rx */
    *(uint8_t *)TCG_CODE_PTR_RW(s, p) = 1;
}

void width_16(TCGContext *s)
{
    const tcg_insn_unit *p = s->code_ptr;

    *(uint16_t *)p = 1; /* expect: units-store-rx */
    *(uint16_t *)TCG_CODE_PTR_RW(s, p) = 1;
}

void width_32(TCGContext *s)
{
    const tcg_insn_unit *p = s->code_ptr;

    *(uint32_t *)p = 1; /* expect: units-store-rx */
    *(uint32_t *)TCG_CODE_PTR_RW(s, p) = 1;
}

void width_64(TCGContext *s)
{
    const tcg_insn_unit *p = s->code_ptr;

    *(uint64_t *)p = 1; /* expect: units-store-rx */
    *(uint64_t *)TCG_CODE_PTR_RW(s, p) = 1;
}

void floating(TCGContext *s, double x)
{
    *(double *)s->code_ptr = x; /* expect: units-store-rx */
    *(float *)s->code_ptr = x; /* expect: units-store-rx */
    *(double *)TCG_CODE_PTR_RW(s, s->code_ptr) = x;
}

void pointer_value(TCGContext *s, void *plain)
{
    *(void **)s->code_ptr = plain; /* expect: units-store-rx */
    *(void **)TCG_CODE_PTR_RW(s, s->code_ptr) = plain;
}

void null_value(TCGContext *s)
{
    *(void **)s->code_ptr = NULL; /* expect: units-store-rx */
}

void members(TCGContext *s)
{
    struct Pair *rx = (struct Pair *)s->code_ptr;
    struct Pair *rw = TCG_CODE_PTR_RW(s, s->code_ptr);

    rx->first = 1; /* expect: units-store-rx */
    rx->third = 1; /* expect: units-store-rx */
    rw->first = 1;
    rw->third = 1;
}

void indexed(TCGContext *s, int i)
{
    uint8_t *rx = (uint8_t *)s->code_ptr;
    uint8_t *rw = TCG_CODE_PTR_RW(s, s->code_ptr);

    rx[i] = 0; /* expect: units-store-rx */
    rx[-4] = 0; /* expect: units-store-rx */
    i[rx] = 0; /* expect: units-store-rx */
    rw[i] = 0;
    rw[-4] = 0;
}

void arithmetic(TCGContext *s)
{
    uint32_t *rx = (uint32_t *)s->code_ptr;
    uint32_t *rw = TCG_CODE_PTR_RW(s, s->code_ptr);

    *rx |= 1; /* expect: units-store-rx */
    (*rx)++; /* expect: units-store-rx */
    *rx++ = 0; /* expect: units-store-rx */
    *++rx = 0; /* expect: units-store-rx */
    *rw |= 1;
    *rw++ = 0;
}

void volatile_store(TCGContext *s)
{
    *(volatile uint8_t *)s->code_ptr = 1; /* expect: units-store-rx */
    *(volatile uint8_t *)TCG_CODE_PTR_RW(s, s->code_ptr) = 1;
}

void other_fields(TCGContext *s, TranslationBlock *tb)
{
    *(uint8_t *)s->code_buf = 1; /* expect: units-store-rx */
    *(uint8_t *)s->code_gen_ptr = 1; /* expect: units-store-rx */
    *(uint8_t *)s->code_gen_highwater = 1; /* expect: units-store-rx */
    *(uint8_t *)tb->tc.ptr = 1; /* expect: units-store-rx */
    *(uint8_t *)TCG_CODE_PTR_RW(s, tb->tc.ptr) = 1;
}

void conversion_of_the_end(TCGContext *s)
{
    const char *end =
        (const char *)s->code_gen_buffer + s->code_gen_buffer_size;

    ((uint8_t *)TCG_CODE_PTR_RW(s, end))[-1] = 0;
    ((uint8_t *)end)[-1] = 0; /* expect: units-store-rx */
}

/* Fields that the contract does not name stay plain. */
void plain_fields(TCGContext *s, TranslationBlock *tb)
{
    s->nb_temps = 1;
    s->code_gen_buffer_size = 4;
    tb->flags = 0;
    tb->tc.size = 4;
}
