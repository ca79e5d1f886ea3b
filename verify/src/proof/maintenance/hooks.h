/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The cache hooks of the backends are the ones that were reviewed.
 *
 * No layer of check can judge what the instructions in a hook do to a host's
 * caches.  verify/data/cache-hooks.ini holds the hash of each hook's text as it
 * was read against the architecture's manual and run under the coherence
 * oracle; another text is a finding until somebody has done that again.
 */
#ifndef TV_PROOF_MAINTENANCE_HOOKS_H
#define TV_PROOF_MAINTENANCE_HOOKS_H

#include "project/contract.h"

/*
 * What is wrong with the hooks of @source, the backend's @file: NULL if
 * nothing, or if no entry is about hooks of the contract's names (another
 * tree).  Else for the caller to free; @function is set to the name of the
 * function in question.
 */
char *tv_hooks_judge(const TvContract *contract, const char *file,
                     const char *source, char **function);

/* The same with entries of @list, a text as cache-hooks.ini has it. */
char *tv_hooks_judge_by(const TvContract *contract, const char *list,
                        const char *file, const char *source, char **function);

/* Hash of the bodies of all definitions of @function in @source, without
 * comments and with white space folded; NULL if there is none. */
char *tv_hooks_digest(const char *source, const char *function);

#endif
