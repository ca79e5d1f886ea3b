/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Address spaces, as sparse reads them: the tool compiles them as type tags.
 * A void pointer has no other way to say its alias.
 */
#include "tcg.h"

#define __rx __attribute__((btf_type_tag("__rx")))

struct Tagged {
    int number;
    const void __rx *code;
    void *plain;
    const void __rx *array[2];
};

void parameter(const void __rx *p, const void *q)
{
    *(uint8_t *)p = 1; /* expect: units-store-rx */
    *(uint8_t *)q = 1;
}

void field(struct Tagged *tagged)
{
    *(uint8_t *)tagged->code = 1; /* expect: units-store-rx */
    *(uint8_t *)tagged->array[1] = 1; /* expect: units-store-rx */
    *(uint8_t *)tagged->plain = 1;
    tagged->number = 1;
}

void field_written(struct Tagged *tagged, tcg_insn_unit_rw *rw)
{
    tagged->code = rw; /* expect: units-contract */
    tagged->array[0] = rw; /* expect: units-contract */
    tagged->plain = rw;
}

static const void __rx *kept;

void global(void)
{
    *(uint8_t *)kept = 1; /* expect: units-store-rx */
}

extern const void __rx *elsewhere(void);

void result(void)
{
    *(uint8_t *)elsewhere() = 1; /* expect: units-store-rx */
}

static void hook(void *rw, const void __rx *rx)
{
    *(uint8_t *)rw = 1;
}

void swapped(const void __rx *rx, tcg_insn_unit_rw *rw)
{
    hook(rw, rx);
    hook(rw, rw); /* expect: units-contract */
}

/* A pointer to such a pointer is plain. */
void out(const void __rx **p)
{
    *p = NULL;
}

typedef const void __rx *Code;

void named(Code code)
{
    *(uint8_t *)code = 1; /* expect: units-store-rx */
}
