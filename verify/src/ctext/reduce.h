/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Less text for the layers to read: what a unit's sources need of its headers.
 *
 * Most of a unit is declarations of headers that nothing in it uses, and the
 * layers spend most of their time on them.  Kept are: all that stands outside
 * headers; all of those headers of the tree in which a name of the contract
 * stands; what in other headers mentions a name that one of these declares
 * together with a name of the contract; what declares no name; pragmas; and,
 * over and over, what declares a name that stands in what is kept.  So no
 * layer has less to say of a code pointer, and source positions stay.
 */
#ifndef TV_CTEXT_REDUCE_H
#define TV_CTEXT_REDUCE_H

#include "ctext/preprocessed.h"

/*
 * The reduced text, for the caller to free; NULL if the text must stay as it
 * is.
 */
char *tv_cpp_reduce(const TvCppText *text, const TvContract *contract,
                    gsize *length);

#endif
