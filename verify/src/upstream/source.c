/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "upstream/source.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "base/directory.h"
#include "base/error.h"
#include "base/git.h"
#include "base/hash.h"
#include "base/job-pool.h"
#include "base/lock.h"
#include "base/manifest.h"
#include "base/progress.h"
#include "project/kept-tree.h"
#include "upstream/firmware.h"

#define GROUP "pristine"

gboolean tv_source_check_version(const TvBase *base, const char *tree,
                                 GError **error)
{
    g_autofree char *path = g_build_filename(tree, "VERSION", NULL);
    g_autofree char *version = NULL;

    if (!g_file_get_contents(path, &version, NULL, NULL)) {
        g_set_error(error, TV_ERROR, TV_ERROR_TREE,
                    "%s has no VERSION file: it is no QEMU source tree", tree);
        return FALSE;
    }
    version[strcspn(version, "\n")] = '\0';
    if (!g_str_equal(g_strstrip(version), base->version)) {
        g_set_error(error, TV_ERROR, TV_ERROR_TREE,
                    "%s is QEMU %s, the series is for %s", tree, version,
                    base->version);
        return FALSE;
    }
    return TRUE;
}

/* Size and time stand in for a file's content between two runs. */
static char *describe_file(const char *path)
{
    struct stat info;

    if (stat(path, &info) != 0) {
        return NULL;
    }
    return g_strdup_printf("%s %lld %lld.%09ld", path, (long long)info.st_size,
                           (long long)info.st_mtim.tv_sec,
                           info.st_mtim.tv_nsec);
}

/*
 * The request of the user's environment as a text that changes with it; "" for
 * no request.
 */
static char *describe_request(const char *source, const char *tarball)
{
    char *words = NULL;

    if (source && *source) {
        return g_strdup_printf("tree %s", source);
    }
    if (tarball && *tarball) {
        g_autofree char *path = g_canonicalize_filename(tarball, NULL);

        words = describe_file(path);
    }
    return words ? words : g_strdup("");
}

static gboolean unchanged(const TvKeptTree *place, char **id)
{
    g_autofree char *manifest = NULL;
    g_autofree char *first = NULL;
    guint changed;

    if (!g_file_get_contents(place->manifest, &manifest, NULL, NULL)) {
        return FALSE;
    }
    changed = tv_manifest_changed(manifest, place->tree, &first);
    if (changed) {
        fprintf(stderr,
                "source: %u files of %s have changed (%s...): "
                "making it again\n",
                changed, place->tree, first);
        g_clear_pointer(id, g_free);
    }
    return changed == 0;
}

/* The identity in the stamp if it still stands for @request. */
static char *read_stamp(const TvKeptTree *place, const TvOptions *options,
                        const char *request)
{
    g_autoptr(GKeyFile) stamp = g_key_file_new();
    g_autofree char *id = NULL;
    g_autofree char *made_for = NULL;
    gboolean pinned = FALSE;

    if (!g_key_file_load_from_file(stamp, place->stamp, G_KEY_FILE_NONE,
                                   NULL)) {
        return NULL;
    }
    id = g_key_file_get_string(stamp, GROUP, "id", NULL);
    made_for = g_key_file_get_string(stamp, GROUP, "request", NULL);
    if (!id || !made_for) {
        return NULL;
    }
    for (guint i = 0; i < options->base->tarballs->len; i++) {
        const TvTarball *tarball =
            g_ptr_array_index(options->base->tarballs, i);

        pinned |= g_str_has_prefix(id, "sha256:") &&
                  g_str_equal(id + strlen("sha256:"), tarball->sha256);
    }
    /* Without a request, any pinned tarball is as good as another. */
    if (g_str_equal(made_for, request) ? pinned || *request
                                       : pinned && !*request) {
        return unchanged(place, &id) ? g_steal_pointer(&id) : NULL;
    }
    return NULL;
}

static gboolean install(const TvKeptTree *place, const TvOptions *options,
                        const char *id, const char *request, const char *origin,
                        GError **error)
{
    g_autoptr(GKeyFile) stamp = g_key_file_new();
    g_autofree char *manifest = NULL;

    if (!tv_source_check_version(options->base, place->fresh, error)) {
        return FALSE;
    }
    manifest = tv_manifest_of(place->fresh, error);
    if (!manifest) {
        return FALSE;
    }
    g_key_file_set_string(stamp, GROUP, "id", id);
    g_key_file_set_string(stamp, GROUP, "request", request);
    g_key_file_set_string(stamp, GROUP, "origin", origin);
    /* No stamp, no tree: so a run killed in between starts again. */
    if (g_unlink(place->stamp) != 0 && errno != ENOENT) {
        return tv_error_set_errno(error, errno, "remove", place->stamp, NULL);
    }
    return tv_tree_replace(place->tree, place->fresh, error) &&
           g_file_set_contents(place->manifest, manifest, -1, error) &&
           g_key_file_save_to_file(stamp, place->stamp, error);
}

typedef struct Unpacking {
    TvProgress *progress;
    guint count;
} Unpacking;

static void count_entry(TvJob *job, const char *line, gpointer user_data)
{
    Unpacking *unpacking = user_data;

    tv_progress_set(unpacking->progress, ++unpacking->count, NULL);
}

