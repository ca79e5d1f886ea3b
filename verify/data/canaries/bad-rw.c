/* canonical: rw
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Breaks each rule of L1 and L2 that holds where RW is canonical, at the lines
 * that say so.  Built like any unit of the tree, with the tree's own headers.
 */
#include "qemu/osdep.h"
#include "cpu.h"
#include "exec/exec-all.h"
#include "tcg/tcg.h"

void canary_rw(${rw-type} *p);
void canary_rx(${rx-const} *p);

void canary_pass(${rx-const} *p)
{
    canary_rw(p); /* expect: L1 rx-discard-const, L2 rx-address-space */
}

void canary_cast(${rx-const} *p)
{
    canary_rw((${rw-type} *)p); /* expect: L1 rx-cast-const, L2 rx-cast-drops */
}

void canary_store(${rx-const} *p)
{
    *p = 0; /* expect: L1 rx-store, L2 rx-store */
}

/* What follows an error in the same function must not be lost. */
void canary_after_error(${rx-const} *p)
{
    *p = 0; /* expect: L1 rx-store, L2 rx-store */
    canary_rw(p); /* expect: L1 rx-discard-const, L2 rx-address-space */
}

/* No compiler minds this one: const may be added. */
void canary_mix(${rw-type} *p)
{
    canary_rx(p); /* expect: L2 rx-address-space */
}

bool canary_compare(${rx-const} *p, ${rw-type} *rw)
{
    return p == rw; /* expect: L2 rx-address-space */
}

${rw-type} *canary_return(${rx-const} *p)
{
    return p; /* expect: L1 rx-discard-const, L2 rx-address-space */
}

/* Inline functions are looked into, whether or not anything calls them. */
static inline void canary_inline(${rw-type} *p)
{
    canary_rx(p); /* expect: L2 rx-address-space */
}
