/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One variable, either alias. */
#include "tcg.h"

void selected(TCGContext *s, int x)
{
    uint8_t *rw = TCG_CODE_PTR_RW(s, s->code_ptr);
    uint8_t *p = x ? rw : (uint8_t *)s->code_ptr;

    *p = 1; /* expect: units-store-rx */
}

void branches(TCGContext *s, int x)
{
    uint8_t *p;

    if (x) {
        p = TCG_CODE_PTR_RW(s, s->code_ptr);
    } else {
        p = (uint8_t *)s->code_ptr;
    }
    *p = 1; /* expect: units-store-rx */
}

void one_case(TCGContext *s, int x)
{
    uint8_t *p = NULL;

    switch (x) {
    case 0:
        p = TCG_CODE_PTR_RW(s, s->code_buf);
        break;
    case 1:
        p = (uint8_t *)s->code_buf;
        break;
    default:
        break;
    }
    p[1] = 0; /* expect: units-store-rx */
}

/* Second time round, it is the other one. */
void loop(TCGContext *s, int n)
{
    uint8_t *p = TCG_CODE_PTR_RW(s, s->code_buf);

    for (int i = 0; i < n; i++) {
        *p = 1; /* expect: units-store-rx */
        p = (uint8_t *)s->code_buf + i;
    }
}

void optional(TCGContext *s, uint8_t *plain, int x)
{
    uint8_t *p = x ? plain : (uint8_t *)s->code_ptr;

    *p = 1; /* expect: units-store-rx */
}

void good(TCGContext *s, int x)
{
    const tcg_insn_unit *p = x ? s->code_ptr : s->code_buf;
    uint8_t *rw = NULL;

    if (x > 3) {
        rw = TCG_CODE_PTR_RW(s, p);
    }
    if (rw) {
        *rw = 1;
    }
    for (int i = 0; i < x; i++) {
        rw = TCG_CODE_PTR_RW(s, p + i);
        *rw = 1;
    }
}

/* The difference is not added on every path. */
void sometimes(TCGContext *s)
{
    uintptr_t a = TCG_RX_ADDR(s->code_ptr);

    if (s->nb_temps) {
        a += s->code_rw_diff;
    }
    *(uint8_t *)a = 1; /* expect: units-store-rx */
}

/* An accumulated difference is more than one. */
void repeatedly(TCGContext *s, int n)
{
    uintptr_t a = TCG_RX_ADDR(s->code_ptr);

    do {
        a += s->code_rw_diff;
    } while (n--);
    *(uint8_t *)a = 1; /* expect: units-store-unknown */
}
