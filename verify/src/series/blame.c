/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One commit for each patch that changes the file, in a repository of its own,
 * and then `git blame`: the subject of a line's commit is the patch's name.
 */
#include "series/blame.h"

#include <glib/gstdio.h>
#include <string.h>

#include "base/directory.h"
#include "base/error.h"
#include "series/repository.h"

struct TvBlame {
    const TvSeries *series;
    guint count;
    char *pristine;
    char *applied;
    TvPatchRepository *scratch;
    GHashTable *files; /* path in the tree to GPtrArray of char *, a name for
                          each line */
};

TvBlame *tv_blame_new(const TvSeries *series, guint count, const char *pristine,
                      const char *applied)
{
    TvBlame *blame = g_new0(TvBlame, 1);

    blame->series = series;
    blame->count = count;
    blame->pristine = g_strdup(pristine);
    blame->applied = g_strdup(applied);
    blame->files = g_hash_table_new_full(g_str_hash, g_str_equal, g_free,
                                         (GDestroyNotify)g_ptr_array_unref);
    return blame;
}

void tv_blame_free(TvBlame *blame)
{
    if (!blame) {
        return;
    }
    tv_patch_repository_free(blame->scratch);
    g_hash_table_unref(blame->files);
    g_free(blame->pristine);
    g_free(blame->applied);
    g_free(blame);
}

#define RUN(blame, error, ...) \
    TV_PATCH_GIT(blame->scratch, NULL, error, __VA_ARGS__)

static gboolean start(TvBlame *blame, GError **error)
{
    if (!blame->scratch) {
        g_autofree char *directory =
            g_dir_make_tmp("tcg-verify-blame-XXXXXX", error);

        if (!directory) {
            return FALSE;
        }
        blame->scratch = tv_patch_repository_new(directory, NULL);
    }
    return tv_patch_repository_make(blame->scratch, blame->pristine, error);
}

static gboolean has(const GPtrArray *paths, const char *file)
{
    return g_ptr_array_find_with_equal_func((GPtrArray *)paths, file,
                                            g_str_equal, NULL);
}

static gboolean copy_over(const char *from, const char *to, GError **error)
{
    g_unlink(to);
    return tv_tree_copy_file(from, to, error);
}

/* Commits the file as it is now, under @name. */
static gboolean commit(const TvBlame *blame, const char *name, GError **error)
{
    g_autofree char *added = RUN(blame, error, "add", "--all", "--force");
    g_autofree char *out = added
                               ? RUN(blame, error, "commit", "--quiet",
                                     "--allow-empty", "--no-verify", "-m", name)
                               : NULL;

    return out != NULL;
}

/* The next state of the file: what @patch makes of it. */
static gboolean add_patch(const TvBlame *blame, const TvPatch *patch,
                          const char *file, const char *path, GError **error)
{
    g_autofree char *only = g_strconcat("--include=", file, NULL);
    g_autofree char *overlay = tv_series_overlay_path(blame->series, file);
    g_autofree char *out = NULL;
    g_autoptr(GError) local = NULL;

    if (has(patch->overlay, file) && g_file_test(overlay, G_FILE_TEST_EXISTS) &&
        !copy_over(overlay, path, error)) {
        return FALSE;
    }
    if (has(patch->files, file) &&
        !(out = RUN(blame, &local, "apply", "--unidiff-zero",
                    "--whitespace=nowarn", only, patch->path))) {
        g_set_error(error, TV_ERROR,
                    g_error_matches(local, TV_ERROR, TV_ERROR_CANCELLED)
                        ? TV_ERROR_CANCELLED
                        : TV_ERROR_INPUT,
                    "patches/%s does not apply to %s: %s", patch->name, file,
                    local->message);
        return FALSE;
    }
    return commit(blame, patch->name, error);
}

