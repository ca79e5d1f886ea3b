/* Where the conversion macro stands in the sources, by text. */
#ifndef TV_PROOF_CONTROLS_USES_H
#define TV_PROOF_CONTROLS_USES_H

#include "proof/unit.h"

typedef struct TvControlUses TvControlUses;

TvControlUses *tv_control_uses_new(const TvCheckTree *tree);
void tv_control_uses_free(TvControlUses *uses);

/*
 * The uses in the files that @unit was made of, as a set of "FILE:LINE" (owned
 * by the caller, keys by @uses).  Definitions of macros do not count.
 */
GHashTable *tv_control_uses_of(TvControlUses *uses, const TvUnit *unit);

/* Lines (array of guint) of the uses in one text. */
GArray *tv_control_uses_scan(const TvContract *contract, const char *text);

#endif
