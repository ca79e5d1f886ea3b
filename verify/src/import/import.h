/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Edits in a tree, brought back as patches; one file for each step. */
#ifndef TV_IMPORT_IMPORT_H
#define TV_IMPORT_IMPORT_H

#include <glib.h>

#include "project/options.h"
#include "series/patch.h"
#include "series/repository.h"

/* One patch of the series to be. */
typedef struct TvImportPatch {
    char *name;         /* "const/arm.patch" */
    char *message;      /* as git commits it, with the Overlay: trailers */
    char *notes;        /* what stands between "---" and the diffstat, or "" */
    GPtrArray *overlay; /* of char *: the files that it brings in */
    GString *entries;   /* what it changes, as git update-index --index-info
                         * reads it; nothing of the overlay's */
} TvImportPatch;

typedef struct TvImport {
    const TvOptions *options;
    const char *tree;
    char *stage;        /* series, patches/ and overlay/ to be */
    TvPatchRepository *repository;
    GPtrArray *patches; /* of TvImportPatch, in order */
    char *series;       /* text of the series file to be */
    GHashTable *before; /* of the paths of upstream that are changed: their
                         * blobs before the first patch */
    GPtrArray *remarks; /* of char *: what the user should know */
} TvImport;

TvImport *tv_import_new(const TvOptions *options, const char *tree,
                        GError **error);
void tv_import_free(TvImport *import);

/* Takes the strings; adds to @import. */
TvImportPatch *tv_import_add(TvImport *import, char *name, char *message,
                             char *notes);
void tv_import_remark(TvImport *import, const char *format, ...)
    G_GNUC_PRINTF(2, 3);

/* Fill @import from a tree that `apply` has made, and the edits in it. */
gboolean tv_import_read_git(TvImport *import, gboolean force, GError **error);
gboolean tv_import_read_quilt(TvImport *import, GError **error);

/*
 * The message of a commit, "Overlay:" trailers for @overlay added.  That of
 * @old (or NULL) to the byte if both say the same.
 */
char *tv_import_message(const TvPatch *old, const char *message,
                        const GPtrArray *overlay);

/* The text of the series file @old with the patches @names in their order;
 * comments stay where they are. */
char *tv_import_series(const char *old, const GPtrArray *names);

/* The patches as files in the stage, on the pristine tree; what results has to
 * be a series without a fault. */
gboolean tv_import_write(TvImport *import, GError **error);

/*
 * Puts the stage in the place of the project's files, those that differ; says
 * which on standard error.  @count gets their number.  When that fails, or is
 * cut short, tv_import_recover puts the old ones back.
 */
gboolean tv_import_install(TvImport *import, guint *count, GError **error);
gboolean tv_import_recover(const char *project, GError **error);

/* TRUE if both are there with one content, and one x bit. */
gboolean tv_import_same_file(const char *a, const char *b);

/* Paths of the uncommitted changes in @places (NULL-ended) of the project; ""
 * if there are none, or git does not know the project. */
char *tv_import_uncommitted(const char *project, const char *const *places,
                            GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(TvImport, tv_import_free)

#endif
