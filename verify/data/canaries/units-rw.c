/* canonical: rw
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Breaks rules of L3 where RW is canonical, at the lines that say so.  It
 * compiles without a word.
 */
#include "qemu/osdep.h"
#include "cpu.h"
#include "exec/exec-all.h"
#include "tcg/tcg.h"

void canary_store(${rx-const} *p)
{
    *(uint8_t *)(uintptr_t)p = 0; /* expect: L3 units-store-rx */
}

void canary_converted(${rw-type} *rw)
{
    *rw = 0;
    *(uint8_t *)(uintptr_t)${convert-macros}(rw) = 0; /* expect: L3 units-store-rx */
}

void canary_atomic(${rx-const} *p)
{
    qatomic_set((uint32_t *)(uintptr_t)p, 0); /* expect: L3 units-store-rx */
}

void canary_memory(${rx-const} *p, const void *from)
{
    memcpy((void *)(uintptr_t)p, from, 4); /* expect: L3 units-store-rx */
}

uint32_t canary_value(${rw-type} *rw, ${rx-const} *target)
{
    return (uintptr_t)target - (uintptr_t)rw; /* expect: L3 units-value */
}

bool canary_compare(${rw-type} *rw, ${rx-const} *p)
{
    return (uintptr_t)p < (uintptr_t)rw; /* expect: L3 units-compare */
}

void canary_contract(${rw-type} *rw, TranslationBlock *tb)
{
    tb->tc.ptr = rw; /* expect: L3 units-contract */
}

void canary_unlisted(void *p);

void canary_escape(${rx-const} *p)
{
    canary_unlisted((void *)(uintptr_t)p); /* expect: L3 units-escape */
}
