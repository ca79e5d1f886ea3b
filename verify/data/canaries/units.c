/* canonical: rx
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Breaks each rule of L3, at the lines that say so.  It compiles without a
 * word: what is wrong here is only wrong in where its addresses come from.
 */
#define tcg_code_ptr_rw right_code_ptr_rw
#include "qemu/osdep.h"
#include "cpu.h"
#include "exec/exec-all.h"
#include "tcg/tcg.h"
#undef tcg_code_ptr_rw

/* A conversion that forgets the difference. */
static inline void *tcg_code_ptr_rw(ptrdiff_t rw_diff, const void __rx *rx)
{
    return (void *)(uintptr_t)rx; /* expect: L3 units-macro */
}

void canary_wrong_macro(TCGContext *s)
{
    *(uint8_t *)TCG_CODE_PTR_RW(s, s->code_ptr) = 0; /* expect: L3 units-store-rx */
}

#define RIGHT_RW(s, p) right_code_ptr_rw((s)->code_rw_diff, (p))

void canary_store(const tcg_insn_unit *p)
{
    *(uint8_t *)(uintptr_t)p = 0; /* expect: L3 units-store-rx */
    *(uint64_t *)(uintptr_t)(p + 1) = 0; /* expect: L3 units-store-rx */
}

void canary_field(TCGContext *s, TranslationBlock *tb)
{
    *(uint32_t *)(uintptr_t)s->code_gen_ptr = 0; /* expect: L3 units-store-rx */
    *(uint32_t *)(uintptr_t)tb->tc.ptr = 0; /* expect: L3 units-store-rx */
}

/* Seen on every host, though on each one of them is folded away. */
void canary_folded(const tcg_insn_unit *p)
{
    if (CANARY_HOST_BITS == 32) {
        *(uint8_t *)(uintptr_t)p = 0; /* expect: L3 units-store-rx */
    } else {
        *(uint8_t *)(uintptr_t)p = 1; /* expect: L3 units-store-rx */
    }
}

void canary_atomic(const tcg_insn_unit *p)
{
    qatomic_set((uint32_t *)(uintptr_t)p, 0); /* expect: L3 units-store-rx */
}

void canary_memory(const tcg_insn_unit *p, const void *from, int fd)
{
    memset((void *)(uintptr_t)p, 0, 4); /* expect: L3 units-store-rx */
    memcpy((void *)(uintptr_t)p, from, 4); /* expect: L3 units-store-rx */
    (void)!read(fd, (void *)(uintptr_t)p, 4); /* expect: L3 units-store-rx */
}

/* Through memory, a call and a pointer to a function. */
static void *canary_kept;

static void canary_writer(void *p)
{
    *(uint8_t *)p = 0; /* expect: L3 units-store-rx */
}

void (*volatile canary_hook)(void *p) = canary_writer;

void canary_keep(const tcg_insn_unit *p)
{
    canary_kept = (void *)(uintptr_t)p;
}

void canary_use(void)
{
    canary_hook(canary_kept);
}

void canary_sum(TCGContext *s)
{
    uintptr_t a = (uintptr_t)s->code_ptr + s->code_rw_diff;

    *(uint8_t *)(a + s->code_rw_diff) = 0; /* expect: L3 units-store-unknown */
}

uint32_t canary_value(TCGContext *s, const tcg_insn_unit *target)
{
    uintptr_t rw = (uintptr_t)RIGHT_RW(s, s->code_ptr);

    return (uintptr_t)target - rw; /* expect: L3 units-value */
}

bool canary_compare(TCGContext *s, const tcg_insn_unit *p)
{
    uintptr_t rw = (uintptr_t)RIGHT_RW(s, s->code_ptr);

    return (uintptr_t)p < rw; /* expect: L3 units-compare */
}

void canary_contract(TCGContext *s, TranslationBlock *tb)
{
    uintptr_t rw = (uintptr_t)RIGHT_RW(s, s->code_ptr);

    tb->tc.ptr = (const void __rx *)rw; /* expect: L3 units-contract */
    s->code_rw_diff = (uintptr_t)s->code_ptr; /* expect: L3 units-contract */
}

void canary_unlisted(void *p);

void canary_escape(const tcg_insn_unit *p)
{
    canary_unlisted((void *)(uintptr_t)p); /* expect: L3 units-escape */
    asm volatile("" : : "r"((uintptr_t)p)); /* expect: L3 units-escape */
}

/* Nothing maintains the caches. */
void tb_target_set_jmp_target(const tcg_insn_unit *tc_ptr,
                              const tcg_insn_unit *jmp_rx,
                              tcg_insn_unit_rw *jmp_rw,
                              const tcg_insn_unit *target)
{
    *(uint32_t *)jmp_rw = 0; /* expect: L3 units-flush */
}
