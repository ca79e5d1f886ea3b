/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <string.h>

#include "base/error.h"
#include "mail/mail.h"

#define SCRIPT "scripts/get_maintainer.pl"
#define ORDER_FILE "scripts/git.orderfile"

/* Runs git format-patch; the files it has written, the cover letter first. */
static GPtrArray *format(const TvExport *export, const TvMailOptions *mail,
                         GError **error)
{
    g_autofree char *applied = tv_options_applied(export->options);
    g_autofree char *order_path = g_build_filename(applied, ORDER_FILE, NULL);
    g_autofree char *order = g_strconcat("-O", order_path, NULL);
    g_autofree char *base = g_strconcat("--base=", export->base, NULL);
    g_autofree char *prefix =
        g_strconcat("--subject-prefix=", mail->prefix, NULL);
    g_autofree char *text =
        g_strconcat("branch.series.description=", mail->cover, NULL);
    g_autofree char *version = g_strdup_printf("-v%u", mail->version);
    g_autofree char *previous =
        mail->previous ? g_strdup_printf("--range-diff=%s..%s", export->base,
                                         mail->previous)
                       : NULL;
    g_autofree char *range = g_strdup_printf("%s..series", export->base);
    g_autoptr(GPtrArray) words = g_ptr_array_new();
    g_autoptr(GPtrArray) files = g_ptr_array_new_with_free_func(g_free);
    g_autofree char *out = NULL;
    g_auto(GStrv) lines = NULL;
    const char *const fixed[] = {
        "-c",
        text,
        "format-patch",
        "--cover-letter",
        "--cover-from-description=subject",
        "--numbered",
        "--thread=shallow",
        "--zero-commit",
        "--abbrev=12",
        base,
        prefix,
        "-o",
        mail->directory,
    };

    for (gsize i = 0; i < G_N_ELEMENTS(fixed); i++) {
        g_ptr_array_add(words, (char *)fixed[i]);
    }
    if (g_file_test(order_path, G_FILE_TEST_EXISTS)) {
        g_ptr_array_add(words, order);
    }
    if (mail->version > 1) {
        g_ptr_array_add(words, version);
    }
    if (previous) {
        g_ptr_array_add(words, previous);
    }
    g_ptr_array_add(words, range);
    g_ptr_array_add(words, NULL);
    out = tv_patch_repository_run(export->git, NULL, error,
                                  (const char *const *)words->pdata);
    if (!out) {
        return NULL;
    }
    lines = g_strsplit(out, "\n", -1);
    for (char **line = lines; *line; line++) {
        g_ptr_array_add(files, g_strdup(*line));
    }
    return g_steal_pointer(&files);
}

/* Who gets a mail: lines of the script, the sender left out. */
typedef struct Recipients {
    const TvExport *export;
    GPtrArray *lists; /* of GPtrArray of char *, by number of the patch */
    GError *error;
} Recipients;

/* Names are written in several ways. */
static gboolean same_address(const char *a, const char *b)
{
    const char *const both[] = {strrchr(a, '<'), strrchr(b, '<')};

    return g_ascii_strcasecmp(both[0] ? both[0] : a, both[1] ? both[1] : b) ==
           0;
}

static void take_recipients(TvJobPool *pool, TvJob *job, gpointer data)
{
    Recipients *all = data;
    const char *mail = job->argv[g_strv_length(job->argv) - 1];
    GPtrArray *list =
        g_ptr_array_index(all->lists, GPOINTER_TO_UINT(job->line_data));
    g_auto(GStrv) lines = NULL;

    if (!tv_job_ok(job)) {
        if (!all->error) {
            g_autofree char *how = tv_job_describe(job);
            g_autofree char *name = g_path_get_basename(mail);

            g_set_error(&all->error, TV_ERROR, TV_ERROR_TOOL,
                        SCRIPT " fails on %s: %s", name, how);
        }
        tv_job_pool_cancel(pool);
        return;
    }
    lines = g_strsplit(job->out->str, "\n", -1);
    for (char **line = lines; *line; line++) {
        if (strchr(*line, '@') && !same_address(*line, all->export->sender) &&
            !g_ptr_array_find_with_equal_func(list, *line, g_str_equal, NULL)) {
            g_ptr_array_add(list, g_strdup(*line));
        }
    }
}

/* For each of @files a list of addresses; the first is the union of all. */
static GPtrArray *find_recipients(const TvExport *export, GPtrArray *files,
                                  GError **error)
{
    g_autofree char *applied = tv_options_applied(export->options);
    g_autofree char *script = g_build_filename(applied, SCRIPT, NULL);
    g_autoptr(TvJobPool) pool =
        tv_job_pool_new((guint) export->options->jobs, "recipients, mail");
    g_autoptr(GPtrArray) lists =
        g_ptr_array_new_with_free_func((GDestroyNotify)g_ptr_array_unref);
    Recipients all = {export, lists, NULL};
    g_autoptr(GError) local = NULL;
    GPtrArray *first;

    if (!g_file_test(script, G_FILE_TEST_EXISTS)) {
        g_set_error(error, TV_ERROR, TV_ERROR_TREE,
                    "there is no %s to name the recipients; --no-cc leaves "
                    "them out",
                    script);
        return NULL;
    }
    for (guint i = 0; i < files->len; i++) {
        g_ptr_array_add(lists, g_ptr_array_new_with_free_func(g_free));
    }
    for (guint i = 1; i < files->len; i++) {
        TvJob *job =
            tv_job_new_args("perl", script, "--nogit", "--nogit-fallback",
                            "--norolestats", g_ptr_array_index(files, i), NULL);

        job->cwd = g_strdup(applied);
        job->line_data = GUINT_TO_POINTER(i);
        tv_job_pool_add(pool, job, take_recipients, &all);
    }
    if (!tv_job_pool_run(pool, &local)) {
        g_propagate_error(error,
                          all.error ? all.error : g_steal_pointer(&local));
        return NULL;
    }
    first = g_ptr_array_index(lists, 0);
    for (guint i = 1; i < lists->len; i++) {
        GPtrArray *list = g_ptr_array_index(lists, i);

        for (guint j = 0; j < list->len; j++) {
            const char *who = g_ptr_array_index(list, j);

            if (!g_ptr_array_find_with_equal_func(first, who, g_str_equal,
                                                  NULL)) {
                g_ptr_array_add(first, g_strdup(who));
            }
        }
    }
    return g_steal_pointer(&lists);
}

