/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the files of the types share (debug-types.c, debug-records.c). */
#ifndef AU_DEBUG_CLASSES_H
#define AU_DEBUG_CLASSES_H

#include "debug-metadata.h"
#include "debug-types.h"

typedef struct Field {
    char *name;
    guint64 offset;
    AuSet class;   /* what it holds; 0: no class */
    AuSet allowed; /* what may be stored there */
    char *record;  /* of a structure within the structure: its name */
} Field;

struct AuTypes {
    const AuContract *contract;
    LLVMContextRef context;
    GHashTable *records; /* name to GPtrArray of Field */
    GHashTable *visited;
    GHashTable *locals; /* variable to what debug-types.c knows of it */
};

/* The type that @type is derived from, or NULL. */
LLVMMetadataRef au_base_type(const AuTypes *types, LLVMMetadataRef type);

/* The class of a value of @type; 0 if it is of none. */
AuSet au_class_of(const AuTypes *types, LLVMMetadataRef type);

#endif
