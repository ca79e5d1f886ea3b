/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "project/kept-tree.h"

TvKeptTree *tv_kept_tree_new(const TvOptions *options, const char *room)
{
    TvKeptTree *kept = g_new0(TvKeptTree, 1);
    const char *name = options->base->directory;

    kept->directory = tv_options_build_path(options, room, NULL);
    kept->tree = g_build_filename(kept->directory, name, NULL);
    kept->stamp = g_strconcat(kept->tree, ".stamp", NULL);
    kept->manifest = g_strconcat(kept->tree, ".manifest", NULL);
    kept->fresh = g_strconcat(kept->directory, "/" TV_KEPT_TREE_TEMPORARY,
                              name, NULL);
    return kept;
}

void tv_kept_tree_free(TvKeptTree *kept)
{
    g_free(kept->directory);
    g_free(kept->tree);
    g_free(kept->stamp);
    g_free(kept->manifest);
    g_free(kept->fresh);
    g_free(kept);
}
