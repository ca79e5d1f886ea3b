/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "proof/diagnostics.h"

#include <stdlib.h>
#include <string.h>

static void diagnostic_free(gpointer data)
{
    TvDiagnostic *diagnostic = data;

    g_free(diagnostic->file);
    g_free(diagnostic->message);
    g_free(diagnostic->option);
    g_free(diagnostic);
}

/* FILE:LINE:COLUMN: REST; returns REST or NULL. */
static const char *position(const char *text, char **file, int *line,
                            int *column)
{
    for (const char *colon = strchr(text, ':'); colon;
         colon = strchr(colon + 1, ':')) {
        char *end;
        unsigned long first = strtoul(colon + 1, &end, 10);
        unsigned long second;

        if (end == colon + 1 || *end != ':' || colon == text) {
            continue;
        }
        text = end + 1;
        second = strtoul(text, &end, 10);
        if (end == text || *end != ':') {
            return NULL;
        }
        *line = first;
        *column = second;
        *file = (char *)colon;
        return end + 1;
    }
    return NULL;
}

/* Takes "[-Werror,-Wcast-qual]" off the end of @message. */
static char *take_option(char *message)
{
    gsize length = strlen(message);
    char *open = strrchr(message, '[');
    char *option;

    if (!open || length < 4 || message[length - 1] != ']' ||
        !g_str_has_prefix(open, "[-W")) {
        return NULL;
    }
    message[length - 1] = '\0';
    option = strstr(open, ",-W");
    option = g_strdup(option ? option + 3 : open + 3);
    *open = '\0';
    g_strchomp(message);
    return option;
}

static TvDiagnostic *start(const char *line)
{
    static const struct {
        const char *word;
        TvDiagnosticSeverity severity;
    } words[] = {
        {" warning: ", TV_DIAGNOSTIC_WARNING},
        {" error: ", TV_DIAGNOSTIC_ERROR},
        {" fatal error: ", TV_DIAGNOSTIC_FATAL},
    };
    char *colon;
    int row, column;
    const char *rest = position(line, &colon, &row, &column);

    for (gsize i = 0; rest && i < G_N_ELEMENTS(words); i++) {
        if (g_str_has_prefix(rest, words[i].word)) {
            TvDiagnostic *diagnostic = g_new0(TvDiagnostic, 1);

            diagnostic->severity = words[i].severity;
            diagnostic->file = g_strndup(line, colon - line);
            diagnostic->line = row;
            diagnostic->column = column;
            diagnostic->message = g_strdup(rest + strlen(words[i].word));
            diagnostic->option = take_option(diagnostic->message);
            return diagnostic;
        }
    }
    return NULL;
}

/* sparse: the same position, then text that is indented. */
static gboolean is_continuation(const TvDiagnostic *last, const char *line,
                                const char **rest)
{
    char *colon;
    int row, column;

    *rest = position(line, &colon, &row, &column);
    return last && *rest && row == last->line && column == last->column &&
           g_str_has_prefix(*rest, "   ");
}

GPtrArray *tv_diagnostics_parse(const char *output)
{
    GPtrArray *result = g_ptr_array_new_with_free_func(diagnostic_free);
    g_auto(GStrv) lines = g_strsplit(output, "\n", -1);
    TvDiagnostic *last = NULL;

    for (char **line = lines; *line; line++) {
        TvDiagnostic *diagnostic = start(*line);
        const char *rest;

        if (diagnostic) {
            g_ptr_array_add(result, diagnostic);
            last = diagnostic;
        } else if (is_continuation(last, *line, &rest)) {
            char *joined = g_strconcat(last->message, "; ",
                                       rest + strspn(rest, " "), NULL);

            g_free(last->message);
            last->message = joined;
        } else {
            last = NULL;
        }
    }
    return result;
}

char *tv_job_describe_error(const TvJob *job)
{
    g_autoptr(GPtrArray) found =
        tv_diagnostics_parse(job->err ? job->err->str : "");

    for (guint i = 0; i < found->len; i++) {
        const TvDiagnostic *diagnostic = found->pdata[i];

        if (diagnostic->severity != TV_DIAGNOSTIC_WARNING) {
            return g_strdup_printf("%s:%d: %s", diagnostic->file,
                                   diagnostic->line, diagnostic->message);
        }
    }
    /* Without a position: no room for the text, say.  A stack may follow. */
    if (job->err) {
        g_autoptr(GRegex) regex =
            g_regex_new("^.*\\berror: *(.*)$",
                        G_REGEX_CASELESS | G_REGEX_MULTILINE, 0, NULL);
        g_autoptr(GMatchInfo) match = NULL;

        if (g_regex_match(regex, job->err->str, 0, &match)) {
            g_autofree char *text = g_match_info_fetch(match, 1);

            return g_strdup_printf("clang -E: error: %s", text);
        }
    }
    return tv_job_describe(job);
}
