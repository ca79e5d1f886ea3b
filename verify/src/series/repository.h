/*
 * A git repository, thrown away afterwards, that makes patch files as they are
 * in patches/: of each patch its diff alone, without the overlay's files.
 */
#ifndef TV_SERIES_REPOSITORY_H
#define TV_SERIES_REPOSITORY_H

#include <glib.h>

#include "base/job-pool.h"

typedef struct TvPatchRepository {
    char *directory; /* bare */
    char *index;
    char *export; /* directory of the exported patches */
} TvPatchRepository;

/* Made anew in @directory, which is removed when it is freed. */
TvPatchRepository *tv_patch_repository_new(const char *directory,
                                           const char *pristine,
                                           GError **error);
void tv_patch_repository_free(TvPatchRepository *repository);

/* git in it, without the user's configuration and identity. */
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
