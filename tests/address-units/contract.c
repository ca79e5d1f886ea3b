/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Fields, parameters and results for which the contract promises a class. */
#include "tcg.h"

void fields(TCGContext *s, TranslationBlock *tb, tcg_insn_unit_rw *rw)
{
    s->code_ptr = rw; /* expect: units-contract */
    s->code_buf = TCG_CODE_PTR_RW(s, s->code_ptr); /* expect: units-contract */
    s->code_gen_ptr = rw; /* expect: units-contract */
    tb->tc.ptr = rw; /* expect: units-contract */
    s->code_ptr = s->code_buf + 1;
    tb->tc.ptr = s->code_ptr;
    s->code_gen_ptr = NULL;
}

void difference(TCGContext *s, tcg_insn_unit_rw *rw, const tcg_insn_unit *rx)
{
    s->code_rw_diff = (uintptr_t)rx - (uintptr_t)rw; /* expect: units-contract, units-value */
    s->code_rw_diff = (uintptr_t)rx; /* expect: units-contract */
    s->code_rw_diff = (uintptr_t)rw; /* expect: units-contract */
    s->code_rw_diff = (uintptr_t)rw - (uintptr_t)rx;
    s->code_rw_diff = 0;
    s->code_rw_diff = tcg_init_ctx.code_rw_diff;
}

void by_address(TranslationBlock *tb, tcg_insn_unit_rw *rw)
{
    const void **slot = &tb->tc.ptr;

    *slot = rw; /* expect: units-contract */
}

void *g_tree_lookup(void *tree, const void *key);

void key(void *tree, tcg_insn_unit_rw *rw, const tcg_insn_unit *rx)
{
    struct tb_tc bad = {.ptr = rw, .size = 4}; /* expect: units-contract */
    struct tb_tc good = {.ptr = rx, .size = 4};

    g_tree_lookup(tree, &bad);
    g_tree_lookup(tree, &good);
}

static void takes_rx(const tcg_insn_unit *rx, int value)
{
    (void)*rx;
}

static void takes_rw(tcg_insn_unit_rw *rw, int value)
{
    *rw = value;
}

void parameters(TCGContext *s, tcg_insn_unit_rw *rw)
{
    takes_rx(rw, 1); /* expect: units-contract */
    takes_rw((tcg_insn_unit_rw *)s->code_ptr, 1); /* expect: units-contract */
    takes_rx(s->code_ptr, 1);
    takes_rw(rw, 1);
    takes_rw(TCG_CODE_PTR_RW(s, s->code_ptr), 1);
}

void swapped(TCGContext *s, const tcg_insn_unit *rx, tcg_insn_unit_rw *rw)
{
    tcg_code_written(rw, (void *)rx, 4); /* expect: units-contract */ /* expect-in: tcg_code_written units-contract */
    tcg_code_written(rx, rw, 4);
}

void exchanged(TCGContext *s, TranslationBlock *tb, tcg_insn_unit_rw *rw)
{
    __atomic_store_n(&tb->tc.ptr, rw, __ATOMIC_RELEASE); /* expect: units-contract */
    __atomic_store_n(&tb->tc.ptr, s->code_ptr, __ATOMIC_RELEASE);
}
