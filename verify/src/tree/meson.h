/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which sources a build takes, read out of the tree's meson.build files.
 *
 * Understands what QEMU's source sets use: NAME.add() and NAME.add_all() with
 * when:, if_true:, if_false: and files().  Statements around them (if,
 * foreach) are taken as true.
 */
#ifndef TV_TREE_MESON_H
#define TV_TREE_MESON_H

#include "tree/scan.h"

typedef struct TvMesonSources TvMesonSources;

/* Reads the meson.build of every directory of the tree. */
TvMesonSources *tv_meson_sources_read(const TvTreeScan *scan, GError **error);
void tv_meson_sources_free(TvMesonSources *sources);

/* Adds what one meson.build in @directory ("" is the root) says. */
void tv_meson_sources_parse(TvMesonSources *sources, const char *directory,
                            const char *text);
TvMesonSources *tv_meson_sources_new(void);

typedef enum {
    TV_SOURCE_UNKNOWN,  /* no source set names it */
    TV_SOURCE_NOT_HERE, /* named, but not built with these symbols */
    TV_SOURCE_COMMON,   /* built once for all targets */
    TV_SOURCE_SPECIFIC, /* built for each target: NEED_CPU_H */
} TvSourceKind;

/* @symbols: set of the CONFIG_ and TARGET_ names that are on in a cell. */
TvSourceKind tv_meson_sources_kind(const TvMesonSources *sources,
                                   const char *file, GHashTable *symbols);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(TvMesonSources, tv_meson_sources_free)

#endif
