#include <glib/gstdio.h>
#include <string.h>

#include "apply/apply.h"
#include "base/directory.h"
#include "base/error.h"
#include "base/git.h"
#include "base/lock.h"
#include "mail/mail.h"

/* Bumped when the repository is made in another way. */
#define LAYOUT "export 2"
#define PRISTINE_INDEX "pristine.index"
#define APPLIED_INDEX "applied.index"
#define SERIES_INDEX "series.index"

/* From the user's own configuration, as git takes it for a commit. */
static char *find_sender(const TvOptions *options, GError **error)
{
    g_auto(GStrv) identity = tv_git_identity(options->project, error);

    return identity ? g_strdup_printf(
                          "%s <%s>",
                          g_environ_getenv(identity, "GIT_AUTHOR_NAME"),
                          g_environ_getenv(identity, "GIT_AUTHOR_EMAIL"))
                    : NULL;
}

TvJob *tv_export_git(const TvExport *export, const char *const *words)
{
    static const char *const unset[] = {
        "GIT_AUTHOR_NAME",     "GIT_AUTHOR_EMAIL",
        "GIT_AUTHOR_DATE",     "GIT_COMMITTER_NAME",
        "GIT_COMMITTER_EMAIL", "GIT_COMMITTER_DATE",
    };
    TvJob *job = tv_git_job(export->directory, NULL, words);

    tv_git_job_isolate(job);
    for (gsize i = 0; i < G_N_ELEMENTS(unset); i++) {
        job->envp = g_environ_unsetenv(job->envp, unset[i]);
    }
    return job;
}

char *tv_export_run(const TvExport *export, GError **error,
                    const char *const *words)
{
    g_autoptr(TvJob) job = tv_export_git(export, words);

    if (!tv_job_run_ok(job, error)) {
        return NULL;
    }
    return g_strdup(g_strchomp(job->out->str));
}

static char *inside(const TvExport *export, const char *name)
{
    return g_build_filename(export->directory, ".git", name, NULL);
}

/* An index of @tree as it is: files that git would ignore, too. */
static char *write_tree(const TvExport *export, const char *tree,
                        const char *index_name, GError **error)
{
    g_autofree char *git = g_build_filename(export->directory, ".git", NULL);
    g_autofree char *index = inside(export, index_name);
    const char *const *const steps[] = {
        (const char *const[]){"add", "--all", "--force", "--sparse", "--", ".",
                              ":(exclude).pc", NULL},
        (const char *const[]){"write-tree", NULL},
    };
    g_autofree char *out = NULL;

    for (gsize i = 0; i < G_N_ELEMENTS(steps); i++) {
        g_autoptr(TvJob) job = tv_git_job(tree, index, steps[i]);

        tv_git_job_isolate(job);
        job->envp = g_environ_setenv(job->envp, "GIT_DIR", git, TRUE);
        job->envp = g_environ_setenv(job->envp, "GIT_WORK_TREE", tree, TRUE);
        if (!tv_job_run_ok(job, error)) {
            return NULL;
        }
        g_free(out);
        out = g_strdup(g_strchomp(job->out->str));
    }
    return g_steal_pointer(&out);
}

char *tv_export_tree(const TvExport *export, const char *tree, GError **error)
{
    return write_tree(export, tree, APPLIED_INDEX, error);
}

/*
 * The tree's own attributes choose the function names in hunk headers; nothing
 * may change a byte on its way in or out.
 */
static gboolean write_attributes(const TvExport *export, const char *pristine,
                                 GError **error)
{
    g_autofree char *from = g_build_filename(pristine, ".gitattributes", NULL);
    g_autofree char *directory = inside(export, "info");
    g_autofree char *to = g_build_filename(directory, "attributes", NULL);
    g_autofree char *own = NULL;
    g_autofree char *text = NULL;

    if (g_file_test(from, G_FILE_TEST_EXISTS) &&
        !g_file_get_contents(from, &own, NULL, error)) {
        return FALSE;
    }
    text = g_strconcat(own ? own : "",
                       "\n* -text !eol !filter !ident !working-tree-encoding\n",
                       NULL);
    return tv_tree_make_directory(directory, error) &&
           g_file_set_contents(to, text, -1, error);
}

