/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A git repository of the tool's own.  lint and import throw theirs away: it
 * makes patch files as they are in patches/, of each patch its diff alone,
 * without the overlay's files.  export keeps one, see mail/mail.h.
 */
#ifndef TV_SERIES_REPOSITORY_H
#define TV_SERIES_REPOSITORY_H

#include <glib.h>

#include "base/job-pool.h"

typedef struct TvPatchRepository {
    char *work;      /* the work tree, empty */
    char *directory; /* its .git */
    char *index;     /* NULL: git's own */
    char *export;    /* directory of the exported patches */
    char **identity; /* who commits (see tv_git_identity), now; NULL: a
                        stand-in that leaves no trace in a patch */
    gboolean kept;   /* not removed when it is freed */
} TvPatchRepository;

/* In @directory, where tv_patch_repository_make makes it anew.  Commits as
 * @identity, which is copied. */
TvPatchRepository *tv_patch_repository_new(const char *directory,
                                           char *const *identity);

/* The attributes of @pristine choose the function names in hunk headers; no
 * byte changes on its way in or out. */
gboolean tv_patch_repository_make(const TvPatchRepository *repository,
                                  const char *pristine, GError **error);
void tv_patch_repository_free(TvPatchRepository *repository);

/* git in it, without the user's configuration. */
TvJob *tv_patch_repository_job(const TvPatchRepository *repository,
                               const char *const *words);

/* Output without the last newline; @input (or NULL) is its stdin. */
char *tv_patch_repository_run(const TvPatchRepository *repository,
                              const char *input, GError **error,
                              const char *const *words);

#define TV_PATCH_GIT(repository, input, error, ...)        \
    tv_patch_repository_run(repository, input, error,      \
                            (const char *const[]){__VA_ARGS__, NULL})

/* A commit of those files of @touched that @pristine has. */
char *tv_patch_repository_base(const TvPatchRepository *repository,
                               const GPtrArray *touched, const char *pristine,
                               GError **error);

/* Commits the index on top of @parent (or NULL). */
char *tv_patch_repository_commit(const TvPatchRepository *repository,
                                 const char *parent, const char *message,
                                 GError **error);

/* Writes a patch for each commit of @base..@tip. */
gboolean tv_patch_repository_format(const TvPatchRepository *repository,
                                    const char *base, const char *tip,
                                    GError **error);

/* The text of patch @number, counted from 1, without sender and date. */
char *tv_patch_repository_read(const TvPatchRepository *repository,
                               guint number, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(TvPatchRepository, tv_patch_repository_free)

#endif
