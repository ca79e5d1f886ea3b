/* canonical: rw
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

void canary_reader(${rx-const} *p);

bool canary_read(${rx-const} *p, ${rx-const} *q)
{
    canary_reader(p + 1);
    return *p == 0 && p < q;
}

void canary_write(${rw-type} *rw, ${rx-const} *p)
{
    *rw = *p;
}
