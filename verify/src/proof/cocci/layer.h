/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * L4: semantic patches over both sides of every #if.
 *
 * Coccinelle reads sources as they are written, so that it sees what no cell
 * of the matrix compiles.
 */
#ifndef TV_PROOF_COCCI_LAYER_H
#define TV_PROOF_COCCI_LAYER_H

#include "proof/store.h"
#include "result/known.h"
#include "result/result.h"
#include "tree/names.h"
#include "tree/tree.h"

/*
 * Adds a cell "L4" for each of @hosts (TvHost) to @result, with the findings
 * of its backend and of the sources that all share.  @names: headers whose
 * types count.  @unit (path in the tree, or NULL): that source only; no cell
 * if L4 does not read it.  TV_ERROR_TOOL if there is no spatch, TV_ERROR_INPUT
 * if the conditionals of a source do not nest.
 */
gboolean tv_layer_cocci_run(const TvCheckTree *tree, TvCheckCache *cache,
                            const TvCodeNames *names, GPtrArray *hosts,
                            const char *unit, TvKnownFindings *known,
                            TvResult *result, GError **error);

/*
 * The declarations that the rules know types by: those of @names->headers.
 * For TvCocciRun; to be freed.
 */
char *tv_layer_cocci_types(const TvCheckTree *tree, const TvCodeNames *names,
                           GError **error);

#endif
