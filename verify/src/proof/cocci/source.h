/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A source as L4 sees it: its text for spatch, and the lines that the rules
 * print of it.
 *
 * ctext/branches.h lays all branches of the text out, so that spatch parses
 * each; functions from which no name leads to a code pointer are emptied.  The
 * rules also print every function and conversion that they have looked at.  A
 * source is broken if one is missing there: then silence proves nothing.
 */
#ifndef TV_PROOF_COCCI_SOURCE_H
#define TV_PROOF_COCCI_SOURCE_H

#include "ctext/branches.h"
#include "project/contract.h"
#include "tree/names.h"

typedef struct TvCocciFinding {
    char *rule;
    int line;
    char *function;
    char *message;
} TvCocciFinding;

typedef struct TvCocciSource {
    char *name;         /* path in the tree, or of a canary */
    char *path;         /* where it is read; NULL: a canary */
    const char *backend; /* directory under tcg/ it belongs to, NULL: shared */
    char *key;          /* of what is known of it */
    TvSourceText *text; /* NULL until prepared */
    GHashTable *seen;   /* set of char *: "KIND LINE", lines of the text */
    GPtrArray *findings; /* of TvCocciFinding, sorted */
    guint functions;    /* that were looked at */
    gboolean defines;   /* it has the function that handles the caches */
    char *broken;       /* why what was said proves nothing, or NULL */
    gboolean done;
    gboolean cached;
    double seconds;     /* its share of spatch's time */
} TvCocciSource;

TvCocciSource *tv_cocci_source_new(const char *name, const char *path,
                                   const char *backend);
void tv_cocci_source_free(TvCocciSource *source);

/*
 * Lays @text out: every branch of its conditionals is there, "void __rx" has a
 * name of its own and other address spaces are gone.
 */
gboolean tv_cocci_source_prepare(TvCocciSource *source,
                                 const TvContract *contract, const char *text,
                                 GError **error);

/*
 * Empties the functions of a prepared source from which no name leads to a code
 * pointer, so that spatch need not look at them.  @names: those of the tree's
 * headers; what the source itself declares and defines with them is added.
 */
void tv_cocci_source_reduce(TvCocciSource *source, const TvContract *contract,
                            const TvCodeNames *names);

/* The same for headers: declarations only, to know the types of fields. */
char *tv_cocci_types(const TvContract *contract, const char *text,
                     const char *name, GError **error);

/* Takes a line that the rules printed of the text: @words are its six parts
 * (kind, rule, file, line, function, message). */
void tv_cocci_source_take(TvCocciSource *source, char *const *words);

/*
 * When all was taken: sets broken unless each function of the text, and each
 * use of the conversion, was reported as seen.
 */
void tv_cocci_source_judge(TvCocciSource *source, const TvContract *contract);

/* What is kept of a source that was judged, and back. */
char *tv_cocci_source_record(const TvCocciSource *source);
gboolean tv_cocci_source_recall(TvCocciSource *source, const char *record);

#endif
