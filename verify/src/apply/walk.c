/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "apply/walk.h"

#include "apply/apply.h"
#include "base/directory.h"
#include "base/error.h"
#include "base/lock.h"
#include "series/series.h"
#include "upstream/source.h"

static gboolean find_range(const TvSeries *series, const char *from,
                           const char *to, guint *first, guint *last,
                           GError **error)
{
    *first = 1;
    *last = series->patches->len;
    if ((from && !(*first = tv_series_find(series, from, error))) ||
        (to && !(*last = tv_series_find(series, to, error)))) {
        return FALSE;
    }
    if (*first > *last || *last == 0) {
        g_set_error(error, TV_ERROR, TV_ERROR_USAGE,
                    "--from and --to name no range of the series");
        return FALSE;
    }
    return TRUE;
}

gboolean tv_patch_walk_check(const TvOptions *options, const char *from,
                             const char *to, GError **error)
{
    g_autoptr(TvSeries) series = tv_series_load(options->project, error);
    guint first, last;

    return series && find_range(series, from, to, &first, &last, error);
}

static gboolean walk(const TvOptions *options, const TvSeries *series,
                     TvPatchStep *step, guint first, guint last,
                     TvPatchVisit *visit, gpointer data, GError **error)
{
    step->count = first - 1;
    if (!tv_apply_prefix(options, series, step->count, step->directory,
                         error) ||
        !visit(step, data, error)) {
        return FALSE;
    }
    while (step->count < last) {
        const TvPatch *patch = series->patches->pdata[step->count];

        step->patch = patch->name;
        if (!tv_apply_next(series, step->count, step->directory, error)) {
            g_prefix_error(error, "%s: ", patch->name);
            return FALSE;
        }
        step->count++;
        step->last = step->count == last;
        step->whole = step->count == series->patches->len;
        if (!visit(step, data, error)) {
            g_prefix_error(error, "%s: ", patch->name);
            return FALSE;
        }
    }
    return TRUE;
}

gboolean tv_patch_walk(const TvOptions *options, const char *name,
                       const char *from, const char *to, TvPatchVisit *visit,
                       gpointer data, GError **error)
{
    g_autofree char *id = tv_source_ensure(options, error);
    g_autofree char *root = tv_options_build_path(options, "cache", name, NULL);
    g_autofree char *directory =
        g_build_filename(root, options->base->directory, NULL);
    g_autofree char *pristine = tv_options_pristine(options);
    TvPatchStep step = {.directory = directory};
    g_autoptr(TvSeries) series = NULL;
    guint first, last;
    gboolean good;
    int lock;

    series = id ? tv_series_load_clean(options->project, pristine, error)
                : NULL;
    if (!series || !find_range(series, from, to, &first, &last, error) ||
        (lock = tv_lock_take(root, error)) < 0) {
        return FALSE;
    }
    good = tv_tree_remove(directory, error) &&
           walk(options, series, &step, first, last, visit, data, error);
    tv_tree_remove(directory, NULL);
    tv_lock_release(lock);
    return good;
}
