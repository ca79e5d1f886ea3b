/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Structures that hold a code pointer are assigned, passed and returned. */
#include "tcg.h"

typedef struct Range {
    const void *start;
    size_t len;
} Range;

typedef struct Big {
    long before[4];
    Range range;
    long after[4];
} Big;

static Range kept;

void assign(TCGContext *s)
{
    Range range = {s->code_ptr, 4};

    kept = range;
}

void use_assigned(void)
{
    Range copy = kept;

    *(char *)copy.start = 1; /* expect: units-store-rx */
}

static Big big;

void nested(TCGContext *s)
{
    Big local = {.range = {s->code_ptr, 4}};

    big = local;
}

void use_nested(void)
{
    Big *p = &big;

    *(char *)p->range.start = 1; /* expect: units-store-rx */
    p->before[0] = 1;
}

static Range make(const void *p, size_t len)
{
    Range range = {p, len};

    return range;
}

void returned(TCGContext *s)
{
    Range range = make(s->code_ptr, 4);

    *(char *)range.start = 1; /* expect: units-store-rx */
}

static void by_value(Range range)
{
    *(char *)range.start = 1; /* expect: units-store-rx */
}

static void big_by_value(Big local)
{
    *(char *)local.range.start = 1; /* expect: units-store-rx */
}

void pass(TCGContext *s)
{
    Range range = {s->code_ptr, 4};

    by_value(range);
    big.range = range;
    big_by_value(big);
}

void literal(TCGContext *s)
{
    Range *p = &(Range){.start = s->code_ptr, .len = 4};

    *(char *)p->start = 1; /* expect: units-store-rx */
}

void array(TCGContext *s)
{
    Range ranges[3] = {{s->code_buf, 1}, {s->code_ptr, 1}, {NULL, 0}};

    for (int i = 0; i < 3; i++) {
        *(char *)ranges[i].start = 1; /* expect: units-store-rx */
    }
}

/* The same with a structure that holds the other alias. */
typedef struct Window {
    void *start;
    size_t len;
} Window;

static Window window;

static Window make_window(TCGContext *s, const void *p, size_t len)
{
    Window w = {TCG_CODE_PTR_RW(s, p), len};

    return w;
}

void good(TCGContext *s)
{
    window = make_window(s, s->code_ptr, 4);
    *(char *)window.start = 1;
}

/* A context is copied as a whole: the contract's fields keep their class. */
void context(TCGContext *s)
{
    TCGContext *copy = &tcg_init_ctx;

    *copy = *s;
    *(char *)copy->code_ptr = 1; /* expect: units-store-rx */
    *(char *)TCG_CODE_PTR_RW(copy, copy->code_ptr) = 1;
}
