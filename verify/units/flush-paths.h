/*
 * Cache maintenance along paths: code that was written is flushed from the
 * data cache, then invalidated in the instruction cache, before the function
 * ends on any path; over the bytes that were written, at the right aliases.
 */
#ifndef AU_FLUSH_PATHS_H
#define AU_FLUSH_PATHS_H

#include "findings.h"
#include "program.h"

/*
 * Checks the entry functions and patchers of the contract, as far as @program
 * defines them.  A negative number that is returned means that nothing was
 * made that could run, so that path owes nothing.  Returns how many functions
 * were checked.
 */
guint au_flush_paths_check(AuProgram *program, AuFindings *findings);

#endif
