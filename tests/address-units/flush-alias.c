/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Each cache is maintained on its own alias. */
#include "tcg.h"

void patch_both_rx(const tcg_insn_unit *rx, tcg_insn_unit_rw *rw)
{
    *(uint32_t *)rw = 1; /* expect: units-flush */
    tcg_target_flush_dcache((void *)rx, 4); /* expect: units-contract */
    tcg_target_invalidate_icache(rx, 4);
}

void patch_both_rw(const tcg_insn_unit *rx, tcg_insn_unit_rw *rw)
{
    *(uint32_t *)rw = 1;
    tcg_target_flush_dcache(rw, 4);
    tcg_target_invalidate_icache(rw, 4); /* expect: units-contract */
}

void patch_plain(const tcg_insn_unit *rx, tcg_insn_unit_rw *rw, void *plain)
{
    *(uint32_t *)rw = 1; /* expect: units-flush */
    tcg_target_flush_dcache(plain, 4);
    tcg_target_invalidate_icache(rx, 4);
}
