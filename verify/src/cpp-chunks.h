/* A preprocessed text as a row of declarations, and the names in each. */
#ifndef TV_CPP_CHUNKS_H
#define TV_CPP_CHUNKS_H

#include "cpp-text.h"

/* What stands between two declarations of file scope, exclusively. */
typedef struct TvCppChunk {
    guint32 start, end;  /* bytes in the text */
    guint32 line, last;  /* physical lines, from 0, of its ends */
    guint32 names;       /* its first in TvCppChunks.names */
    guint32 n_names;
    gboolean kept;       /* a pragma, or it declares no name: _Static_assert */
} TvCppChunk;

/* A name that a chunk declares, beside it. */
typedef struct TvCppIntro {
    guint32 name;
    guint32 chunk;
} TvCppIntro;

/* An identifier, in the text. */
typedef struct TvCppName {
    const char *start;
    guint32 length;
    guint32 hash;
} TvCppName;

/* Numbers of names are from 1 to spellings->len. */
typedef struct TvCppChunks {
    GArray *chunks;    /* of TvCppChunk, in order */
    GArray *names;     /* of guint32: each name of a chunk once */
    GArray *intros;    /* of TvCppIntro */
    GArray *spellings; /* of TvCppName, by number less one */
    guint32 *slots;    /* numbers by hash, 0 where free: millions of words are
                        * looked up */
    guint n_slots;     /* a power of two */
} TvCppChunks;

/*
 * NULL if the text is none that is understood (an old-style definition,
 * brackets that do not match).  A chunk may be said to declare more names than
 * it does, never fewer; the parts of structures are no names that it declares.
 * @text has to live as long.
 */
TvCppChunks *tv_cpp_chunks_new(const TvCppText *text);
void tv_cpp_chunks_free(TvCppChunks *chunks);

/* The number of a name, 0 if it does not stand in the text. */
guint tv_cpp_chunks_name(const TvCppChunks *chunks, const char *name);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(TvCppChunks, tv_cpp_chunks_free)

#endif
