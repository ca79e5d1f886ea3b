#include "lint.h"

#include <stdio.h>
#include <string.h>

#include "error.h"
#include "git.h"
#include "hash.h"
#include "lock.h"
#include "progress.h"
#include "tree.h"

/* Committed with, and taken out of what git exports. */
#define STAND_IN_NAME "Stand In"
#define STAND_IN_MAIL "stand-in@example.org"
#define STAND_IN_DATE "1000000000 +0000"
/* Bumped when what is compared changes. */
#define CACHE_VERSION "round-trip 1"

typedef struct Repository {
    char *directory; /* bare, thrown away afterwards */
    char *index;
    char *export; /* directory of the exported patches */
} Repository;

static void repository_free(Repository *repository)
{
    tv_tree_remove(repository->directory, NULL);
    g_free(repository->directory);
    g_free(repository->index);
    g_free(repository->export);
    g_free(repository);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Repository, repository_free)

static TvJob *plain_git(const Repository *repository, const char *const *words)
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

/* Output without the last newline; @input (or NULL) is its stdin. */
static char *run_git(const Repository *repository, const char *input,
                     GError **error, const char *const *words)
{
    g_autoptr(TvJob) job = plain_git(repository, words);

    job->input = g_strdup(input);
    if (!tv_job_run_ok(job, error)) {
        return NULL;
    }
    return g_strdup(g_strchomp(job->out->str));
}

#define RUN_GIT(repository, input, error, ...) \
    run_git(repository, input, error, (const char *const[]){__VA_ARGS__, NULL})

static Repository *repository_new(const char *directory, const char *pristine,
                                  GError **error)
{
    g_autoptr(Repository) repository = g_new0(Repository, 1);
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
    made = RUN_GIT(repository, NULL, error, "init", "--quiet", "--bare",
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

/* A commit of those files of upstream that the series touches. */
static char *commit_base(const Repository *repository, const TvSeries *series,
                         const char *pristine, GError **error)
{
    g_autoptr(GPtrArray) touched =
        tv_series_paths(series, series->patches->len, 0);
    g_autoptr(GString) paths = g_string_new(NULL);
    g_autoptr(GString) entries = g_string_new(NULL);
    g_autoptr(GPtrArray) names = g_ptr_array_new();
    g_autofree char *blobs = NULL;
    g_autofree char *added = NULL;
    g_autofree char *tree = NULL;
    g_auto(GStrv) list = NULL;

    for (guint i = 0; i < touched->len; i++) {
        g_autofree char *path =
            g_build_filename(pristine, g_ptr_array_index(touched, i), NULL);

        if (g_file_test(path, G_FILE_TEST_EXISTS)) {
            g_string_append_printf(paths, "%s\n", path);
            g_ptr_array_add(names, g_ptr_array_index(touched, i));
        }
    }
    blobs = RUN_GIT(repository, paths->str, error, "hash-object", "-w",
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
    added = RUN_GIT(repository, entries->str, error, "update-index", "--add",
                    "--index-info");
    tree = added ? RUN_GIT(repository, NULL, error, "write-tree") : NULL;
    return tree ? RUN_GIT(repository, "base\n", error, "commit-tree", "-F", "-",
                          tree)
                : NULL;
}

static void report(GPtrArray *findings, const char *rule, const TvPatch *patch,
                   int line, const char *message)
{
    g_autofree char *file = g_strconcat("patches/", patch->name, NULL);
    TvFinding *finding = tv_finding_new(rule, file, line, "%s", message);

    finding->patch = g_strdup(patch->name);
    finding->reproduce = g_strdup("tcg-verify lint");
    g_ptr_array_add(findings, finding);
}

/*
 * Commits the patch on @head, its diff alone: the overlay's files are in no
 * patch file.  NULL without @error if it does not apply, which is a finding.
 */
static char *commit_patch(const Repository *repository, const TvPatch *patch,
                          const char *head, guint after, GPtrArray *findings,
                          GError **error)
{
    const char *const words[] = {"apply", "--cached", "--whitespace=nowarn",
                                 patch->path, NULL};
    const char *end = patch->notes ? patch->notes : patch->diff;
    g_autofree char *message =
        g_strdup_printf("%s\n%.*s", patch->subject, (int)(end - patch->message),
                        patch->message);
    g_autoptr(TvJob) apply = plain_git(repository, words);
    g_autofree char *tree = NULL;

    if (!tv_job_run(apply, error)) {
        return NULL;
    }
    if (apply->exit_code != 0) {
        g_autofree char *how = tv_job_describe(apply);
        g_autofree char *text = g_strdup_printf(
            "does not apply without fuzz: %s; %u patch%s after it %s not "
            "looked at",
            how, after, after == 1 ? "" : "es", after == 1 ? "was" : "were");

        report(findings, "series-apply", patch, 0, text);
        return NULL;
    }
    tree = RUN_GIT(repository, NULL, error, "write-tree");
    return tree ? RUN_GIT(repository, message, error, "commit-tree", "-p", head,
                          "-F", "-", tree)
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

static gboolean compare_all(const Repository *repository,
                            const TvSeries *series, guint count,
                            const char *base, const char *tip,
                            GPtrArray *findings, GError **error)
{
    g_autofree char *range = g_strdup_printf("%s..%s", base, tip);
    g_autofree char *made =
        RUN_GIT(repository, NULL, error, "format-patch", "-N", "--zero-commit",
                "--no-signature", "--full-index", "--numbered-files", "-o",
                repository->export, range);

    if (!made) {
        return FALSE;
    }
    for (guint i = 0; i < count; i++) {
        g_autofree char *number = g_strdup_printf("%u", i + 1);
        g_autofree char *path =
            g_build_filename(repository->export, number, NULL);
        g_autofree char *mail = NULL;
        g_autofree char *text = NULL;

        if (!g_file_get_contents(path, &mail, NULL, error)) {
            return FALSE;
        }
        text = strip_identity(mail);
        tv_lint_compare(g_ptr_array_index(series->patches, i), text, findings);
    }
    return TRUE;
}

static int round_trip(const TvSeries *series, const char *pristine,
                      const char *directory, GPtrArray *findings,
                      GError **error)
{
    g_autoptr(TvProgress) progress =
        tv_progress_new("round trip, patch", series->patches->len);
    g_autoptr(Repository) repository =
        repository_new(directory, pristine, error);
    g_autofree char *base =
        repository ? commit_base(repository, series, pristine, error) : NULL;
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
            break;
        }
        g_free(head);
        head = next;
    }
    if (count > 0 &&
        !compare_all(repository, series, count, base, head, findings, error)) {
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
                       GError **error)
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
        count = round_trip(series, pristine, directory, findings, error);
        if (count >= 0 && findings->len == before &&
            !g_file_set_contents(mark, "", 0, error)) {
            count = -1;
        }
    }
    tv_lock_release(lock);
    return count;
}
