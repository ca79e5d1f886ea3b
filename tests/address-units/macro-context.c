/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A conversion with the difference of another context: all contexts are one
 * object to the analysis, since all share one code buffer.
 */
#define OWN_CONVERSION
#include "tcg.h"

static inline void *tcg_code_ptr_rw(ptrdiff_t rw_diff, const void *rx)
{
    return (void *)((uintptr_t)rx + rw_diff);
}

#define TCG_CODE_PTR_RW(s, p) tcg_code_ptr_rw(tcg_init_ctx.code_rw_diff, (p))

void use(TCGContext *s)
{
    *(uint8_t *)TCG_CODE_PTR_RW(s, s->code_ptr) = 1; /* misses: units-macro objects of one type are one */
}
