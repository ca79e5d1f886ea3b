/*
 * Many copies of one function, each a new block for the emulator to translate.
 *
 * The result of a copy depends on its address.  The emulator makes a constant
 * of that address, so the code generated for one copy is wrong for any other:
 * this detects a host that runs stale code after the buffer is reused.
 *
 * This work is licensed under the terms of the GNU GPL, version 2 or later.
 */
#ifndef CHURN_H
#define CHURN_H

#include <stdint.h>
#include <string.h>
#include <sys/mman.h>

/* The low bits of the address of this instruction. */
static inline __attribute__((always_inline)) unsigned churn_place(void)
{
    uintptr_t place;

#if defined(__x86_64__)
    __asm__ volatile("lea 0(%%rip), %0" : "=r"(place));
#elif defined(__i386__)
    __asm__ volatile("call 1f\n1:\tpop %0" : "=r"(place));
#elif defined(__aarch64__)
    __asm__ volatile("adr %0, ." : "=r"(place));
#elif defined(__arm__)
    __asm__ volatile("mov %0, pc" : "=r"(place));
#elif defined(__s390x__)
    __asm__ volatile("larl %0, ." : "=r"(place));
#elif defined(__powerpc64__)
    __asm__ volatile("bcl 20, 31, 1f\n1:\tmflr %0" : "=r"(place) : : "lr");
#elif defined(__sparc__)
    __asm__ volatile("rd %%pc, %0" : "=r"(place));
#else
# error "churn_place: how is the address of an instruction had here?"
#endif
    return (unsigned)place;
}

/* Refers only to itself. */
__attribute__((noinline, noclone, used, aligned(64), section("churn_code")))
static unsigned churn_template(unsigned x, unsigned steps)
{
    x += churn_place();
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

/* Calls copy @index; returns 1 if its result is wrong, else 0. */
static inline int churn_wrong(const char *code, unsigned index, unsigned x)
{
    const unsigned steps = 6;
    /* Thumb functions have bit 0 set in their addresses. */
    uintptr_t entry =
        (uintptr_t)churn_template - (uintptr_t)__start_churn_code;
    unsigned (*copy)(unsigned, unsigned) =
        (unsigned (*)(unsigned, unsigned))((uintptr_t)code +
                                           index * churn_slot() + entry);

    /* The result of the template at this address. */
    return copy(x, steps) !=
           churn_template(x + (unsigned)(code + index * churn_slot() -
                                         __start_churn_code), steps);
}

#endif
