/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The host targets that QEMU is built for and run on, and how: one row each.
 * `check` knows all hosts without a cross compiler; this table only has those
 * with a recipe to build and run.
 */
#ifndef TV_HOSTS_HOST_H
#define TV_HOSTS_HOST_H

#include <glib.h>

#include "project/options.h"

/* The trees that are built, each the same way. */
typedef enum {
    TV_SIDE_PRISTINE,
    TV_SIDE_APPLIED,
    TV_SIDE_CONTROL, /* applied, less the icache invalidate: must fail */
    TV_SIDE_STEP,    /* as it is after one of the patches; is not run */
} TvSide;

const char *tv_side_name(TvSide side);

typedef struct TvRunHost {
    const char *name;      /* host target, as --host has it */
    const char *sysroot;   /* argument of scripts/sysroot; NULL: native */
    const char *triplet;   /* of the cross gcc; NULL: native */
    /* What runs it; with neither, it runs directly.  Debian's emulator of that
     * name (BUILD/outer), or the project's own for that target (BUILD/oracle),
     * which keeps stale code where Debian's discards too much or too little. */
    const char *outer;
    const char *oracle;
    gboolean coherent;    /* instruction fetch sees every store by itself */
    gboolean interpreter; /* TCI: no code is made, no page executable */
    gboolean exec_stacks; /* by the host's ABI, as MIPS without a note has it */
    const char *const *configure;     /* beyond the common switches */
    const char *const *user_guests;   /* in the order they are run */
    const char *const *system_guests; /* of qemu-system-GUEST */
} TvRunHost;

/* Ended by a row whose name is NULL. */
extern const TvRunHost tv_run_hosts[];

const TvRunHost *tv_run_host_find(const char *name);

/*
 * The rows that --host asks for, in table order (pointers into the table);
 * all for NULL or "all".  A host that has no recipe is TV_ERROR_USAGE, so that
 * nobody takes it for run; so is one that this machine cannot run.
 */
GPtrArray *tv_run_hosts_select(const char *list, GError **error);

/* Whether an outer emulator runs the emulators of @host. */
gboolean tv_run_host_is_nested(const TvRunHost *host);

/*
 * Whether the control without the icache invalidate can be run for @host: the
 * processor must keep stale code until told, as the outer emulator does.
 */
gboolean tv_run_host_has_control(const TvRunHost *host);

/* Seconds after which a guest program on @host will not end any more. */
guint tv_run_host_timeout(const TvRunHost *host);

/* The guests of @host, those of user or of system emulation, that --guest asks
 * for; NULL or "all" are all.  It names a guest or one of its QEMU targets
 * (arm, arm-linux-user), with HOST/ before it for that host only.  The array is
 * NULL-ended and holds the table's strings; free with g_free. */
const char **tv_run_guests_select(const TvRunHost *host, gboolean system,
                                  const char *list);

/* TV_ERROR_USAGE if --guest names one that no host of @hosts runs. */
gboolean tv_run_guests_check(GPtrArray *hosts, const char *list,
                             GError **error);

/* BUILD/host/HOST/SIDE */
char *tv_run_host_dir(const TvOptions *options, const TvRunHost *host,
                      TvSide side);

/* "qemu-GUEST" or "qemu-system-GUEST" in the directory above. */
char *tv_run_host_binary(const TvOptions *options, const TvRunHost *host,
                         TvSide side, const char *guest, gboolean system);

/* The same path, as tv_built_from_need() finds it. */
char *tv_run_host_need_binary(const TvOptions *options, const TvRunHost *host,
                              TvSide side, const char *guest, gboolean system,
                              GError **error);

/* The emulator that runs what is built for @host; NULL if it runs directly. */
char *tv_run_host_outer(const TvOptions *options, const TvRunHost *host);

#endif
