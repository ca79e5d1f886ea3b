/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "apply/apply.h"
#include "base/error.h"
#include "base/lock.h"
#include "commands/commands.h"
#include "import/import.h"
#include "series/series.h"
#include "upstream/source.h"

static gboolean force;

static GOptionEntry entries[] = {
    {"force", 0, 0, G_OPTION_ARG_NONE, &force,
     "Also over changes of the project that are not committed", NULL},
    {NULL},
};

/*
 * What would be lost.  Quilt writes patches/ and series itself, so that there
 * they are what is brought in; each patch is compared with the tree later.
 */
static gboolean check_committed(const char *project, gboolean git,
                                GError **error)
{
    static const char *const all[] = {"series", "patches", "overlay", NULL};
    static const char *const overlay[] = {"overlay", NULL};
    g_autofree char *changes =
        tv_import_uncommitted(project, git ? all : overlay, error);

    if (!changes) {
        return FALSE;
    }
    if (*changes) {
        g_strstrip(changes);
        changes[strcspn(changes, "\n")] = '\0';
        g_set_error(error, TV_ERROR, TV_ERROR_TREE,
                    "%s has changes that are not committed (%s); commit or "
                    "stash them, or give --force to write over them",
                    project, changes);
        return FALSE;
    }
    return TRUE;
}

/* `apply` and the next import take the tree for one of the present series. */
static gboolean record(const TvImport *import, gboolean git, GError **error)
{
    const char *project = import->options->project;
    g_autoptr(TvSeries) series = tv_series_load(project, error);
    g_autofree char *hash = NULL;
    g_autofree char *base = NULL;
    g_autofree char *tip = NULL;
    g_autofree char *old = NULL;

    if (!series) {
        return FALSE;
    }
    if (!git) {
        return tv_apply_plain_record(series, import->tree, error);
    }
    hash = tv_series_hash(series, series->patches->len, error);
    return hash &&
           tv_apply_git_state(import->tree, &base, &tip, &old, error) &&
           tv_apply_git_record(import->tree, base, hash, error);
}

static gboolean import_tree(const TvOptions *options, const char *tree,
                            GError **error)
{
    gboolean git = tv_apply_is_git(tree);
    g_autoptr(TvImport) import = NULL;
    guint count = 0;

    if (!tv_import_recover(options->project, error) ||
        (!force && !check_committed(options->project, git, error)) ||
        !(import = tv_import_new(options, tree, error)) ||
        !(git ? tv_import_read_git(import, force, error)
              : tv_import_read_quilt(import, error)) ||
        !tv_import_write(import, error) ||
        !tv_import_install(import, &count, error) ||
        !record(import, git, error)) {
        return FALSE;
    }
    for (guint i = 0; i < import->remarks->len; i++) {
        fprintf(stderr, "%s\n", (char *)g_ptr_array_index(import->remarks, i));
    }
    if (count) {
        fprintf(stderr,
                "import: %u file%s of the project; 'tcg-verify lint' checks "
                "them, 'tcg-verify apply' makes BUILD/src of them\n",
                count, count == 1 ? "" : "s");
    } else {
        fprintf(stderr, "import: the project has all of it already\n");
    }
    return TRUE;
}

static TvResult *run(TvOptions *options, int argc, char **argv, GError **error)
{
    g_autofree char *applied = tv_options_applied(options);
    g_autofree char *tree = NULL;
    g_autofree char *id = NULL;
    g_autofree char *cache =
        tv_options_build_path(options, "cache", "import", NULL);
    gboolean ok;
    int lock;
    int tree_lock;

    if (argc > 1) {
        g_set_error(error, TV_ERROR, TV_ERROR_USAGE,
                    "takes no arguments, but --tree; see --help");
        return NULL;
    }
    tree = realpath(applied, NULL);
    if (!tree) {
        tv_error_set_errno(error, errno, "find the tree", applied,
                           "Run tcg-verify apply, or give --tree DIR");
        return NULL;
    }
    if ((tree_lock = tv_apply_hold(tree, error)) < 0) {
        return NULL;
    }
    id = tv_source_ensure(options, error);
    lock = id ? tv_lock_take(cache, error) : -1;
    ok = lock >= 0 && import_tree(options, tree, error);
    tv_lock_release(lock);
    tv_lock_release(tree_lock);
    return ok ? tv_result_silent(0) : NULL;
}

const TvCommand tv_command_import = {
    .name = "import",
    .summary = "bring edits made in a tree back into the series",
    .entries = entries,
    .uses = TV_USES_PLACES | TV_USES_TREE,
    .run = run,
};