static gboolean make_repository(const TvExport *export, GError **error)
{
    g_autofree char *pristine = tv_options_pristine(export->options);
    const TvBase *base = export->options->base;
    g_autofree char *message = NULL;
    g_autofree char *made = NULL;
    g_autofree char *tree = NULL;
    g_autofree char *commit = NULL;
    g_autofree char *set = NULL;

    if (!tv_tree_remove(export->directory, error) ||
        !tv_tree_make_directory(export->directory, error)) {
        return FALSE;
    }
    made = TV_EXPORT_GIT(export, error, "init", "--quiet", "--template=",
                         "--initial-branch=received");
    /* A copy of the upstream's is made once: speed counts more than room. */
    if (!made || !write_attributes(export, pristine, error) ||
        !(set = TV_EXPORT_GIT(export, error, "config", "core.looseCompression",
                              "0")) ||
        !(tree = write_tree(export, pristine, PRISTINE_INDEX, error))) {
        return FALSE;
    }
    message = g_strdup_printf("QEMU %s, upstream's commit %s", base->version,
                              base->commit);
    commit = TV_EXPORT_GIT(export, error, "-c", "user.name=upstream", "-c",
                           "user.email=upstream@example.org", "commit-tree",
                           "-m", message, tree);
    g_free(made);
    made = commit ? TV_EXPORT_GIT(export, error, "update-ref",
                                  "refs/heads/base", commit)
                  : NULL;
    return made != NULL;
}

static gboolean set_sender(const TvExport *export, GError **error)
{
    const char *at = strrchr(export->sender, '<');
    g_autofree char *name = g_strndup(export->sender, at - export->sender);
    g_autofree char *mail = g_strndup(at + 1, strlen(at + 1) - 1);
    g_autofree char *first = TV_EXPORT_GIT(export, error, "config", "user.name",
                                           g_strstrip(name));
    g_autofree char *second =
        first ? TV_EXPORT_GIT(export, error, "config", "user.email", mail)
              : NULL;

    return second != NULL;
}

static gboolean open_repository(TvExport *export, const char *pristine_id,
                                GError **error)
{
    const TvOptions *options = export->options;
    g_autofree char *stamp = g_strconcat(export->directory, ".stamp", NULL);
    g_autofree char *git = g_build_filename(export->directory, ".git", NULL);
    g_autofree char *wanted =
        g_strdup_printf("%s %s %s\n", LAYOUT, pristine_id,
                        options->base->commit);
    g_autofree char *is = NULL;

    if (!g_file_get_contents(stamp, &is, NULL, NULL) ||
        !g_str_equal(is, wanted)) {
        g_unlink(stamp);
        if (!make_repository(export, error) ||
            !g_file_set_contents(stamp, wanted, -1, error)) {
            return FALSE;
        }
    }
    tv_git_sweep_locks(git);
    export->base = TV_EXPORT_GIT(export, error, "rev-parse", "--verify",
                                 "refs/heads/base");
    return export->base && set_sender(export, error);
}

TvExport *tv_export_open(const TvOptions *options, const char *pristine_id,
                         GError **error)
{
    g_autoptr(TvExport) export = g_new0(TvExport, 1);
    g_autofree char *parent =
        tv_options_build_path(options, "cache", "export", NULL);

    export->options = options;
    export->lock = -1;
    export->directory = g_build_filename(parent, "repository", NULL);
    export->sender = find_sender(options, error);
    if (!export->sender ||
        (export->lock = tv_lock_take(parent, error)) < 0 ||
        !open_repository(export, pristine_id, error)) {
        return NULL;
    }
    return g_steal_pointer(&export);
}

void tv_export_close(TvExport *export)
{
    if (!export) {
        return;
    }
    if (export->lock >= 0) {
        tv_lock_release(export->lock);
    }
    g_free(export->directory);
    g_free(export->sender);
    g_free(export->base);
    g_free(export->tip);
    g_free(export);
}

gboolean tv_export_commit(TvExport *export, const TvSeries *series,
                          GError **error)
{
    g_autofree char *index = inside(export, SERIES_INDEX);
    g_autofree char *set = NULL;

    export->tip = tv_apply_commits(series, export->directory, index,
                                   export->base, export->sender, FALSE, error);
    g_unlink(index);
    if (!export->tip) {
        return FALSE;
    }
    set = TV_EXPORT_GIT(export, error, "update-ref", "refs/heads/series",
                        export->tip);
    return set != NULL;
}