static char *cc_header(GPtrArray *list)
{
    g_autoptr(GString) out = g_string_new(NULL);

    for (guint i = 0; i < list->len; i++) {
        g_autofree char *address =
            tv_export_address(g_ptr_array_index(list, i));

        g_string_append_printf(out, "%s%s", i == 0 ? "Cc: " : ",\n    ",
                               address);
    }
    if (out->len) {
        g_string_append_c(out, '\n');
    }
    return g_string_free(g_steal_pointer(&out), FALSE);
}

/* The subject on one line: b4 0.12 fails on one that is folded. */
static void unfold_subject(GString *mail)
{
    char *line = strstr(mail->str, "\nSubject: ");
    char *end = strstr(mail->str, "\n\n");

    while (line && line < end && (line = strchr(line + 1, '\n')) &&
           line[1] == ' ') {
        g_string_erase(mail, line - mail->str, 1);
    }
}

/* git 2.39 leaves the sender of a cover letter as it is in the header. */
static void encode_sender(GString *mail)
{
    g_autoptr(GRegex) regex =
        g_regex_new("^From: (.*(?:\n[ \t].*)*)$", G_REGEX_MULTILINE, 0, NULL);
    g_autoptr(GMatchInfo) match = NULL;
    g_autofree char *folded = NULL;
    g_autofree char *encoded = NULL;
    g_auto(GStrv) lines = NULL;
    g_autofree char *address = NULL;

    if (!g_regex_match(regex, mail->str, 0, &match)) {
        return;
    }
    folded = g_match_info_fetch(match, 1);
    if (g_str_is_ascii(folded)) {
        return;
    }
    lines = g_strsplit(folded, "\n", -1);
    address = g_strjoinv("", lines);
    encoded = tv_export_address(address);
    g_string_replace(mail, folded, encoded, 1);
}

/*
 * Puts the recipients at the end of the header and the notes below "---".  The
 * base is a commit of this tool's own with upstream's content, since upstream's
 * tarballs have no history; the mail names upstream's.
 */
static gboolean complete(const TvExport *export, const char *file,
                         GPtrArray *recipients, const char *notes,
                         GError **error)
{
    g_autoptr(GString) out = g_string_new(NULL);
    g_autofree char *text = NULL;
    g_autofree char *cc = recipients ? cc_header(recipients) : g_strdup("");
    g_autofree char *is = g_strconcat("\nbase-commit: ", export->base, NULL);
    g_autofree char *should =
        g_strconcat("\nbase-commit: ", export->options->base->commit, NULL);
    const char *body;

    if (!g_file_get_contents(file, &text, NULL, error)) {
        return FALSE;
    }
    body = strstr(text, "\n\n");
    if (!body) {
        g_set_error(error, TV_ERROR, TV_ERROR_TOOL,
                    "git format-patch wrote %s without a header", file);
        return FALSE;
    }
    g_string_append_len(out, text, body + 1 - text);
    g_string_append(out, cc);
    g_string_append(out, body + 1);
    g_string_replace(out, is, should, 1);
    unfold_subject(out);
    encode_sender(out);
    if (*notes) {
        g_autofree char *with = g_strconcat("\n---\n", notes, NULL);

        g_string_replace(out, "\n---\n", with, 1);
    }
    return g_file_set_contents(file, out->str, (gssize)out->len, error);
}

GPtrArray *tv_export_mails(const TvExport *export, const TvSeries *series,
                           const TvMailOptions *mail, GError **error)
{
    g_autoptr(GPtrArray) files = format(export, mail, error);
    g_autoptr(GPtrArray) recipients = NULL;

    if (!files) {
        return NULL;
    }
    if (files->len != series->patches->len + 1) {
        g_set_error(error, TV_ERROR, TV_ERROR_TOOL,
                    "git format-patch wrote %u mails for %u patches",
                    files->len, series->patches->len);
        return NULL;
    }
    if (mail->recipients &&
        !(recipients = find_recipients(export, files, error))) {
        return NULL;
    }
    for (guint i = 0; i < files->len; i++) {
        g_autofree char *notes =
            i == 0 ? g_strdup("")
                   : tv_patch_notes(g_ptr_array_index(series->patches, i - 1));

        if (!complete(export, g_ptr_array_index(files, i),
                      recipients ? g_ptr_array_index(recipients, i) : NULL,
                      notes, error)) {
            return NULL;
        }
    }
    return g_steal_pointer(&files);
}
