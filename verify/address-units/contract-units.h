/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The groups of a contract file that say what code pointers are called.
 *
 *   [units-types]     rx, rw: spellings of what such pointers point to.
 *                     "NAME" is a typedef, "const NAME" the same behind a
 *                     const, "@TAG" what has that address space.
 *   [units-fields]    STRUCT.FIELD=CLASS, for what no type tells;
 *                     CLASS;CLASS...: loads give the first, all may be stored
 *   [units-globals]   NAME=CLASS
 *   [units-functions] NAME=CLASS (what it returns), NAME.N=CLASS (its Nth
 *                     parameter, from 1), NAME.VARIABLE=CLASS
 *   [units-externs]   NAME=REASON: may get a code pointer, because ...;
 *                     NAME may hold "*" for any number of letters
 *   [units-caches]    flush, invalidate: the two hooks, or one function that
 *                     does both and takes RX, RW and a length; entries:
 *                     functions after which everything written is maintained;
 *                     patchers: those of them that write while the code may
 *                     run; asm: functions whose inline assembly takes code
 *                     pointers
 *   [units-checks]    canonical: rx or rw, the alias that is kept;
 *                     conversions: functions that turn one alias into the
 *                     other; data-distances: functions that compute distances
 *                     from code to data; makers: functions that make an RX
 *                     pointer of a number; shows: functions whose variable
 *                     arguments people read, where RW is the wrong alias
 *
 * CLASS is plain, rx, rw, diff (RW - RX), -diff (RX - RW), or any: more
 * than the type says; a value that can only be the other alias is told all the
 * same, but in the functions of data-distances.
 */
#ifndef AU_CONTRACT_UNITS_H
#define AU_CONTRACT_UNITS_H

#include "algebra.h"

typedef struct AuContract AuContract;

typedef gboolean AuFieldKnown(const char *record, const char *field,
                              gpointer data);

/* @error (G_FILE_ERROR, G_KEY_FILE_ERROR): names file and key. */
AuContract *au_contract_load(const char *path, GError **error);

/* 0 if the contract says nothing of it. */
AuSet au_contract_type(const AuContract *contract, const char *name,
                       gboolean is_const);
AuSet au_contract_tag(const AuContract *contract, const char *tag);
/* @allowed is set, if the field is known, to what may be stored there. */
AuSet au_contract_field(const AuContract *contract, const char *record,
                        const char *field, AuSet *allowed);
AuSet au_contract_global(const AuContract *contract, const char *name);
/* @parameter: from 1; 0 is the result. */
AuSet au_contract_function(const AuContract *contract, const char *name,
                           guint parameter);
/* Of a local variable. */
AuSet au_contract_local(const AuContract *contract, const char *function,
                        const char *name);
/*
 * Asks @known for each field of the contract, since a typing error would turn
 * the proof off.  FALSE with @error, which names the field, if it is not.
 */
gboolean au_contract_check_fields(const AuContract *contract,
                                  AuFieldKnown *known, gpointer data,
                                  GError **error);
/* The reason why @name may get a code pointer, or NULL. */
const char *au_contract_extern(const AuContract *contract, const char *name);

typedef enum {
    AU_ROLE_FLUSH,
    AU_ROLE_INVALIDATE,
    AU_ROLE_ENTRY,
    AU_ROLE_PATCHER,
    AU_ROLE_ASM,
    AU_ROLE_CONVERSION,
    AU_ROLE_DATA,
    AU_ROLE_MAKER,
    AU_ROLE_SHOWS,
    AU_N_ROLES,
} AuRole;

gboolean au_contract_has_role(const AuContract *contract, const char *function,
                              AuRole role);

/* What there has to be for an entry to mean something. */
typedef enum {
    AU_ENTRY_FIELD,    /* STRUCT.FIELD */
    AU_ENTRY_GLOBAL,
    AU_ENTRY_PART,     /* a result, parameter or variable: as the key is */
    AU_ENTRY_FUNCTION, /* one that is called or defined */
    AU_ENTRY_DEFINED,  /* a function with a body, which the entry is about */
    AU_N_ENTRIES,
} AuEntryKind;

typedef struct AuEntry {
    AuEntryKind kind;
    char *name;
    char *text; /* "[units-functions] f.1", "[units-caches] flush: f" */
} AuEntry;

/*
 * The entries (AuEntry) of units-fields, -globals, -functions, -caches and
 * -checks, one for each name of a list.  Owned by the caller.
 */
GPtrArray *au_contract_entries(const AuContract *contract);

#endif
