/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which of the names that a contract gives a program has.
 *
 * A name that is not there says nothing, so a typing error or a renaming in
 * the tree would turn that part of the proof off.  One program need not have
 * all of them: hosts and modes differ.
 */
#ifndef AU_CONTRACT_NAMES_H
#define AU_CONTRACT_NAMES_H

#include <llvm-c/Core.h>

#include "contract-units.h"
#include "debug-types.h"

typedef struct AuNames AuNames;

AuNames *au_names_new(const AuContract *contract);

/* Notes what @module has, as clang left it: before inlining and dropping. */
void au_names_read(AuNames *names, LLVMModuleRef module);

/*
 * The entries that nothing read has, as char * like "[units-functions] f.1",
 * sorted.  @types: of all modules.  Owned by the caller.
 */
GPtrArray *au_names_unmet(const AuNames *names, const AuTypes *types);

#endif
