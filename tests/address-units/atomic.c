/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Atomic accesses.  Those of 64 bits are calls of the compiler's library on
 * some 32-bit hosts.
 */
#include "tcg.h"

void store_n(TCGContext *s)
{
    uint32_t *rx = (uint32_t *)s->code_ptr;
    uint32_t *rw = TCG_CODE_PTR_RW(s, s->code_ptr);

    __atomic_store_n(rx, 1, __ATOMIC_RELAXED); /* expect: units-store-rx */
    __atomic_store_n(rx, 1, __ATOMIC_SEQ_CST); /* expect: units-store-rx */
    __atomic_store_n(rw, 1, __ATOMIC_RELAXED);
}

void store(TCGContext *s, uint32_t *value)
{
    uint32_t *rx = (uint32_t *)s->code_ptr;
    uint32_t *rw = TCG_CODE_PTR_RW(s, s->code_ptr);

    __atomic_store(rx, value, __ATOMIC_RELAXED); /* expect: units-store-rx */
    __atomic_store(rw, value, __ATOMIC_RELAXED);
}

void store_64(TCGContext *s)
{
    uint64_t *rx = (uint64_t *)s->code_ptr;
    uint64_t *rw = TCG_CODE_PTR_RW(s, s->code_ptr);

    __atomic_store_n(rx, 1, __ATOMIC_RELAXED); /* expect: units-store-rx */
    __atomic_store_n(rw, 1, __ATOMIC_RELAXED);
}

void exchange(TCGContext *s)
{
    uint32_t *rx = (uint32_t *)s->code_ptr;
    uint32_t *rw = TCG_CODE_PTR_RW(s, s->code_ptr);

    __atomic_exchange_n(rx, 1, __ATOMIC_SEQ_CST); /* expect: units-store-rx */
    __atomic_exchange_n(rw, 1, __ATOMIC_SEQ_CST);
}

void exchange_64(TCGContext *s)
{
    uint64_t *rx = (uint64_t *)s->code_ptr;
    uint64_t *rw = TCG_CODE_PTR_RW(s, s->code_ptr);

    __atomic_exchange_n(rx, 1, __ATOMIC_SEQ_CST); /* expect: units-store-rx */
    __atomic_exchange_n(rw, 1, __ATOMIC_SEQ_CST);
}

bool compare_exchange(TCGContext *s, uint32_t old)
{
    uint32_t *a = (uint32_t *)s->code_ptr;
    uint32_t *b = TCG_CODE_PTR_RW(s, s->code_ptr);
    bool done;

    done = __atomic_compare_exchange_n(a, &old, 1, 0, 5, 5); /* expect: units-store-rx */
    done |= __atomic_compare_exchange_n(b, &old, 1, 0, 5, 5);
    return done;
}

bool compare_exchange_64(TCGContext *s, uint64_t old)
{
    uint64_t *a = (uint64_t *)s->code_ptr;
    uint64_t *b = TCG_CODE_PTR_RW(s, s->code_ptr);
    bool done;

    done = __atomic_compare_exchange_n(a, &old, 1, 0, 5, 5); /* expect: units-store-rx */
    done |= __atomic_compare_exchange_n(b, &old, 1, 0, 5, 5);
    return done;
}

void fetch(TCGContext *s)
{
    uint32_t *rx = (uint32_t *)s->code_ptr;
    uint32_t *rw = TCG_CODE_PTR_RW(s, s->code_ptr);

    __atomic_fetch_add(rx, 1, __ATOMIC_SEQ_CST); /* expect: units-store-rx */
    __atomic_fetch_or(rx, 1, __ATOMIC_SEQ_CST); /* expect: units-store-rx */
    __atomic_and_fetch(rx, 1, __ATOMIC_SEQ_CST); /* expect: units-store-rx */
    __atomic_fetch_nand(rx, 1, __ATOMIC_SEQ_CST); /* expect: units-store-rx */
    __atomic_fetch_add(rw, 1, __ATOMIC_SEQ_CST);
    __atomic_fetch_or(rw, 1, __ATOMIC_SEQ_CST);
}

