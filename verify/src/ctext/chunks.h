/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A preprocessed text as a row of declarations, and the names in each. */
#ifndef TV_CTEXT_CHUNKS_H
#define TV_CTEXT_CHUNKS_H

#include "ctext/preprocessed.h"

/* The text from one boundary of a declaration at file scope to the next. */
typedef struct TvCppChunk {
    guint32 start, end;  /* bytes in the text */
    guint32 line, last;  /* physical lines, from 0, of its ends */
    guint32 names;       /* its first in TvCppChunks.names */
    guint32 n_names;
    gboolean kept;       /* a pragma, or it declares no name: _Static_assert */
} TvCppChunk;

/* A name and the chunk that declares it. */
typedef struct TvCppIntro {
    guint32 name;
    guint32 chunk;
} TvCppIntro;

typedef struct TvCppChunks {
    GArray *chunks;    /* of TvCppChunk, in order */
    GArray *names;     /* of guint32: each name of a chunk once */
    GArray *intros;    /* of TvCppIntro */
    GHashTable *ids;   /* identifier to its number, from 1 */
    GStringChunk *spellings;
} TvCppChunks;

/*
 * NULL if the scan cannot follow the text (an old-style definition, brackets
 * that do not match).  A chunk may list more names than it declares, never
 * fewer; the parts of structures are not among them.
 */
TvCppChunks *tv_cpp_chunks_new(const TvCppText *text);
void tv_cpp_chunks_free(TvCppChunks *chunks);

/* The number of a name, 0 if it does not stand in the text. */
guint tv_cpp_chunks_name(const TvCppChunks *chunks, const char *name);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(TvCppChunks, tv_cpp_chunks_free)

#endif
