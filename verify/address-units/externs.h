/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What functions outside of the program do with the pointers they get: the C
 * library and the compiler's intrinsics.  A contract adds those of its tree.
 */
#ifndef AU_EXTERNS_H
#define AU_EXTERNS_H

#include <glib.h>

#include "contract-units.h"

typedef enum {
    AU_EXTERN_UNKNOWN, /* may do anything with what it gets */
    AU_EXTERN_READS,   /* neither keeps nor writes it */
    AU_EXTERN_WRITES,  /* writes through the parameters in @written */
    AU_EXTERN_COPIES,  /* memcpy: writes the first, from the second */
    AU_EXTERN_FRESH,   /* returns memory that nothing else points to */
    AU_EXTERN_RETURNS, /* returns its first parameter, and reads it */
    AU_EXTERN_ADDS,    /* returns the sum of the first two */
    AU_EXTERN_SUBTRACTS, /* ... the difference */
    AU_EXTERN_MIXES,   /* returns bits of what it gets, and writes nothing */
    AU_EXTERN_PRINTS,  /* snprintf: numbers go into the first as text */
    AU_EXTERN_PARSES,  /* strtoul: returns a number from the first's text */
    AU_EXTERN_SCANS,   /* sscanf: numbers from the first go into the others */
    AU_EXTERN_COMPARES, /* memcmp: compares what the first two point to */
} AuExternKind;

typedef struct AuExtern {
    const char *name;   /* "llvm.memcpy." stands for all with that beginning */
    AuExternKind kind;
    guint32 written;    /* bit n: writes through parameter n, from 0 */
    const char *via;    /* a structure whose first field it writes through, in
                         * all of the memory it is given; or NULL */
} AuExtern;

/* Never NULL; kind AU_EXTERN_UNKNOWN for what is not listed. */
const AuExtern *au_extern_find(const char *name);

#endif
