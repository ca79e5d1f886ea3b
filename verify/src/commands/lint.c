/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "apply/apply.h"
#include "base/error.h"
#include "commands/commands.h"
#include "cover/cover.h"
#include "lint/lint.h"
#include "upstream/source.h"

/* Moves the findings whose rules start with @prefix to a new array. */
static GPtrArray *take_layer(GPtrArray *all, const char *prefix)
{
    GPtrArray *taken =
        g_ptr_array_new_with_free_func((GDestroyNotify)tv_finding_free);

    for (guint i = 0; i < all->len;) {
        const TvFinding *finding = g_ptr_array_index(all, i);

        if (g_str_has_prefix(finding->rule, prefix)) {
            g_ptr_array_add(taken, g_ptr_array_steal_index(all, i));
        } else {
            i++;
        }
    }
    return taken;
}

static void lint_files(const TvOptions *options, TvSeries *series,
                       TvResult *result)
{
    g_autofree char *pristine = tv_options_pristine(options);
    gint64 start = g_get_monotonic_time();
    g_autoptr(GPtrArray) listed = NULL;
    g_autoptr(GPtrArray) overlay = NULL;
    g_autoptr(GPtrArray) header = NULL;
    g_autoptr(GPtrArray) files =
        tv_series_paths(series, series->patches->len, 1);

    tv_series_check_overlay(series, pristine, series->findings);
    listed = take_layer(series->findings, "series-");
    overlay = take_layer(series->findings, "overlay-");
    header = take_layer(series->findings, "header-");
    tv_result_add_layer(result, "series", (int)series->patches->len,
                        listed, start);
    for (guint i = 0; i < series->patches->len; i++) {
        tv_lint_header(g_ptr_array_index(series->patches, i), header);
    }
    tv_result_add_layer(result, "header", (int)series->patches->len,
                        header, start);
    tv_result_add_layer(result, "overlay", (int)files->len, overlay, start);
}

static gboolean lint_round_trip(const TvOptions *options,
                                const TvSeries *series, const char *id,
                                TvResult *result, GError **error)
{
    gint64 start = g_get_monotonic_time();
    g_autoptr(GPtrArray) findings =
        g_ptr_array_new_with_free_func((GDestroyNotify)tv_finding_free);
    int checked = tv_lint_round_trip(options, series, id, findings, result,
                                     error);

    if (checked < 0) {
        return FALSE;
    }
    tv_result_add_layer(result, "round-trip", checked, findings, start);
    return TRUE;
}

/*
 * The tree whose checkpatch.pl is run: the applied one, since a patch teaches
 * it the tree's own types, unless the series cannot be applied; its own
 * findings say so then.
 */
static char *script_tree(const TvOptions *options, const TvSeries *series,
                         const char *id, const TvResult *result, GError **error)
{
    gboolean changed;

    if (options->tree) {
        return g_strdup(options->tree);
    }
    if (tv_apply_build(options, series, id, series->patches->len, FALSE,
                       &changed, error)) {
        return tv_options_applied(options);
    }
    if (!result->findings->len) {
        return NULL;
    }
    g_clear_error(error);
    return tv_options_pristine(options);
}

static gboolean lint_checkpatch(const TvOptions *options,
                                const TvSeries *series, const char *id,
                                TvResult *result, GError **error)
{
    gint64 start = g_get_monotonic_time();
    g_autoptr(GPtrArray) findings =
        g_ptr_array_new_with_free_func((GDestroyNotify)tv_finding_free);
    g_autofree char *tree = script_tree(options, series, id, result, error);
    int checked;

    if (!tree) {
        return FALSE;
    }
    checked = tv_lint_checkpatch(options, series, tree, findings, result,
                                 error);
    if (checked < 0) {
        return FALSE;
    }
    tv_result_add_layer(result, "checkpatch", checked, findings, start);
    return TRUE;
}

static gboolean lint_cover(const TvSeries *series, TvResult *result,
                           GError **error)
{
    gint64 start = g_get_monotonic_time();
    g_autoptr(GPtrArray) findings =
        g_ptr_array_new_with_free_func((GDestroyNotify)tv_finding_free);

    if (!tv_cover_check(series, findings, error)) {
        return FALSE;
    }
    tv_result_add_layer(result, "cover", 1, findings, start);
    return TRUE;
}

static TvResult *run(TvOptions *options, int argc, char **argv, GError **error)
{
    gint64 start = g_get_monotonic_time();
    g_autoptr(TvResult) result = tv_result_new("lint");
    g_autofree char *id = NULL;
    g_autoptr(TvSeries) series = NULL;
    gboolean missing;

    if (argc > 1) {
        g_set_error(error, TV_ERROR, TV_ERROR_USAGE,
                    "takes no arguments; see --help");
        return NULL;
    }
    if (options->tree) {
        g_autofree char *script = g_build_filename(options->tree, "scripts",
                                                   "checkpatch.pl", NULL);

        if (!g_file_test(script, G_FILE_TEST_EXISTS)) {
            g_set_error(error, TV_ERROR, TV_ERROR_USAGE,
                        "--tree: there is no %s", script);
            return NULL;
        }
    }
    id = tv_source_ensure(options, error);
    series = id ? tv_series_load(options->project, error) : NULL;
    if (!series) {
        return NULL;
    }
    if (series->patches->len == 0 && series->findings->len == 0) {
        g_set_error(error, TV_ERROR, TV_ERROR_INPUT, "the series is empty");
        return NULL;
    }
    tv_result_show_findings(result);
    lint_files(options, series, result);
    if (!lint_cover(series, result, error)) {
        return g_steal_pointer(&result);
    }
    /* With an overlay file missing there is no mail that could be checked. */
    missing = FALSE;
    for (guint i = 0; i < result->findings->len; i++) {
        const TvFinding *finding = g_ptr_array_index(result->findings, i);

        missing |= g_str_equal(finding->rule, "overlay-missing");
    }
    if (!missing && (!lint_round_trip(options, series, id, result, error) ||
                     !lint_checkpatch(options, series, id, result, error))) {
        return g_steal_pointer(&result);
    }
    result->seconds = (g_get_monotonic_time() - start) / (double)G_USEC_PER_SEC;
    return g_steal_pointer(&result);
}

const TvCommand tv_command_lint = {
    .name = "lint",
    .summary =
        "check series, headers, round trip, overlay, cover letter and style",
    .uses = TV_USES_PLACES | TV_USES_TREE | TV_USES_JOBS | TV_USES_FINDINGS,
    .run = run,
};
