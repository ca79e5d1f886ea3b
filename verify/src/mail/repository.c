/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <glib/gstdio.h>
#include <string.h>

#include "apply/apply.h"
#include "base/directory.h"
#include "base/error.h"
#include "base/git.h"
#include "base/lock.h"
#include "mail/mail.h"

/* Bumped when the repository is made in another way. */
#define LAYOUT "export 3"
#define PRISTINE_INDEX "pristine.index"
#define APPLIED_INDEX "applied.index"
#define SERIES_INDEX "series.index"

/*
 * The author of commits by the user's own configuration, as git takes it; the
 * committer is the same.
 */
static char **find_identity(const TvOptions *options, GError **error)
{
    static const char *const names[][2] = {
        {"GIT_COMMITTER_NAME", "GIT_AUTHOR_NAME"},
        {"GIT_COMMITTER_EMAIL", "GIT_AUTHOR_EMAIL"},
    };
    char **identity = tv_git_identity(options->project, error);

    for (gsize i = 0; identity && i < G_N_ELEMENTS(names); i++) {
        g_autofree char *value =
            g_strdup(g_environ_getenv(identity, names[i][1]));

        identity = g_environ_setenv(identity, names[i][0], value, TRUE);
    }
    return identity;
}

static char *inside(const TvExport *export, const char *name)
{
    return g_build_filename(export->git->directory, name, NULL);
}

/* An index of @tree as it is: files that git would ignore, too. */
static char *write_tree(const TvExport *export, const char *tree,
                        const char *index_name, GError **error)
{
    g_autofree char *index = inside(export, index_name);
    const char *const *const steps[] = {
        (const char *const[]){"add", "--all", "--force", "--sparse", "--", ".",
                              ":(exclude).pc", NULL},
        (const char *const[]){"write-tree", NULL},
    };
    TvPatchRepository there = *export->git;
    g_autofree char *out = NULL;

    there.work = (char *)tree;
    there.index = index;
    for (gsize i = 0; i < G_N_ELEMENTS(steps); i++) {
        g_free(out);
        out = tv_patch_repository_run(&there, NULL, error, steps[i]);
        if (!out) {
            return NULL;
        }
    }
    return g_steal_pointer(&out);
}

char *tv_export_tree(const TvExport *export, const char *tree, GError **error)
{
    return write_tree(export, tree, APPLIED_INDEX, error);
}

static gboolean make_repository(const TvExport *export, GError **error)
{
    g_autofree char *pristine = tv_options_pristine(export->options);
    const TvBase *base = export->options->base;
    g_autofree char *message = g_strdup_printf("QEMU %s, upstream's commit %s",
                                               base->version, base->commit);
    g_autofree char *tree = NULL;
    g_autofree char *commit = NULL;
    g_autofree char *made = NULL;
    g_autofree char *set = NULL;

    /* A copy of the upstream's is made once: speed counts more than room. */
    return tv_patch_repository_make(export->git, pristine, error) &&
           (set = TV_PATCH_GIT(export->git, NULL, error, "config",
                               "core.looseCompression", "0")) &&
           (tree = write_tree(export, pristine, PRISTINE_INDEX, error)) &&
           (commit = TV_PATCH_GIT(export->git, NULL, error, "commit-tree", "-m",
                                  message, tree)) &&
           (made = TV_PATCH_GIT(export->git, NULL, error, "update-ref",
                                "refs/heads/base", commit));
}

static gboolean open_repository(TvExport *export, const char *pristine_id,
                                GError **error)
{
    const TvOptions *options = export->options;
    g_autofree char *stamp = g_strconcat(export->git->work, ".stamp", NULL);
    g_autofree char *wanted = g_strdup_printf("%s %s %s\n", LAYOUT, pristine_id,
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
    tv_git_sweep_locks(export->git->directory);
    export->base = TV_PATCH_GIT(export->git, NULL, error, "rev-parse",
                                "--verify", "refs/heads/base");
    return export->base != NULL;
}

TvExport *tv_export_open(const TvOptions *options, const char *pristine_id,
                         GError **error)
{
    g_autoptr(TvExport) export = g_new0(TvExport, 1);
    g_autofree char *parent =
        tv_options_build_path(options, "cache", "export", NULL);
    g_autofree char *directory = g_build_filename(parent, "repository", NULL);
    g_auto(GStrv) identity = find_identity(options, error);

    export->lock = -1;
    if (!identity) {
        return NULL;
    }
    export->options = options;
    export->git = tv_patch_repository_new(directory, identity);
    export->git->kept = TRUE;
    export->sender = g_strdup_printf(
        "%s <%s>", g_environ_getenv(identity, "GIT_AUTHOR_NAME"),
        g_environ_getenv(identity, "GIT_AUTHOR_EMAIL"));
    if ((export->lock = tv_lock_take(parent, error)) < 0 ||
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
    tv_patch_repository_free(export->git);
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

    export->tip =
        tv_apply_commits(series, export->git->work, index, export->base,
                         export->git->identity, export->sender, FALSE, error);
    g_unlink(index);
    if (!export->tip) {
        return FALSE;
    }
    set = TV_PATCH_GIT(export->git, NULL, error, "update-ref",
                       "refs/heads/series", export->tip);
    return set != NULL;
}
