/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "commands/commands.h"
#include "report/report.h"
#include "result/shard.h"
#include "series/series.h"

static char **option_merge;

static GOptionEntry entries[] = {
    { "merge", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &option_merge,
      "Put together this result of a shard (COMMAND.json), those of the "
      "other --merge and those after the options, instead of what lies in "
      "BUILD/report", "FILE" },
    { NULL },
};

/* The last result of @command, NULL if there is none for this series. */
static TvResult *load(const TvOptions *options, const char *command,
                      const char *series, GError **error)
{
    g_autofree char *name = g_strdup_printf("%s.json", command);
    g_autofree char *path =
        tv_options_build_path(options, "report", name, NULL);
    g_autoptr(TvResult) result = NULL;

    if (!g_file_test(path, G_FILE_TEST_EXISTS)) {
        return NULL;
    }
    result = tv_result_load(path, error);
    if (!result) {
        return NULL;
    }
    if (g_strcmp0(result->series, series) != 0) {
        fprintf(stderr,
                "report: left out '%s': it is of an earlier form of the "
                "series\n",
                command);
        return NULL;
    }
    return g_steal_pointer(&result);
}

/* Commands without whose results nothing is proved. */
static gboolean is_needed(const char *command)
{
    return g_str_equal(command, "lint") || g_str_equal(command, "check");
}

static void add_missing(TvResult *all, const char *command)
{
    TvCell *cell = tv_cell_new(command, NULL, NULL, 0, TV_CELL_ERROR);

    cell->note = g_strdup_printf(
        "has no result for this series; run 'tcg-verify %s'", command);
    tv_result_add_cell(all, cell);
}

static void free_list(gpointer list)
{
    g_ptr_array_unref(list);
}

/*
 * Shards of each command become one, and all of them @all.  @more: names of
 * files besides those of --merge.
 */
static gboolean merge(TvResult *all, char **more, const char *series,
                      GError **error)
{
    g_autoptr(GStrvBuilder) builder = g_strv_builder_new();
    g_auto(GStrv) files = NULL;
    g_autoptr(GHashTable) lists =
        g_hash_table_new_full(g_str_hash, g_str_equal, g_free, free_list);
    g_autoptr(GPtrArray) order = g_ptr_array_new();

    g_strv_builder_addv(builder, (const char **)option_merge);
    g_strv_builder_addv(builder, (const char **)more);
    files = g_strv_builder_end(builder);
    for (char **file = files; *file; file++) {
        TvResult *result = tv_result_load(*file, error);
        GPtrArray *list;

        if (!result) {
            return FALSE;
        }
        list = g_hash_table_lookup(lists, result->command);
        if (!list) {
            list = g_ptr_array_new_with_free_func(
                (GDestroyNotify)tv_result_free);
            g_hash_table_insert(lists, g_strdup(result->command), list);
            g_ptr_array_add(order, list);
        }
        g_ptr_array_add(list, result);
        if (g_strcmp0(result->series, series) != 0) {
            g_set_error(error, TV_ERROR, TV_ERROR_INPUT,
                        "%s is of another form of the series", *file);
            return FALSE;
        }
    }
    for (guint i = 0; i < order->len; i++) {
        TvResult *whole = tv_shard_merge(order->pdata[i], error);

        if (!whole) {
            return FALSE;
        }
        tv_result_merge(all, whole);
    }
    return TRUE;
}

static void add_part(TvResult *all, const TvResult *result)
{
    TvCell *cell = tv_cell_new(result->command, NULL, NULL, 0, TV_CELL_ERROR);

    cell->note = g_strdup_printf("is shard %u/%u only; use --merge",
                                 result->shard, result->shards);
    tv_result_add_cell(all, cell);
}

/* With --each-patch, `check` and `build` keep results by names of their own. */
static gboolean add_each_patch(TvResult *all, const TvOptions *options,
                               const char *series, GError **error)
{
    static const char *const names[] = {"each-patch", "build-each-patch"};

    for (gsize i = 0; i < G_N_ELEMENTS(names); i++) {
        g_autoptr(GError) local = NULL;
        TvResult *result = load(options, names[i], series, &local);

        if (local) {
            g_propagate_error(error, g_steal_pointer(&local));
            return FALSE;
        }
        if (result && result->shards) {
            add_part(all, result);
        }
        if (result) {
            tv_result_merge(all, result);
        }
    }
    return TRUE;
}

static TvResult *run(TvOptions *options, int argc, char **argv, GError **error)
{
    g_autoptr(TvResult) all = tv_result_new("report");
    g_autofree char *series = tv_series_fingerprint(options->project);

    if (argc > 1 && !option_merge) {
        g_set_error(error, TV_ERROR, TV_ERROR_USAGE,
                    "takes no arguments without --merge; see --help");
        return NULL;
    }
    if (option_merge) {
        return merge(all, argv + 1, series, error)
                   ? g_steal_pointer(&all) : NULL;
    }
    for (const TvCommand *const *item = tv_commands; *item; item++) {
        g_autoptr(GError) local = NULL;
        TvResult *result;

        /* What bench leaves is no result about the tree. */
        if (g_str_equal((*item)->name, "report") ||
            g_str_equal((*item)->name, "bench")) {
            continue;
        }
        result = load(options, (*item)->name, series, &local);
        if (local) {
            g_propagate_error(error, g_steal_pointer(&local));
            return NULL;
        }
        if (result) {
            if (result->shards) {
                add_part(all, result);
            }
            tv_result_merge(all, result);
        } else if (is_needed((*item)->name)) {
            add_missing(all, (*item)->name);
        }
    }
    return add_each_patch(all, options, series, error)
               ? g_steal_pointer(&all) : NULL;
}

const TvCommand tv_command_report = {
    .name = "report",
    .summary = "show the last results of all commands together",
    .entries = entries,
    .uses = TV_USES_PLACES | TV_USES_TREE | TV_USES_FINDINGS,
    .run = run,
};
