/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/git.h"

#include <glib/gstdio.h>
#include <sys/stat.h>

#include "base/error.h"

void tv_git_forget_environment(void)
{
    static const char *const kept[] = {
        "GIT_AUTHOR_",
        "GIT_COMMITTER_",
        "GIT_CONFIG_",
        "GIT_ATTR_NOSYSTEM",
        "GIT_CEILING_DIRECTORIES",
        "GIT_DISCOVERY_ACROSS_FILESYSTEM",
        "GIT_EXEC_PATH",
        /* A partial clone fetches what it lacks. */
        "GIT_ALLOW_PROTOCOL",
        "GIT_ASKPASS",
        "GIT_HTTP_",
        "GIT_NO_LAZY_FETCH",
        "GIT_PROXY_",
        "GIT_SSH",
        "GIT_SSL_",
        "GIT_TERMINAL_PROMPT",
        "GIT_TRACE",
    };
    g_auto(GStrv) names = g_listenv();

    for (char **name = names; *name; name++) {
        gboolean keep = !g_str_has_prefix(*name, "GIT_");

        for (gsize i = 0; i < G_N_ELEMENTS(kept) && !keep; i++) {
            keep = g_str_has_prefix(*name, kept[i]);
        }
        if (!keep) {
            g_unsetenv(*name);
        }
    }
}

TvJob *tv_git_job(const char *tree, const char *index, const char *const *words)
{
    g_autoptr(GStrvBuilder) argv = g_strv_builder_new();
    g_auto(GStrv) list = NULL;
    TvJob *job;

    /* Messages and names are UTF-8 in our files, whatever the user's are in. */
    g_strv_builder_addv(argv, (const char *[]){"git", "-c",
                                               "i18n.commitEncoding=UTF-8",
                                               "-c",
                                               "i18n.logOutputEncoding=UTF-8",
                                               NULL});
    g_strv_builder_addv(argv, (const char **)words);
    list = g_strv_builder_end(argv);
    job = tv_job_new((const char *const *)list);
    job->cwd = g_strdup(tree);
    job->envp = g_environ_setenv(g_get_environ(), "LC_ALL", "C", TRUE);
    /* `git status` would leave index.lock behind when it is killed. */
    job->envp = g_environ_setenv(job->envp, "GIT_OPTIONAL_LOCKS", "0", TRUE);
    if (index) {
        job->envp = g_environ_setenv(job->envp, "GIT_INDEX_FILE", index, TRUE);
    }
    return job;
}

void tv_git_job_isolate(TvJob *job)
{
    static const char *const set[][2] = {
        {"GIT_CONFIG_GLOBAL", "/dev/null"},
        {"GIT_CONFIG_SYSTEM", "/dev/null"},
        {"GIT_ATTR_NOSYSTEM", "1"},
    };
    static const char *const unset[] = {
        "GIT_CONFIG_PARAMETERS",
        "GIT_CONFIG_COUNT",
    };

    for (gsize i = 0; i < G_N_ELEMENTS(set); i++) {
        job->envp = g_environ_setenv(job->envp, set[i][0], set[i][1], TRUE);
    }
    for (gsize i = 0; i < G_N_ELEMENTS(unset); i++) {
        job->envp = g_environ_unsetenv(job->envp, unset[i]);
    }
}

char *tv_git(const char *tree, const char *index, GError **error,
             const char *const *words)
{
    g_autoptr(TvJob) job = tv_git_job(tree, index, words);

    if (!tv_job_run_ok(job, error)) {
        return NULL;
    }
    return g_strdup(g_strchomp(job->out->str));
}

gboolean tv_git_change(const char *tree, GError **error,
                       const char *const *words)
{
    g_autoptr(TvJob) job = tv_git_job(tree, NULL, words);

    job->must_finish = TRUE;
    return tv_job_run_ok(job, error);
}

