/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The context is only known from a declaration elsewhere: its fields have
 * their classes all the same.
 */
#include "tcg.h"

void only_extern(void)
{
    *(uint8_t *)tcg_ctx->code_ptr = 1; /* expect: units-store-rx */
    *(uint8_t *)tcg_ctx->code_gen_ptr = 1; /* expect: units-store-rx */
    *(uint8_t *)TCG_CODE_PTR_RW(tcg_ctx, tcg_ctx->code_ptr) = 1;
    tcg_ctx->nb_temps = 1;
}
