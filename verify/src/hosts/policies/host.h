/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Emulators of a host under the policies of hosts/policies/policy.h. */
#ifndef TV_HOSTS_POLICIES_HOST_H
#define TV_HOSTS_POLICIES_HOST_H

#include <glib.h>

#include "hosts/host.h"
#include "project/options.h"
#include "result/result.h"

/*
 * Runs the applied emulators of @host, which must run directly and is no
 * interpreter, under every policy, and adds a cell (layer "policies") and
 * findings to @result; nothing for other hosts.  A policy that this machine
 * does not let one set up is an error of the cell.
 */
gboolean tv_policy_host(const TvOptions *options, const TvHost *host,
                        TvResult *result, GError **error);

#endif
