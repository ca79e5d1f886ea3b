#include "rebase/rebase.h"

#include "apply/apply.h"
#include "base/directory.h"
#include "base/git.h"

TvRebase *tv_rebase_new(const TvOptions *options, const char *tree,
                        GError **error)
{
    g_autoptr(TvRebase) rebase = g_new0(TvRebase, 1);
    g_autofree char *place = NULL;

    rebase->options = options;
    rebase->tree = g_strdup(tree);
    rebase->git = tv_apply_is_git(tree);
    rebase->names = g_ptr_array_new_with_free_func(g_free);
    if (rebase->git) {
        g_autofree char *git = TV_GIT(tree, NULL, error, "rev-parse",
                                      "--git-path", "tcg-verify-rebase");
        g_autofree char *path = git ? g_canonicalize_filename(git, tree) : NULL;

        if (!path) {
            return NULL;
        }
        rebase->work = g_build_filename(path, "work", NULL);
        rebase->directory = g_build_filename(path, "patches", NULL);
        rebase->state = g_build_filename(path, "state", NULL);
    } else {
        rebase->work = g_strdup(tree);
        rebase->directory = g_build_filename(tree, "patches", NULL);
        rebase->state = g_build_filename(rebase->directory,
                                         ".tcg-verify-rebase", NULL);
    }
    place = g_path_get_dirname(rebase->state);
    rebase->fresh = g_strconcat(place, ".tcg-verify", NULL);
    /* A run that was killed may have left it. */
    return tv_tree_remove(rebase->fresh, error) ? g_steal_pointer(&rebase)
                                                : NULL;
}

void tv_rebase_free(TvRebase *rebase)
{
    if (!rebase) {
        return;
    }
    g_free(rebase->tree);
    g_free(rebase->work);
    g_free(rebase->directory);
    g_free(rebase->state);
    g_free(rebase->fresh);
    g_ptr_array_unref(rebase->names);
    g_free(rebase);
}
