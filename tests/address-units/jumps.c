/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Control flow that returns twice, or goes elsewhere. */
#include "tcg.h"

typedef long jmp_buf[64];

int setjmp(jmp_buf env) __attribute__((returns_twice));
void longjmp(jmp_buf env, int value) __attribute__((noreturn));
int sigsetjmp(jmp_buf env, int save) __attribute__((returns_twice));

static jmp_buf env;

void after_return(TCGContext *s)
{
    uint8_t *volatile p = TCG_CODE_PTR_RW(s, s->code_ptr);

    if (setjmp(env)) {
        *p = 1; /* expect: units-store-rx */
        return;
    }
    p = (uint8_t *)s->code_ptr;
    longjmp(env, 1);
}

void good(TCGContext *s)
{
    uint8_t *volatile p = TCG_CODE_PTR_RW(s, s->code_ptr);

    if (setjmp(env) == 0) {
        *p = 1;
        longjmp(env, 1);
    }
    *p = 2;
}

void labels(TCGContext *s, int x)
{
    static void *const where[] = {&&here, &&there};
    uint8_t *p = TCG_CODE_PTR_RW(s, s->code_ptr);

    goto *where[x];
here:
    p = (uint8_t *)s->code_ptr;
there:
    *p = 1; /* expect: units-store-rx */
}

static void tidy(uint8_t **p)
{
    **p = 0; /* expect: units-store-rx */
}

void cleanup(TCGContext *s)
{
    __attribute__((cleanup(tidy))) uint8_t *p = (uint8_t *)s->code_ptr;
}
