/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Calls through pointers. */
#include "tcg.h"

typedef void Writer(void *p);
typedef const void *Source(TCGContext *s);
typedef void ConstWriter(const void *p);

static void write_one(void *p)
{
    *(uint8_t *)p = 1; /* expect: units-store-rx */
}

static void write_two(void *p)
{
    *(uint16_t *)p = 1; /* expect: units-store-rx */
}

static Writer *const table[] = {write_one, write_two};

void through_a_table(TCGContext *s, int i)
{
    table[i]((void *)s->code_ptr);
}

struct Operations {
    const void *(*source)(TCGContext *s);
    void (*write)(TCGContext *s, void *p, int value);
};

static const void *source_rx(TCGContext *s)
{
    return s->code_ptr;
}

static void write_value(TCGContext *s, void *p, int value)
{
    *(uint8_t *)p = value; /* expect: units-store-rx */
}

static const struct Operations operations = {source_rx, write_value};

void through_a_structure(TCGContext *s, const struct Operations *o)
{
    o = &operations;
    o->write(s, (void *)o->source(s), 3);
}

/* Each type of function is a group of its own: this one only gets RW. */
static void write_long(void *p, long value)
{
    *(long *)p = value;
}

void (*volatile chosen)(void *p, long value) = write_long;

void through_a_variable(TCGContext *s)
{
    chosen(TCG_CODE_PTR_RW(s, s->code_ptr), 1);
}

static void each(TCGContext *s, int (*visit)(TCGContext *s, const void *p))
{
    visit(s, s->code_buf);
}

static int visit_and_write(TCGContext *s, const void *p)
{
    *(uint8_t *)p = 1; /* expect: units-store-rx */
    *(uint8_t *)TCG_CODE_PTR_RW(s, p) = 1;
    return 0;
}

void callback(TCGContext *s)
{
    each(s, visit_and_write);
}

/* Nothing here has such a type: the effect of the call is unknown. */
void unknown(TCGContext *s, void (*f)(const void *, short, char))
{
    f(s->code_ptr, 1, 2); /* expect: units-escape */
    f(NULL, 1, 2);
}
