/* What a fork of a guest costs with the split on, beside what it may. */
#ifndef TV_BENCH_FORK_H
#define TV_BENCH_FORK_H

#include <glib.h>
#include <json-glib/json-glib.h>

#include "options.h"

/*
 * Runs guest programs that fork under the applied qemu-x86_64 of host x86_64,
 * which must have been built: split off and on, in turn, several times.
 * Returns the rows as JSON and, in *@text, as a table to print (owned by the
 * caller); NULL with an error if a run fails.
 */
JsonNode *tv_bench_fork(const TvOptions *options, char **text,
                        GError **error);

#endif
