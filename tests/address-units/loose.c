/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Distances from code: the parameter's type says RX, the contract that it may
 * be more, as for constants that name anything.  What can only be RW is wrong
 * all the same, but where distances to data are computed.
 */
#include "tcg.h"

static inline ptrdiff_t distance(TCGContext *s, const tcg_insn_unit *target)
{
    return (const char *)target - (const char *)s->code_ptr;
}

ptrdiff_t right(TCGContext *s)
{
    ptrdiff_t d = distance(s, s->code_buf);

    *(int32_t *)TCG_CODE_PTR_RW(s, s->code_ptr) = d;
    return d;
}

ptrdiff_t any(TCGContext *s, int x)
{
    const void *p = x ? (const void *)s->code_buf
                      : TCG_CODE_PTR_RW(s, s->code_buf);

    return distance(s, p);
}

ptrdiff_t wrong(TCGContext *s)
{
    return distance(s, TCG_CODE_PTR_RW(s, s->code_buf)); /* expect: units-contract */
}

ptrdiff_t distance_to_data(TCGContext *s)
{
    return distance(s, TCG_CODE_PTR_RW(s, s->code_gen_ptr));
}

/* RX made of RW: whatever it is then used for. */
bool made(TCGContext *s)
{
    const void *p = TCG_RX_PTR((uintptr_t)TCG_CODE_PTR_RW(s, s->code_ptr)); /* expect: units-contract */

    return p && *(const char *)p;
}

const void *made_right(TCGContext *s, uintptr_t any)
{
    return any ? TCG_RX_PTR(any) : TCG_RX_PTR(TCG_RX_ADDR(s->code_ptr) + 4);
}
