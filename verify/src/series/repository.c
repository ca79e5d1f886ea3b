#include "series/repository.h"

#include <string.h>

#include "base/directory.h"
#include "base/git.h"

/* Committed with, and taken out of what git exports. */
#define STAND_IN_NAME "Stand In"
#define STAND_IN_MAIL "stand-in@example.org"
#define STAND_IN_DATE "1000000000 +0000"
void tv_patch_repository_free(TvPatchRepository *repository)
{
    if (!repository) {
        return;
    }
    tv_tree_remove(repository->directory, NULL);
    g_free(repository->directory);
    g_free(repository->index);
    g_free(repository->export);
    g_free(repository);
}

TvJob *tv_patch_repository_job(const TvPatchRepository *repository,
                               const char *const *words)
{
    static const char *const identity[][2] = {
        {"GIT_AUTHOR_NAME", STAND_IN_NAME},
        {"GIT_AUTHOR_EMAIL", STAND_IN_MAIL},
        {"GIT_AUTHOR_DATE", STAND_IN_DATE},
        {"GIT_COMMITTER_NAME", STAND_IN_NAME},
        {"GIT_COMMITTER_EMAIL", STAND_IN_MAIL},
        {"GIT_COMMITTER_DATE", STAND_IN_DATE},
    };
    TvJob *job = tv_git_job(repository->directory, repository->index, words);

    tv_git_job_isolate(job);
    for (gsize i = 0; i < G_N_ELEMENTS(identity); i++) {
        job->envp =
            g_environ_setenv(job->envp, identity[i][0], identity[i][1], TRUE);
    }
    job->envp =
        g_environ_setenv(job->envp, "GIT_DIR", repository->directory, TRUE);
    return job;
}

char *tv_patch_repository_run(const TvPatchRepository *repository,
                              const char *input, GError **error,
                              const char *const *words)
{
    g_autoptr(TvJob) job = tv_patch_repository_job(repository, words);

    job->input = g_strdup(input);
    if (!tv_job_run_ok(job, error)) {
        return NULL;
    }
    return g_strdup(g_strchomp(job->out->str));
}

TvPatchRepository *tv_patch_repository_new(const char *directory,
                                           const char *pristine,
                                           GError **error)
{
    g_autoptr(TvPatchRepository) repository = g_new0(TvPatchRepository, 1);
    g_autofree char *from = g_build_filename(pristine, ".gitattributes", NULL);
    g_autofree char *to =
        g_build_filename(directory, "info", "attributes", NULL);
    g_autofree char *made = NULL;

    repository->directory = g_strdup(directory);
    repository->index = g_build_filename(directory, "scratch-index", NULL);
    repository->export = g_build_filename(directory, "export", NULL);
    if (!tv_tree_remove(directory, error) ||
        !tv_tree_make_directory(directory, error)) {
        return NULL;
    }
    made = TV_PATCH_GIT(repository, NULL, error, "init", "--quiet", "--bare",
                        "--template=", directory);
    if (!made) {
        return NULL;
    }
    /* The tree's own attributes choose the function names in hunk headers. */
    if (g_file_test(from, G_FILE_TEST_EXISTS) &&
        !tv_tree_copy_file(from, to, error)) {
        return NULL;
    }
    return g_steal_pointer(&repository);
}

char *tv_patch_repository_commit(const TvPatchRepository *repository,
                                 const char *parent, const char *message,
                                 GError **error)
{
    g_autofree char *tree =
        TV_PATCH_GIT(repository, NULL, error, "write-tree");

    if (!tree) {
        return NULL;
    }
    return parent ? TV_PATCH_GIT(repository, message, error, "commit-tree",
                                 "-p", parent, "-F", "-", tree)
                  : TV_PATCH_GIT(repository, message, error, "commit-tree",
                                 "-F", "-", tree);
}

char *tv_patch_repository_base(const TvPatchRepository *repository,
                               const GPtrArray *touched, const char *pristine,
                               GError **error)
{
    g_autoptr(GString) paths = g_string_new(NULL);
    g_autoptr(GString) entries = g_string_new(NULL);
    g_autoptr(GPtrArray) names = g_ptr_array_new();
    g_autofree char *blobs = NULL;
    g_autofree char *added = NULL;
    g_auto(GStrv) list = NULL;

    for (guint i = 0; i < touched->len; i++) {
        g_autofree char *path =
            g_build_filename(pristine, g_ptr_array_index(touched, i), NULL);

        if (g_file_test(path, G_FILE_TEST_EXISTS)) {
            g_string_append_printf(paths, "%s\n", path);
            g_ptr_array_add(names, g_ptr_array_index(touched, i));
        }
    }
    blobs = TV_PATCH_GIT(repository, paths->str, error, "hash-object", "-w",
                         "--no-filters", "--stdin-paths");
    if (!blobs) {
        return NULL;
    }
    list = g_strsplit(blobs, "\n", -1);
    for (guint i = 0; i < names->len && list[i]; i++) {
        g_autofree char *path =
            g_build_filename(pristine, g_ptr_array_index(names, i), NULL);

        g_string_append_printf(
            entries, "%s %s\t%s\n",
            g_file_test(path, G_FILE_TEST_IS_EXECUTABLE) ? "100755" : "100644",
            list[i], (char *)g_ptr_array_index(names, i));
    }
    added = TV_PATCH_GIT(repository, entries->str, error, "update-index",
                         "--add", "--index-info");
    return added ? tv_patch_repository_commit(repository, NULL, "base\n", error)
                 : NULL;
}

/* Takes the first lines that hold sender and date out of an exported patch. */
static char *strip_identity(const char *text)
{
    g_autoptr(GString) out = g_string_new(NULL);
    gboolean header = TRUE;

    while (*text) {
        gsize length = strcspn(text, "\n");
        gsize step = length + (text[length] ? 1 : 0);

        header = header && length > 0;
        if (!header || !(g_str_has_prefix(text, "From ") ||
                         g_str_has_prefix(text, "From: ") ||
                         g_str_has_prefix(text, "Date: "))) {
            g_string_append_len(out, text, (gssize)step);
        }
        text += step;
    }
    /* format-patch ends the mail with an empty line of its own. */
    while (g_str_has_suffix(out->str, "\n\n")) {
        g_string_truncate(out, out->len - 1);
    }
    return g_string_free(g_steal_pointer(&out), FALSE);
}

gboolean tv_patch_repository_format(const TvPatchRepository *repository,
                                    const char *base, const char *tip,
                                    GError **error)
{
    g_autofree char *range = g_strdup_printf("%s..%s", base, tip);
    g_autofree char *made = TV_PATCH_GIT(
        repository, NULL, error, "format-patch", "-N", "--zero-commit",
        "--no-signature", "--full-index", "--no-renames", "--numbered-files", "-o",
        repository->export, range);

    return made != NULL;
}

char *tv_patch_repository_read(const TvPatchRepository *repository,
                               guint number, GError **error)
{
    g_autofree char *name = g_strdup_printf("%u", number);
    g_autofree char *path = g_build_filename(repository->export, name, NULL);
    g_autofree char *mail = NULL;

    return g_file_get_contents(path, &mail, NULL, error) ? strip_identity(mail)
                                                         : NULL;
}
