/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A unit that does not compile is a finding on every host. */
#include "qemu/osdep.h"
#include "cpu.h"
#include "tcg/tcg.h"

int canary_undeclared(${rx-const} *p)
{
    return canary_no_such_name; /* expect: L1 build-error */
}
