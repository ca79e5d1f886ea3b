/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Variables that outlive the function. */
#include "tcg.h"

static const tcg_insn_unit *tb_ret_addr;
static uint8_t *window;
static __thread const void *current;
uintptr_t exported;
static uint8_t buffer[64];
static uint8_t *start = buffer;

void keep(TCGContext *s)
{
    tb_ret_addr = s->code_ptr;
    window = TCG_CODE_PTR_RW(s, s->code_ptr);
    current = s->code_buf;
    exported = TCG_RX_ADDR(s->code_ptr);
}

void use(TCGContext *s)
{
    *(uint8_t *)tb_ret_addr = 1; /* expect: units-store-rx */
    *(uint8_t *)current = 1; /* expect: units-store-rx */
    *(uint8_t *)exported = 1; /* expect: units-store-rx */
    *window = 1;
    *(uint8_t *)TCG_CODE_PTR_RW(s, tb_ret_addr) = 1;
    *(uint8_t *)TCG_CODE_PTR_RW(tcg_ctx, current) = 1;
    *start = 1;
    buffer[3] = 1;
}

void context(void)
{
    *(uint8_t *)tcg_ctx->code_ptr = 1; /* expect: units-store-rx */
    *(uint8_t *)tcg_init_ctx.code_ptr = 1; /* expect: units-store-rx */
    *(uint8_t *)TCG_CODE_PTR_RW(&tcg_init_ctx, tcg_init_ctx.code_ptr) = 1;
}

void *in_function(TCGContext *s)
{
    static const void *kept;

    if (kept) {
        *(uint8_t *)kept = 1; /* expect: units-store-rx */
    }
    kept = s->code_ptr;
    return NULL;
}

/* The type of a variable is a promise too. */
extern const tcg_insn_unit *other_unit_rx;
extern tcg_insn_unit_rw *other_unit_rw;

void other_unit(TCGContext *s)
{
    *(uint8_t *)other_unit_rx = 1; /* misses: units-store-rx clang notes no type of a variable that is only declared */
    *other_unit_rw = 1;
}
