/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "series/patch.h"

#include <string.h>
#include <sys/stat.h>

#include "base/error.h"

#define SUBJECT "Subject: "
#define TAG "[PATCH] "
#define OVERLAY "Overlay: "
#define DIFF "diff --git "

void tv_patch_free(TvPatch *patch)
{
    if (!patch) {
        return;
    }
    g_free(patch->name);
    g_free(patch->path);
    g_free(patch->text);
    g_free(patch->subject);
    g_free(patch->body);
    g_clear_pointer(&patch->overlay, g_ptr_array_unref);
    g_clear_pointer(&patch->files, g_ptr_array_unref);
    g_free(patch);
}

gboolean tv_patch_path_is_safe(const char *path)
{
    g_auto(GStrv) parts = g_strsplit(path, "/", -1);

    if (!*path) {
        return FALSE;
    }
    for (char **part = parts; *part; part++) {
        if (!**part || g_str_equal(*part, ".") || g_str_equal(*part, "..")) {
            return FALSE;
        }
    }
    return TRUE;
}

gboolean tv_patch_path_is_plain(const char *path)
{
    for (const char *c = path; *c; c++) {
        if (!g_ascii_isgraph(*c) || strchr("\"'\\", *c)) {
            return FALSE;
        }
    }
    return *path;
}

/* The first line that starts with @prefix, from @text on. */
static const char *find_line(const char *text, const char *prefix)
{
    while (text && *text) {
        if (g_str_has_prefix(text, prefix)) {
            return text;
        }
        text = strchr(text, '\n');
        text += text ? 1 : 0;
    }
    return NULL;
}

/* Takes the subject with its folded lines; returns what follows. */
static const char *take_subject(TvPatch *patch, const char *text)
{
    g_autoptr(GString) subject = g_string_new(NULL);

    if (!g_str_has_prefix(text, SUBJECT)) {
        return text;
    }
    text += strlen(SUBJECT);
    for (;;) {
        gsize length = strcspn(text, "\n");

        g_string_append_len(subject, text, (gssize)length);
        text += length + (text[length] ? 1 : 0);
        if (*text != ' ') {
            break;
        }
    }
    patch->subject = g_strdup(g_str_has_prefix(subject->str, TAG)
                                  ? subject->str + strlen(TAG)
                                  : subject->str);
    return text;
}

static void take_body(TvPatch *patch, const char *text, const char *end)
{
    g_autofree char *copy = g_strndup(text, end - text);
    g_auto(GStrv) lines = g_strsplit(copy, "\n", -1);
    g_autoptr(GString) body = g_string_new(NULL);

    for (char **line = lines; *line; line++) {
        if (g_str_has_prefix(*line, OVERLAY)) {
            g_ptr_array_add(patch->overlay,
                            g_strdup(g_strstrip(*line + strlen(OVERLAY))));
        } else {
            g_string_append_printf(body, "%s\n", *line);
        }
    }
    patch->body = g_strdup(g_strstrip(body->str));
}

/* Both names of "diff --git a/X b/X"; they differ for a rename only. */
static void take_files(TvPatch *patch)
{
    g_autoptr(GRegex) regex = g_regex_new(
        "^diff --git a/(.*) b/(.*)$", G_REGEX_MULTILINE | G_REGEX_RAW, 0, NULL);
    g_autoptr(GMatchInfo) match = NULL;

    g_regex_match(regex, patch->diff, 0, &match);
    while (g_match_info_matches(match)) {
        for (int group = 1; group <= 2; group++) {
            g_autofree char *path = g_match_info_fetch(match, group);

            if (!g_ptr_array_find_with_equal_func(patch->files, path,
                                                  g_str_equal, NULL)) {
                g_ptr_array_add(patch->files, g_steal_pointer(&path));
            }
        }
        g_match_info_next(match, NULL);
    }
}

static gboolean check_paths(const TvPatch *patch, GPtrArray *paths,
                            GError **error)
{
    for (guint i = 0; i < paths->len; i++) {
        const char *path = g_ptr_array_index(paths, i);

        if (!tv_patch_path_is_safe(path)) {
            g_set_error(error, TV_ERROR, TV_ERROR_INPUT,
                        "patches/%s: '%s' is no path inside of the tree",
                        patch->name, path);
            return FALSE;
        }
    }
    return TRUE;
}

