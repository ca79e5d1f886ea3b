/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Comparisons between the aliases say nothing. */
#include "tcg.h"

int memcmp(const void *a, const void *b, size_t n);

bool equal(TCGContext *s, const tcg_insn_unit *p)
{
    const void *rw = TCG_CODE_PTR_RW(s, s->code_ptr);

    return rw == p; /* expect: units-compare */
}

bool not_equal(TCGContext *s, tcg_insn_unit_rw *rw)
{
    if (s->code_ptr != (const tcg_insn_unit *)rw) { /* expect: units-compare */
        return 1;
    }
    return 0;
}

bool in_buffer(TCGContext *s, tcg_insn_unit_rw *rw)
{
    const char *p = (const char *)rw;
    const char *start = s->code_gen_buffer;

    if (p < start) { /* expect: units-compare */
        return 0;
    }
    return p - start <= s->code_gen_buffer_size; /* expect: units-compare */
}

bool in_buffer_by_one_test(TCGContext *s, tcg_insn_unit_rw *rw)
{
    size_t offset = (uintptr_t)rw - (uintptr_t)s->code_gen_buffer;

    return offset < s->code_gen_buffer_size; /* expect: units-compare */
}

bool highwater(TCGContext *s)
{
    void *rw = TCG_CODE_PTR_RW(s, s->code_ptr);

    return (uintptr_t)rw > (uintptr_t)s->code_gen_highwater; /* expect: units-compare */
}

const void *smaller(TCGContext *s, tcg_insn_unit_rw *rw)
{
    const void *p = s->code_ptr;

    return p < (void *)rw ? p : NULL; /* expect: units-compare */
}

void loop(TCGContext *s, size_t len)
{
    uint8_t *rw = TCG_CODE_PTR_RW(s, s->code_buf);
    const uint8_t *end = (const uint8_t *)s->code_buf + len;

    while (rw != end) { /* expect: units-compare */
        *rw++ = 0;
    }
}

void loop_good(TCGContext *s, size_t len)
{
    uint8_t *rw = TCG_CODE_PTR_RW(s, s->code_buf);
    uint8_t *end = rw + len;

    while (rw < end) {
        *rw++ = 0;
    }
}

int key(TCGContext *s, tcg_insn_unit_rw *rw)
{
    const void *a = s->code_ptr;
    const void *b = rw;

    return memcmp(&a, &b, sizeof(a)); /* expect: units-compare */
}

/* Bytes of code may be compared through either alias. */
int verify(TCGContext *s, tcg_insn_unit_rw *rw)
{
    return memcmp(s->code_ptr, rw, 16);
}

static int order(const void *a, const void *b)
{
    return a < b ? -1 : a > b; /* expect: units-compare */
}

int through_a_call(TCGContext *s, tcg_insn_unit_rw *rw)
{
    return order(s->code_ptr, rw);
}

bool good(TCGContext *s, const tcg_insn_unit *p, uintptr_t foreign)
{
    const char *start = s->code_gen_buffer;

    if (!p || p == s->code_ptr || p < s->code_buf) {
        return 0;
    }
    if (foreign - (uintptr_t)start > s->code_gen_buffer_size) {
        return 1;
    }
    if (s->code_rw_diff || s->code_rw_diff == 0) {
        return 1;
    }
    return foreign >= (uintptr_t)s->code_buf;
}

bool good_aliases_differ(TCGContext *s, tcg_insn_unit_rw *rw, void *end)
{
    return rw == TCG_CODE_PTR_RW(s, s->code_ptr) && rw;
}
