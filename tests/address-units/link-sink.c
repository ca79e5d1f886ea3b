/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Linked with link-source.c. */
#include "tcg.h"

void *shared;

void consume(void *p)
{
    *(uint8_t *)p = 1; /* expect: units-store-rx */
}

void use_shared(void)
{
    *(uint8_t *)shared = 1; /* expect: units-store-rx */
}
