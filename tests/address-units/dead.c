/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Nobody calls these, on this host. */
#include "tcg.h"

static void dead(TCGContext *s)
{
    *(uint8_t *)s->code_ptr = 1; /* expect: units-store-rx */
}

static void called_by_dead(const void *p)
{
    *(uint8_t *)p = 1; /* expect: units-store-rx */
}

static void dead_caller(TCGContext *s)
{
    called_by_dead(s->code_ptr);
}

static inline void dead_inline(TCGContext *s)
{
    *(uint8_t *)s->code_ptr = 1; /* expect: units-store-rx */
}

/* The types of the parameters are all that is known. */
static void typed(const tcg_insn_unit *rx, tcg_insn_unit_rw *rw, void *plain)
{
    *(uint8_t *)rx = 1; /* expect: units-store-rx */
    *rw = 1;
    *(uint8_t *)plain = 1;
}

static inline void typed_inline(const tcg_insn_unit *rx, tcg_insn_unit_rw *rw)
{
    *(uint8_t *)rx = 1; /* expect: units-store-rx */
    *rw = *rx;
}

static void good(TCGContext *s)
{
    *(uint8_t *)TCG_CODE_PTR_RW(s, s->code_ptr) = 1;
}
