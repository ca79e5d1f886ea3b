/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The headers that a configured build directory would hold, made without
 * configuring: a configure run takes a cross compiler and a minute per host.
 *
 * The tree's own scripts make the trace, QAPI, option, system call and device
 * headers.  config-host.h and glibconfig.h of a host come from a template and
 * from the machine's own; TARGET-config-target.h from the target's .mak.
 */
#ifndef TV_TREE_HEADERS_H
#define TV_TREE_HEADERS_H

#include "project/hosts.h"
#include "project/options.h"
#include "tree/facts.h"
#include "tree/scan.h"

typedef struct TvHeaders {
    char *digest;     /* of everything they were made from */
    char *common;     /* directory: trace/, qapi/, hxtool's output */
    char *host_root;  /* directory with one directory for each host */
    char *guest_root; /* directory with one directory for each target */
    char *glib;       /* directory with glib.h */
    char *pixman;     /* directory with pixman.h */
} TvHeaders;

/*
 * Makes them below BUILD/cache/headers/DIGEST unless they are there already;
 * what is there is complete.  @targets: "alpha-softmmu", ...; NULL-ended.
 * @groups: directories with trace-events whose headers are wanted, "." is the
 * root.  Nothing is written to the tree.
 */
TvHeaders *tv_headers_make(const TvOptions *options, const TvTreeScan *scan,
                           TvFileFacts *facts, const char *const *targets,
                           GPtrArray *groups, GError **error);
void tv_headers_free(TvHeaders *headers);

/* Path in the tree of a target's .mak, or NULL if the tree has none. */
char *tv_headers_target_mak(const TvTreeScan *scan, const char *target);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(TvHeaders, tv_headers_free)

#endif
