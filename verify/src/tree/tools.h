/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The programs that the layers run. */
#ifndef TV_TREE_TOOLS_H
#define TV_TREE_TOOLS_H

#include "base/fork-server.h"

typedef struct TvCheckTools {
    char *clang;
    char *clang_version; /* what --version prints */
    TvForkServer *clang_server;
    char *sparse;
    char *sparse_version;
    char *units; /* the analyser of address units */
    char *units_version;
    TvForkServer *units_server;
} TvCheckTools;

/* TV_ERROR_TOOL names what is missing and how to get it. */
TvCheckTools *tv_check_tools_find(GError **error);
void tv_check_tools_free(TvCheckTools *tools);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(TvCheckTools, tv_check_tools_free)

#endif
