/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Upstream's guest tests (tests/tcg) and the project's own (tests/guest):
 * building them with cross compilers, and listing what there is to run.
 */
#ifndef TV_HOSTS_GUESTS_H
#define TV_HOSTS_GUESTS_H

#include <glib.h>

#include "project/options.h"

/* How the programs of one guest are compiled. */
typedef struct TvGuest {
    const char *name;     /* as in qemu-NAME */
    int bits;             /* 32 or 64 */
    const char *compiler; /* looked up in PATH */
    const char *flags;    /* for the compiler, "" if none */
    const char *config;   /* upstream's config-TARGET.mak, beyond the common */
} TvGuest;

/* NULL if there is no such guest. */
const TvGuest *tv_guest_find(const char *name);

/* "x86_64-linux-user", "aarch64-softmmu" */
char *tv_guest_target(const TvGuest *guest, gboolean system);

/* BUILD/guest/tests/tcg/TARGET: the programs; BUILD/guest/own/TARGET: the
 * project's. */
char *tv_guest_dir(const TvOptions *options, const char *target);
char *tv_guest_own_dir(const TvOptions *options, const char *target);

/*
 * Brings the programs for @target up to date, from the pristine sources.
 * TV_ERROR_TOOL with the first errors if one does not compile: a test that is
 * missing must not look like one that passes.
 */
gboolean tv_guest_tests_build(const TvOptions *options, const TvGuest *guest,
                              gboolean system, GError **error);

/* Names of upstream's tests for @target, as its makefile has them ("run-"
 * taken off); NULL-ended. */
char **tv_guest_tests_list(const TvOptions *options, const char *target,
                           GError **error);

/*
 * The arguments of make to run upstream's @test in a directory made by
 * tv_guest_tests_run_dir, with the emulator command @qemu (shell words).
 */
char **tv_guest_tests_run_argv(const TvOptions *options, const char *target,
                               const char *test, const char *qemu,
                               guint timeout_s);

/*
 * Makes PARENT/tests/tcg/TARGET with links to the programs, to run in; output
 * of an earlier run is removed.  Returns the path, or NULL.
 */
char *tv_guest_tests_run_dir(const TvOptions *options, const char *target,
                             const char *parent, GError **error);

#endif
