#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "apply/apply.h"
#include "base/error.h"
#include "base/lock.h"
#include "commands/commands.h"
#include "result/result.h"
#include "upstream/source.h"

static char *to_patch;
static gboolean force;

static GOptionEntry entries[] = {
    {"to", 0, 0, G_OPTION_ARG_STRING, &to_patch,
     "Stop after PATCH (only for BUILD/src)", "PATCH"},
    {"force", 0, 0, G_OPTION_ARG_NONE, &force,
     "Make BUILD/src anew, losing changes made there by hand", NULL},
    {NULL},
};

static gboolean to_users_tree(const TvOptions *options, const char *given,
                              const TvSeries *series, gboolean *changed,
                              GError **error)
{
    g_autofree char *tree = realpath(given, NULL);
    gboolean ok;
    int lock;

    if (!tree) {
        return tv_error_set_errno(error, errno, "find the tree", given, NULL);
    }
    if (to_patch || force) {
        g_set_error(error, TV_ERROR, TV_ERROR_USAGE,
                    "--to and --force are for BUILD/src, not for a tree of "
                    "yours");
        return FALSE;
    }
    if ((lock = tv_apply_hold(tree, error)) < 0) {
        return FALSE;
    }
    ok = tv_apply_is_git(tree)
             ? tv_apply_git(options, series, tree, changed, error)
             : tv_apply_plain(options, series, tree, changed, error);
    tv_lock_release(lock);
    return ok;
}

/* @count gets the number of patches. */
static gboolean apply(TvOptions *options, const char *tree, guint *count,
                      gboolean *changed, GError **error)
{
    g_autoptr(TvSeries) series = NULL;
    g_autofree char *pristine = NULL;
    g_autofree char *id = NULL;

    if (tree) {
        series = tv_series_load_clean(options->project, NULL, error);
        *count = series ? series->patches->len : 0;
        return series && to_users_tree(options, tree, series, changed, error);
    }
    id = tv_source_ensure(options, error);
    if (!id) {
        return FALSE;
    }
    pristine = tv_options_pristine(options);
    series = tv_series_load_clean(options->project, pristine, error);
    if (!series) {
        return FALSE;
    }
    *count = series->patches->len;
    if (to_patch) {
        *count = tv_series_find(series, to_patch, error);
        if (*count == 0) {
            return FALSE;
        }
    }
    return tv_apply_build(options, series, id, *count, force, changed, error);
}

static TvResult *run(TvOptions *options, int argc, char **argv, GError **error)
{
    gint64 start = g_get_monotonic_time();
    g_autoptr(TvResult) result = tv_result_new("apply");
    g_autofree char *applied = tv_options_applied(options);
    const char *tree = argc > 1 ? argv[1] : options->tree;
    gboolean changed = FALSE;
    guint count = 0;
    TvCell *cell;

    if (argc > 2 || (argc > 1 && options->tree)) {
        g_set_error(error, TV_ERROR, TV_ERROR_USAGE,
                    "takes one tree, as an argument or by --tree; see --help");
        return NULL;
    }
    if (!apply(options, tree, &count, &changed, error)) {
        return NULL;
    }
    cell = tv_cell_new("apply", NULL, NULL, 0, TV_CELL_CLEAN);
    cell->checked = (int)count;
    cell->seconds = (g_get_monotonic_time() - start) / (double)G_USEC_PER_SEC;
    result->seconds = cell->seconds;
    tv_result_add_cell(result, cell);
    fprintf(stderr, "apply: %u patches %s %s\n", count,
            changed ? "put on" : "were already on", tree ? tree : applied);
    return g_steal_pointer(&result);
}

const TvCommand tv_command_apply = {
    .name = "apply",
    .arguments = "[TREE]",
    .summary = "put the series on a tree",
    .description =
        "Without TREE, makes BUILD/src/qemu-5.2.0 from the pristine upstream; "
        "when nothing has changed, nothing is done.  With TREE, a source tree "
        "of yours: in the top of a git checkout each patch becomes a commit "
        "under your name, signed if commit.gpgSign says so, without hooks, and a "
        "dirty tree is refused; elsewhere quilt's .pc "
        "is left, so that quilt can go on.  Patches apply without fuzz.  When "
        "anything fails, the tree is what it was.  A tree that another run "
        "works on is refused.  GIT_DIR and other variables that name a "
        "repository, as git's hooks have them, are ignored.",
    .entries = entries,
    .uses = TV_USES_PLACES | TV_USES_TREE | TV_USES_REPORT,
    .run = run,
};
