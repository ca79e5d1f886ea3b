/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Pointer arithmetic that counts units instead of bytes. */
#define OWN_CONVERSION
#include "tcg.h"

static inline void *tcg_code_ptr_rw(ptrdiff_t rw_diff, const void *rx)
{
    return (uint32_t *)rx + rw_diff; /* expect: units-macro */
}

#define TCG_CODE_PTR_RW(s, p) tcg_code_ptr_rw((s)->code_rw_diff, (p))

void use(TCGContext *s)
{
    *(uint8_t *)TCG_CODE_PTR_RW(s, s->code_ptr) = 1; /* expect: units-store-unknown */
}
