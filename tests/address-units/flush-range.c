/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The maintained range is the written range. */
#include "tcg.h"

void patch_too_short(const tcg_insn_unit *rx, tcg_insn_unit_rw *rw)
{
    *(uint64_t *)rw = 1; /* expect: units-flush */
    tcg_code_written(rx, rw, 4);
}

void patch_second_of_two(const tcg_insn_unit *rx, tcg_insn_unit_rw *rw)
{
    ((uint32_t *)rw)[0] = 1;
    ((uint32_t *)rw)[1] = 1; /* expect: units-flush */
    tcg_code_written(rx, rw, 4);
}

void patch_nothing_long(const tcg_insn_unit *rx, tcg_insn_unit_rw *rw)
{
    *(uint32_t *)rw = 1; /* expect: units-flush */
    tcg_code_written(rx, rw, 0);
}

/* A range larger than the write is slow, and shows a wrong count. */
void patch_too_long(const tcg_insn_unit *rx, tcg_insn_unit_rw *rw)
{
    *(uint32_t *)rw = 1;
    tcg_code_written(rx, rw, 8); /* expect: units-flush */
}

void patch_other_place(const tcg_insn_unit *rx, tcg_insn_unit_rw *rw)
{
    *(uint32_t *)rw = 1; /* expect: units-flush */
    tcg_code_written(rx, (char *)rw + 8, 4); /* expect: units-flush */
}

void patch_behind_start(const tcg_insn_unit *rx, tcg_insn_unit_rw *rw)
{
    ((uint32_t *)rw)[1] = 1;
    tcg_code_written((char *)rx + 4, (char *)rw + 4, 4);
}

void patch_invalidate_other_place(const tcg_insn_unit *rx,
                                  tcg_insn_unit_rw *rw)
{
    *(uint32_t *)rw = 1;
    tcg_target_flush_dcache(rw, 4);
    tcg_target_invalidate_icache((char *)rx + 4, 4); /* expect: units-flush */
}

void patch_invalidate_less(const tcg_insn_unit *rx, tcg_insn_unit_rw *rw)
{
    *(uint64_t *)rw = 1;
    tcg_target_flush_dcache(rw, 8);
    tcg_target_invalidate_icache(rx, 4); /* expect: units-flush */
}

void patch_other_pointer(const tcg_insn_unit *rx, tcg_insn_unit_rw *rw,
                         const tcg_insn_unit *rx2, tcg_insn_unit_rw *rw2)
{
    *(uint32_t *)rw = 1; /* expect: units-flush */
    tcg_code_written(rx2, rw2, 4);
}
