/*
 * Guest program: writes over code that it has just run, as a JIT compiler
 * does, in memory that stays writable and executable.
 *
 * The emulator takes away the host's write permission of pages that it has
 * translated code of, and drops the code when a write faults.  Where the host
 * refuses that change of protection, the old code would run on.
 *
 *   rewrite-churn [hold]
 *
 * "hold" waits for a signal after a last write, so that a test can look at the
 * emulator while the page is writable.
 *
 * This work is licensed under the terms of the GNU GPL, version 2 or later.
 */
#include <stdio.h>
#include <unistd.h>

#include "churn.h"

#define SLOTS 64
#define ROUNDS 20

/* Returns other results than the template, and fits into the same place. */
__attribute__((noinline, noclone, used, aligned(64), section("other_code")))
static unsigned other(unsigned x, unsigned steps)
{
    return x ^ (steps * 77);
}

extern const char __start_other_code[], __stop_other_code[];

static unsigned call_other(const char *code, unsigned x)
{
    uintptr_t entry = (uintptr_t)other - (uintptr_t)__start_other_code;

    return ((unsigned (*)(unsigned, unsigned))((uintptr_t)code + entry))(x, 5);
}

int main(int argc, char **argv)
{
    size_t size = __stop_churn_code - __start_churn_code;
    size_t other_size = __stop_other_code - __start_other_code;
    char *code = churn_make(SLOTS);
    int wrong = 0;

    (void)argv;
    if (code == MAP_FAILED || other_size > churn_slot()) {
        perror("rewrite-churn: mmap");
        return 1;
    }
    for (unsigned round = 0; round < ROUNDS; round++) {
        for (unsigned i = 0; i < SLOTS; i++) {
            char *slot = code + i * churn_slot();
            unsigned x = round * 131 + i;

            memcpy(slot, __start_churn_code, size);
            __builtin___clear_cache(slot, slot + size);
            wrong += churn_wrong(code, i, x);
            memcpy(slot, __start_other_code, other_size);
            __builtin___clear_cache(slot, slot + other_size);
            wrong += call_other(slot, x) != other(x, 5);
        }
    }
    printf("rewrite-churn: %d wrong of %d\n", wrong, 2 * ROUNDS * SLOTS);
    if (argc > 1) {
        memcpy(code, __start_churn_code, size);
        printf("ready\n");
        fflush(stdout);
        pause();
    }
    return wrong != 0;
}
