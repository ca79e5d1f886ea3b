/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Order and range of the cache maintenance, which no type shows.
 *
 * Regular expressions over the source text, without comments, so that both
 * sides of every #if are judged: one function flushes RW and then invalidates
 * RX, no other calls the hooks, and the function of a backend that patches a
 * jump calls it after each store, with as many bytes as were stored.
 */
#ifndef TV_PROOF_MAINTENANCE_ORDER_H
#define TV_PROOF_MAINTENANCE_ORDER_H

#include <glib.h>

#include "project/contract.h"
#include "result/result.h"
#include "tree/tree.h"

/*
 * What is wrong with the function of @text (tcg/tcg.c) that flushes and
 * invalidates what was written, and the only one to do so.  NULL if nothing,
 * else for the caller to free.
 */
char *tv_caches_judge_order(const TvContract *contract, const char *text);

/*
 * The same for the function of a backend that patches a jump: each store is
 * followed by that function, over as many bytes.  @text: tcg-target.c.inc.  A
 * backend without direct jumps has no such function, and nothing wrong.
 */
char *tv_caches_judge_jump(const TvContract *contract, const char *text);

/*
 * Judges each converted host of @hosts (TvHost) in @tree: a cell "caches" and
 * findings go to @result.  @error: a source cannot be read.
 */
gboolean tv_caches_check(const TvCheckTree *tree, GPtrArray *hosts,
                         TvResult *result, GError **error);

#endif
