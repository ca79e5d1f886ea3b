/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The emulator around the emulator: made by a script, and asked whether it
 * finds out what it is there to find out, before anything is run on it.
 */
#ifndef TV_HOSTS_ORACLE_H
#define TV_HOSTS_ORACLE_H

#include <glib.h>

#include "hosts/host.h"
#include "project/options.h"
#include "result/result.h"

/* Fetches or builds the outer emulator of @host, if it has one and that is not
 * there yet (scripts/outer, scripts/oracle). */
gboolean tv_oracle_make(const TvOptions *options, const TvHost *host,
                        GError **error);

/*
 * Runs scripts/oracle-selftest for @host and adds a cell "oracle" to @result:
 * void if the emulator does not keep stale code on a host that does, or the
 * other way around.  Nothing for a host that runs directly.  @error: it could
 * not be run.
 */
gboolean tv_oracle_self_test(const TvOptions *options, const TvHost *host,
                             TvResult *result, GError **error);

#endif
