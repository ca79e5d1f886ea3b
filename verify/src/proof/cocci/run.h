/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Runs spatch over sources: one batch for each processor, since a start of
 * spatch costs about as much as one source.
 */
#ifndef TV_PROOF_COCCI_RUN_H
#define TV_PROOF_COCCI_RUN_H

#include "proof/cocci/source.h"
#include "proof/store.h"

typedef struct TvCocciRun {
    const TvContract *contract;
    TvCheckCache *cache;
    char *spatch;        /* program */
    char *version;       /* what --version prints */
    char *version_number;
    char *types;         /* declarations of the tree's headers */
    guint jobs;
} TvCocciRun;

/* Looks for the program; TV_ERROR_TOOL names what is missing. */
gboolean tv_cocci_run_open(TvCocciRun *run, GError **error);
void tv_cocci_run_close(TvCocciRun *run);

/*
 * Judges each of @sources (TvCocciSource, prepared).  FALSE if spatch could
 * not be started or was interrupted; that it failed stands in broken.
 */
gboolean tv_cocci_run(TvCocciRun *run, GPtrArray *sources, GError **error);

#endif
