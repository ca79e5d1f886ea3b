/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The names that operators of mutants go by: more of the contract file. */
#ifndef TV_MUTATE_OPERATORS_NAMES_H
#define TV_MUTATE_OPERATORS_NAMES_H

#include "project/contract.h"

/* A function and which of its arguments count. */
typedef struct TvMutateArgument {
    char *function;
    guint index; /* from 0 */
} TvMutateArgument;

typedef struct TvMutateNames {
    const TvContract *contract; /* not owned */
    char *address_macro;        /* RX pointer to integer */
    char *pointer_macro;        /* and back */
    char *context_type;         /* what holds the difference: "TCGContext" */
    char *context;              /* where no parameter is one */
    char *difference;           /* its field: RW - RX */
    char *base;                 /* its field: where the code begins */
    char *distance;             /* function: bytes between two RX pointers */
    char *store_macro;          /* atomic store: destination, value */
    char **fields;              /* hold RX pointers; uses and stores count */
    char **stored;              /* likewise, but stores only */
    GArray *pointers; /* of TvMutateArgument: have to be RX pointers */
    GArray *integers; /* of TvMutateArgument: have to be RX addresses */
    char **files;     /* beyond those of the contract's kernel */
} TvMutateNames;

/*
 * Reads group [mutate] of the contract file @path, NULL for the built-in one.
 * TV_ERROR_INPUT names what is missing.
 */
TvMutateNames *tv_mutate_names_load(const TvContract *contract,
                                    const char *path, GError **error);
/* The same from the file's text; @path is for messages. */
TvMutateNames *tv_mutate_names_parse(const TvContract *contract,
                                     const char *text, const char *path,
                                     GError **error);
void tv_mutate_names_free(TvMutateNames *names);

/*
 * @form with these replaced: @W, @A, @P by the macros to a writable pointer,
 * to an integer, to a pointer; @X by the address space, @D by the distance
 * function, @o by the field of the difference, @b by that of the base; @s by
 * @context, @p by @expression.
 */
char *tv_mutate_names_fill(const TvMutateNames *names, const char *form,
                           const char *context, const char *expression);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(TvMutateNames, tv_mutate_names_free)

#endif
