/* Whether cache maintenance covers just what was written. */
#ifndef AU_FLUSH_RANGE_H
#define AU_FLUSH_RANGE_H

#include "findings.h"
#include "program.h"

/*
 * Every flush in @function is followed by an invalidate of the same bytes:
 * the same length, at the other alias of the same address.  A length that is
 * no constant is the distance between two code pointers, from the one that is
 * flushed.  In a patcher each store is followed by a flush of its own bytes.
 */
void au_flush_range_check(AuProgram *program, AuFunction *function,
                          AuFindings *findings);

#endif
