/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cover/cover.h"

#include <string.h>

#include "base/error.h"
#include "result/result.h"

#define FILE_NAME "COVER_LETTER.md"
#define CHANGE_LOG "## Change log"

static char *path_of(const TvSeries *series)
{
    return g_build_filename(series->project, FILE_NAME, NULL);
}

static void report(GPtrArray *findings, const char *rule, int line,
                   const char *format, const char *name)
{
    if (findings) {
        TvFinding *finding = tv_finding_new(rule, FILE_NAME, line, "%s", "");

        g_free(finding->message);
        finding->message = g_strdup_printf(format, name);
        finding->reproduce = g_strdup("tcg-verify export --cover");
        g_ptr_array_add(findings, finding);
    }
}

/* NAME of "<!-- WORD: NAME -->", or NULL. */
static char *marker(const char *line, const char *word)
{
    g_autofree char *start = g_strdup_printf("<!-- %s: ", word);
    const char *end = strstr(line, " -->");

    if (!g_str_has_prefix(line, start) || !end || end[4]) {
        return NULL;
    }
    line += strlen(start);
    return line < end ? g_strndup(line, end - line) : NULL;
}

/* The line of the marker that ends the part @name, 0 if there is none before
 * the next part. */
static guint find_end(char **lines, guint from, const char *name)
{
    for (guint i = from; lines[i]; i++) {
        g_autofree char *end = marker(lines[i], "end");
        g_autofree char *next = marker(lines[i], "generated");

        if (end && g_str_equal(end, name)) {
            return i;
        }
        if (end || next) {
            break;
        }
    }
    return 0;
}

static gboolean is_part(const char *name)
{
    return g_strv_contains(tv_cover_parts, name);
}

/* Appends the part that starts at the marker in line @at, which moves to the
 * line of its end. */
static gboolean refresh_part(GString *out, char **lines, guint *at,
                             const char *name, const TvSeries *series,
                             GPtrArray *findings, GError **error)
{
    guint end = is_part(name) ? find_end(lines, *at + 1, name) : 0;
    g_autofree char *should = NULL;
    gsize start = out->len;

    if (!end) {
        report(findings, "cover-marker", (int)*at + 1,
               is_part(name) ? "the part '%s' has no end"
                             : "there is no generated part '%s'",
               name);
        return TRUE;
    }
    should = tv_cover_part(name, series, error);
    if (!should) {
        return FALSE;
    }
    for (guint i = *at + 1; i < end; i++) {
        g_string_append_printf(out, "%s\n", lines[i]);
    }
    if (!g_str_equal(out->str + start, should)) {
        report(findings, "cover-stale", (int)*at + 1,
               "the generated part '%s' is not what it should be", name);
    }
    g_string_truncate(out, start);
    g_string_append(out, should);
    g_string_append_printf(out, "%s\n", lines[end]);
    *at = end;
    return TRUE;
}

char *tv_cover_refresh(const char *text, const TvSeries *series,
                       GPtrArray *findings, GError **error)
{
    g_autoptr(GHashTable) seen =
        g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    g_autoptr(GString) out = g_string_new(NULL);
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
    guint count = g_strv_length(lines);

    /* The text ends with a newline: what follows it is no line. */
    if (count && !*lines[count - 1]) {
        g_clear_pointer(&lines[--count], g_free);
    }
    for (guint i = 0; i < count; i++) {
        g_autofree char *name = marker(lines[i], "generated");
        g_autofree char *end = name ? NULL : marker(lines[i], "end");

        g_string_append_printf(out, "%s\n", lines[i]);
        if (end) {
            report(findings, "cover-marker", (int)i + 1,
                   "the part '%s' ends where it has not begun", end);
        }
        if (!name) {
            continue;
        }
        if (g_hash_table_contains(seen, name)) {
            report(findings, "cover-marker", (int)i + 1,
                   "the part '%s' is there twice", name);
        }
        if (!refresh_part(out, lines, &i, name, series, findings, error)) {
            return NULL;
        }
        g_hash_table_add(seen, g_steal_pointer(&name));
    }
    for (const char *const *part = tv_cover_parts; *part; part++) {
        if (!g_hash_table_contains(seen, *part)) {
            report(findings, "cover-marker", 0,
                   "there is no line '<!-- generated: %s -->'", *part);
        }
    }
    return g_string_free(g_steal_pointer(&out), FALSE);
}

static char *load(const TvSeries *series, GError **error)
{
    g_autofree char *path = path_of(series);
    g_autofree char *text = NULL;

    if (!g_file_get_contents(path, &text, NULL, error)) {
        g_prefix_error(error, "cannot read the cover letter: ");
        return NULL;
    }
    return g_steal_pointer(&text);
}

