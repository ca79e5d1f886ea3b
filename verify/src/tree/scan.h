/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One walk over a source tree. */
#ifndef TV_TREE_SCAN_H
#define TV_TREE_SCAN_H

#include <glib.h>

typedef struct TvTreeScan {
    char *root;          /* absolute */
    char *version;       /* first line of VERSION */
    GPtrArray *files;    /* of char *: sorted paths relative to the root */
    GHashTable *set;     /* the same as a set */
    char *header_digest; /* hash over the names of all headers: a new one may
                          * shadow another without any file changing */
} TvTreeScan;

/* TV_ERROR_TREE if @root is no QEMU tree. */
TvTreeScan *tv_tree_scan(const char *root, GError **error);
void tv_tree_scan_free(TvTreeScan *scan);

gboolean tv_tree_scan_has(const TvTreeScan *scan, const char *file);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(TvTreeScan, tv_tree_scan_free)

#endif
