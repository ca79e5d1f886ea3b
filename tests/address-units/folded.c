/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Branches that the compiler folds for one host or the other. */
#include "tcg.h"

void never(TCGContext *s)
{
    if (0) {
        *(uint8_t *)s->code_ptr = 1; /* expect: units-store-rx */
    }
}

void never_after_and(TCGContext *s, int x)
{
    if (0 && x) {
        *(uint8_t *)s->code_ptr = 1; /* expect: units-store-rx */
    }
}

void by_host(TCGContext *s)
{
    if (TCG_TARGET_REG_BITS == 32) {
        *(uint32_t *)s->code_ptr = 1; /* expect: units-store-rx */
    } else {
        *(uint64_t *)s->code_ptr = 1; /* expect: units-store-rx */
    }
}

/* The value chosen there flows on only on hosts that choose it. */
void conditional(TCGContext *s)
{
    uint8_t *rw = TCG_CODE_PTR_RW(s, s->code_ptr);
    uint8_t *p = TCG_TARGET_REG_BITS == 64 ? rw : (uint8_t *)s->code_ptr;
    uint8_t *q = TCG_TARGET_REG_BITS == 32 ? rw : (uint8_t *)s->code_ptr;

    *p = 1; /* expect-32: units-store-rx */
    *q = 1; /* expect-64: units-store-rx */
}

void loop(TCGContext *s)
{
    for (; 0;) {
        *(uint8_t *)s->code_ptr = 1; /* expect: units-store-rx */
    }
}

static inline void out(TCGContext *s, uint32_t value)
{
    if (sizeof(tcg_insn_unit) == 1) {
        *(uint8_t *)s->code_ptr = value; /* expect: units-store-rx */
    } else if (sizeof(tcg_insn_unit) == 2) {
        *(uint16_t *)s->code_ptr = value; /* expect: units-store-rx */
    } else {
        *(uint32_t *)s->code_ptr = value; /* expect: units-store-rx */
    }
}

void caller(TCGContext *s)
{
    out(s, 1);
}

static inline void good(TCGContext *s, uint32_t value)
{
    if (sizeof(tcg_insn_unit) == 1) {
        *(uint8_t *)TCG_CODE_PTR_RW(s, s->code_ptr) = value;
    } else {
        *(uint32_t *)TCG_CODE_PTR_RW(s, s->code_ptr) = value;
    }
}

void good_caller(TCGContext *s)
{
    good(s, 1);
}
