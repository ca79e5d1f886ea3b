/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Names under which a source can reach a code pointer, by the text of the
 * tree: those of the contract, what headers declare with them, and macros
 * whose bodies use any of these.
 */
#ifndef TV_TREE_NAMES_H
#define TV_TREE_NAMES_H

#include "tree/facts.h"
#include "tree/scan.h"

typedef struct TvCodeNames {
    GHashTable *names;   /* set of char * */
    GHashTable *headers; /* set of char *: headers that name the contract */
} TvCodeNames;

TvCodeNames *tv_code_names_find(const TvTreeScan *scan, TvFileFacts *facts,
                                const TvContract *contract);
void tv_code_names_free(TvCodeNames *names);

/*
 * TRUE if neither @file nor what it includes beside headers (.inc, templates)
 * holds one of the names: then no way leads from it to a code pointer, and the
 * unit need not even be preprocessed.
 */
gboolean tv_code_names_blind(const TvCodeNames *names, const TvTreeScan *scan,
                             const char *file);

/* Adds to @found what a header's text (without comments) declares with a name
 * of @known. */
void tv_code_names_declarations(GHashTable *known, const char *text,
                                GHashTable *found);

/* Adds the macros whose bodies hold one of @names; TRUE if there were any. */
gboolean tv_code_names_macros(GHashTable *names, const char *text);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(TvCodeNames, tv_code_names_free)

#endif
