/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which tree the binaries in a build directory were made from. */
#ifndef TV_HOSTS_BUILT_FROM_H
#define TV_HOSTS_BUILT_FROM_H

#include "hosts/host.h"

/* Before @binaries (of char *) are made: from now on they are of no tree, so
 * that a build that fails or is killed leaves none that could be run. */
gboolean tv_built_from_forget(const TvOptions *options, const TvHost *host,
                              TvSide side, GPtrArray *binaries,
                              GError **error);

/* They are made, from the tree that @side has now. */
gboolean tv_built_from_record(const TvOptions *options, const TvHost *host,
                              TvSide side, GPtrArray *binaries,
                              GError **error);

/*
 * The path of @binary if it is there and made from the tree that @side has now;
 * else NULL with TV_ERROR_INPUT, which says how to build it.
 */
char *tv_built_from_need(const TvOptions *options, const TvHost *host,
                         TvSide side, const char *binary, GError **error);

/* The same of "qemu-GUEST" or "qemu-system-GUEST". */
char *tv_built_from_need_emulator(const TvOptions *options, const TvHost *host,
                                  TvSide side, const char *guest,
                                  gboolean system, GError **error);

#endif
