/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Evidence about running emulators that the guest tests themselves do not
 * give: that the split is really in use, that PR_SET_MDWE really bites, that
 * a missing icache invalidate is really seen.
 */
#ifndef TV_HOSTS_PROBES_PROBES_H
#define TV_HOSTS_PROBES_PROBES_H

#include <glib.h>

#include "hosts/guests.h"
#include "hosts/host.h"
#include "project/options.h"
#include "result/result.h"

/*
 * Whether this kernel offers PR_SET_MDWE; adds an error cell to @result if it
 * does not, since configurations that need it cannot be run.  @error: the
 * launcher could not be run at all.
 */
gboolean tv_probe_mdwe(gboolean *available, TvResult *result, GError **error);

/*
 * The rest of the command line of a guest that stays up, relative to where the
 * guest programs are linked; *@pattern is what it writes when it is up.
 */
const char *tv_probe_hold_arguments(const TvGuest *guest, gboolean system,
                                    const char **pattern);

/*
 * Probes each guest of @host, and adds a cell for each kind of probe and their
 * findings to @result.  The guest programs and their directories have been made
 * (tv_test_runs_plan).
 */
gboolean tv_probe_host(const TvOptions *options, const TvHost *host,
                       gboolean mdwe, TvResult *result, GError **error);

#endif