/* Text, subject and body; @diff finds where the diff begins. */
static TvPatch *load(const char *project, const char *name,
                     const char *(*find_diff)(const char *), GError **error)
{
    g_autoptr(TvPatch) patch = g_new0(TvPatch, 1);
    const char *end;
    gsize length;

    patch->name = g_strdup(name);
    patch->path = g_build_filename(project, "patches", name, NULL);
    patch->overlay = g_ptr_array_new_with_free_func(g_free);
    patch->files = g_ptr_array_new_with_free_func(g_free);
    if (!g_file_get_contents(patch->path, &patch->text, &length, error)) {
        g_prefix_error(error, "cannot read the patch: ");
        return NULL;
    }
    if (strlen(patch->text) != length) {
        g_set_error(error, TV_ERROR, TV_ERROR_INPUT,
                    "patches/%s has a NUL byte: quilt does not apply binary "
                    "changes",
                    name);
        return NULL;
    }
    patch->message = take_subject(patch, patch->text);
    patch->diff = find_diff(patch->message);
    if (!patch->subject || !patch->diff) {
        g_set_error(error, TV_ERROR, TV_ERROR_INPUT,
                    "patches/%s has no %s: it is not what git format-patch "
                    "writes",
                    name, patch->subject ? "diff" : "Subject: line");
        return NULL;
    }
    patch->notes = find_line(patch->message, "---\n");
    if (patch->notes > patch->diff) {
        patch->notes = NULL;
    }
    end = patch->notes ? patch->notes : patch->diff;
    take_body(patch, patch->message, end);
    return check_paths(patch, patch->overlay, error) ? g_steal_pointer(&patch)
                                                     : NULL;
}

static const char *find_git_diff(const char *text)
{
    return find_line(text, DIFF);
}

TvPatch *tv_patch_load(const char *project, const char *name, GError **error)
{
    g_autoptr(TvPatch) patch = load(project, name, find_git_diff, error);

    if (!patch) {
        return NULL;
    }
    take_files(patch);
    return check_paths(patch, patch->files, error) ? g_steal_pointer(&patch)
                                                   : NULL;
}

/* Where a header ends, by quilt's rule. */
static const char *find_any_diff(const char *text)
{
    g_autoptr(GRegex) regex =
        g_regex_new("^((---|\\*\\*\\*|Index:)[ \t][^ \t]|diff -)",
                    G_REGEX_MULTILINE, 0, NULL);
    g_autoptr(GMatchInfo) match = NULL;
    int start;

    return g_regex_match(regex, text, 0, &match) &&
                   g_match_info_fetch_pos(match, 0, &start, NULL)
               ? text + start
               : text + strlen(text);
}

TvPatch *tv_patch_read_header(const char *project, const char *name,
                              GError **error)
{
    return load(project, name, find_any_diff, error);
}

const char *tv_patch_find_stat(const char *from, const char *end)
{
    g_autofree char *text = g_strndup(from, end - from);
    g_autoptr(GRegex) stat =
        g_regex_new("^ \\S.* +\\| +(\\d+( [+-]+)?|Bin.*|0)$",
                    G_REGEX_MULTILINE | G_REGEX_RAW, 0, NULL);
    g_autoptr(GMatchInfo) match = NULL;
    int start;

    return g_regex_match(stat, text, 0, &match) &&
                   g_match_info_fetch_pos(match, 0, &start, NULL)
               ? from + start
               : end;
}

char *tv_patch_notes(const TvPatch *patch)
{
    const char *from = patch->notes ? patch->notes + strlen("---\n") : NULL;
    const char *stat = from ? tv_patch_find_stat(from, patch->diff) : NULL;

    return stat && stat < patch->diff ? g_strndup(from, stat - from)
                                      : g_strdup("");
}

void tv_patch_finding(GPtrArray *findings, const TvPatch *patch,
                      const char *rule, int line, const char *format, ...)
{
    g_autofree char *file = g_strconcat("patches/", patch->name, NULL);
    g_autofree char *message = NULL;
    TvFinding *finding;
    va_list args;

    va_start(args, format);
    message = g_strdup_vprintf(format, args);
    va_end(args);
    finding = tv_finding_new(rule, file, line, "%s", message);
    finding->patch = g_strdup(patch->name);
    finding->reproduce = g_strdup("tcg-verify lint");
    g_ptr_array_add(findings, finding);
}

