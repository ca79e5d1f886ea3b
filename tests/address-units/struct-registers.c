/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Structures that are passed and returned in registers, as two numbers, and
 * are objects in memory on the other side.
 */
#include "tcg.h"

typedef struct Range {
    const void *start;
    size_t len;
} Range;

typedef struct Late {
    long before;
    const void *start;
} Late;

typedef struct One {
    const void *start;
} One;

static Range make(const void *p, size_t len)
{
    Range range = {p, len};

    return range;
}

static Late make_late(const void *p)
{
    Late late = {1, p};

    return late;
}

static One make_one(const void *p)
{
    One one = {p};

    return one;
}

static void write_range(Range *range)
{
    *(char *)range->start = 1; /* expect: units-store-rx */
}

static void write_late(Late *late)
{
    *(char *)late->start = 1; /* expect: units-store-rx */
    late->before = 1;
}

static void write_one(One *one)
{
    *(char *)one->start = 1; /* expect: units-store-rx */
}

void returned(TCGContext *s)
{
    Range range = make(s->code_ptr, 4);
    Late late = make_late(s->code_ptr);
    One one = make_one(s->code_ptr);

    write_range(&range);
    write_late(&late);
    write_one(&one);
}

struct Taken {
    const void *start;
    size_t len;
};

static void write_taken(struct Taken *taken)
{
    *(char *)taken->start = 1; /* expect: units-store-rx */
}

static void take(struct Taken taken)
{
    write_taken(&taken);
}

void passed(TCGContext *s)
{
    struct Taken taken = {s->code_ptr, 4};

    take(taken);
}

/* The contract holds for what is returned in pieces, too. */
static void use_key(struct tb_tc *key)
{
    key->size = 1;
}

static struct tb_tc make_key(const void *p, size_t len)
{
    struct tb_tc key;

    key.ptr = p;
    key.size = len;
    return key;
}

void keys(TCGContext *s, tcg_insn_unit_rw *rw)
{
    struct tb_tc good = make_key(s->code_ptr, 4);

    use_key(&good);
}
