/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Code pointers among variable arguments. */
#include "tcg.h"

int qemu_log(const char *format, ...);
int trace_unlisted(const char *format, ...);

static void write_all(int n, ...)
{
    va_list args;

    __builtin_va_start(args, n);
    while (n--) {
        *__builtin_va_arg(args, uint8_t *) = 1;
    }
    __builtin_va_end(args);
}

void call(TCGContext *s)
{
    write_all(1, s->code_ptr); /* expect: units-escape */
    write_all(1, &s->nb_temps);
}

/* Functions on the list only read. */
void logs(TCGContext *s)
{
    qemu_log("%p\n", s->code_ptr);
    trace_unlisted("%p\n", s->code_ptr); /* expect: units-escape */
}

/* Readers look for the code at the address where it runs. */
void shows(TCGContext *s)
{
    qemu_log("%p\n", TCG_CODE_PTR_RW(s, s->code_ptr)); /* expect: units-contract */
    qemu_log("%lx %d\n", (unsigned long)TCG_RX_ADDR(s->code_ptr), 1);
}
