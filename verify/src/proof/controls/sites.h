/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where the conversion macro stands: in the sources, by text, and in a
 * preprocessed text, where tv_typing_mark_sites left a mark at each use.
 */
#ifndef TV_PROOF_CONTROLS_SITES_H
#define TV_PROOF_CONTROLS_SITES_H

#include "proof/unit.h"

/* A use of the conversion macro in a unit. */
typedef struct TvSite {
    char *file;
    int line;        /* of the use */
    int first, last; /* of the statement that it stands in */
    gsize offset;    /* of the marked name in the text */
    gboolean seen[TV_N_LAYERS];
} TvSite;

/* An empty array of TvSite. */
GPtrArray *tv_sites_new(void);

/* The marked uses in a preprocessed text; an array of TvSite. */
GPtrArray *tv_sites_find(const TvCppText *text);

/* Lines (array of guint) of the uses in a source's text.  Definitions of
 * macros do not count. */
GArray *tv_control_uses_scan(const TvContract *contract, const char *text);

/*
 * The uses in the files that @unit was made of, as a set of "FILE:LINE" (owned
 * by the caller, keys by @files).  @files: what is known of files already, by
 * their paths; see tv_control_uses_new.
 */
GHashTable *tv_control_uses_of(GHashTable *files, const TvCheckTree *tree,
                               const TvUnit *unit);

/* An empty table for tv_control_uses_of, to be unreferenced. */
GHashTable *tv_control_uses_new(void);

#endif
