/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The series put on a tree, and taken off again. */
#ifndef TV_APPLY_APPLY_H
#define TV_APPLY_APPLY_H

#include <glib.h>

#include "project/options.h"
#include "series/series.h"

/*
 * Makes the new directory @directory: pristine upstream (which has to be there,
 * see tv_source_ensure) with the first @count patches and their overlay files.
 * On error @directory is removed again.
 */
gboolean tv_apply_prefix(const TvOptions *options, const TvSeries *series,
                         guint count, const char *directory, GError **error);

/*
 * Adds patch number @index (counted from 0) and its overlay files to
 * @directory, where tv_apply_prefix and this function put the ones before it.
 * On error the tree is as before that patch.
 */
gboolean tv_apply_next(const TvSeries *series, guint index,
                       const char *directory, GError **error);

/*
 * Makes BUILD/src/qemu-5.2.0 with the first @count patches of @series, by
 * making a second one and swapping the two.  Files whose content
 * stays keep their modification time; others get the present one.  @changed
 * is set if anything was done.  Changes made by hand in the old tree that
 * the new one would lose are refused unless @force; when nothing has to be
 * done they stay and are reported.
 */
gboolean tv_apply_build(const TvOptions *options, const TvSeries *series,
                        const char *pristine_id, guint count, gboolean force,
                        gboolean *changed, GError **error);

/*
 * The tree to look at: --tree, or BUILD/src/qemu-5.2.0 if that was made from
 * the series as it is now; standard error says if it has
 * fewer of its patches ("apply --to").  NULL with TV_ERROR_TREE otherwise: what is found in a tree
 * of another series would be reported as this one's.
 */
char *tv_apply_current(const TvOptions *options, GError **error);

/* Distinguishes that tree from one with other patches; --tree is known by its
 * path only.  NULL as above. */
char *tv_apply_identity(const TvOptions *options, GError **error);

/*
 * A user's git checkout: one commit for each patch, made outside of the work
 * tree, which moves only when all are made.  A dirty tree is refused.
 */
gboolean tv_apply_git(const TvOptions *options, const TvSeries *series,
                      const char *tree, gboolean *changed, GError **error);
gboolean tv_unapply_git(const char *tree, GError **error);

/*
 * What tv_apply_git has done to @tree: the commits before and after the series,
 * and its hash.  TV_ERROR_TREE unless HEAD comes from there, or if the tree is
 * dirty.
 */
gboolean tv_apply_git_state(const char *tree, char **base, char **tip,
                            char **hash, GError **error);

/* TV_ERROR_TREE if the tree is dirty, or git has no identity to commit as. */
gboolean tv_apply_git_ready(const char *tree, GError **error);

/* From now on HEAD is the end of the series of @hash on top of @base. */
gboolean tv_apply_git_record(const char *tree, const char *base,
                             const char *hash, GError **error);

/*
 * Quilt does not know the overlay's files.  Their copies in @tree/.pc show
 * later which of them the user has changed.
 */
gboolean tv_apply_keep_overlay(const TvSeries *series, guint count,
                               const char *tree, GError **error);
char *tv_apply_kept_overlay(const char *tree, const char *file);

/*
 * Commits each patch of @series, with its overlay files, on top of the commit
 * @base of the git repository @tree, whose own index, HEAD and work tree stay
 * as they are: @index is used and left for the caller to remove.  @signoff
 * ("Name <mail>", or NULL) signs each off, @sign by cryptography; @identity
 * commits (see tv_git_identity).  Returns the last commit.
 */
char *tv_apply_commits(const TvSeries *series, const char *tree,
                       const char *index, const char *base,
                       char *const *identity, const char *signoff,
                       gboolean sign, GError **error);

/* A commit of the tree object @content on top of @parent by @identity (see
 * tv_git_identity), which no ref names yet.  Hooks do not run. */
char *tv_apply_git_commit(const char *tree, const char *content,
                          const char *parent, const char *message,
                          char *const *identity, gboolean sign, GError **error);

/* @sign: commit.gpgSign in the user's configuration. */
gboolean tv_apply_git_signs(const char *tree, gboolean *sign, GError **error);

/* HEAD, index and work tree to @commit; the user's changes are refused. */
gboolean tv_apply_git_move(const char *tree, const char *commit,
                           GError **error);

/*
 * A user's plain tree: the patched files are made elsewhere by quilt and
 * then put in place, with quilt's .pc.  What .pc/tcg-verify holds gives the
 * exact original back, also after a run that was killed.
 */
gboolean tv_apply_plain(const TvOptions *options, const TvSeries *series,
                        const char *tree, gboolean *changed, GError **error);
gboolean tv_unapply_plain(const char *tree, GError **error);

/* From now on what tv_apply_plain has put on @tree is @series, as edited there
 * with quilt.  A tree that it has not made is left alone. */
gboolean tv_apply_plain_record(const TvSeries *series, const char *tree,
                               GError **error);

/* TRUE if @tree is the top of a git work tree. */
gboolean tv_apply_is_git(const char *tree);

/*
 * Before a command changes @tree, one of the user's: see tv_lock_tree.  Also
 * refused if it has a .git, and git works on another tree there.
 */
int tv_apply_hold(const char *tree, GError **error);

#endif
