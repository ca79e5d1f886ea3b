/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <glib/gstdio.h>
#include <stdio.h>
#include <string.h>

#include "apply/apply.h"
#include "base/directory.h"
#include "base/error.h"
#include "commands/command-line.h"
#include "cover/cover.h"
#include "lint/lint.h"
#include "mail/mail.h"
#include "result/result.h"
#include "upstream/source.h"

static char *option_directory;
static char *option_prefix;
static char *option_previous;
static int option_version = 1;
static gboolean option_no_verify;
static gboolean option_no_cc;
static gboolean option_cover;
static gboolean option_results;

/* What one run works on. */
typedef struct Run {
    const TvOptions *options;
    const TvSeries *series;
    const char *id;  /* of upstream's content */
    char *place;     /* where the mails go */
    char *fresh;     /* where they are made */
    char *previous;  /* directory of the last version's mails, or NULL */
    TvResult *result;
} Run;

static GPtrArray *findings_new(void)
{
    return g_ptr_array_new_with_free_func((GDestroyNotify)tv_finding_free);
}

/* A directory that is there already may hold nothing but mails, which are made
 * anew. */
static gboolean check_place(const char *place, GError **error)
{
    g_autoptr(GDir) dir = NULL;
    const char *name;

    if (!g_file_test(place, G_FILE_TEST_EXISTS)) {
        return TRUE;
    }
    dir = g_dir_open(place, 0, error);
    if (!dir) {
        return FALSE;
    }
    while ((name = g_dir_read_name(dir))) {
        if (!g_str_has_suffix(name, ".patch")) {
            g_set_error(error, TV_ERROR, TV_ERROR_USAGE,
                        "%s holds other things than mails (%s); name another "
                        "directory with --output-dir",
                        place, name);
            return FALSE;
        }
    }
    return TRUE;
}

static gboolean find_places(Run *run, GError **error)
{
    g_autofree char *own = g_strdup_printf("v%d", option_version);
    g_autofree char *last = g_strdup_printf("v%d", option_version - 1);
    g_autofree char *next = g_strdup_printf("v%d", option_version + 1);
    g_autofree char *later =
        tv_options_build_path(run->options, "mail", next, NULL);
    g_autofree char *parent = NULL;
    g_autofree char *name = NULL;

    run->place = option_directory
                     ? g_canonicalize_filename(option_directory, NULL)
                     : tv_options_build_path(run->options, "mail", own, NULL);
    if (option_previous) {
        run->previous = g_canonicalize_filename(option_previous, NULL);
    } else if (option_version > 1) {
        run->previous =
            tv_options_build_path(run->options, "mail", last, NULL);
    }
    if (run->previous && !g_file_test(run->previous, G_FILE_TEST_IS_DIR)) {
        g_set_error(error, TV_ERROR, TV_ERROR_USAGE,
                    "there are no mails of the version before in %s, which "
                    "show what has changed; give their directory with "
                    "--previous",
                    run->previous);
        return FALSE;
    }
    if (!option_directory && g_file_test(later, G_FILE_TEST_EXISTS)) {
        g_set_error(error, TV_ERROR, TV_ERROR_USAGE,
                    "%s is there already, so version %d was sent; give "
                    "--version or --output-dir",
                    later, option_version);
        return FALSE;
    }
    parent = g_path_get_dirname(run->place);
    name = g_path_get_basename(run->place);
    run->fresh = g_strdup_printf("%s/.making-%s", parent, name);
    return check_place(run->place, error) &&
           tv_tree_remove(run->fresh, error) &&
           tv_tree_make_directory(run->fresh, error);
}

/* The text of the mail, unless what is generated in the file is stale. */
static char *read_cover(Run *run, GError **error)
{
    g_autoptr(GPtrArray) findings = findings_new();
    gint64 start = g_get_monotonic_time();

    if (!tv_cover_check(run->series, findings, error)) {
        return NULL;
    }
    tv_result_add_layer(run->result, "mail-cover", 1, findings, start);
    return tv_cover_mail(run->series, (guint)option_version, error);
}