/*
 * Unpacks what the archive @path has below its directory @top into the new
 * directory @directory.  tar refuses entries with "..", and writes nothing
 * through symbolic links of the archive.  The caller removes what an error
 * leaves.
 */
static gboolean unpack(const char *path, const char *directory, const char *top,
                       GError **error)
{
    g_autoptr(TvJob) job = tv_job_new_args(
        "tar", "--extract", "--verbose", "--file", path, "--directory",
        directory, "--strip-components=1", "--no-same-owner",
        "--same-permissions", "--force-local", top, NULL);
    g_autoptr(TvProgress) progress = tv_progress_new("unpacking, files", 0);
    Unpacking unpacking = {progress, 0};

    job->on_line = count_entry;
    job->line_data = &unpacking;
    if (!tv_tree_make_directory(directory, error) || !tv_job_run(job, error)) {
        return FALSE;
    }
    if (job->exit_code != 0) {
        g_autofree char *why = tv_job_describe(job);

        g_set_error(error, TV_ERROR, TV_ERROR_INPUT,
                    "refused %s: it is truncated or damaged, or not an archive "
                    "of %s/: delete it and fetch it again; %s",
                    path, top, why);
        return FALSE;
    }
    return TRUE;
}

/* The committed state of the user's checkout, by way of git archive. */
static gboolean export_commit(const TvKeptTree *place, const char *tree,
                              const char *commit, GError **error)
{
    g_autofree char *tar = g_strconcat(place->fresh, ".tar", NULL);
    g_autofree char *made =
        TV_GIT(tree, NULL, error, "archive", "--format=tar", "--prefix=tree/",
               "--output", tar, commit);
    gboolean ok = made && unpack(tar, place->fresh, "tree", error);

    g_unlink(tar);
    return ok;
}

/* Takes the tree that QEMU_SRC names. */
static char *from_users_tree(const TvKeptTree *place, const TvOptions *options,
                             const char *given, GError **error)
{
    static const char *const skip[] = {".git", ".pc", NULL};
    g_autofree char *tree = g_canonicalize_filename(given, NULL);
    g_autofree char *git = g_build_filename(tree, ".git", NULL);
    g_autofree char *id = NULL;
    g_autofree char *request = NULL;
    g_autofree char *known = NULL;
    gboolean ok;

    if (!tv_source_check_version(options->base, tree, error)) {
        g_prefix_error(error, "QEMU_SRC: ");
        return NULL;
    }
    if (g_file_test(git, G_FILE_TEST_EXISTS)) {
        g_autofree char *commit =
            tv_git_check_top(tree, error)
                ? TV_GIT(tree, NULL, error, "rev-parse", "HEAD")
                : NULL;

        if (!commit) {
            g_prefix_error(error, "QEMU_SRC: ");
            return NULL;
        }
        fprintf(stderr, "source: %s is at commit %s (%s)\n", tree, commit,
                g_str_equal(commit, options->base->commit)
                    ? "the pinned one"
                    : "not the pinned one");
        id = g_strconcat("git:", commit, NULL);
    } else {
        g_autofree char *manifest = tv_manifest_of(tree, error);
        g_autofree char *hash = NULL;

        if (!manifest) {
            return NULL;
        }
        hash = g_compute_checksum_for_string(G_CHECKSUM_SHA256, manifest, -1);
        id = g_strconcat("tree:", hash, NULL);
    }
    request = describe_request(id, NULL);
    known = read_stamp(place, options, request);
    if (known) {
        return g_steal_pointer(&known);
    }
    ok = g_str_has_prefix(id, "git:")
             ? export_commit(place, tree, id + strlen("git:"), error)
             : tv_tree_copy(tree, place->fresh, skip, error);
    return ok && install(place, options, id, request, tree, error)
               ? g_steal_pointer(&id)
               : NULL;
}

static char *from_tarball(const TvKeptTree *place, const TvOptions *options,
                          GError **error)
{
    g_autofree char *request = describe_request(NULL, g_getenv("QEMU_TARBALL"));
    g_autofree char *id = read_stamp(place, options, request);
    g_autofree char *sha256 = NULL;
    g_autofree char *path = NULL;

    if (id) {
        return g_steal_pointer(&id);
    }
    path = tv_source_find_tarball(options, &sha256, error);
    if (!path) {
        return NULL;
    }
    id = g_strconcat("sha256:", sha256, NULL);
    return unpack(path, place->fresh, options->base->directory,
                             error) &&
                   install(place, options, id, request, path, error)
               ? g_steal_pointer(&id)
               : NULL;
}

char *tv_source_ensure(const TvOptions *options, GError **error)
{
    const char *source = g_getenv("QEMU_SRC");
    g_autoptr(TvKeptTree) place = tv_kept_tree_new(options, "pristine");
    int lock = tv_lock_take(place->directory, error);
    char *id = NULL;

    if (lock < 0) {
        return NULL;
    }
    if (tv_tree_sweep(place->directory, TV_KEPT_TREE_TEMPORARY, error)) {
        id = source && *source ? from_users_tree(place, options, source, error)
                               : from_tarball(place, options, error);
        if (!id) {
            tv_tree_remove(place->fresh, NULL);
        } else if (!tv_firmware_add(place->tree, error)) {
            g_clear_pointer(&id, g_free);
        }
    }
    tv_lock_release(lock);
    return id;
}
