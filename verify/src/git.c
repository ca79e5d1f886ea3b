#include "git.h"

#include <glib/gstdio.h>
#include <sys/stat.h>

#include "error.h"

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

    g_strv_builder_add(argv, "git");
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
