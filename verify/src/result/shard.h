/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One part of a run over the hosts, and putting the parts together again.
 *
 * --shard K/N takes every N-th of the chosen hosts, from the K-th on.  The
 * result says which hosts the whole run has, so that a merge can prove that
 * nothing is missing.
 */
#ifndef TV_RESULT_SHARD_H
#define TV_RESULT_SHARD_H

#include <glib.h>

#include "project/options.h"
#include "result/result.h"

/* "2/3" to 2 and 3. */
gboolean tv_shard_parse(const char *text, guint *number, guint *count,
                        GError **error);

/*
 * Removes from @hosts what is not in the shard that @options ask for, and
 * notes in @result what the whole run has; nothing without --shard.  The first
 * member of each host is its name (TvHost).
 */
gboolean tv_shard_apply(const TvOptions *options, GPtrArray *hosts,
                        TvResult *result, GError **error);

/*
 * The one result of @shards (TvResult), which are of one command; that of a
 * whole run is taken as it is.  NULL with @error set if they are not the shards
 * of one run over one form of the series, if one is missing or there twice, if
 * one has no cell of a host of its own, one of another's or one twice, or if
 * `check` has not looked at all hosts in the same way.
 */
TvResult *tv_shard_merge(GPtrArray *shards, GError **error);

/*
 * Entries of the contract (char *) that no analysed program has:
 * tv_unmet_of_plan.
 */

/* Keeps in @unmet what @other has as well. */
void tv_unmet_keep_common(GPtrArray *unmet, const GPtrArray *other);

/* Adds a finding for each of @unmet, which all hosts lack; @reproduce is the
 * command that shows them. */
void tv_unmet_report(const GPtrArray *unmet, const char *reproduce,
                     TvResult *result);

#endif
