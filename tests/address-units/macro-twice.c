/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A conversion that adds the difference twice. */
#define OWN_CONVERSION
#include "tcg.h"

static inline void *tcg_code_ptr_rw(ptrdiff_t rw_diff, const void *rx)
{
    return (char *)rx + rw_diff + rw_diff; /* expect: units-macro */
}

#define TCG_CODE_PTR_RW(s, p) tcg_code_ptr_rw((s)->code_rw_diff, (p))

void use(TCGContext *s)
{
    *(uint8_t *)TCG_CODE_PTR_RW(s, s->code_ptr) = 1; /* expect: units-store-unknown */
}
