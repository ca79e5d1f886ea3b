/* SPDX-License-Identifier: GPL-2.0-or-later */
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
    if (!repository->kept) {
        tv_tree_remove(repository->work, NULL);
    }
    g_free(repository->work);
    g_free(repository->directory);
    g_free(repository->index);
    g_free(repository->export);
    g_strfreev(repository->identity);
    g_free(repository);
}

TvJob *tv_patch_repository_job(const TvPatchRepository *repository,
                               const char *const *words)
{
    static const char *const roles[] = {"AUTHOR", "COMMITTER"};
    static const char *const stand_in[][2] = {
        {"NAME", STAND_IN_NAME},
        {"EMAIL", STAND_IN_MAIL},
        {"DATE", STAND_IN_DATE},
    };
    TvJob *job = tv_git_job(repository->work, repository->index, words);

    tv_git_job_isolate(job);
    for (gsize i = 0; i < G_N_ELEMENTS(roles) * G_N_ELEMENTS(stand_in); i++) {
        g_autofree char *name =
            g_strdup_printf("GIT_%s_%s", roles[i % 2], stand_in[i / 2][0]);
        const char *value = repository->identity
                                ? g_environ_getenv(repository->identity, name)
                                : stand_in[i / 2][1];

        job->envp = value ? g_environ_setenv(job->envp, name, value, TRUE)
                          : g_environ_unsetenv(job->envp, name);
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
                                           char *const *identity)
{
    TvPatchRepository *repository = g_new0(TvPatchRepository, 1);

    repository->work = g_strdup(directory);
    repository->directory = g_build_filename(directory, ".git", NULL);
    repository->export = g_build_filename(directory, "export", NULL);
    repository->identity = g_strdupv((char **)identity);
    return repository;
}

gboolean tv_patch_repository_make(const TvPatchRepository *repository,
                                  const char *pristine, GError **error)
{
    g_autofree char *from = g_build_filename(pristine, ".gitattributes", NULL);
    g_autofree char *info =
        g_build_filename(repository->directory, "info", NULL);
    g_autofree char *to = g_build_filename(info, "attributes", NULL);
    g_autofree char *own = NULL;
    g_autofree char *text = NULL;
    g_autofree char *made = NULL;

    if (!tv_tree_remove(repository->work, error) ||
        !tv_tree_make_directory(repository->work, error) ||
        !(made = TV_PATCH_GIT(repository, NULL, error, "init", "--quiet",
                              "--template=", "--initial-branch=received")) ||
        (g_file_test(from, G_FILE_TEST_EXISTS) &&
         !g_file_get_contents(from, &own, NULL, error))) {
        return FALSE;
    }
    text = g_strconcat(own ? own : "",
                       "\n* -text !eol !filter !ident !working-tree-encoding\n",
                       NULL);
    return tv_tree_make_directory(info, error) &&
           g_file_set_contents(to, text, -1, error);
}

char *tv_patch_repository_commit(const TvPatchRepository *repository,
                                 const char *parent, const char *message,
                                 GError **error)
{
    g_autofree char *tree = TV_PATCH_GIT(repository, NULL, error, "write-tree");

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
        "--no-signature", "--full-index", "--no-renames", "--numbered-files",
        "-o", repository->export, range);

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
