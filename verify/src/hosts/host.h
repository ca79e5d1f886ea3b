/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The host targets that QEMU is built for and run on: those of hosts.ini with a
 * recipe.
 */
#ifndef TV_HOSTS_HOST_H
#define TV_HOSTS_HOST_H

#include <glib.h>

#include "project/hosts.h"
#include "project/options.h"

/* The trees that are built, each the same way. */
typedef enum {
    TV_SIDE_PRISTINE,
    TV_SIDE_APPLIED,
    TV_SIDE_CONTROL, /* applied, less the icache invalidate: must fail */
    TV_SIDE_STEP,    /* as it is after one of the patches; is not run */
} TvSide;

const char *tv_side_name(TvSide side);

/*
 * The rows that --host asks for, in table order (pointers into the table);
 * all for NULL or "all".  A host that has no recipe is TV_ERROR_USAGE, so that
 * no reader takes it for run; so is one that this machine cannot run.
 */
GPtrArray *tv_run_hosts_select(const char *list, GError **error);

/* Whether an outer emulator runs the emulators of @host. */
gboolean tv_run_host_is_nested(const TvHost *host);

/*
 * Whether the control without the icache invalidate can be run for @host: the
 * processor must keep stale code until a cache operation, as the outer emulator
 * does.
 */
gboolean tv_run_host_has_control(const TvHost *host);

/* Seconds after which a guest program on @host will not end any more. */
guint tv_run_host_timeout(const TvHost *host);

/* The guests of @host, those of user or of system emulation, that --guest asks
 * for; NULL or "all" are all.  It names a guest or one of its QEMU targets
 * (arm, arm-linux-user), with HOST/ before it for that host only.  The array is
 * NULL-ended and holds the table's strings; free with g_free. */
const char **tv_run_guests_select(const TvHost *host, gboolean system,
                                  const char *list);

/* TV_ERROR_USAGE if --guest names one that no host of @hosts runs. */
gboolean tv_run_guests_check(GPtrArray *hosts, const char *list,
                             GError **error);

/* BUILD/host/HOST/SIDE */
char *tv_run_host_dir(const TvOptions *options, const TvHost *host,
                      TvSide side);

/* "qemu-GUEST" or "qemu-system-GUEST" in the directory above. */
char *tv_run_host_binary(const TvOptions *options, const TvHost *host,
                         TvSide side, const char *guest, gboolean system);

/* The emulator that runs what is built for @host; NULL if it runs directly. */
char *tv_run_host_outer(const TvOptions *options, const TvHost *host);

/*
 * Ninja targets ("tests/test-NAME") of the tests that the overlay brings and
 * the tree @root has; to be freed.  None for hosts that do not run directly:
 * what the tests see of /proc and of policies would be the outer emulator's.
 */
GPtrArray *tv_unit_tests_targets(const TvOptions *options,
                                 const TvHost *host, const char *root);

#endif
