/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The algebra of aliases: sets of linear forms a*RX + b*RW.
 *
 * A value that is computed from code pointers is worth a*RX + b*RW + plain,
 * where RX and RW stand for the base addresses of the two aliases.  Only the
 * seven forms below have a meaning; every other sum is AU_OTHER.  Scaling by a
 * constant (shifts, masks that align) keeps the form: a displacement that is
 * counted in instructions still has the unit of its operands.
 */
#ifndef AU_ALGEBRA_H
#define AU_ALGEBRA_H

#include <glib.h>

/* A set of forms; bit n is form n.  Empty: nothing is known yet. */
typedef guint8 AuSet;

#define AU_PLAIN 0x01 /* 0: neither alias */
#define AU_RX    0x02 /* RX */
#define AU_RW    0x04 /* RW */
#define AU_DIFF  0x08 /* RW - RX */
#define AU_NDIFF 0x10 /* RX - RW */
#define AU_NRX   0x20 /* -RX: plain minus an RX address */
#define AU_NRW   0x40 /* -RW */
#define AU_OTHER 0x80 /* any other sum */

#define AU_N_FORMS 8
#define AU_ANY     0xff

/* All sums, and all differences, of an element of @a and one of @b. */
AuSet au_add(AuSet a, AuSet b);
AuSet au_subtract(AuSet a, AuSet b);

/*
 * Bits of an element of @a and of one of @b side by side: parts of addresses
 * keep their form, plain bits do not change it.
 */
AuSet au_mix(AuSet a, AuSet b);

/* "RX", "RW - RX | plain"; "nothing" for the empty set.  For the caller to
 * free. */
char *au_set_describe(AuSet set);

/*
 * "plain", "rx", "rw", "diff" (RW - RX), "-diff" and "any", as contracts name
 * them.
 * FALSE if @name is none.
 */
gboolean au_set_parse(const char *name, AuSet *set);

#endif
