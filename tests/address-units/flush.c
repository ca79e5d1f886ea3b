/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * After code that may be running was patched, every path to the end flushes
 * the data cache on RW, then invalidates the instruction cache on RX, over
 * what was written.  contract.ini names the functions here that patch.
 */
#include "tcg.h"

void patch_good(const tcg_insn_unit *rx, tcg_insn_unit_rw *rw, uint32_t insn)
{
    __atomic_store_n((uint32_t *)rw, insn, __ATOMIC_RELAXED);
    tcg_code_written(rx, rw, 4);
}

void patch_good_by_hand(const tcg_insn_unit *rx, tcg_insn_unit_rw *rw)
{
    *(uint32_t *)rw = 1;
    tcg_target_flush_dcache(rw, 4);
    tcg_target_invalidate_icache(rx, 4);
}

void patch_good_two(const tcg_insn_unit *rx, tcg_insn_unit_rw *rw)
{
    ((uint32_t *)rw)[0] = 1;
    ((uint32_t *)rw)[1] = 1;
    tcg_code_written(rx, rw, 8);
}

void patch_good_branches(const tcg_insn_unit *rx, tcg_insn_unit_rw *rw, int x)
{
    if (x > 3) {
        *(uint64_t *)rw = 1;
        tcg_code_written(rx, rw, 8);
        return;
    }
    if (x == 3) {
        *(uint32_t *)rw = 1;
    } else {
        *(uint32_t *)rw = 2;
    }
    tcg_code_written(rx, rw, 4);
}

void patch_good_without_store(const tcg_insn_unit *rx, tcg_insn_unit_rw *rw,
                              int x)
{
    if (!x) {
        return;
    }
    *(uint32_t *)rw = 1;
    tcg_code_written(rx, rw, 4);
}

void patch_good_loop(const tcg_insn_unit *rx, tcg_insn_unit_rw *rw, int n,
                     const tcg_insn_unit *end)
{
    for (int i = 0; i < n; i++) {
        ((uint32_t *)rw)[i] = 1;
    }
    tcg_code_written(rx, rw, (const char *)end - (const char *)rx);
}

/* The relation of this length to the written bytes is unknown. */
void patch_counted(const tcg_insn_unit *rx, tcg_insn_unit_rw *rw, int n)
{
    *(uint32_t *)rw = 1;
    tcg_code_written(rx, rw, n * 4); /* expect: units-flush */
}

void patch_nothing(const tcg_insn_unit *rx, tcg_insn_unit_rw *rw)
{
    *(uint32_t *)rw = 1; /* expect: units-flush */
}

void patch_flush_only(const tcg_insn_unit *rx, tcg_insn_unit_rw *rw)
{
    *(uint32_t *)rw = 1; /* expect: units-flush */
    tcg_target_flush_dcache(rw, 4);
}

void patch_invalidate_only(const tcg_insn_unit *rx, tcg_insn_unit_rw *rw)
{
    *(uint32_t *)rw = 1; /* expect: units-flush */
    tcg_target_invalidate_icache(rx, 4);
}

void patch_reversed(const tcg_insn_unit *rx, tcg_insn_unit_rw *rw)
{
    *(uint32_t *)rw = 1; /* expect: units-flush */
    tcg_target_invalidate_icache(rx, 4);
    tcg_target_flush_dcache(rw, 4);
}

void patch_before(const tcg_insn_unit *rx, tcg_insn_unit_rw *rw)
{
    tcg_code_written(rx, rw, 4);
    *(uint32_t *)rw = 1; /* expect: units-flush */
}

void patch_between(const tcg_insn_unit *rx, tcg_insn_unit_rw *rw)
{
    tcg_target_flush_dcache(rw, 4);
    *(uint32_t *)rw = 1; /* expect: units-flush */
    tcg_target_invalidate_icache(rx, 4);
}

void patch_one_branch(const tcg_insn_unit *rx, tcg_insn_unit_rw *rw, int x)
{
    *(uint32_t *)rw = 1; /* expect: units-flush */
    if (x) {
        tcg_code_written(rx, rw, 4);
    }
}

void patch_early_return(const tcg_insn_unit *rx, tcg_insn_unit_rw *rw, int x)
{
    *(uint32_t *)rw = 1; /* expect: units-flush */
    if (x) {
        return;
    }
    tcg_code_written(rx, rw, 4);
}

void patch_one_case(const tcg_insn_unit *rx, tcg_insn_unit_rw *rw, int x)
{
    switch (x) {
    case 0:
        *(uint32_t *)rw = 1;
        break;
    case 1:
        *(uint32_t *)rw = 2; /* expect: units-flush */
        return;
    default:
        *(uint32_t *)rw = 3;
        break;
    }
    tcg_code_written(rx, rw, 4);
}

/* The loop may run no times, but the store is made. */
void patch_loop(const tcg_insn_unit *rx, tcg_insn_unit_rw *rw, int n)
{
    *(uint32_t *)rw = 1; /* expect: units-flush */
    while (n--) {
        tcg_code_written(rx, rw, 4);
    }
}

/* The stores of the last round are not maintained. */
void patch_last_round(const tcg_insn_unit *rx, tcg_insn_unit_rw *rw, int n)
{
    do {
        tcg_code_written(rx, rw, 4);
        *(uint32_t *)rw = n; /* expect: units-flush */
    } while (n--);
}

void patch_goto(const tcg_insn_unit *rx, tcg_insn_unit_rw *rw, int x)
{
    *(uint32_t *)rw = 1; /* expect: units-flush */
    if (x) {
        goto out;
    }
    tcg_code_written(rx, rw, 4);
out:
    return;
}

void patch_atomic(const tcg_insn_unit *rx, tcg_insn_unit_rw *rw)
{
    __atomic_exchange_n((uint32_t *)rw, 1, 5); /* expect: units-flush */
}

void patch_copied(const tcg_insn_unit *rx, tcg_insn_unit_rw *rw, void *from)
{
    __builtin_memcpy(rw, from, 8); /* expect: units-flush */
}

static void store(tcg_insn_unit_rw *rw)
{
    *(uint32_t *)rw = 1;
}

void patch_by_call(const tcg_insn_unit *rx, tcg_insn_unit_rw *rw)
{
    store(rw); /* expect: units-flush */
}

void patch_by_call_good(const tcg_insn_unit *rx, tcg_insn_unit_rw *rw)
{
    store(rw);
    tcg_code_written(rx, rw, 4);
}

/* An exit that does not return leaves nothing to run. */
void abort(void) __attribute__((noreturn));

void patch_abort(const tcg_insn_unit *rx, tcg_insn_unit_rw *rw, int x)
{
    *(uint32_t *)rw = 1;
    if (x) {
        abort();
    }
    tcg_code_written(rx, rw, 4);
}

/* Who only emits is not asked: what it emits is maintained at the end. */
void emit(TCGContext *s)
{
    *(uint32_t *)TCG_CODE_PTR_RW(s, s->code_ptr) = 1;
}

/* Bytes that others wrote, as after a fork. */
void maintain_good(TCGContext *s)
{
    const void *start = s->code_gen_buffer;

    tcg_code_written(start, TCG_CODE_PTR_RW(s, start),
                     (const char *)s->code_gen_ptr - (const char *)start);
}

void maintain_sometimes(TCGContext *s)
{
    const void *start = s->code_gen_buffer; /* expect: units-flush */
    size_t len = (const char *)s->code_gen_ptr - (const char *)start;

    if (len > 4096) {
        tcg_code_written(start, TCG_CODE_PTR_RW(s, start), len);
    }
}