char *tv_patch_message(const TvPatch *patch)
{
    return g_strdup_printf("%s\n\n%s\n", patch->subject, patch->body);
}

/*
 * What the header of one file's diff says that quilt, patch(1) and git do not
 * all make and keep.
 */
static const struct {
    const char *start;
    const char *end; /* of the line, or NULL */
    const char *what;
} kinds[] = {
    {"old mode ", NULL, "changes the mode of %s, which quilt does not keep"},
    {"new file mode ", "120000", "makes a symbolic link of %s"},
    {"deleted file mode ", "120000", "removes the symbolic link %s"},
    {"index ", " 120000", "changes the symbolic link %s"},
    {"new file mode ", "160000", "makes a submodule of %s"},
    {"deleted file mode ", "160000", "removes the submodule %s"},
    {"index ", " 160000", "changes the submodule %s"},
    {"rename from ", NULL, "is written as a rename, to %s"},
    {"copy from ", NULL, "is written as a copy, to %s"},
    {"GIT binary patch", NULL, "changes %s, which quilt takes for binary"},
    {"Binary files ", NULL, "changes %s, which quilt takes for binary"},
};

/* "a/X b/Y", the rest of a line "diff --git". */
static gboolean are_plain(const char *names)
{
    g_auto(GStrv) two = g_strsplit(names, " ", -1);

    return g_strv_length(two) == 2 && tv_patch_path_is_plain(two[0]) &&
           tv_patch_path_is_plain(two[1]);
}

void tv_patch_kinds(const TvPatch *patch, GPtrArray *findings)
{
    g_auto(GStrv) lines = g_strsplit(patch->diff, "\n", -1);
    const char *name = "";
    gboolean header = FALSE; /* of a file of which nothing was said yet */
    int number = 1;

    for (const char *c = patch->text; c < patch->diff; c++) {
        number += *c == '\n';
    }
    for (char **line = lines; *line; line++, number++) {
        if (g_str_has_prefix(*line, "diff --git ")) {
            const char *names = *line + strlen("diff --git ");
            const char *second = g_strrstr(names, " b/");

            name = second ? second + strlen(" b/") : names;
            header = are_plain(names);
            if (!header) {
                tv_patch_finding(findings, patch, "series-kind", number,
                                 "changes %s: a name has to be of printable "
                                 "ASCII, without blanks, quotes and "
                                 "backslashes",
                                 name);
            }
        } else if (g_str_has_prefix(*line, "@@ ")) {
            header = FALSE;
        }
        for (gsize i = 0; header && i < G_N_ELEMENTS(kinds); i++) {
            if (g_str_has_prefix(*line, kinds[i].start) &&
                (!kinds[i].end || g_str_has_suffix(*line, kinds[i].end))) {
                g_autoptr(GString) what = g_string_new(kinds[i].what);

                g_string_replace(what, "%s", name, 1);
                tv_patch_finding(findings, patch, "series-kind", number, "%s",
                                 what->str);
                header = FALSE;
            }
        }
    }
}

const char *tv_patch_unfit_file(const char *path)
{
    g_autoptr(GMappedFile) map = NULL;
    struct stat info;

    if (lstat(path, &info) != 0) {
        return NULL;
    }
    if (S_ISLNK(info.st_mode)) {
        return "is a symbolic link";
    }
    if (!S_ISREG(info.st_mode)) {
        return "is no regular file";
    }
    map = g_mapped_file_new(path, FALSE, NULL);
    return map && g_mapped_file_get_length(map) &&
                   memchr(g_mapped_file_get_contents(map), '\0',
                          g_mapped_file_get_length(map))
               ? "is binary"
               : NULL;
}

gboolean tv_patch_same_content(const char *a, const char *b)
{
    g_autoptr(GMappedFile) map_a = g_mapped_file_new(a, FALSE, NULL);
    g_autoptr(GMappedFile) map_b = g_mapped_file_new(b, FALSE, NULL);
    gsize size;

    if (!map_a || !map_b) {
        return FALSE;
    }
    size = g_mapped_file_get_length(map_a);
    return size == g_mapped_file_get_length(map_b) &&
           (size == 0 || memcmp(g_mapped_file_get_contents(map_a),
                                g_mapped_file_get_contents(map_b), size) == 0);
}