static gboolean write_mails(Run *run, TvExport *export, const char *cover,
                            GError **error)
{
    g_autoptr(GPtrArray) none = findings_new();
    gint64 start = g_get_monotonic_time();
    g_autofree char *previous = NULL;
    g_autoptr(GPtrArray) files = NULL;
    TvMailOptions mail = {
        .prefix = option_prefix ? option_prefix : "PATCH",
        .version = (guint)option_version,
        .cover = cover,
        .recipients = !option_no_cc,
        .directory = run->fresh,
    };

    if (run->previous &&
        !(previous = tv_export_receive(export, run->previous, error))) {
        return FALSE;
    }
    mail.previous = previous;
    if (!tv_export_commit(export, run->series, error) ||
        !(files = tv_export_mails(export, run->series, &mail, error))) {
        return FALSE;
    }
    tv_result_add_layer(run->result, "mail", (int)files->len, none, start);
    return TRUE;
}

static gboolean verify_mails(Run *run, const TvExport *export, GError **error)
{
    g_autofree char *tree = tv_options_applied(run->options);
    g_autoptr(GPtrArray) findings = findings_new();
    gint64 start = g_get_monotonic_time();

    if (!tv_export_verify(export, run->fresh, tree, findings, error)) {
        return FALSE;
    }
    tv_result_add_layer(run->result, "am", (int)run->series->patches->len,
                        findings, start);
    return TRUE;
}

static gboolean verify_style(Run *run, GError **error)
{
    g_autofree char *tree = tv_options_applied(run->options);
    g_autoptr(GPtrArray) findings = findings_new();
    gint64 start = g_get_monotonic_time();
    int checked =
        tv_lint_checkpatch(run->options, run->series, tree, findings,
                           run->result, error);

    if (checked < 0) {
        return FALSE;
    }
    tv_result_add_layer(run->result, "mail-style", checked, findings, start);
    return TRUE;
}

static gboolean make(Run *run, TvExport *export, GError **error)
{
    g_autofree char *cover = read_cover(run, error);

    return cover && write_mails(run, export, cover, error) &&
           (option_no_verify || (verify_mails(run, export, error) &&
                                 verify_style(run, error)));
}

/* Mails that are not what they should be are not left for anyone to send. */
static TvResult *finish(Run *run, GError **error)
{
    int status = tv_result_exit_status(run->result);

    if (status == 0 && !tv_tree_replace(run->place, run->fresh, error)) {
        return NULL;
    }
    if (status == 0) {
        fprintf(stderr, "export: %u patches and their cover letter are in "
                        "%s%s\n",
                run->series->patches->len, run->place,
                option_no_verify ? ", not verified" : "");
    } else {
        fprintf(stderr, "export: no mails were put into %s\n", run->place);
    }
    return g_steal_pointer(&run->result);
}

static TvResult *export_mails(Run *run, GError **error)
{
    gint64 start = g_get_monotonic_time();
    g_autoptr(TvExport) export = tv_export_open(run->options, run->id, error);
    gboolean changed;
    TvResult *result = NULL;

    if (export &&
        tv_apply_build(run->options, run->series, run->id,
                       run->series->patches->len, FALSE, &changed, error) &&
        find_places(run, error)) {
        gboolean made = make(run, export, error);

        run->result->seconds =
            (g_get_monotonic_time() - start) / (double)G_USEC_PER_SEC;
        result = made ? finish(run, error) : g_steal_pointer(&run->result);
    }
    if (run->fresh) {
        tv_tree_remove(run->fresh, NULL);
    }
    g_free(run->place);
    g_free(run->fresh);
    g_free(run->previous);
    tv_result_free(run->result);
    return result;
}

static TvResult *rewrite_cover(const TvOptions *options,
                               const TvSeries *series, GError **error)
{
    gboolean changed;

    if ((option_results &&
         !tv_cover_take_results(options, series, error)) ||
        !tv_cover_rewrite(series, &changed, error)) {
        return NULL;
    }
    fprintf(stderr, "export: the generated parts of COVER_LETTER.md %s\n",
            changed ? "were made anew" : "are up to date");
    return tv_result_silent(0);
}

