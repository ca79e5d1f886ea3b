/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The series on a tree of another upstream; one file for each step. */
#ifndef TV_REBASE_REBASE_H
#define TV_REBASE_REBASE_H

#include <glib.h>

#include "project/options.h"
#include "series/series.h"

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
    char *work;       /* where patches are tried: the tree, if it is quilt's;
                       * else a directory with the files of HEAD */
    gboolean git;
    char *directory;  /* of the patches that are being put on the tree */
    char *state;      /* file: what a stop has left */
    char *fresh;      /* the directory of both while it is made or removed */
    GPtrArray *names; /* of char *: the patches, in order */
} TvRebase;

TvRebase *tv_rebase_new(const TvOptions *options, const char *tree,
                        GError **error);
void tv_rebase_free(TvRebase *rebase);

/* Reads DIRECTORY/series again. */
gboolean tv_rebase_read_names(TvRebase *rebase, GError **error);

/* Writes the series to @directory, in each patch also the overlay's files that
 * it brings in. */
gboolean tv_rebase_write_patches(const TvSeries *series, const char *directory,
                                 GError **error);

/*
 * Tries the patch @path on the tree, which stays as it is.  Returns what is
 * not exactly as the patch expects, of TvDrift; @fails is set if any of it keeps
 * it from being applied.
 */
GPtrArray *tv_rebase_try(const TvRebase *rebase, const GPtrArray *diffs,
                         const char *path, gboolean *fails, GError **error);

/* What a stop, or an interruption, has left for this run; rebase/state.c has
 * the keys. */
#define TV_REBASE_GROUP "rebase"
char *tv_rebase_noted(const TvRebase *rebase, const char *key);
gboolean tv_rebase_note(const TvRebase *rebase, const char *key,
                        const char *value, GError **error);

/* Puts @text in the place of @path by rename; the name of the part that a run
 * may leave when it is killed is always the same. */
gboolean tv_rebase_replace(const char *path, const char *text, GError **error);

/* Its list of FILE.rej. */
GPtrArray *tv_rebase_rejects(const TvRebase *rebase);

/* Notes HEAD, and that patch number @next is what the run is at. */
gboolean tv_rebase_record(const TvRebase *rebase, guint next, const char *made,
                          gboolean stopped, GPtrArray *rejects,
                          GError **error);

char *tv_rebase_head(const TvRebase *rebase, GError **error);

/* The patches that quilt has on the tree; @forced: the last by force. */
guint tv_rebase_count_applied(const TvRebase *rebase, gboolean *forced);

/* Shows on standard output what has drifted. */
void tv_rebase_explain(const TvRebase *rebase, const TvDrift *drift);

/*
 * How far the tree is: @next gets the number of patches on it.  @stopped is
 * set if the last of them was put on by force and is not settled.
 */
gboolean tv_rebase_progress(TvRebase *rebase, guint *next, gboolean *stopped,
                            GError **error);

/* The patch number @index (from 0), which tv_rebase_try has just found to
 * apply. */
gboolean tv_rebase_push(const TvRebase *rebase, guint index,
                        const GPtrArray *diffs, const GPtrArray *drifts,
                        GError **error);

/* One that it found not to: what applies, with FILE.rej for what does not.
 * Returns those files. */
GPtrArray *tv_rebase_force(const TvRebase *rebase, guint index,
                           const GPtrArray *diffs, const GPtrArray *drifts,
                           GError **error);

/* The user has settled patch number @index. */
gboolean tv_rebase_settle(TvRebase *rebase, guint index, GError **error);

/* The patch @name, the one that was stopped at, is not wanted; all of it is
 * taken back. */
gboolean tv_rebase_skip(TvRebase *rebase, const char *name, GError **error);

/*
 * Takes back what a run that was cut short has left of a patch; a stop stays.
 * A --skip that was cut short is brought to its end, which sets @skipped.
 * What the user has changed since is refused.
 */
gboolean tv_rebase_recover(TvRebase *rebase, gboolean *skipped, GError **error);

gboolean tv_rebase_begin(TvRebase *rebase, const TvSeries *series,
                         GError **error);
gboolean tv_rebase_end(TvRebase *rebase, const TvSeries *series,
                       GError **error);
gboolean tv_rebase_abort(TvRebase *rebase, GError **error);

/*
 * In a git checkout patches are tried on a copy of HEAD's files (lay_out), and
 * become a tree object, then a commit.  The work tree moves in one step of
 * git's, so that HEAD says whether a patch is on it.
 */
gboolean tv_rebase_git_lay_out(const TvRebase *rebase, const GPtrArray *diffs,
                               GError **error);

/* HEAD's tree with the laid out files as patch(1) has left them; not those
 * that were in the way of @drifts. */
char *tv_rebase_git_tree(const TvRebase *rebase, const GPtrArray *diffs,
                         const GPtrArray *drifts, GError **error);

/* Index and work tree become @content, HEAD stays; the files of @drifts are
 * there to be edited. */
gboolean tv_rebase_git_show(const TvRebase *rebase, const char *content,
                            const GPtrArray *drifts, GError **error);

/* The files of @diffs, and those that git knows, into the index. */
gboolean tv_rebase_git_stage(const TvRebase *rebase, const GPtrArray *diffs,
                             GError **error);

/* A commit on HEAD, with the message of @patch, that no ref names yet. */
char *tv_rebase_git_commit(const TvRebase *rebase, const char *content,
                           const TvPatch *patch, GError **error);

/*
 * Index and work tree, which were on their way to @made, become HEAD again.
 * TV_ERROR_TREE if a file is neither HEAD's nor @made's, unless @force.
 */
gboolean tv_rebase_git_undo(const TvRebase *rebase, const char *made,
                            gboolean force, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(TvRebase, tv_rebase_free)

#endif
