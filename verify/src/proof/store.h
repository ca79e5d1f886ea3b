/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What is known from earlier runs.
 *
 * Entries have a kind and a key.  The key is a hash over all that the entry
 * depends on, so an entry is never wrong, only unused; and each carries a hash
 * of itself, so that a damaged one counts as absent.  They are written aside
 * and renamed: a run that is interrupted, killed or out of space leaves none
 * in part.
 *
 * Kinds of the units: "depends", which files a unit was made of (by the hash
 * of its flags); "units", what its text was (by flags and the content of these
 * files); "runs", what a layer said of a text (by text, flags and tool).
 */
#ifndef TV_PROOF_STORE_H
#define TV_PROOF_STORE_H

#include "proof/unit.h"

typedef struct TvCheckCache TvCheckCache;

/*
 * Makes @directory; TV_ERROR_IO if that cannot be done.  Entries hold paths
 * below @build_dir in a form that is right wherever the entry is read, so that
 * a cache can be moved or copied to another checkout.
 */
TvCheckCache *tv_check_cache_open(const char *directory, const char *build_dir,
                                  GError **error);
/* Removes the run's files for single jobs. */
void tv_check_cache_free(TvCheckCache *cache);

/* Directory for files that live as long as one job; their names begin with
 * the process's id. */
const char *tv_check_cache_scratch(const TvCheckCache *cache);

/*
 * Begins a key of @kind: with the kind, the hash of those sources of this
 * program that decide what entries say, and the keyed variables of the
 * environment.  The caller adds (tv_hash_add) all
 * else that the entry depends on.
 */
GChecksum *tv_check_cache_key(const char *kind);

/* The entry's text, or NULL if there is none that is whole; to be freed. */
char *tv_check_cache_get(TvCheckCache *cache, const char *kind,
                         const char *key);

/*
 * Stores an entry.  That it fails does no harm to this run; the first reason
 * is kept for tv_check_cache_trouble.
 */
void tv_check_cache_put(TvCheckCache *cache, const char *kind, const char *key,
                        const char *text);

/* Removes the entries that this run has stored: its input was not what their
 * keys say. */
void tv_check_cache_forget_stored(TvCheckCache *cache);

/* How many entries this run has read, and how many it has stored. */
void tv_check_cache_count(const TvCheckCache *cache, guint *used,
                          guint *stored);

/* Why entries could not be stored: one line, or NULL if all were. */
const char *tv_check_cache_trouble(const TvCheckCache *cache);

/*
 * Fills unit->digest, sees and depends if the unit's files are as
 * they were in some earlier run.
 */
gboolean tv_check_cache_lookup_unit(TvCheckCache *cache,
                                    const TvCheckTree *tree, TvUnit *unit);
void tv_check_cache_store_unit(TvCheckCache *cache, const TvCheckTree *tree,
                               const TvUnit *unit);

/* Key of what @layer says of the unit's text; unit->digest is set. */
char *tv_check_cache_run_key(const TvCheckTree *tree, const TvUnit *unit,
                             TvLayer layer);
/* Fills unit->runs[layer] if that text was judged before. */
gboolean tv_check_cache_lookup_run(TvCheckCache *cache, const TvCheckTree *tree,
                                   TvUnit *unit, TvLayer layer);
void tv_check_cache_store_run(TvCheckCache *cache, const TvCheckTree *tree,
                              const TvUnit *unit, TvLayer layer);

/* Paths in the text that clang -MD writes. */
GPtrArray *tv_check_cache_parse_depends(const char *text);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(TvCheckCache, tv_check_cache_free)

#endif
