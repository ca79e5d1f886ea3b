/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A finding shows how the class came from where the contract gives it to
 * where it does harm: `path N` marks the Nth of the lines to show.
 */
#include "tcg.h"

static void *remembered;

static void *sink(void *p)
{
    *(uint8_t *)p = 1; /* expect: units-store-rx */ /* path 5 */
    return p;
}

static void *load_it(void)
{
    return remembered; /* path 3 */
}

void first(TCGContext *s)
{
    const tcg_insn_unit *p = s->code_ptr; /* path 1 */

    remembered = (void *)(p + 2); /* path 2 */
}

void second(void)
{
    sink(load_it()); /* path 4 */
}
