/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Running the guest tests of a host under each configuration.
 */
#ifndef TV_HOSTS_TESTS_RUN_H
#define TV_HOSTS_TESTS_RUN_H

#include <glib.h>

#include "hosts/guests.h"
#include "hosts/host.h"
#include "hosts/tests/outcome.h"
#include "project/options.h"

/* What the emulators are run as. */
typedef struct TvConfiguration {
    const char *name;  /* column of the table */
    TvSide side;
    const char *split; /* "on", "off", "auto"; NULL: the tree knows none */
    gboolean mdwe;     /* under PR_SET_MDWE; hosts that run directly only */
} TvConfiguration;

/* Pristine is the first; ended by a row whose name is NULL. */
extern const TvConfiguration tv_configurations[];

/* Whether @host can be run so.  @mdwe: this kernel offers PR_SET_MDWE. */
gboolean tv_configuration_applies(const TvConfiguration *configuration,
                                  const TvHost *host, gboolean mdwe);

typedef struct TvTestRun {
    const TvHost *host;
    const TvGuest *guest;
    gboolean system;
    const TvConfiguration *configuration;
    char *test;
    gboolean own;     /* of tests/guest, not upstream's */
    char *dir;        /* it runs here and leaves TEST.out here */
    TvTestEnd end;    /* set by tv_test_runs_execute */
    gboolean done;    /* it has ended */
    double seconds;
    char *command;    /* what was run, for a shell */
    const char *tree; /* --tree, the options' */
} TvTestRun;

void tv_test_run_free(TvTestRun *run);

/*
 * The emulator's command in shell words: launcher, outer emulator, emulator
 * and, for system emulation, its machine-independent options.  @extra (or
 * NULL) is appended to "-accel tcg" in system mode, to the whole in user mode.
 */
char *tv_emulator_command(const TvOptions *options, const TvHost *host,
                          const TvGuest *guest, gboolean system,
                          const TvConfiguration *configuration,
                          const char *extra);

/* The environment to run an emulator in; split by QEMU_SPLIT_WX in user
 * mode. */
char **tv_emulator_environment(const TvOptions *options,
                               const TvHost *host, gboolean system,
                               const TvConfiguration *configuration);

/* BUILD/run/HOST/CONFIGURATION */
char *tv_configuration_dir(const TvOptions *options, const TvHost *host,
                           const TvConfiguration *configuration);

/*
 * Adds a TvTestRun to @runs for each test of @guest under each configuration
 * that applies, and makes their directories.  @filter: only tests of that
 * name, NULL for all.
 */
gboolean tv_test_runs_plan(const TvOptions *options, const TvHost *host,
                           const TvGuest *guest, gboolean system,
                           gboolean mdwe, const char *filter, GPtrArray *runs,
                           GError **error);

/* Called with each of @runs when it has ended. */
typedef void TvTestRunDone(GPtrArray *runs, const TvTestRun *run,
                           gpointer data);

/* Runs all of @runs, --jobs at a time.  FALSE only when interrupted. */
gboolean tv_test_runs_execute(const TvOptions *options, GPtrArray *runs,
                              TvTestRunDone *done, gpointer data,
                              GError **error);

/* The launcher that sets up policies, beside this program. */
char *tv_policy_launcher(void);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(TvTestRun, tv_test_run_free)

#endif
