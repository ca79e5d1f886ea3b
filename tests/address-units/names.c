/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Names of names.ini, correct ones and wrong ones. */
#include "tcg.h"

typedef struct Pair {
    const void *pointer;
    size_t sizes[4];
} Pair;

void *kept;
extern void *elsewhere;
extern void *unused;

void declared(const void *p, ...);
void unused_too(const void *p);

static inline uintptr_t inlined(uintptr_t number)
{
    uintptr_t local = number + 1;

    return local;
}

static int uncalled(int parameter)
{
    return parameter + 1;
}

/* Both lie in memory: LLVM's parameters are not those of the source. */
Pair by_value(Pair pair, int second)
{
    pair.sizes[0] = second;
    return pair;
}

void entry(TCGContext *s, int n)
{
    static int persistent;
    uintptr_t folded = 0;

    if (n) {
        const char *inner = (const char *)s->code_ptr;

        s->nb_temps = inner[0] + persistent++;
    }
    declared(kept ? kept : elsewhere, n);
    s->nb_temps += (int)inlined(n);
}
