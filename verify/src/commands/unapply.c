#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "apply/apply.h"
#include "base/error.h"
#include "base/lock.h"
#include "commands/commands.h"
#include "commands/finish.h"
#include "result/result.h"
#include "upstream/source.h"

static gboolean force;

static GOptionEntry entries[] = {
    {"force", 0, 0, G_OPTION_ARG_NONE, &force,
     "Lose changes made by hand in BUILD/src", NULL},
    {NULL},
};

static gboolean from_build(TvOptions *options, GError **error)
{
    g_autofree char *id = tv_source_ensure(options, error);
    g_autoptr(TvSeries) series = NULL;
    gboolean changed;

    if (!id) {
        return FALSE;
    }
    series = tv_series_load(options->project, error);
    return series &&
           tv_apply_build(options, series, id, 0, force, &changed, error);
}

static gboolean from_users_tree(const char *tree, GError **error)
{
    int lock = tv_apply_hold(tree, error);
    gboolean ok;

    if (lock < 0) {
        return FALSE;
    }
    ok = tv_apply_is_git(tree) ? tv_unapply_git(tree, error)
                               : tv_unapply_plain(tree, error);
    tv_lock_release(lock);
    return ok;
}

static TvResult *run(TvOptions *options, int argc, char **argv, GError **error)
{
    const char *given = argc > 1 ? argv[1] : options->tree;
    g_autofree char *tree = given ? realpath(given, NULL) : NULL;
    g_autofree char *applied = tv_options_applied(options);
    gboolean ok;

    if (argc > 2 || (argc > 1 && options->tree)) {
        g_set_error(error, TV_ERROR, TV_ERROR_USAGE,
                    "takes one tree, as an argument or by --tree; see --help");
        return NULL;
    }
    if (given && !tree) {
        tv_error_set_errno(error, errno, "find the tree", given, NULL);
        return NULL;
    }
    ok = tree ? from_users_tree(tree, error) : from_build(options, error);
    if (!ok) {
        return NULL;
    }
    if (!tree) {
        tv_finish_forget(options, "apply");
    }
    fprintf(stderr, "unapply: %s is what it was\n", tree ? tree : applied);
    return tv_result_silent(0);
}

const TvCommand tv_command_unapply = {
    .name = "unapply",
    .arguments = "[TREE]",
    .summary = "take the series off a tree again",
    .description =
        "Gives back exactly what was there before apply: without TREE, "
        "BUILD/src/qemu-5.2.0 becomes the pristine upstream; a git checkout "
        "goes back to the commit it was at; a plain tree gets its files back.  "
        "Refused when the tree has changed since, or never had the series.",
    .entries = entries,
    .uses = TV_USES_PLACES | TV_USES_TREE,
    .run = run,
};
