/*
 * Many copies of one function, each a new block for the emulator to translate.
 *
 * This work is licensed under the terms of the GNU GPL, version 2 or later.
 */
#ifndef CHURN_H
#define CHURN_H

#include <stdint.h>
#include <string.h>
#include <sys/mman.h>

/* Must not need anything that is relative to its own place. */
__attribute__((noinline, noclone, used, section("churn_code")))
static unsigned churn_template(unsigned x, unsigned steps)
{
    while (steps--) {
        if (x & 1) {
            x = 3 * x + 1;
            __asm__ volatile("" : "+r"(x));
        } else {
            x >>= 1;
            __asm__ volatile("" : "+r"(x));
        }
    }
    return x;
}

extern const char __start_churn_code[], __stop_churn_code[];

static inline size_t churn_slot(void)
{
    return (__stop_churn_code - __start_churn_code + 63) & ~(size_t)63;
}

/* Returns @count copies, or MAP_FAILED. */
static inline char *churn_make(unsigned count)
{
    size_t size = __stop_churn_code - __start_churn_code;
    char *code = mmap(NULL, churn_slot() * count,
                      PROT_READ | PROT_WRITE | PROT_EXEC,
                      MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

    if (code != MAP_FAILED) {
        for (unsigned i = 0; i < count; i++) {
            memcpy(code + i * churn_slot(), __start_churn_code, size);
        }
        __builtin___clear_cache(code, code + churn_slot() * count);
    }
    return code;
}

/* Calls copy @index; 1 if it returns what it should not, else 0. */
static inline int churn_wrong(const char *code, unsigned index, unsigned x)
{
    const unsigned steps = 6;
    /* Thumb functions have bit 0 set in their addresses. */
    uintptr_t entry =
        (uintptr_t)churn_template - (uintptr_t)__start_churn_code;
    unsigned (*copy)(unsigned, unsigned) =
        (unsigned (*)(unsigned, unsigned))((uintptr_t)code +
                                           index * churn_slot() + entry);

    return copy(x, steps) != churn_template(x, steps);
}

#endif
