/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where a source tree that this program has made lies below the build
 * directory, and what is known of it.
 */
#ifndef TV_PROJECT_KEPT_TREE_H
#define TV_PROJECT_KEPT_TREE_H

#include "project/options.h"

/* Prefix of the names of incomplete trees. */
#define TV_KEPT_TREE_TEMPORARY ".making-"

typedef struct TvKeptTree {
    char *directory; /* BUILD/ROOM */
    char *tree;      /* the tree in it */
    char *stamp;     /* its origin */
    char *manifest;  /* its files when it was made: base/manifest.h */
    char *fresh;     /* the tree in the making */
} TvKeptTree;

/* Of BUILD/@room; only the paths, nothing is looked at. */
TvKeptTree *tv_kept_tree_new(const TvOptions *options, const char *room);
void tv_kept_tree_free(TvKeptTree *kept);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(TvKeptTree, tv_kept_tree_free)

#endif
