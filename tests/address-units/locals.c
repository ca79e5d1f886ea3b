/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The type of a variable is a promise, also that of a local one. */
#include "tcg.h"

void consume(const void *p);

void declared(TCGContext *s, tcg_insn_unit_rw *rw)
{
    const tcg_insn_unit *p = rw; /* expect: units-contract */
    tcg_insn_unit_rw *q = (tcg_insn_unit_rw *)s->code_ptr; /* expect: units-contract */

    if (!p || !q) {
        s->nb_temps = 1;
    }
}

void assigned(TCGContext *s, tcg_insn_unit_rw *rw, int x)
{
    const tcg_insn_unit *p = s->code_ptr; /* expect: units-contract */

    if (x) {
        p = rw;
    }
    s->nb_temps = p != NULL;
}

static inline void takes(const tcg_insn_unit *p, tcg_insn_unit_rw *q)
{
    *q = *p;
}

void passed(TCGContext *s, tcg_insn_unit_rw *rw)
{
    takes(rw, rw); /* expect: units-contract */
    takes(s->code_ptr, rw);
}

void good(TCGContext *s, const void *any, int n)
{
    const tcg_insn_unit *p = s->code_ptr;
    const tcg_insn_unit *null = NULL;
    tcg_insn_unit_rw *rw = TCG_CODE_PTR_RW(s, p);
    const tcg_insn_unit *late;
    tcg_insn_unit value = *p;

    late = any;
    for (int i = 0; i < n; i++) {
        *rw++ = value;
        p++;
    }
    s->nb_temps = null == late;
}

/* By name, when no type tells: a number, and a variable of an inner block. */
void shown(TCGContext *s, const tcg_insn_unit *rx)
{
    uintptr_t start = (uintptr_t)TCG_CODE_PTR_RW(s, rx); /* expect: units-contract */

    if (s->nb_temps) {
        const char *rw = (const char *)rx; /* expect: units-contract */

        s->nb_temps = start ? rw[0] : rw[1];
    }
}

void shown_well(TCGContext *s, const tcg_insn_unit *rx)
{
    uintptr_t start = (uintptr_t)rx;

    if (s->nb_temps) {
        const char *rw = (const char *)TCG_CODE_PTR_RW(s, rx);

        s->nb_temps = start ? rw[0] : rw[1];
    }
}
