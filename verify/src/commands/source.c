/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "commands/commands.h"
#include "project/kept-tree.h"
#include "upstream/source.h"

static int count_lines(const char *path)
{
    g_autofree char *text = NULL;
    int lines = 0;

    if (g_file_get_contents(path, &text, NULL, NULL)) {
        for (const char *c = text; (c = strchr(c, '\n')); c++) {
            lines++;
        }
    }
    return lines;
}

static TvResult *run(TvOptions *options, int argc, char **argv, GError **error)
{
    gint64 start = g_get_monotonic_time();
    g_autoptr(TvResult) result = tv_result_new("source");
    g_autofree char *id = NULL;
    g_autoptr(TvKeptTree) place = tv_kept_tree_new(options, "pristine");
    TvCell *cell;

    if (argc > 1) {
        g_set_error(error, TV_ERROR, TV_ERROR_USAGE,
                    "takes no arguments; QEMU_SRC or QEMU_TARBALL in the "
                    "environment name a source");
        return NULL;
    }
    id = tv_source_ensure(options, error);
    if (!id) {
        return NULL;
    }
    cell = tv_cell_new("source", NULL, NULL, 0, TV_CELL_CLEAN);
    cell->checked = count_lines(place->manifest);
    cell->seconds = (g_get_monotonic_time() - start) / (double)G_USEC_PER_SEC;
    cell->note = g_strdup(id);
    result->seconds = cell->seconds;
    tv_result_add_cell(result, cell);
    fprintf(stderr, "source: QEMU %s in %s is %s\n", options->base->version,
            place->tree, id);
    return g_steal_pointer(&result);
}

const TvCommand tv_command_source = {
    .name = "source",
    .summary = "get the pinned upstream tree",
    .uses = TV_USES_PLACES | TV_USES_REPORT,
    .run = run,
};
