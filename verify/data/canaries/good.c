/* canonical: rx
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Breaks no rule: whatever a layer says of it is a mistake of the layer.
 */
#include "qemu/osdep.h"
#include "cpu.h"
#include "exec/exec-all.h"
#include "tcg/tcg.h"

/* The headers that the checker made fit host and guest. */
QEMU_BUILD_BUG_ON(sizeof(void *) * 8 != CANARY_HOST_BITS);
QEMU_BUILD_BUG_ON(sizeof(gsize) != sizeof(size_t));
QEMU_BUILD_BUG_ON(sizeof(gint64) != 8);
QEMU_BUILD_BUG_ON(TARGET_LONG_BITS != CANARY_GUEST_BITS);

void canary_reader(const tcg_insn_unit *p);

bool canary_read(const tcg_insn_unit *p, const tcg_insn_unit *q)
{
    canary_reader(p + 1);
    return *p == 0 && p < q;
}

#ifdef TCG_CODE_PTR_RW
void canary_write(TCGContext *s, const tcg_insn_unit *p)
{
    tcg_insn_unit_rw *rw = TCG_CODE_PTR_RW(s, p);

    *rw = *p;
}
#endif
