/* canonical: rx */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Breaks each rule of L4 on both sides of an #ifdef, at the lines that say so.
 * No compiler reads this: the names are the contract's.
 */
#define CANARY_MACRO(s, p) \
    do { uint8_t *rw = ${write-macro}(s, p); *rw = 1; } while (0)

static void *canary_global;

struct Canary {
    void *pointer;
};

#ifdef CANARY
static void canary_store(TCGContext *s, ${rx-const} *p, int i)
{
    *p = 0; /* expect: cocci-rx-store */
    p[i] |= 1; /* expect: cocci-rx-store */
    *p++ = 0; /* expect: cocci-rx-store */
    (*p)++; /* expect: cocci-rx-store */
    *(p + i) = 0; /* expect: cocci-rx-store */
}

static void canary_cast(TCGContext *s, ${rx-const} *p, int i)
{
    const uint8_t *good = (const uint8_t *)p;
    uint8_t *bad = (uint8_t *)p; /* expect: cocci-rx-cast */
    uintptr_t number = (uintptr_t)p; /* expect: cocci-rx-cast */

    *(uint32_t *)(p + i) = 0; /* expect: cocci-rx-cast */
}

static int canary_mutable(${rx-name} *p) /* expect: cocci-rx-mutable */
{
    return *p;
}

static void canary_writer(TCGContext *s, ${rx-const} *p, int i)
{
    memcpy(p, &i, 4); /* expect: cocci-rx-writer */
    qatomic_set(p, i); /* expect: cocci-rx-writer */
    read(i, p, 4); /* expect: cocci-rx-writer */
}

static void canary_kept(TCGContext *s, ${rx-const} *p, struct Canary *c)
{
    void *rw = ${write-macro}(s, p);

    canary_global = ${write-macro}(s, p); /* expect: cocci-rw-kept */
    c->pointer = rw; /* expect: cocci-rw-kept */
    canary_use(rw);
}

static void *canary_return(TCGContext *s, ${rx-const} *p)
{
    return ${write-macro}(s, p); /* expect: cocci-rw-returned */
}

static int canary_compare(TCGContext *s, ${rx-const} *p)
{
    void *rw = ${write-macro}(s, p);

    return rw == p; /* expect: cocci-rw-compared */
}

static void canary_field(TranslationBlock *tb, ${rx-const} *p)
{
    void *rw = ${write-macro}(tcg_ctx, p);

    tb->${block-field} = rw; /* expect: cocci-rw-field, cocci-rw-kept */
}

static void ${jump-function}(${rx-const} *rx, ${rw-type} *rw, int i)
{
    if (i) {
        *rw = i; /* expect: cocci-flush-missing */
        return;
    }
    *rw = 1;
    ${written-function}(rx, rw, 4);
}

static void canary_hooks(${rx-const} *rx, ${rw-type} *rw)
{
    ${flush-hook}(rw, 4); /* expect: cocci-hook-caller */
}

static void canary_alias(${rx-const} *rx, ${rw-type} *rw)
{
    ${written-function}(rw, rx, 4); /* expect: cocci-written-alias */
}

static void canary_difference(TCGContext *s, uintptr_t p)
{
    *(uint8_t *)(p + s->${difference}) = 0; /* expect: cocci-difference */
}
#else
static void canary_store(TCGContext *s, ${rx-const} *p)
{
#if CANARY_INNER
    s->a = 1;
#elif defined(CANARY_OTHER)
    *p = 0; /* expect: cocci-rx-store */
#else
    *s->code_ptr++ = 0; /* expect: cocci-rx-store */
#endif
    --*p; /* expect: cocci-rx-store */
}
#ifndef CANARY_MORE
static void canary_nothing(void)
{
}
#else
static void canary_cast(TCGContext *s, ${rx-const} *p)
{
    uintptr_t a = TCG_RX_ADDR(p);

    *(uint8_t *)TCG_RX_ADDR(p) = 1; /* expect: cocci-rx-cast */
    *(uint8_t *)(a + 3) = 1; /* expect: cocci-rx-cast */
}

static int canary_mutable(TCGContext *s)
{
    void ${address-space} *p = s->code_ptr; /* expect: cocci-rx-mutable */

    return p == s->code_buf;
}

static void canary_writer(TCGContext *s, ${rx-const} *p, int i)
{
    memset((void *)p, i, 4); /* expect: cocci-rx-writer, cocci-rx-cast */
}

static void canary_kept(TCGContext *s, ${rx-const} *p, struct Canary *c)
{
    struct Canary own = { .pointer = ${write-macro}(s, p) }; /* expect: cocci-rw-kept */

    c->pointer = ${write-macro}(s, p); /* expect: cocci-rw-kept */
}

static void *canary_return(TCGContext *s, ${rx-const} *p)
{
    uint8_t *rw = ${write-macro}(s, p);
    uint8_t *end = rw + 4;

    return end; /* expect: cocci-rw-returned */
}

static int canary_compare(TCGContext *s, ${rx-const} *p, uintptr_t a)
{
    return ${write-macro}(s, p) > a; /* expect: cocci-rw-compared */
}

static void canary_field(TCGContext *s, ${rx-const} *p)
{
    s->code_ptr = ${write-macro}(s, p); /* expect: cocci-rw-field, cocci-rw-kept */
}

static void ${jump-function}(${rx-const} *rx, ${rw-type} *rw, int i)
{
    qatomic_set(rw, i); /* expect: cocci-flush-missing */
}

static void canary_hooks(${rx-const} *rx, ${rw-type} *rw)
{
    ${cache-hook}(rx, 4); /* expect: cocci-hook-caller */
}

static void canary_alias(TCGContext *s, ${rx-const} *rx)
{
    ${written-function}(${write-macro}(s, rx), rx, 4); /* expect: cocci-written-alias */
}

static void canary_difference(TCGContext *s, uintptr_t p)
{
    p += s->${difference}; /* expect: cocci-difference */
    *(uint8_t *)p = 0;
}
#endif
#endif

/* In both: wrong order on one side, half of it missing on the other. */
#ifdef CANARY
static void ${written-function}(const void *rx, void *rw, size_t len) /* expect: cocci-hook-order */
{
    ${cache-hook}(rx, len); /* expect: cocci-hook-order */
    ${flush-hook}(rw, len); /* expect: cocci-hook-order */
}
#else
static void ${written-function}(const void *rx, void *rw, size_t len) /* expect: cocci-hook-order */
{
    ${flush-hook}(rw, len); /* expect: cocci-hook-order */
}
#endif
