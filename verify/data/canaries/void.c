/* SPDX-License-Identifier: GPL-2.0-or-later */
/* expect-void: sparse cannot read this, and its silence is no pass. */
#include "qemu/osdep.h"
#include "cpu.h"
#include "tcg/tcg.h"

int canary_syntax(${rx-const} *p)
{
    return * ;
}
