/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A pointer is copied as bytes, or in pieces. */
#include "tcg.h"

void *memcpy(void *to, const void *from, size_t n);
void *memmove(void *to, const void *from, size_t n);
int memcmp(const void *a, const void *b, size_t n);

void whole(TCGContext *s)
{
    const tcg_insn_unit *p = s->code_ptr;
    uint8_t *q;

    memcpy(&q, &p, sizeof(q));
    *q = 1; /* expect: units-store-rx */
}

static const void *kept;

void whole_between_objects(TCGContext *s)
{
    uint8_t *q;

    kept = s->code_ptr;
    memmove(&q, &kept, sizeof(q));
    *q = 1; /* expect: units-store-rx */
}

void whole_into_a_number(TCGContext *s)
{
    uintptr_t a;

    memcpy(&a, &s->code_ptr, sizeof(a));
    *(uint8_t *)a = 1; /* expect: units-store-rx */
    *(uint8_t *)(a + s->code_rw_diff) = 1;
}

void one_by_one(TCGContext *s)
{
    const tcg_insn_unit *p = s->code_ptr;
    uint8_t *q;
    const char *from = (const char *)&p;
    char *to = (char *)&q;

    for (size_t i = 0; i < sizeof(q); i++) {
        to[i] = from[i];
    }
    *q = 1; /* expect: units-store-rx */
}

struct Words {
    uint16_t word[sizeof(void *) / 2];
};

void in_pieces(TCGContext *s)
{
    const tcg_insn_unit *p = s->code_ptr;
    uint8_t *q;
    const struct Words *from = (const struct Words *)&p;
    struct Words *to = (struct Words *)&q;

    for (size_t i = 0; i < sizeof(q) / 2; i++) {
        to->word[i] = from->word[i];
    }
    *q = 1; /* expect: units-store-rx */
}

/* Two halves by arithmetic: each is still part of an RX address. */
struct Halves {
    uint32_t low;
    uint32_t high;
};

void take_apart(TCGContext *s, struct Halves *halves)
{
    uint64_t a = (uintptr_t)s->code_ptr;

    halves->low = a;
    halves->high = a >> 32;
}

void put_together(struct Halves *halves)
{
    uint64_t a = (uint64_t)halves->high << 32 | halves->low;

    *(uint8_t *)(uintptr_t)a = 1; /* expect: units-store-rx */
}

/* Plain bytes may be copied in any way. */
void plain(char *to, const char *from, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        to[i] = from[i];
    }
}

/* Bytes of code are data: they are no addresses. */
uintptr_t code_bytes(TCGContext *s, uint8_t *to)
{
    const uint8_t *from = (const uint8_t *)s->code_ptr;
    uintptr_t word;

    for (int i = 0; i < 16; i++) {
        to[i] = from[i];
    }
    memcpy(&word, from, sizeof(word));
    *(uint8_t *)word = 1;
    return word;
}
