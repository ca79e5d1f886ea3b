/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "series/series.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "base/error.h"
#include "base/git.h"
#include "base/hash.h"
#include "result/result.h"

void tv_series_free(TvSeries *series)
{
    if (!series) {
        return;
    }
    g_free(series->project);
    g_ptr_array_unref(series->patches);
    g_ptr_array_unref(series->findings);
    g_free(series);
}

static int compare(gconstpointer a, gconstpointer b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Adds the files below @directory, by their paths from there. */
static void list_files(const char *directory, const char *prefix,
                       GPtrArray *files)
{
    g_autoptr(GDir) dir = g_dir_open(directory, 0, NULL);
    const char *name;

    while (dir && (name = g_dir_read_name(dir))) {
        g_autofree char *path = g_build_filename(directory, name, NULL);
        g_autofree char *below =
            *prefix ? g_build_filename(prefix, name, NULL) : g_strdup(name);

        if (g_file_test(path, G_FILE_TEST_IS_DIR) &&
            !g_file_test(path, G_FILE_TEST_IS_SYMLINK)) {
            list_files(path, below, files);
        } else {
            g_ptr_array_add(files, g_steal_pointer(&below));
        }
    }
}

static GPtrArray *sorted_files(const char *project, const char *room)
{
    g_autofree char *directory = g_build_filename(project, room, NULL);
    GPtrArray *files = g_ptr_array_new_with_free_func(g_free);

    list_files(directory, "", files);
    g_ptr_array_sort(files, compare);
    return files;
}

static void add_patch(TvSeries *series, GHashTable *seen, const char *name,
                      int line)
{
    g_autofree char *path =
        g_build_filename(series->project, "patches", name, NULL);
    int first = GPOINTER_TO_INT(g_hash_table_lookup(seen, name));
    g_autoptr(GError) error = NULL;
    TvPatch *patch;

    if (first) {
        g_ptr_array_add(series->findings,
                        tv_finding_new("series-duplicate", "series", line,
                                       "%s is listed already in line %d", name,
                                       first));
        return;
    }
    g_hash_table_insert(seen, g_strdup(name), GINT_TO_POINTER(line));
    if (!tv_patch_path_is_safe(name) || strpbrk(name, " \t")) {
        g_ptr_array_add(
            series->findings,
            tv_finding_new("series-missing", "series", line,
                           "'%s' is no name of a patch (options of quilt are "
                           "not used here)",
                           name));
        return;
    }
    if (!g_file_test(path, G_FILE_TEST_IS_REGULAR)) {
        g_ptr_array_add(series->findings,
                        tv_finding_new("series-missing", "series", line,
                                       "there is no file patches/%s", name));
        return;
    }
    patch = tv_patch_load(series->project, name, &error);
    if (patch) {
        g_ptr_array_add(series->patches, patch);
        tv_patch_kinds(patch, series->findings);
    } else {
        TvFinding *finding =
            tv_finding_new("header-grammar", NULL, 0, "%s", error->message);

        finding->patch = g_strdup(name);
        g_ptr_array_add(series->findings, finding);
    }
}

static void check_unlisted(TvSeries *series, GHashTable *seen)
{
    g_autoptr(GPtrArray) files = sorted_files(series->project, "patches");

    for (guint i = 0; i < files->len; i++) {
        const char *name = g_ptr_array_index(files, i);

        if (!g_hash_table_contains(seen, name)) {
            g_ptr_array_add(series->findings,
                            tv_finding_new("series-unlisted", "series", 0,
                                           "patches/%s is not listed", name));
        }
    }
}

static void add_overlay_finding(TvSeries *series, const TvPatch *patch,
                                const char *rule, const char *file,
                                const char *message, const char *other)
{
    g_autofree char *where = g_strconcat("overlay/", file, NULL);
    TvFinding *finding = tv_finding_new(rule, where, 0, "%s%s%s", message,
                                        other ? " " : "", other ? other : "");

    finding->patch = g_strdup(patch ? patch->name : NULL);
    g_ptr_array_add(series->findings, finding);
}

static void check_trailers(TvSeries *series)
{
    g_autoptr(GHashTable) owner = g_hash_table_new(g_str_hash, g_str_equal);
    g_autoptr(GHashTable) touched = g_hash_table_new(g_str_hash, g_str_equal);
    g_autoptr(GPtrArray) files = sorted_files(series->project, "overlay");

    for (guint i = 0; i < series->patches->len; i++) {
        TvPatch *patch = g_ptr_array_index(series->patches, i);

        for (guint f = 0; f < patch->files->len; f++) {
            g_hash_table_insert(touched, g_ptr_array_index(patch->files, f),
                                patch);
        }
        for (guint f = 0; f < patch->overlay->len; f++) {
            char *file = g_ptr_array_index(patch->overlay, f);
            g_autofree char *path = tv_series_overlay_path(series, file);
            const TvPatch *other = g_hash_table_lookup(owner, file);

            if (other) {
                add_overlay_finding(series, patch, "overlay-twice", file,
                                    "is already brought in by", other->name);
            } else {
                g_hash_table_insert(owner, file, patch);
            }
            if (!g_file_test(path, G_FILE_TEST_IS_REGULAR)) {
                add_overlay_finding(series, patch, "overlay-missing", file,
                                    "does not exist, but is named by",
                                    patch->name);
            }
        }
    }
    for (guint i = 0; i < files->len; i++) {
        const char *file = g_ptr_array_index(files, i);
        const TvPatch *toucher = g_hash_table_lookup(touched, file);
        g_autofree char *path = tv_series_overlay_path(series, file);
        const char *unfit = tv_patch_unfit_file(path);

        if (unfit || !tv_patch_path_is_plain(file)) {
            add_overlay_finding(
                series, g_hash_table_lookup(owner, file), "overlay-kind", file,
                unfit ? unfit
                      : "has a name that is not of printable ASCII, without "
                        "blanks, quotes and backslashes",
                NULL);
        }
        if (!g_hash_table_contains(owner, file)) {
            add_overlay_finding(series, NULL, "overlay-unnamed", file,
                                "is named by no Overlay: trailer", NULL);
        }
        if (toucher) {
            add_overlay_finding(series, toucher, "overlay-clash", file,
                                "is touched by", toucher->name);
        }
    }
}

TvSeries *tv_series_load(const char *project, GError **error)
{
    g_autofree char *path = g_build_filename(project, "series", NULL);
    g_autoptr(GHashTable) seen =
        g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    g_autoptr(TvSeries) series = g_new0(TvSeries, 1);
    g_autofree char *text = NULL;
    g_auto(GStrv) lines = NULL;

    series->project = g_strdup(project);
    series->patches =
        g_ptr_array_new_with_free_func((GDestroyNotify)tv_patch_free);
    series->findings =
        g_ptr_array_new_with_free_func((GDestroyNotify)tv_finding_free);
    if (!g_file_get_contents(path, &text, NULL, error)) {
        g_prefix_error(error, "cannot read the series: ");
        return NULL;
    }
    lines = g_strsplit(text, "\n", -1);
    for (int i = 0; lines[i]; i++) {
        const char *name = g_strstrip(lines[i]);

        if (*name && *name != '#') {
            add_patch(series, seen, name, i + 1);
        }
    }
    check_unlisted(series, seen);
    check_trailers(series);
    return g_steal_pointer(&series);
}

void tv_series_check_overlay(const TvSeries *series, const char *tree,
                             GPtrArray *findings)
{
    g_autoptr(GPtrArray) files = sorted_files(series->project, "overlay");

    for (guint i = 0; i < files->len; i++) {
        const char *file = g_ptr_array_index(files, i);
        g_autofree char *path = g_build_filename(tree, file, NULL);
        g_autofree char *where = g_strconcat("overlay/", file, NULL);
        struct stat info;

        if (lstat(path, &info) == 0) {
            g_ptr_array_add(findings,
                            tv_finding_new("overlay-clash", where, 0,
                                           "the tree has %s already", file));
        } else if (errno == ENOTDIR) {
            g_ptr_array_add(findings,
                            tv_finding_new("overlay-clash", where, 0,
                                           "the tree has a file in the place "
                                           "of the directory of %s",
                                           file));
        }
    }
}

static gboolean none_or_error(GPtrArray *findings, GError **error)
{
    const TvFinding *first;
    g_autofree char *line = NULL;
    g_autofree char *more = NULL;

    if (findings->len == 0) {
        return TRUE;
    }
    first = g_ptr_array_index(findings, 0);
    if (first->line) {
        line = g_strdup_printf(":%d", first->line);
    }
    if (findings->len > 1) {
        more = g_strdup_printf(" (and %u more; 'tcg-verify lint' lists them)",
                               findings->len - 1);
    }
    g_set_error(error, TV_ERROR, TV_ERROR_INPUT, "%s%s%s%s [%s]%s",
                first->file ? first->file : "", line ? line : "",
                first->file ? ": " : "", first->message, first->rule,
                more ? more : "");
    return FALSE;
}

TvSeries *tv_series_load_clean(const char *project, const char *tree,
                               GError **error)
{
    g_autoptr(TvSeries) series = tv_series_load(project, error);

    if (!series) {
        return NULL;
    }
    if (tree) {
        tv_series_check_overlay(series, tree, series->findings);
    }
    return none_or_error(series->findings, error) ? g_steal_pointer(&series)
                                                  : NULL;
}

guint tv_series_find(const TvSeries *series, const char *name, GError **error)
{
    g_autofree char *with_suffix = g_strconcat(name, ".patch", NULL);

    for (guint i = 0; i < series->patches->len; i++) {
        const TvPatch *patch = g_ptr_array_index(series->patches, i);

        if (g_str_equal(patch->name, name) ||
            g_str_equal(patch->name, with_suffix)) {
            return i + 1;
        }
    }
    g_set_error(error, TV_ERROR, TV_ERROR_USAGE, "the series has no patch '%s'",
                name);
    return 0;
}

char *tv_series_overlay_path(const TvSeries *series, const char *file)
{
    return g_build_filename(series->project, "overlay", file, NULL);
}

char *tv_series_overlay_diff(const TvSeries *series, const TvPatch *patch,
                             GError **error)
{
    g_autofree char *overlay =
        g_build_filename(series->project, "overlay", NULL);
    g_autoptr(GString) out = g_string_new(NULL);

    for (guint i = 0; i < patch->overlay->len; i++) {
        const char *file = g_ptr_array_index(patch->overlay, i);
        g_autoptr(TvJob) job =
            tv_git_job(overlay, NULL,
                       (const char *const[]){"diff", "--no-index", "--no-color",
                                             "--no-ext-diff", "--full-index",
                                             "--", "/dev/null", file, NULL});

        tv_git_job_isolate(job);
        if (!tv_job_run(job, error)) {
            return NULL;
        }
        /* 1 is "they differ". */
        if (job->exit_code != 1 || job->out->len == 0) {
            g_autofree char *how = tv_job_describe(job);

            g_set_error(error, TV_ERROR, TV_ERROR_TOOL,
                        "cannot make a diff of overlay/%s: %s", file, how);
            return NULL;
        }
        g_string_append(out, job->out->str);
    }
    return g_string_free(g_steal_pointer(&out), FALSE);
}

GPtrArray *tv_series_paths(const TvSeries *series, guint count, int overlay)
{
    g_autoptr(GHashTable) seen = g_hash_table_new(g_str_hash, g_str_equal);
    GPtrArray *paths = g_ptr_array_new_with_free_func(g_free);

    for (guint i = 0; i < count; i++) {
        const TvPatch *patch = g_ptr_array_index(series->patches, i);
        GPtrArray *const lists[] = {patch->files, patch->overlay};

        for (int kind = 0; kind < 2; kind++) {
            for (guint f = 0; overlay != !kind && f < lists[kind]->len; f++) {
                char *path = g_ptr_array_index(lists[kind], f);

                if (g_hash_table_add(seen, path)) {
                    g_ptr_array_add(paths, g_strdup(path));
                }
            }
        }
    }
    g_ptr_array_sort(paths, compare);
    return paths;
}

char *tv_series_hash(const TvSeries *series, guint count, GError **error)
{
    g_autoptr(GChecksum) checksum = g_checksum_new(G_CHECKSUM_SHA256);

    for (guint i = 0; i < count; i++) {
        const TvPatch *patch = g_ptr_array_index(series->patches, i);

        tv_hash_add(checksum, patch->name);
        tv_hash_add(checksum, patch->text);
        for (guint f = 0; f < patch->overlay->len; f++) {
            const char *file = g_ptr_array_index(patch->overlay, f);
            g_autofree char *path = tv_series_overlay_path(series, file);

            tv_hash_add(checksum, file);
            if (!tv_hash_add_file(checksum, path, error)) {
                return NULL;
            }
        }
    }
    return g_strdup(g_checksum_get_string(checksum));
}

char *tv_series_fingerprint(const char *project)
{
    static const char *const rooms[] = {"patches", "overlay"};
    g_autoptr(GChecksum) checksum = g_checksum_new(G_CHECKSUM_SHA256);
    g_autofree char *series = g_build_filename(project, "series", NULL);

    tv_hash_add_file(checksum, series, NULL);
    for (gsize room = 0; room < G_N_ELEMENTS(rooms); room++) {
        g_autoptr(GPtrArray) files = sorted_files(project, rooms[room]);

        for (guint i = 0; i < files->len; i++) {
            const char *file = g_ptr_array_index(files, i);
            g_autofree char *path =
                g_build_filename(project, rooms[room], file, NULL);

            tv_hash_add(checksum, file);
            tv_hash_add_file(checksum, path, NULL);
        }
    }
    return g_strdup(g_checksum_get_string(checksum));
}
