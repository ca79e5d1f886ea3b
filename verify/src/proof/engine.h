/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Runs layers over units.
 *
 * Each unit that the cache does not know is preprocessed and reduced to the
 * part that it uses; its layers run on that text.  Units of several cells with
 * the same text share one run: the others wait and take it from the cache.
 */
#ifndef TV_PROOF_ENGINE_H
#define TV_PROOF_ENGINE_H

#include "ctext/preprocessed.h"
#include "proof/store.h"

/*
 * Called with a unit's text before its layers run; not for units whose results
 * are all known without it.  May edit text->data's bytes in place and returns
 * TRUE if it did.
 */
typedef gboolean (*TvEngineText)(TvUnit *unit, const TvCppText *text,
                                 gpointer user_data);

/* Whether a unit's text is another than before; it is compiled then. */
typedef gboolean (*TvEngineChanged)(const TvUnit *unit, gpointer user_data);

typedef struct TvCheckEngine {
    const TvCheckTree *tree;
    TvCheckCache *cache;
    guint layers;         /* bit set of 1 << TvLayer */
    const char *label;    /* of the progress */
    gboolean keep_bitcode; /* L1 leaves unit->bitcode, for L3 */
    gboolean keep_text;   /* leave unit->text, for the next run */
    gboolean no_cache;    /* preprocess anew, because on_text wants the text */
    TvEngineText on_text; /* or NULL */
    gpointer text_data;
    TvEngineChanged is_changed; /* or NULL */
    gpointer changed_data;
    /* Called with each unit of which all is known, or NULL. */
    void (*on_unit)(const TvUnit *unit, gpointer user_data);
    gpointer unit_data;
} TvCheckEngine;

/*
 * Fills the units.  FALSE if interrupted or if a tool could not be started;
 * that a unit failed stands in unit->failure or in the layer's broken.
 */
gboolean tv_check_engine_run(TvCheckEngine *engine, GPtrArray *units,
                             GError **error);

#endif
