/* canonical: rw */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Breaks each rule of L4 that holds where RW is canonical, on both sides of an
 * #ifdef.  No compiler reads this.
 */
#ifdef CANARY
static void canary_store(TCGContext *s, ${rx-const} *p, ${rw-type} *rw, int i)
{
    *rw = 0;
    rw[i] = *p;
    *p = 0; /* expect: cocci-rx-store */
    p[i] |= 1; /* expect: cocci-rx-store */
}

static void canary_cast(${rx-const} *p, ${rw-type} *rw, int i)
{
    const uint8_t *good = (const uint8_t *)p;
    uint8_t *plain = (uint8_t *)rw;
    uintptr_t number = (uintptr_t)p;
    uint8_t *bad = (uint8_t *)p; /* expect: cocci-rx-cast */
}

static void canary_writer(${rx-const} *p, ${rw-type} *rw, int i)
{
    memcpy(rw, p, 4);
    memcpy(p, &i, 4); /* expect: cocci-rx-writer */
}

static void ${jump-function}(uintptr_t rx, uintptr_t rw, int i)
{
    if (i) {
        qatomic_set((uint32_t *)rw, i); /* expect: cocci-flush-missing */
        return;
    }
    qatomic_set((uint32_t *)rw, 1);
    ${written-function}(rx, rw, 4);
}

static void canary_alias(TCGContext *s, ${rw-type} *rw)
{
    ${written-function}((uintptr_t)tcg_splitwx_to_rx(rw), (uintptr_t)rw, 4);
    ${written-function}((uintptr_t)${write-macro}(rw), 0, 4); /* expect: cocci-written-alias */
}
#else
static void canary_store(TCGContext *s, ${rx-const} *p)
{
    *p++ = 0; /* expect: cocci-rx-store */
}

static void canary_cast(${rx-const} *p, int i)
{
    *(uint8_t *)(p + i) = 1; /* expect: cocci-rx-cast */
}

static void canary_writer(${rx-const} *p, int i)
{
    qatomic_set((uint32_t *)p, i); /* expect: cocci-rx-writer, cocci-rx-cast */
}

static void ${jump-function}(uintptr_t rx, uintptr_t rw, int i)
{
    *(uint32_t *)rw = i; /* expect: cocci-flush-missing */
}

static void canary_alias(TCGContext *s, ${rx-const} *rx)
{
    ${written-function}((uintptr_t)rx, (uintptr_t)${convert-macros}(rx), 4); /* expect: cocci-written-alias */
}
#endif
