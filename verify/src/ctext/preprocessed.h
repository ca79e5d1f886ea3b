/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A translation unit as the preprocessor left it. */
#ifndef TV_CTEXT_PREPROCESSED_H
#define TV_CTEXT_PREPROCESSED_H

#include "project/contract.h"

typedef struct TvCppText {
    char *data;
    gsize length;
    GArray *lines;    /* of TvCppLine, by physical line (index 0 is line 1) */
    GPtrArray *files; /* of char *: names in line markers */
} TvCppText;

typedef struct TvCppLine {
    guint32 offset; /* of the line's first byte in data */
    guint32 line;   /* line in the source file, 0 in a marker's line */
    guint16 file;   /* index into files */
    guint16 system; /* it comes from a system header */
} TvCppLine;

/* @name without "." and ".." in it: "tcg/i386/../x.inc" is "tcg/x.inc". */
char *tv_cpp_text_clean_name(const char *name);

/* Takes @data. */
TvCppText *tv_cpp_text_new(char *data, gsize length);
void tv_cpp_text_free(TvCppText *text);

/* Source position of physical line @line (1-based); NULL past the end. */
const char *tv_cpp_text_position(const TvCppText *text, guint line,
                                 int *source_line);

/*
 * Hash of the text.  Directories of absolute names in line markers do not
 * count, so that it is the same wherever the tree and the build lie.
 */
char *tv_cpp_text_digest(const TvCppText *text);

/*
 * TRUE if the unit can see a code pointer: a name of the contract, or one
 * that a header declares with such a name, stands outside the headers (files
 * in .h).
 */
gboolean tv_cpp_text_sees(const TvCppText *text, const TvContract *contract);

/*
 * The names that a header's declaration declares: a function (before the first
 * parenthesis) or an object or field (before the end).  Added to @names.
 */
void tv_cpp_text_declared(const char *statement, gsize length,
                          GHashTable *names);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(TvCppText, tv_cpp_text_free)

/*
 * Names that the reduced macro leaves in the preprocessed text: the layers
 * take SITE(converted, bare) as bare and KEPT(converted, bare) as converted.
 * Both are equally long, so that one can be written over the other.
 */
#define TV_TYPING_SITE "__tcg_verify_site"
#define TV_TYPING_KEPT "__tcg_verify_kept"

#endif