static void check_form(const char *text, GPtrArray *findings)
{
    int line = 1;

    if (!g_str_has_prefix(text, "# ")) {
        report(findings, "cover-form", 1, "the first line is no '# %s'",
               "subject");
    }
    for (; *text; text++) {
        if ((guchar)*text > 126) {
            report(findings, "cover-form", line, "is not %s", "ASCII");
            return;
        }
        line += *text == '\n';
    }
}

gboolean tv_cover_check(const TvSeries *series, GPtrArray *findings,
                        GError **error)
{
    g_autofree char *path = path_of(series);
    g_autofree char *text = NULL;
    g_autofree char *fresh = NULL;

    if (!g_file_test(path, G_FILE_TEST_EXISTS)) {
        report(findings, "cover-form", 0, "there is no %s", FILE_NAME);
        return TRUE;
    }
    text = load(series, error);
    if (!text) {
        return FALSE;
    }
    check_form(text, findings);
    fresh = tv_cover_refresh(text, series, findings, error);
    return fresh != NULL;
}

gboolean tv_cover_rewrite(const TvSeries *series, gboolean *changed,
                          GError **error)
{
    g_autofree char *path = path_of(series);
    g_autofree char *text = load(series, error);
    g_autofree char *fresh =
        text ? tv_cover_refresh(text, series, NULL, error) : NULL;

    if (!fresh) {
        return FALSE;
    }
    *changed = !g_str_equal(text, fresh);
    return !*changed || g_file_set_contents(path, fresh, -1, error);
}

/* What "### v3" starts with: 3; 0 if it is no heading of a version. */
static guint version_of(const char *line)
{
    return g_str_has_prefix(line, "### v")
               ? (guint)g_ascii_strtoull(line + strlen("### v"), NULL, 10)
               : 0;
}

/* The lines of the change log for the versions from 2 to @version. */
static char *take_log(char **lines, guint version, GError **error)
{
    g_autoptr(GString) out = g_string_new(CHANGE_LOG "\n");
    gboolean inside = FALSE;
    gboolean wanted = FALSE;
    gboolean found = version < 2;

    for (char **line = lines; *line; line++) {
        if (g_str_has_prefix(*line, "## ")) {
            inside = g_str_equal(*line, CHANGE_LOG);
            wanted = FALSE;
            continue;
        }
        if (inside && g_str_has_prefix(*line, "### ")) {
            guint of = version_of(*line);

            wanted = of >= 2 && of <= version;
            found |= of == version;
        }
        if (inside && wanted) {
            g_string_append_printf(out, "\n%s", *line);
        }
    }
    if (!found) {
        g_set_error(error, TV_ERROR, TV_ERROR_INPUT,
                    FILE_NAME " has no '### v%u' under '" CHANGE_LOG
                              "': say there what has changed",
                    version);
        return NULL;
    }
    return version < 2 ? g_strdup("")
                       : g_string_free(g_steal_pointer(&out), FALSE);
}

/* Two empty lines in a row become one. */
static void append_line(GString *out, const char *line)
{
    if (*line || !g_str_has_suffix(out->str, "\n\n")) {
        g_string_append_printf(out, "%s\n", line);
    }
}

char *tv_cover_mail(const TvSeries *series, guint version, GError **error)
{
    g_autofree char *text = load(series, error);
    g_auto(GStrv) lines = text ? g_strsplit(text, "\n", -1) : NULL;
    g_autofree char *log = lines ? take_log(lines, version, error) : NULL;
    g_autofree char *age = log ? tv_cover_results_age(series, error) : NULL;
    g_autoptr(GString) out = g_string_new(NULL);
    gboolean in_log = FALSE;

    if (!age) {
        return NULL;
    }
    if (!g_str_has_prefix(text, "# ")) {
        g_set_error(error, TV_ERROR, TV_ERROR_INPUT,
                    FILE_NAME " does not begin with '# ' and a subject");
        return NULL;
    }
    for (guint i = 0; lines[i]; i++) {
        g_autofree char *end = marker(lines[i], "end");
        g_autofree char *start = marker(lines[i], "generated");

        if (g_str_has_prefix(lines[i], "## ")) {
            in_log = g_str_equal(lines[i], CHANGE_LOG);
        }
        if (end && g_str_equal(end, "results") && *age) {
            append_line(out, age);
        }
        if (!in_log && !end && !start) {
            append_line(out, i == 0 ? lines[i] + 2 : lines[i]);
        }
    }
    g_string_append_printf(out, "\n%s", log);
    g_strchomp(out->str);
    return g_strdup_printf("%s\n", out->str);
}
