/* SPDX-License-Identifier: GPL-2.0-or-later */
/* QEMU's unit tests that the series brings, built and run for a host. */
#ifndef TV_HOSTS_TESTS_QEMU_UNITS_H
#define TV_HOSTS_TESTS_QEMU_UNITS_H

#include <glib.h>

#include "hosts/host.h"
#include "project/options.h"
#include "result/result.h"

/*
 * Runs the tests that tv_host_build() has built for the applied tree and adds
 * a cell (layer "unit tests") and findings to @result; nothing if there are
 * none.  A test that is skipped is an error of the cell.
 */
gboolean tv_unit_tests_host(const TvOptions *options, const TvHost *host,
                            TvResult *result, GError **error);

/* What a test said in TAP. */
typedef struct TvUnitTestCount {
    guint planned; /* by its line 1..N; 0: it has none */
    guint passed;
    guint failed;
    guint skipped;
    char *first;   /* name of the first that failed or was skipped, or NULL */
} TvUnitTestCount;

void tv_unit_test_count(const char *tap, TvUnitTestCount *count);

#endif
