/* The series on a tree of another upstream; one file for each step. */
#ifndef TV_REBASE_H
#define TV_REBASE_H

#include <glib.h>

#include "options.h"
#include "series.h"

/* One hunk of a patch. */
typedef struct TvHunk {
    guint number;    /* counted from 1 in its file */
    guint line;      /* where the old side begins, counted from 1 */
    char *section;   /* what follows the second "@@" */
    GPtrArray *old;  /* of char *: context and removed lines */
    GPtrArray *made; /* of char *: context and added lines */
} TvHunk;

/* What a patch does to one file. */
typedef struct TvFileDiff {
    char *file;
    gboolean creates;
    char *text;       /* from "diff --git" on */
    GPtrArray *hunks; /* of TvHunk */
} TvFileDiff;

/* Of TvFileDiff, in the order of the patch. */
GPtrArray *tv_rebase_parse(const char *diff);

/* What became of a hunk, or of a whole file. */
typedef enum {
    TV_DRIFT_OFFSET,  /* applied, elsewhere */
    TV_DRIFT_FUZZ,    /* not applied: it would, with fuzz */
    TV_DRIFT_CONTEXT, /* not applied */
    TV_DRIFT_MISSING, /* the tree does not have the file */
    TV_DRIFT_EXISTS,  /* the patch creates a file that the tree has */
} TvDriftKind;

typedef struct TvDrift {
    TvDriftKind kind;
    const TvFileDiff *diff;
    const TvHunk *hunk; /* NULL: the whole file */
    int amount;         /* lines of offset, or of fuzz */
} TvDrift;

typedef struct TvRebase {
    const TvOptions *options;
    char *tree;
    gboolean git;
    char *directory;  /* of the patches that are being put on the tree */
    char *state;      /* file: what a stop has left */
    GPtrArray *names; /* of char *: the patches, in order */
} TvRebase;

TvRebase *tv_rebase_new(const TvOptions *options, const char *tree,
                        GError **error);
void tv_rebase_free(TvRebase *rebase);

/* Reads DIRECTORY/series again. */
gboolean tv_rebase_read_names(TvRebase *rebase, GError **error);

/* Writes the series to DIRECTORY, in each patch also the overlay's files that
 * it brings in. */
gboolean tv_rebase_write_patches(TvRebase *rebase, const TvSeries *series,
                                 GError **error);

/*
 * Tries the patch @text on the tree, which stays as it is.  Returns what is
 * not exactly as the patch expects, of TvDrift; @fails tells if any of it keeps
 * it from being applied.
 */
GPtrArray *tv_rebase_try(const TvRebase *rebase, const GPtrArray *diffs,
                         const char *path, gboolean *fails, GError **error);

/* Tells on standard output what has drifted. */
void tv_rebase_explain(const TvRebase *rebase, const TvDrift *drift);

/*
 * How far the tree is: @next gets the number of patches on it.  @stopped tells
 * whether the last of them was put on by force and is not settled.
 */
gboolean tv_rebase_progress(TvRebase *rebase, guint *next, gboolean *stopped,
                            GError **error);

/* The patch number @index (from 0), which is known to apply. */
gboolean tv_rebase_push(const TvRebase *rebase, guint index,
                        const GPtrArray *diffs, GError **error);

/* One that is known not to: what applies, with FILE.rej for what does not.
 * Returns those files. */
GPtrArray *tv_rebase_force(const TvRebase *rebase, guint index,
                           const GPtrArray *drifts, GError **error);

/* The user has settled patch number @index. */
gboolean tv_rebase_settle(TvRebase *rebase, guint index, GError **error);

/* Patch number @index is not wanted; all of it is taken back. */
gboolean tv_rebase_skip(TvRebase *rebase, guint index, GError **error);

gboolean tv_rebase_begin(TvRebase *rebase, const TvSeries *series,
                         GError **error);
gboolean tv_rebase_end(TvRebase *rebase, const TvSeries *series,
                       GError **error);
gboolean tv_rebase_abort(TvRebase *rebase, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(TvRebase, tv_rebase_free)

#endif
