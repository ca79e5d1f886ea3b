/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Functions without a reviewed entry in the contract. */
#include "tcg.h"

void unlisted(const void *p);
void unlisted_number(uint64_t a, int b);
void unlisted_memory(const void **p);
const void *code_source(void);
void disas(const void *code, size_t size);
void *thread_create(void *(*f)(void *), void *argument);

void arguments(TCGContext *s)
{
    unlisted(s->code_ptr); /* expect: units-escape */
    unlisted_number(TCG_RX_ADDR(s->code_ptr), 1); /* expect: units-escape */
    unlisted(s);
    unlisted(&s->nb_temps);
    unlisted_number(s->code_gen_buffer_size, 1);
}

/* TBs are reached through RW, and go everywhere. */
void writable(TCGContext *s)
{
    unlisted(TCG_CODE_PTR_RW(s, s->code_ptr));
}

/* It can reach the pointer in the memory it is given. */
void memory(TCGContext *s)
{
    const void *p = s->code_ptr;

    unlisted_memory(&p); /* expect: units-escape */
}

void listed(TCGContext *s)
{
    disas(s->code_ptr, 16);
}

static void *run(void *argument)
{
    *(uint8_t *)argument = 1;
    return NULL;
}

void thread(TCGContext *s)
{
    thread_create(run, (void *)s->code_ptr); /* expect: units-escape */
}

/* The contract says what it returns. */
void returned(TCGContext *s)
{
    *(uint8_t *)code_source() = 1; /* expect: units-store-rx */
    *(uint8_t *)TCG_CODE_PTR_RW(s, code_source()) = 1;
}
