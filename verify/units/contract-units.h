/*
 * The groups of a contract file that say what code pointers are called.
 *
 *   [units-types]     rx, rw: spellings of what such pointers point to.
 *                     "NAME" is a typedef, "const NAME" the same behind a
 *                     const, "@TAG" what has that address space.
 *   [units-fields]    STRUCT.FIELD=CLASS, for what no type tells
 *   [units-globals]   NAME=CLASS
 *   [units-functions] NAME=CLASS (what it returns), NAME.N=CLASS (its Nth
 *                     parameter, from 1)
 *   [units-externs]   NAME=REASON: may get a code pointer, because ...
 *   [units-caches]    flush, invalidate: the two hooks; entries: functions
 *                     after which everything written is maintained; patchers:
 *                     those of them that write while the code may run; asm:
 *                     functions whose inline assembly takes code pointers
 *   [units-checks]    displacement: forms that no displacement may have;
 *                     conversions: functions that turn one alias into the other
 *
 * CLASS is plain, rx, rw, diff (RW - RX) or -diff (RX - RW).
 */
#ifndef AU_CONTRACT_UNITS_H
#define AU_CONTRACT_UNITS_H

#include "algebra.h"

typedef struct AuContract AuContract;

/* @error (G_FILE_ERROR, G_KEY_FILE_ERROR): names file and key. */
AuContract *au_contract_load(const char *path, GError **error);

/* 0 if the contract says nothing of it. */
AuSet au_contract_type(const AuContract *contract, const char *name,
                       gboolean is_const);
AuSet au_contract_tag(const AuContract *contract, const char *tag);
AuSet au_contract_field(const AuContract *contract, const char *record,
                        const char *field);
AuSet au_contract_global(const AuContract *contract, const char *name);
/* @parameter: from 1; 0 is the result. */
AuSet au_contract_function(const AuContract *contract, const char *name,
                           guint parameter);
/* The reason why @name may get a code pointer, or NULL. */
const char *au_contract_extern(const AuContract *contract, const char *name);

typedef enum {
    AU_ROLE_FLUSH,
    AU_ROLE_INVALIDATE,
    AU_ROLE_ENTRY,
    AU_ROLE_PATCHER,
    AU_ROLE_ASM,
    AU_ROLE_CONVERSION,
    AU_N_ROLES,
} AuRole;

gboolean au_contract_has_role(const AuContract *contract, const char *function,
                              AuRole role);

/* Forms that a value written into code must not have. */
AuSet au_contract_bad_values(const AuContract *contract);

#endif
