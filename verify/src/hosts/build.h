/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Configuring and building QEMU for one host from one tree. */
#ifndef TV_HOSTS_BUILD_H
#define TV_HOSTS_BUILD_H

#include <glib.h>

#include "hosts/host.h"
#include "project/options.h"
#include "result/result.h"

/*
 * Brings BUILD/host/source/SIDE up to date; call once before the builds of
 * that side.  Fails if the tree is not there, saying which command makes it.
 */
gboolean tv_host_build_sources(const TvOptions *options, TvSide side,
                               GError **error);

/* The same for TV_SIDE_STEP, from @tree. */
gboolean tv_host_build_step_sources(const TvOptions *options, const char *tree,
                                    GError **error);

/*
 * Brings the binaries of @host that run @user_guests and @system_guests (both
 * NULL-ended) up to date, below BUILD/host/HOST/SIDE; logs lie beside them.
 * A failure of the applied tree, or of a step, is a finding in @result; a
 * failure of any other tree sets @error.  A cell is added to @result.
 *
 * Returns FALSE with @error set if it could not be tried.  Main thread only.
 */
gboolean tv_host_build(const TvOptions *options, const TvHost *host,
                       TvSide side, const char *const *user_guests,
                       const char *const *system_guests, TvResult *result,
                       GError **error);

/* The same for the guests that --guest asks for; nothing if @host has none. */
gboolean tv_host_build_guests(const TvOptions *options, const TvHost *host,
                              TvSide side, TvResult *result, GError **error);

/* The environment for configure, ninja and make: without the variables by
 * which a caller's own build would leak in, with ccache below BUILD/cache. */
char **tv_build_environment(const TvOptions *options);

#endif
