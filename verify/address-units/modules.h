/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reads bitcode and prepares it for the analysis. */
#ifndef AU_MODULES_H
#define AU_MODULES_H

#include <llvm-c/Core.h>

#include "contract-names.h"
#include "contract-units.h"
#include "debug-types.h"

/*
 * The modules @paths (NULL-ended), an array of LLVMModuleRef.  They are not
 * linked: LLVM's linker takes structures of equal layout for one, and their
 * names tell what a field holds.  Static functions stay, called or not, since
 * every function is analysed; inline functions are both inlined where they are
 * called and kept once, unless nothing calls them and they see no code pointer.
 * @types gets the types of all modules, @names what they have.  @error: a file is no bitcode of this
 * LLVM.
 */
GPtrArray *au_modules_load(char **paths, const AuContract *contract,
                           AuTypes **types, AuNames *names, GError **error);

/* The name in the source: static functions are renamed to be unique. */
const char *au_function_name(LLVMValueRef function);

#endif
