/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The declarations from which spatch learns the types of code pointers.
 *
 * It reads all declarations again for every source.  Without this selection L4
 * takes twice as many CPU seconds.  A declaration is kept if it names a type
 * of code pointers, or a type or macro of another one that is kept.
 */
#ifndef TV_PROOF_COCCI_TYPES_H
#define TV_PROOF_COCCI_TYPES_H

#include "project/contract.h"

/*
 * The declarations and macros of @types (as tv_cocci_types gives them) that
 * name a type of RX or RW pointers, or what another of these declares.  No
 * expression gets such a type by those that are left out.
 */
char *tv_cocci_types_needed(const TvContract *contract, const char *types);

#endif