void fetch_64(TCGContext *s)
{
    uint64_t *rx = (uint64_t *)s->code_ptr;
    uint64_t *rw = TCG_CODE_PTR_RW(s, s->code_ptr);

    __atomic_fetch_add(rx, 1, __ATOMIC_SEQ_CST); /* expect: units-store-rx */
    __atomic_fetch_add(rw, 1, __ATOMIC_SEQ_CST);
}

void sync(TCGContext *s)
{
    uint32_t *rx = (uint32_t *)s->code_ptr;
    uint32_t *rw = TCG_CODE_PTR_RW(s, s->code_ptr);

    __sync_fetch_and_add(rx, 1); /* expect: units-store-rx */
    __sync_lock_test_and_set(rx, 1); /* expect: units-store-rx */
    __sync_bool_compare_and_swap(rx, 0, 1); /* expect: units-store-rx */
    __sync_lock_release(rx); /* expect: units-store-rx */
    __sync_fetch_and_add(rw, 1);
}

void c11(TCGContext *s)
{
    _Atomic uint32_t *rx = (_Atomic uint32_t *)s->code_ptr;
    _Atomic uint32_t *rw = TCG_CODE_PTR_RW(s, s->code_ptr);

    *rx = 1; /* expect: units-store-rx */
    *rx += 1; /* expect: units-store-rx */
    __c11_atomic_store(rx, 1, __ATOMIC_RELAXED); /* expect: units-store-rx */
    __c11_atomic_fetch_sub(rx, 1, __ATOMIC_RELAXED); /* expect: units-store-rx */
    *rw = 1;
    *rw += 1;
}

bool flag(TCGContext *s)
{
    uint8_t *rx = (uint8_t *)s->code_ptr;

    __atomic_clear(rx, __ATOMIC_SEQ_CST); /* expect: units-store-rx */
    return __atomic_test_and_set(rx, __ATOMIC_SEQ_CST); /* expect: units-store-rx */
}

/* A pointer is exchanged, not what it points to. */
const tcg_insn_unit *swap(TCGContext *s, const tcg_insn_unit **slot)
{
    return __atomic_exchange_n(slot, s->code_ptr, __ATOMIC_SEQ_CST);
}

static const tcg_insn_unit *published;

void publish(TCGContext *s)
{
    __atomic_store_n(&published, s->code_ptr, __ATOMIC_RELEASE);
}

void consume(void)
{
    uint8_t *p = (uint8_t *)__atomic_load_n(&published, __ATOMIC_ACQUIRE);

    *p = 1; /* expect: units-store-rx */
}

static void *exchanged;

void exchange_pointer(TCGContext *s)
{
    void *plain = __atomic_exchange_n(&exchanged, (void *)s->code_ptr, 5);

    *(char *)plain = 1; /* expect: units-store-rx */
}

static void *compared;

void compare_pointer(TCGContext *s)
{
    void *old = NULL;

    __atomic_compare_exchange_n(&compared, &old, (void *)s->code_ptr, 0, 5, 5);
}

void compared_pointer(void)
{
    *(char *)compared = 1; /* expect: units-store-rx */
}

/* Loads write nothing. */
uint64_t load(TCGContext *s)
{
    const uint64_t *p = (const uint64_t *)s->code_ptr;

    return __atomic_load_n(p, __ATOMIC_RELAXED);
}

/* Of any size: calls of the compiler's library. */
struct Big {
    uint64_t words[3];
};

void big(TCGContext *s, struct Big *value)
{
    struct Big *rx = (struct Big *)s->code_ptr;
    struct Big *rw = TCG_CODE_PTR_RW(s, s->code_ptr);

    __atomic_store(rx, value, __ATOMIC_SEQ_CST); /* expect: units-store-rx */
    __atomic_exchange(rx, value, value, 5); /* expect: units-store-rx */
    __atomic_load(value, rx, 5); /* expect: units-store-rx */
    __atomic_load(rx, value, 5);
    __atomic_store(rw, value, __ATOMIC_SEQ_CST);
}
