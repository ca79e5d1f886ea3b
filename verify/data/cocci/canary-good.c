/* canonical: rx */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the rules of L4 must let pass; nothing here is marked. */
static void good_write(TCGContext *s, ${rx-const} *p, int i)
{
    ${rw-type} *rw = ${write-macro}(s, p);
    const uint8_t *bytes = (const uint8_t *)p;

    *rw = *p;
    rw[i] = bytes[i];
    *(uint32_t *)${write-macro}(s, p) = 0;
    memcpy(${write-macro}(s, p), bytes, 4);
    s->code_ptr = p + i;
    s->code_ptr++;
}

static void good_jump(${rx-const} *rx, ${rw-type} *rw, int i)
{
    *rw = i;
    ${written-function}(rx, rw, 4);
}

#ifdef GOOD
static int good_condition(${rx-const} *p,
#else
static int good_condition(${rx-const} *p, int i,
#endif
                          ${rx-const} *q)
{
    if (p == q
#ifdef GOOD
        && p != NULL
#endif
       ) {
        return p - q;
    }
    return 0;
}
