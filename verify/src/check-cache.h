/*
 * What is known of units from earlier runs.
 *
 * Three stores below one directory: which files a unit was made of (by the
 * hash of its flags), what its text was (by flags and the content of these
 * files), and what a layer said of a text (by text, flags, tool and rules).
 * Every key is a hash over all inputs, so entries are never wrong, only
 * unused.
 */
#ifndef TV_CHECK_CACHE_H
#define TV_CHECK_CACHE_H

#include "unit.h"

typedef struct TvCheckCache TvCheckCache;

TvCheckCache *tv_check_cache_open(const char *directory, GError **error);
void tv_check_cache_free(TvCheckCache *cache);

/* The directory of the stores. */
const char *tv_check_cache_directory(const TvCheckCache *cache);

/* Directory for files that live as long as one job. */
const char *tv_check_cache_scratch(const TvCheckCache *cache);

/*
 * Fills unit->digest, sees and depends if the unit's files are as
 * they were in some earlier run.
 */
gboolean tv_check_cache_lookup_unit(TvCheckCache *cache,
                                    const TvCheckTree *tree, TvUnit *unit);
void tv_check_cache_store_unit(TvCheckCache *cache, const TvCheckTree *tree,
                               const TvUnit *unit);

/* Fills unit->runs[layer] if that text was judged before. */
gboolean tv_check_cache_lookup_run(TvCheckCache *cache, const TvCheckTree *tree,
                                   TvUnit *unit, TvLayer layer);
void tv_check_cache_store_run(TvCheckCache *cache, const TvCheckTree *tree,
                              const TvUnit *unit, TvLayer layer);

/* Paths in the text that clang -MD writes. */
GPtrArray *tv_check_cache_parse_depends(const char *text);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(TvCheckCache, tv_check_cache_free)

#endif
