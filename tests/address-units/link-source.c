/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Linked with link-sink.c: neither alone is wrong. */
#include "tcg.h"

void consume(void *p);
extern void *shared;

void produce(TCGContext *s)
{
    consume((void *)s->code_ptr);
    shared = (void *)s->code_buf;
}
