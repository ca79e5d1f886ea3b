/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Cache maintenance: on every path from each write of code to the end. */
#ifndef AU_FLUSH_PATHS_H
#define AU_FLUSH_PATHS_H

#include "findings.h"
#include "program.h"

/*
 * Follows every path from each write of code in the contract's entries and
 * patchers.  A path must come by a flush of what was written and then an
 * invalidate before it returns.  Returns how many functions were looked at.
 */
guint au_flush_paths_check(AuProgram *program, AuFindings *findings);

#endif
