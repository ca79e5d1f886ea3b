/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Commits each patch in a scratch repository and compares what git exports for
 * it with the patch file.
 */
#include "lint/lint.h"

#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "base/git.h"
#include "base/hash.h"
#include "base/lock.h"
#include "base/progress.h"
#include "series/repository.h"

/* Bumped when what is compared changes. */
#define CACHE_VERSION "round-trip 1"

/*
 * Commits the patch on @head, its diff alone: the overlay's files are in no
 * patch file.  NULL without @error if it does not apply, which is a finding.
 */
static char *commit_patch(const TvPatchRepository *repository,
                          const TvPatch *patch, const char *head, guint after,
                          GPtrArray *findings, GError **error)
{
    const char *const words[] = {"apply", "--cached", "--whitespace=nowarn",
                                 patch->path, NULL};
    const char *end = patch->notes ? patch->notes : patch->diff;
    g_autofree char *message =
        g_strdup_printf("%s\n%.*s", patch->subject, (int)(end - patch->message),
                        patch->message);
    g_autoptr(TvJob) apply = tv_patch_repository_job(repository, words);

    if (!tv_job_run(apply, error)) {
        return NULL;
    }
    if (apply->exit_code != 0) {
        g_autofree char *how = tv_job_describe(apply);

        tv_patch_finding(findings, patch, "series-apply", 0,
                         "does not apply without fuzz: %s; %u patch%s after it "
                         "%s not looked at",
                         how, after, after == 1 ? "" : "es",
                         after == 1 ? "was" : "were");
        return NULL;
    }
    return tv_patch_repository_commit(repository, head, message, error);
}

static gboolean compare_all(const TvPatchRepository *repository,
                            const TvSeries *series, guint count,
                            const char *base, const char *tip,
                            GPtrArray *findings, TvResult *announce,
                            GError **error)
{
    if (!tv_patch_repository_format(repository, base, tip, error)) {
        return FALSE;
    }
    for (guint i = 0; i < count; i++) {
        g_autofree char *text =
            tv_patch_repository_read(repository, i + 1, error);

        if (!text) {
            return FALSE;
        }
        tv_lint_compare(g_ptr_array_index(series->patches, i), text, findings);
        tv_result_announce_from(announce, findings, 0);
    }
    return TRUE;
}

static int round_trip(const TvSeries *series, const char *pristine,
                      const char *directory, GPtrArray *findings,
                      TvResult *announce, GError **error)
{
    g_autoptr(TvProgress) progress =
        tv_progress_new("round trip, patch", series->patches->len);
    g_autoptr(TvPatchRepository) repository =
        tv_patch_repository_new(directory, NULL);
    g_autoptr(GPtrArray) touched =
        tv_series_paths(series, series->patches->len, 0);
    g_autofree char *base =
        tv_patch_repository_make(repository, pristine, error)
            ? tv_patch_repository_base(repository, touched, pristine, error)
            : NULL;
    g_autofree char *head = g_strdup(base);
    guint count;

    if (!base) {
        return -1;
    }
    for (count = 0; count < series->patches->len; count++) {
        const TvPatch *patch = g_ptr_array_index(series->patches, count);
        g_autoptr(GError) local = NULL;
        char *next;

        tv_progress_set(progress, count, patch->name);
        next = commit_patch(repository, patch, head,
                            series->patches->len - count - 1, findings, &local);
        if (local) {
            g_propagate_error(error, g_steal_pointer(&local));
            return -1;
        }
        if (!next) {
            tv_result_announce_from(announce, findings, 0);
            break;
        }
        g_free(head);
        head = next;
    }
    if (count > 0 && !compare_all(repository, series, count, base, head,
                                  findings, announce, error)) {
        return -1;
    }
    return (int)MIN(count + 1, series->patches->len);
}

/* A file whose presence says that these very inputs were found clean. */
static char *clean_mark(const char *cache, const TvSeries *series,
                        const char *pristine_id, GError **error)
{
    g_autoptr(GChecksum) checksum = g_checksum_new(G_CHECKSUM_SHA256);
    g_autofree char *hash = tv_series_hash(series, series->patches->len, error);
    g_autofree char *version =
        hash ? TV_GIT(NULL, NULL, error, "--version") : NULL;

    if (!version) {
        return NULL;
    }
    tv_hash_add(checksum, CACHE_VERSION);
    tv_hash_add(checksum, pristine_id);
    tv_hash_add(checksum, hash);
    tv_hash_add(checksum, version);
    return g_build_filename(cache, g_checksum_get_string(checksum), NULL);
}

int tv_lint_round_trip(const TvOptions *options, const TvSeries *series,
                       const char *pristine_id, GPtrArray *findings,
                       TvResult *announce, GError **error)
{
    g_autofree char *pristine = tv_options_pristine(options);
    g_autofree char *cache =
        tv_options_build_path(options, "cache", "round-trip", NULL);
    g_autofree char *directory = g_build_filename(cache, "repository", NULL);
    guint before = findings->len;
    g_autofree char *mark = NULL;
    int lock = tv_lock_take(cache, error);
    int count = -1;

    if (lock < 0) {
        return -1;
    }
    mark = clean_mark(cache, series, pristine_id, error);
    if (mark && g_file_test(mark, G_FILE_TEST_EXISTS)) {
        count = (int)series->patches->len;
    } else if (mark) {
        count =
            round_trip(series, pristine, directory, findings, announce, error);
        if (count >= 0 && findings->len == before &&
            !g_file_set_contents(mark, "", 0, error)) {
            count = -1;
        }
    }
    tv_lock_release(lock);
    return count;
}
