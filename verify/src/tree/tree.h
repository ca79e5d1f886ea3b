/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A source tree with all that is needed to check it. */
#ifndef TV_TREE_TREE_H
#define TV_TREE_TREE_H

#include "ctext/lines.h"
#include "project/contract.h"
#include "project/options.h"
#include "tree/facts.h"
#include "tree/headers.h"
#include "tree/meson.h"
#include "tree/scan.h"
#include "tree/tools.h"

/* A guest in a mode, as QEMU names it: "alpha-softmmu". */
typedef struct TvTarget {
    char *name;
    char *guest;      /* "alpha" */
    const char *mode; /* "softmmu" or "user" */
    char *base_arch;  /* directory under target/ */
    char *abi_dir;    /* directory under linux-user/ */
    int bits;         /* TARGET_LONG_BITS */
} TvTarget;

typedef struct TvCheckTree {
    const TvOptions *options;
    const TvContract *contract;
    const TvCheckTools *tools;
    TvFileFacts *facts; /* shared with other trees; not owned */
    TvTreeScan *scan;
    TvHeaders *headers;
    TvMesonSources *sources;
    TvSourceLines *lines;
    GPtrArray *targets; /* of TvTarget */
    char *c_std;        /* "gnu99", as the tree's meson.build wants */
    char **backends;    /* by host: see tv_check_tree_backend */
    char *typing_dir;   /* include directory that goes before all others:
                         * the checker's own typing; NULL when the tree
                         * brings the contract's header */
    gboolean whole;     /* layers read all of a unit's headers, not only what
                         * it uses: all must compile */
} TvCheckTree;

/*
 * @guests: comma list or NULL for the two that the checker prefers.
 * @touched: paths that the series touches (for the trace headers they need).
 */
TvCheckTree *tv_check_tree_open(const TvOptions *options, const char *root,
                                const TvContract *contract,
                                const TvCheckTools *tools, TvFileFacts *facts,
                                const char *guests, GHashTable *touched,
                                GError **error);
void tv_check_tree_free(TvCheckTree *tree);

/*
 * Path in the tree of the source of a host's backend, NULL if there is none.
 * To be freed.
 */
char *tv_check_tree_backend(const TvCheckTree *tree, const TvHost *host);

/* The host whose backend @file (path in the tree) belongs to, NULL if all
 * share it; of several, the first. */
const TvHost *tv_check_tree_owner(const TvCheckTree *tree, const char *file);

/* Whether @file belongs to the backend of @host. */
gboolean tv_check_tree_owns(const TvCheckTree *tree, const TvHost *host,
                            const char *file);

/*
 * Whether @file is of a backend that need not maintain caches when a jump is
 * patched, as the contract says.
 */
gboolean tv_check_tree_coherent(const TvCheckTree *tree, const char *file);

/*
 * Whether a backend splits: it defines the contract's hook; or, where the
 * contract has none, it is there.
 */
gboolean tv_check_tree_converted(const TvCheckTree *tree, const TvHost *host);

/*
 * Path in the tree of a file as a line marker names it, or a copy of @name if
 * it is not of the tree (system and generated headers).
 */
char *tv_check_tree_relative(const TvCheckTree *tree, const char *name);

/*
 * @text with the build directory as "@BUILD@", and back: what the cache holds
 * does not depend on where the build directory lies.
 */
char *tv_check_portable(const char *build_dir, const char *text);
char *tv_check_local(const char *build_dir, const char *text);
/* The first, with the build directory that @tree is checked in. */
char *tv_check_tree_portable(const TvCheckTree *tree, const char *text);

/* Where to read a file that tv_check_tree_relative named. */
char *tv_check_tree_path(const TvCheckTree *tree, const char *name);

/*
 * Keeps a file @name with @text for compilers, in a directory of its own below
 * BUILD/cache/@kind; returns the directory, or NULL.
 */
char *tv_check_tree_keep(const TvCheckTree *tree, const char *kind,
                         const char *name, const char *text, GError **error);

/*
 * "tcg-verify @command ..." with the words up to NULL and what chooses tree and
 * contract, quoted for a shell; to be freed.
 */
char *tv_check_tree_command(const TvCheckTree *tree, const char *command,
                            ...) G_GNUC_NULL_TERMINATED;

G_DEFINE_AUTOPTR_CLEANUP_FUNC(TvCheckTree, tv_check_tree_free)

#endif
