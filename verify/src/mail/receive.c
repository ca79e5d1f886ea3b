/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <string.h>

#include "base/directory.h"
#include "base/error.h"
#include "mail/mail.h"
#include "result/result.h"

static gint by_name(gconstpointer a, gconstpointer b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* "0001-x.patch", "v2-0001-x.patch"; not the cover letter, which has no diff
 * and at which git am would stop. */
static gboolean is_patch_mail(const char *name)
{
    return g_regex_match_simple("^(v[0-9]+-)?(?!0+-)[0-9]+-.*\\.(patch|eml)$",
                                name, 0, 0);
}

static GPtrArray *list_mails(const char *directory, GError **error)
{
    g_autoptr(GPtrArray) mails = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(GDir) dir = g_dir_open(directory, 0, error);
    const char *name;

    if (!dir) {
        return NULL;
    }
    while ((name = g_dir_read_name(dir))) {
        if (is_patch_mail(name)) {
            g_ptr_array_add(mails, g_build_filename(directory, name, NULL));
        }
    }
    if (mails->len == 0) {
        g_set_error(error, TV_ERROR, TV_ERROR_INPUT,
                    "%s has no mails of patches (0001-....patch)", directory);
        return NULL;
    }
    g_ptr_array_sort(mails, by_name);
    return g_steal_pointer(&mails);
}

/*
 * HEAD on the base with an empty work tree: git takes out of the index what a
 * patch needs.  The trees that are compared are whole all the same.
 */
static gboolean start(const TvExport *export, GError **error)
{
    g_autofree char *rest =
        g_build_filename(export->git->directory, "rebase-apply", NULL);
    g_autofree char *sparse = NULL;
    g_autofree char *out = NULL;

    if (!tv_tree_remove(rest, error)) {
        return FALSE;
    }
    sparse = TV_PATCH_GIT(export->git, NULL, error, "sparse-checkout", "set",
                          "--no-cone", "/.gitattributes");
    out = sparse ? TV_PATCH_GIT(export->git, NULL, error, "checkout", "--quiet",
                                "--force", "-B", "received", export->base)
                 : NULL;
    return out != NULL;
}

/* git's "Patch failed at 0003 subject", or how the job has ended. */
static char *why(const TvJob *job)
{
    g_autoptr(GRegex) regex = g_regex_new("^(Patch failed at .*|error: .*)$",
                                          G_REGEX_MULTILINE, 0, NULL);
    g_autoptr(GMatchInfo) match = NULL;

    if (g_regex_match(regex, job->out->str, 0, &match)) {
        return g_match_info_fetch(match, 1);
    }
    return tv_job_describe(job);
}

char *tv_export_receive(const TvExport *export, const char *directory,
                        GError **error)
{
    g_autoptr(GPtrArray) mails = list_mails(directory, error);
    g_autoptr(GPtrArray) words = g_ptr_array_new();
    g_autoptr(TvJob) job = NULL;

    if (!mails || !start(export, error)) {
        return NULL;
    }
    g_ptr_array_add(words, "am");
    g_ptr_array_add(words, "--quiet");
    g_ptr_array_add(words, "--");
    g_ptr_array_extend(words, mails, NULL, NULL);
    g_ptr_array_add(words, NULL);
    job =
        tv_patch_repository_job(export->git, (const char *const *)words->pdata);
    if (!tv_job_run(job, error)) {
        return NULL;
    }
    if (job->exit_code != 0) {
        g_autofree char *text = why(job);

        g_set_error(error, TV_ERROR, TV_ERROR_INPUT,
                    "git am of the mails in %s stops: %s", directory, text);
        return NULL;
    }
    return TV_PATCH_GIT(export->git, NULL, error, "rev-parse", "--verify",
                        "HEAD");
}

/* A finding of the first path that differs between two trees of git. */
static gboolean compare_trees(const TvExport *export, const char *mailed,
                              const char *applied, GPtrArray *findings,
                              GError **error)
{
    g_autofree char *names = TV_PATCH_GIT(
        export->git, NULL, error, "-c", "core.quotePath=false", "diff-tree",
        "-r", "--no-renames", "--name-only", mailed, applied);
    g_auto(GStrv) list = names ? g_strsplit(names, "\n", -1) : NULL;
    TvFinding *finding;

    if (!names || !*names) {
        return names != NULL;
    }
    finding = tv_finding_new(
        "mail-tree", list[0], 0,
        "after git am of the mails it is not what apply makes (%u file%s "
        "differ%s)",
        g_strv_length(list), list[1] ? "s" : "", list[1] ? "" : "s");
    finding->reproduce = g_strdup("tcg-verify export");
    g_ptr_array_add(findings, finding);
    return TRUE;
}

gboolean tv_export_verify(const TvExport *export, const char *directory,
                          const char *tree, GPtrArray *findings, GError **error)
{
    g_autoptr(GError) local = NULL;
    g_autofree char *received = tv_export_receive(export, directory, &local);
    g_autofree char *mailed = NULL;
    g_autofree char *applied = NULL;

    if (received) {
        mailed = g_strconcat(received, "^{tree}", NULL);
        applied = tv_export_tree(export, tree, error);
        return applied &&
               compare_trees(export, mailed, applied, findings, error);
    }
    if (!g_error_matches(local, TV_ERROR, TV_ERROR_INPUT)) {
        g_propagate_error(error, g_steal_pointer(&local));
        return FALSE;
    }
    g_ptr_array_add(findings,
                    tv_finding_new("mail-tree", NULL, 0, "%s", local->message));
    return TRUE;
}
