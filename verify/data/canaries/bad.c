/* canonical: rx
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Breaks each rule once, at the lines that say so.  Built like any unit of the
 * tree, with the tree's own headers.
 */
#include "qemu/osdep.h"
#include "cpu.h"
#include "exec/exec-all.h"
#include "tcg/tcg.h"

void canary_plain(void *p);
void canary_rx(const tcg_insn_unit *p);

void canary_pass(const tcg_insn_unit *p)
{
    canary_plain(p); /* expect: L1 rx-discard-const, L2 rx-address-space */
}

void canary_cast(const tcg_insn_unit *p)
{
    canary_plain((void *)p); /* expect: L1 rx-cast-const, L2 rx-cast-drops */
}

void canary_store(const tcg_insn_unit *p)
{
    *p = 0; /* expect: L1 rx-store, L2 rx-store */
}

/* What follows an error in the same function must not be lost. */
void canary_after_error(const tcg_insn_unit *p)
{
    *p = 0; /* expect: L1 rx-store, L2 rx-store */
    canary_plain(p); /* expect: L1 rx-discard-const, L2 rx-address-space */
}

tcg_insn_unit *canary_return(const tcg_insn_unit *p)
{
    return p; /* expect: L1 rx-discard-const, L2 rx-modifiers */
}

uintptr_t canary_integer(const tcg_insn_unit *p)
{
    uintptr_t a = (uintptr_t)p; /* expect: L2 rx-cast-drops */

    return a;
}

const void *canary_forget(const tcg_insn_unit *p)
{
    return p; /* expect: L2 rx-address-space */
}

void canary_make(const void *p)
{
    canary_rx((const tcg_insn_unit *)p); /* expect: L2 rx-cast-adds */
}

void canary_number(uintptr_t a)
{
    const tcg_insn_unit *p = a; /* expect: L1 rx-pointer-type */

    canary_rx(p);
}

bool canary_compare(const tcg_insn_unit *p, const void *q)
{
    return p == q; /* expect: L2 rx-address-space */
}

/* Inline functions are looked into, whether or not anything calls them. */
static inline void canary_inline(const tcg_insn_unit *p)
{
    canary_plain(p); /* expect: L1 rx-discard-const, L2 rx-address-space */
}

/* So is what only a debug build asserts. */
bool canary_writable(void *p);

void canary_assert(const tcg_insn_unit *p)
{
    tcg_debug_assert(canary_writable((void *)p)); /* expect: L1 rx-cast-const, L2 rx-cast-drops */
}

void canary_atomic(const tcg_insn_unit *p)
{
    __atomic_store_n(p, 0, 0); /* expect: L1 rx-store, L2 rx-store */
}