gboolean tv_git_check_top(const char *tree, GError **error)
{
    g_autofree char *top =
        TV_GIT(tree, NULL, error, "rev-parse", "--show-toplevel");
    struct stat is;
    struct stat asked;

    if (!top) {
        g_prefix_error(error, "%s: ", tree);
        return FALSE;
    }
    if (stat(top, &is) == 0 && stat(tree, &asked) == 0 &&
        is.st_dev == asked.st_dev && is.st_ino == asked.st_ino) {
        return TRUE;
    }
    g_set_error(error, TV_ERROR, TV_ERROR_TREE,
                "git in %s works on another tree, %s; repair %s/.git, or "
                "remove it if the tree is to be no checkout",
                tree, top, tree);
    return FALSE;
}

void tv_git_sweep_locks(const char *directory)
{
    static const char *const rooms[] = {".", "info", "refs/heads"};

    for (gsize i = 0; i < G_N_ELEMENTS(rooms); i++) {
        g_autofree char *room = g_build_filename(directory, rooms[i], NULL);
        g_autoptr(GDir) dir = g_dir_open(room, 0, NULL);
        const char *name;

        while (dir && (name = g_dir_read_name(dir))) {
            if (g_str_has_suffix(name, ".lock")) {
                g_autofree char *path = g_build_filename(room, name, NULL);

                g_unlink(path);
            }
        }
    }
}

/* @text of git's configuration, by the encoding of the user's commits. */
static char *to_utf8(const char *tree, const char *text, GError **error)
{
    g_autofree char *values = NULL;
    g_auto(GStrv) list = NULL;
    guint length;
    char *converted;

    if (g_utf8_validate(text, -1, NULL)) {
        return g_strdup(text);
    }
    values = TV_GIT(tree, NULL, NULL, "config", "--get-all",
                    "i18n.commitEncoding");
    list = g_strsplit(values ? values : "", "\n", -1);
    length = g_strv_length(list);
    /* The last one is what tv_git_job has set. */
    converted = length >= 2 ? g_convert(text, -1, "UTF-8", list[length - 2],
                                        NULL, NULL, NULL)
                            : NULL;
    if (!converted) {
        g_autofree char *shown = g_utf8_make_valid(text, -1);

        g_set_error(error, TV_ERROR, TV_ERROR_TREE,
                    "'%s' in git's configuration is not UTF-8; set user.name "
                    "and user.email anew, or i18n.commitEncoding to what they "
                    "are in",
                    shown);
    }
    return converted;
}

/* Adds the two variables of @role, which is AUTHOR or COMMITTER. */
static gboolean add_identity(const char *tree, const char *role,
                             char ***identity, GError **error)
{
    const char *const parts[] = {"NAME", "EMAIL"};
    g_autofree char *variable = g_strdup_printf("GIT_%s_IDENT", role);
    g_autofree char *ident =
        TV_GIT(tree, NULL, NULL, "-c", "user.useConfigOnly=true", "var",
               variable);
    g_autoptr(GRegex) regex = g_regex_new(
        "^(.*) <([^<>]*)> ", G_REGEX_RAW, 0, NULL);
    g_autoptr(GMatchInfo) match = NULL;

    if (!ident || !g_regex_match(regex, ident, 0, &match)) {
        g_set_error(error, TV_ERROR, TV_ERROR_TREE,
                    "git has no identity for you; set user.name and "
                    "user.email in its configuration");
        return FALSE;
    }
    for (gsize i = 0; i < G_N_ELEMENTS(parts); i++) {
        g_autofree char *name = g_strdup_printf("GIT_%s_%s", role, parts[i]);
        g_autofree char *raw = g_match_info_fetch(match, (int)i + 1);
        g_autofree char *text = to_utf8(tree, raw, error);

        if (!text) {
            return FALSE;
        }
        *identity = g_environ_setenv(*identity, name, text, TRUE);
    }
    return TRUE;
}

char **tv_git_identity(const char *tree, GError **error)
{
    g_auto(GStrv) identity = NULL;

    if (!add_identity(tree, "AUTHOR", &identity, error) ||
        !add_identity(tree, "COMMITTER", &identity, error)) {
        return NULL;
    }
    return g_steal_pointer(&identity);
}

void tv_git_job_identify(TvJob *job, char *const *identity)
{
    for (; *identity; identity++) {
        g_auto(GStrv) pair = g_strsplit(*identity, "=", 2);

        job->envp = g_environ_setenv(job->envp, pair[0], pair[1], TRUE);
    }
}
