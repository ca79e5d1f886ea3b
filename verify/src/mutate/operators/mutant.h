/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One small mistake in one file of the tree, and the operators that make them.
 *
 * Operators go by the names of the contract, never by a known site, so that a
 * tree that changes gets the mutants of what it is then.
 */
#ifndef TV_MUTATE_OPERATORS_MUTANT_H
#define TV_MUTATE_OPERATORS_MUTANT_H

#include "ctext/code.h"
#include "mutate/operators/names.h"

/* A kind of mistake. */
typedef struct TvMutateOperator {
    const char *id;      /* as --operator takes it */
    const char *summary; /* the mistake; no full stop */
    const char *text;    /* the replacement, see tv_mutate_names_fill; NULL
                          * if its generator makes it */
} TvMutateOperator;

typedef struct TvMutant {
    const TvMutateOperator *operator;
    char *file;     /* in the tree */
    int line;       /* of the first byte replaced */
    char *function; /* in whose head or body that is; NULL if none */
    gsize offset;   /* of what is replaced */
    gsize length;
    char *replacement; /* with as many newlines as what it replaces */
    char *original;    /* the two in one line */
    char *changed;
    char *identity; /* operator, file, function, original and changed: stays
                     * when lines move, and equal mistakes share it */
    char *id;       /* identity and the number among those that share it */
} TvMutant;

/* Operators of all families; NULL past the last. */
const TvMutateOperator *tv_mutate_operator_nth(guint index);
const TvMutateOperator *tv_mutate_operator_find(const char *id);
/* TRUE if @id is in a comma list; a "*" at the end of an item matches all. */
gboolean tv_mutate_operator_matches(const char *list, const char *id);
/* The row of a table that ends with a NULL id; aborts if it is not there. */
const TvMutateOperator *tv_mutate_operator_in(const TvMutateOperator *table,
                                              const char *id);

void tv_mutant_free(TvMutant *mutant);

/* Of operator, file, function, original and changed; to be freed. */
char *tv_mutant_compute_identity(const TvMutant *mutant);

/* The file's @text with the mistake in it. */
char *tv_mutant_apply(const TvMutant *mutant, const char *text);

/* A unified diff without context, ends with a newline. */
char *tv_mutant_diff(const TvMutant *mutant, const char *text);

/* "a -> b": what differs between original and changed, with a few words
 * around; one line. */
char *tv_mutant_brief(const TvMutant *mutant);

/*
 * All mutants of a file in the order of their places: an array of TvMutant.
 * @every_route: each write site gets each way to launder a pointer, else each
 * way is tried at one write site of the file.
 */
GPtrArray *tv_mutants_make(const TvMutateNames *names, const char *file,
                           const char *text, gboolean every_route);

/* The input and output of a family's generator. */
typedef struct TvMutateSource {
    const TvMutateNames *names;
    const char *file;
    const TvCCode *code;
    gboolean every_route;
    GPtrArray *mutants; /* of TvMutant: made so far */
} TvMutateSource;

/* Adds a mutant that has @replacement instead of @span. */
void tv_mutate_replace(TvMutateSource *source, const TvMutateOperator *operator,
                       TvCSpan span, const char *replacement);

/* The expression for the code's context at @at: a parameter, or the names'. */
char *tv_mutate_context(const TvMutateSource *source, gsize at);

/* A call of a function or macro in a function's body. */
typedef struct TvMutateCall {
    TvCSpan span;      /* from the name to the parenthesis */
    GArray *arguments; /* of TvCSpan */
} TvMutateCall;

void tv_mutate_call_clear(TvMutateCall *call);
/* The next call of @name at or after *@from, which moves on. */
gboolean tv_mutate_call_next(const TvMutateSource *source, const char *name,
                             gsize *from, TvMutateCall *call);
/* The text of an argument in one line; NULL if there is no such argument. */
char *tv_mutate_call_argument(const TvMutateSource *source,
                              const TvMutateCall *call, guint index);

/* The families; each adds its mutants. */
void tv_mutate_convert(TvMutateSource *source);
void tv_mutate_launder(TvMutateSource *source);
void tv_mutate_alias(TvMutateSource *source);
void tv_mutate_caches(TvMutateSource *source);
void tv_mutate_types(TvMutateSource *source);

extern const TvMutateOperator tv_mutate_convert_operators[];
extern const TvMutateOperator tv_mutate_launder_operators[];
extern const TvMutateOperator tv_mutate_alias_operators[];
extern const TvMutateOperator tv_mutate_caches_operators[];
extern const TvMutateOperator tv_mutate_types_operators[];

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(TvMutateCall, tv_mutate_call_clear)

#endif
