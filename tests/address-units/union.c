/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A value stored in one member is read from another. */
#include "tcg.h"

union Word {
    const tcg_insn_unit *code;
    uintptr_t number;
    uint8_t *bytes;
};

struct Tagged {
    int tag;
    union {
        const void *code;
        char *text;
    };
};

void local(TCGContext *s)
{
    union Word word;

    word.code = s->code_ptr;
    word.bytes[2] = 1; /* expect: units-store-rx */
}

void through_a_number(TCGContext *s)
{
    union Word word;

    word.code = s->code_ptr;
    word.number += 4;
    *word.bytes = 1; /* expect: units-store-rx */
}

void converted(TCGContext *s)
{
    union Word word;

    word.code = s->code_ptr;
    word.number += s->code_rw_diff;
    *word.bytes = 1;
}

static union Word global;

void put_global(TCGContext *s)
{
    global.code = s->code_ptr;
}

void use_global(void)
{
    *global.bytes = 1; /* expect: units-store-rx */
}

void put_anonymous(TCGContext *s, struct Tagged *tagged)
{
    tagged->code = s->code_buf;
}

void use_anonymous(struct Tagged *tagged)
{
    tagged->text[1] = 'x'; /* expect: units-store-rx */
    tagged->tag = 1;
}

union Other {
    void *writable;
    uintptr_t number;
};

void put_writable(TCGContext *s, union Other *other)
{
    other->writable = TCG_CODE_PTR_RW(s, s->code_ptr);
}

void use_writable(union Other *other)
{
    *(uint8_t *)other->number = 1;
}

/* Transparent to callers, and still the same address. */
typedef union {
    const void *code;
    char *text;
} Argument __attribute__((transparent_union));

static void take(Argument argument)
{
    *argument.text = 1; /* expect: units-store-rx */
}

void give(TCGContext *s)
{
    take(s->code_gen_ptr);
}