static gboolean check_arguments(const TvOptions *options, int argc,
                                GError **error)
{
    if (argc > 1) {
        g_set_error(error, TV_ERROR, TV_ERROR_USAGE,
                    "takes no arguments; see --help");
    } else if ((option_cover || option_results) &&
               (option_directory || option_prefix || option_previous ||
                option_no_verify || option_no_cc || option_version != 1)) {
        g_set_error(error, TV_ERROR, TV_ERROR_USAGE,
                    "--cover and --results write no mails: they take no option "
                    "of mails");
    } else if ((option_cover || option_results) &&
               !tv_command_line_refuse(options, TV_USES_JOBS | TV_USES_FINDINGS,
                                  option_cover ? "--cover" : "--results",
                                  error)) {
        return FALSE;
    } else if (option_version < 1) {
        g_set_error(error, TV_ERROR, TV_ERROR_USAGE,
                    "--version is 1 or more, not %d", option_version);
    } else if (option_prefix && (!*option_prefix ||
                                 strpbrk(option_prefix, "[]\n"))) {
        g_set_error(error, TV_ERROR, TV_ERROR_USAGE,
                    "--subject-prefix: '%s' cannot stand in brackets",
                    option_prefix);
    } else {
        return TRUE;
    }
    return FALSE;
}

static TvResult *run(TvOptions *options, int argc, char **argv, GError **error)
{
    g_autoptr(TvResult) result = tv_result_new("export");
    g_autoptr(TvSeries) series = NULL;
    g_autofree char *pristine = NULL;
    g_autofree char *id = NULL;
    Run run = {.options = options};

    tv_result_show_findings(result);
    if (!check_arguments(options, argc, error)) {
        return NULL;
    }
    if (option_cover || option_results) {
        series = tv_series_load(options->project, error);
        return series ? rewrite_cover(options, series, error) : NULL;
    }
    id = tv_source_ensure(options, error);
    pristine = tv_options_pristine(options);
    series = id ? tv_series_load_clean(options->project, pristine, error)
                : NULL;
    if (!series) {
        return NULL;
    }
    if (series->patches->len == 0) {
        g_set_error(error, TV_ERROR, TV_ERROR_INPUT, "the series is empty");
        return NULL;
    }
    run.series = series;
    run.id = id;
    run.result = g_steal_pointer(&result);
    return export_mails(&run, error);
}

static GOptionEntry entries[] = {
    {"output-dir", 0, 0, G_OPTION_ARG_FILENAME, &option_directory,
     "Where the mails go (default: BUILD/mail/vN)", "DIR"},
    {"version", 0, 0, G_OPTION_ARG_INT, &option_version,
     "Number of this version of the series (default: 1)", "N"},
    {"previous", 0, 0, G_OPTION_ARG_FILENAME, &option_previous,
     "Mails of the version before, for the range-diff (default: "
     "BUILD/mail/v(N-1))",
     "DIR"},
    {"subject-prefix", 0, 0, G_OPTION_ARG_STRING, &option_prefix,
     "What the subjects' brackets begin with (default: PATCH)", "TEXT"},
    {"no-cc", 0, 0, G_OPTION_ARG_NONE, &option_no_cc,
     "Name no recipients", NULL},
    {"no-verify", 0, 0, G_OPTION_ARG_NONE, &option_no_verify,
     "Do not apply the mails to see whether they give what apply makes, nor "
     "run checkpatch",
     NULL},
    {"cover", 0, 0, G_OPTION_ARG_NONE, &option_cover,
     "Only make the generated parts of COVER_LETTER.md anew", NULL},
    {"results", 0, 0, G_OPTION_ARG_NONE, &option_results,
     "The same, after taking the results of check, test, mutate and bench over "
     "from BUILD/report to verify/data/results.ini",
     NULL},
    {NULL},
};

const TvCommand tv_command_export = {
    .name = "export",
    .summary = "write the series as mails, ready to send",
    .entries = entries,
    .uses = TV_USES_PLACES | TV_USES_JOBS | TV_USES_FINDINGS,
    .run = run,
};
