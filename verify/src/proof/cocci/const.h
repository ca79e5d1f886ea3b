/* RX pointers that are not to const, by a source's text: a semantic patch
 * cannot tell, since a type without const in it matches one with const. */
#ifndef TV_PROOF_COCCI_CONST_H
#define TV_PROOF_COCCI_CONST_H

#include "project/contract.h"

#define TV_COCCI_CONST_RULE "cocci-rx-mutable"

typedef void TvCocciConstFound(int line, const char *function,
                               const char *spelling, gpointer data);

/* Where RX is kept behind the const of its uses; the other way round it is the
 * const that makes a pointer RX. */
gboolean tv_cocci_const_applies(const TvContract *contract);

/*
 * Calls @found for each pointer type in @text (of a whole source) that names
 * RX and has no const, in declarations, casts and everywhere else.
 */
void tv_cocci_const_find(const TvContract *contract, const char *text,
                         TvCocciConstFound *found, gpointer data);

#endif
