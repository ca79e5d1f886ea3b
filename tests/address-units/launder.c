/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Ways to make an RX pointer look like something else. */
#include "tcg.h"

void *memcpy(void *to, const void *from, size_t n);
void *g_malloc(size_t n);

/* A pointer to the memory that holds it travels as a number. */
void address_as_number(TCGContext *s)
{
    const void *p = s->code_ptr;
    uintptr_t where = (uintptr_t)&p;

    *(uint8_t *)*(void **)where = 1; /* misses: units-store-rx memory whose address is a number */
}

static uintptr_t where_kept;

void keep_where(TCGContext *s)
{
    const void **cell = g_malloc(sizeof(*cell));

    *cell = s->code_ptr;
    where_kept = (uintptr_t)cell;
}

void use_where(void)
{
    *(uint8_t *)*(void **)where_kept = 1; /* misses: units-store-rx memory whose address is a number */
}

/* Bit by bit. */
void bits(TCGContext *s)
{
    uintptr_t a = (uintptr_t)s->code_ptr;
    uintptr_t b = 0;

    for (unsigned i = 0; i < sizeof(a) * 8; i++) {
        b |= (a >> i & 1) << i;
    }
    *(uint8_t *)b = 1; /* misses: units-store-rx a mask below a page is plain */
}

/* By a table of all values: no arithmetic leads from the one to the other. */
void by_control(TCGContext *s, uint8_t *guess)
{
    if (guess == (const uint8_t *)s->code_ptr) {
        *guess = 1; /* misses: units-store-rx control is not followed */
    }
}

struct Inner {
    int x;
    const void *code;
};

struct Outer {
    long before;
    struct Inner inner;
    struct Inner more[2];
};

static struct Outer outer;

void nested(TCGContext *s, struct Outer *o)
{
    struct Inner *inner = &o->inner;

    inner->code = s->code_ptr;
    *(uint8_t *)o->inner.code = 1; /* expect: units-store-rx */
    *(uint8_t *)outer.more[1].code = 1; /* expect: units-store-rx */
}

/* From a member to its container. */
void container_of(TCGContext *s, const void **member)
{
    struct Inner *inner =
        (void *)((char *)member - __builtin_offsetof(struct Inner, code));

    *(uint8_t *)inner->code = 1; /* expect: units-store-rx */
    inner->x = 1;
}

/* A copy through a buffer of bytes. */
struct Holder {
    int number;
    const void *kept;
};

void through_a_buffer(TCGContext *s)
{
    struct Holder from = {1, s->code_ptr};
    struct Holder to;
    char buffer[sizeof(from)];

    memcpy(buffer, &from, sizeof(from));
    memcpy(&to, buffer, sizeof(to));
    *(uint8_t *)to.kept = 1; /* expect: units-store-rx */
}

struct Source {
    const void *p;
};

struct Sink {
    uint8_t *p;
};

void other_type(TCGContext *s)
{
    struct Source source = {s->code_ptr};
    struct Sink sink;

    memcpy(&sink, &source, sizeof(sink));
    *sink.p = 1; /* expect: units-store-rx */
}

static void write_sink(struct Sink *sink)
{
    *sink->p = 1; /* misses: units-store-rx a structure under the name of another */
}

void cast_of_a_variable(TCGContext *s)
{
    struct Late {
        const void *p;
    } late = {s->code_ptr};

    write_sink((struct Sink *)&late);
}

/* A flexible array, a bit-field, a vector. */
struct Flexible {
    int n;
    const void *all[];
};

void flexible(TCGContext *s, struct Flexible *f)
{
    f->all[f->n] = s->code_ptr;
    *(uint8_t *)f->all[0] = 1; /* expect: units-store-rx */
}

typedef uintptr_t Vector __attribute__((vector_size(2 * sizeof(uintptr_t))));

void vector(TCGContext *s)
{
    Vector v = {(uintptr_t)s->code_ptr, 0};

    v += 4;
    *(uint8_t *)v[0] = 1; /* expect: units-store-rx */
}

/* By a comma, a statement expression, a conditional without a middle. */
void expressions(TCGContext *s, uint8_t *other)
{
    *(uint8_t *)((void)other, s->code_ptr) = 1; /* expect: units-store-rx */
    *(uint8_t *)({ s->code_ptr; }) = 1; /* expect: units-store-rx */
    *(uint8_t *)(s->code_ptr ?: (const void *)other) = 1; /* expect: units-store-rx */
}

/* By overflow arithmetic. */
void overflow(TCGContext *s, uintptr_t n)
{
    uintptr_t a;

    if (!__builtin_add_overflow((uintptr_t)s->code_ptr, n, &a)) {
        *(uint8_t *)a = 1; /* expect: units-store-rx */
    }
}

/* By rotation, byte swap, minimum. */
void intrinsics(TCGContext *s, uintptr_t n)
{
    uint32_t a = (uintptr_t)s->code_ptr;

    a = __builtin_bswap32(__builtin_bswap32(a));
    *(uint8_t *)(uintptr_t)a = 1; /* expect: units-store-rx */
    a = __builtin_rotateleft32(__builtin_rotateright32(a, 3), 3);
    *(uint8_t *)(uintptr_t)a = 1; /* expect: units-store-rx */
}

/* By a floating-point number, which holds 53 bits. */
void floating(TCGContext *s)
{
    double d = (uintptr_t)s->code_ptr;

    *(uint8_t *)(uintptr_t)d = 1; /* expect: units-store-rx */
}

union Pun {
    double d;
    uint64_t n;
};

void pun(TCGContext *s)
{
    union Pun pun;

    pun.n = (uintptr_t)s->code_ptr;
    pun.d = pun.d;
    *(uint8_t *)(uintptr_t)pun.n = 1; /* expect: units-store-rx */
}

/* Printed, and read again. */
int snprintf(char *to, size_t n, const char *format, ...);
int sscanf(const char *from, const char *format, ...);
unsigned long long strtoull(const char *from, char **end, int base);

void as_text(TCGContext *s)
{
    char text[32];

    snprintf(text, sizeof(text), "%lx", (unsigned long)(uintptr_t)s->code_ptr);
    *(uint8_t *)(uintptr_t)strtoull(text, NULL, 16) = 1; /* expect: units-store-rx */
}

void as_text_scanned(TCGContext *s)
{
    char text[32];
    unsigned long a;

    snprintf(text, sizeof(text), "%p", s->code_ptr);
    sscanf(text, "%lx", &a);
    *(uint8_t *)(uintptr_t)a = 1; /* expect: units-store-rx */
}

unsigned long long plain_text(uint8_t *table, int x)
{
    char text[32];

    snprintf(text, sizeof(text), "%d", x);
    table[strtoull(text, NULL, 10)] = 1;
    return 0;
}
