/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A parameter's type determines its alias for every caller. */
#include "tcg.h"

typedef tcg_insn_unit Unit;
typedef const tcg_insn_unit *Place;

void rx(const tcg_insn_unit *p)
{
    *(tcg_insn_unit *)p = 1; /* expect: units-store-rx */
}

void rx_not_const(tcg_insn_unit *p)
{
    *p = 1; /* expect: units-store-rx */
}

void rw(tcg_insn_unit_rw *p)
{
    *p = 1;
}

void renamed(const Unit *p, Place q)
{
    *(Unit *)p = 1; /* expect: units-store-rx */
    *(Unit *)q = 1; /* expect: units-store-rx */
}

void qualified(const volatile tcg_insn_unit *const restrict p)
{
    *(tcg_insn_unit *)p = 1; /* expect: units-store-rx */
}

void array(const tcg_insn_unit p[4])
{
    *(tcg_insn_unit *)p = 1; /* expect: units-store-rx */
}

void unused_first(int a, double b, const tcg_insn_unit *p)
{
    *(tcg_insn_unit *)p = 1; /* expect: units-store-rx */
}

/* The pointer to the pointer is plain. */
void out(const tcg_insn_unit **p, tcg_insn_unit value)
{
    *p = NULL;
}

/* A number of that type is no address, nor is a plain pointer. */
void number(tcg_insn_unit value, uint8_t *p, void *q)
{
    *p = value;
    *(uint8_t *)q = value;
}

struct Place {
    const tcg_insn_unit *rx;
    tcg_insn_unit_rw *rw;
    void *plain;
};

void fields(struct Place *place)
{
    *(tcg_insn_unit *)place->rx = 1; /* expect: units-store-rx */
    *place->rw = 1;
    *(char *)place->plain = 1;
}

const tcg_insn_unit *far_away(void);

void result(void)
{
    *(tcg_insn_unit *)far_away() = 1; /* expect: units-store-rx */
}
