/*
 * Which declarations tell spatch of code pointers.  It reads its types anew
 * for every source, and that took half of its time.
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