/* The names of all lines, as git blame has them in "summary" lines. */
static GPtrArray *read_names(const TvBlame *blame, const char *file,
                             GError **error)
{
    g_autofree char *out =
        RUN(blame, error, "blame", "--line-porcelain", "--", file);
    g_autoptr(GPtrArray) names = NULL;
    g_auto(GStrv) rows = out ? g_strsplit(out, "\n", -1) : NULL;

    if (!rows) {
        return NULL;
    }
    names = g_ptr_array_new_with_free_func(g_free);
    for (char **row = rows; *row; row++) {
        if (g_str_has_prefix(*row, "summary ")) {
            g_ptr_array_add(names, g_strdup(*row + strlen("summary ")));
        }
    }
    return g_steal_pointer(&names);
}

static GPtrArray *replay(TvBlame *blame, const char *file, GError **error)
{
    g_autofree char *from = g_build_filename(blame->pristine, file, NULL);
    g_autofree char *actual =
        blame->applied ? g_build_filename(blame->applied, file, NULL) : NULL;
    g_autofree char *path = NULL;
    gboolean known = FALSE;

    if (!start(blame, error)) {
        return NULL;
    }
    path = g_build_filename(blame->scratch->work, file, NULL);
    if ((g_file_test(from, G_FILE_TEST_EXISTS) &&
         !copy_over(from, path, error)) ||
        !commit(blame, TV_BLAME_UPSTREAM, error)) {
        return NULL;
    }
    for (guint i = 0; i < blame->count; i++) {
        const TvPatch *patch = blame->series->patches->pdata[i];

        if (has(patch->files, file) || has(patch->overlay, file)) {
            /* The tree may have only some of the patches. */
            known = actual && tv_patch_same_content(path, actual);
            if (known) {
                break;
            }
            if (!add_patch(blame, patch, file, path, error)) {
                return NULL;
            }
        }
    }
    if (!g_file_test(path, G_FILE_TEST_EXISTS)) {
        return g_ptr_array_new_with_free_func(g_free);
    }
    if (actual && !known && g_file_test(actual, G_FILE_TEST_EXISTS) &&
        (!copy_over(actual, path, error) ||
         !commit(blame, TV_BLAME_LOCAL, error))) {
        return NULL;
    }
    return read_names(blame, file, error);
}

const char *tv_blame_line(TvBlame *blame, const char *file, int line,
                          GError **error)
{
    GPtrArray *names = g_hash_table_lookup(blame->files, file);

    if (!names) {
        names = replay(blame, file, error);
        if (!names) {
            return NULL;
        }
        g_hash_table_insert(blame->files, g_strdup(file), names);
    }
    return line > 0 && (guint)line <= names->len ? names->pdata[line - 1]
                                                 : NULL;
}

static gboolean is_open(const TvFinding *finding)
{
    return !finding->patch && finding->file && finding->line > 0 &&
           !g_path_is_absolute(finding->file);
}

gboolean tv_blame_result(TvResult *result, const TvOptions *options,
                         guint count, const char *applied, GError **error)
{
    g_autofree char *pristine = tv_options_pristine(options);
    g_autoptr(TvSeries) series = NULL;
    g_autoptr(TvBlame) blame = NULL;

    for (guint i = 0; i < result->findings->len; i++) {
        TvFinding *finding = result->findings->pdata[i];
        g_autoptr(GError) local = NULL;

        if (!is_open(finding)) {
            continue;
        }
        if (!blame) {
            /* Without upstream there is nothing to compare with. */
            if (!g_file_test(pristine, G_FILE_TEST_IS_DIR)) {
                return TRUE;
            }
            series = tv_series_load(options->project, error);
            if (!series) {
                return FALSE;
            }
            blame = tv_blame_new(series, count ? count : series->patches->len,
                                 pristine, applied);
        }
        finding->patch = g_strdup(
            tv_blame_line(blame, finding->file, finding->line, &local));
        if (local) {
            g_propagate_error(error, g_steal_pointer(&local));
            return FALSE;
        }
    }
    return TRUE;
}
