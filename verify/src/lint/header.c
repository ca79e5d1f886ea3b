/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "lint/lint.h"

#include <string.h>

#define SUBJECT "Subject: [PATCH] "
#define SUBJECT_MAX 76
#define BODY_MAX 76

static const char *const known_trailers[] = {
    "Overlay", "Fixes",   "Reported-by", "Suggested-by",
    "Link",    "Buglink", "Resolves",    NULL,
};

static void check_subject(const TvPatch *patch, GPtrArray *findings)
{
    const char *subject = patch->subject;

    if (!g_str_has_prefix(patch->text, SUBJECT)) {
        tv_patch_finding(findings, patch, "header-grammar", 1,
                         "the first line is not 'Subject: [PATCH] area: text'");
    }
    if (!g_regex_match_simple("^[a-z0-9][^ :]*(, [^ :]+)*: \\S", subject, 0,
                              0)) {
        tv_patch_finding(findings, patch, "header-grammar", 1,
                         "the subject names no area, as in 'tcg/arm: Do this'");
    }
    if (strlen(subject) > SUBJECT_MAX) {
        tv_patch_finding(findings, patch, "header-grammar", 1,
                         "the subject has %" G_GSIZE_FORMAT
                         " characters, %d are allowed",
                         strlen(subject), SUBJECT_MAX);
    }
    if (g_str_has_suffix(subject, ".")) {
        tv_patch_finding(findings, patch, "header-grammar", 1,
                         "the subject ends with a full stop");
    }
}

/* What may be wrong with any one line between subject and "---". */
static void check_line(const TvPatch *patch, const char *line, int number,
                       GPtrArray *findings)
{
    if (g_regex_match_simple("^(From|Date|Signed-off-by|Author|Message-Id|"
                             "Co-authored-by|Co-developed-by|Reviewed-by|"
                             "Acked-by|Tested-by|Cc):|^From [0-9a-f]{40} ",
                             line, G_REGEX_CASELESS, 0)) {
        tv_patch_finding(findings, patch, "header-identity", number,
                         "stores an identity or a date");
    }
    if (g_regex_match_simple("^\\s*overlay\\s*:", line, G_REGEX_CASELESS, 0) &&
        !g_str_has_prefix(line, "Overlay: ")) {
        tv_patch_finding(findings, patch, "header-trailer", number,
                         "a trailer for the overlay is spelt 'Overlay: PATH'");
    }
    for (const char *c = line; *c; c++) {
        if ((guchar)*c >= 0x7f || (guchar)*c < ' ') {
            tv_patch_finding(findings, patch, "header-grammar", number,
                             "the header is not plain ASCII");
            break;
        }
    }
    if (g_str_has_suffix(line, " ")) {
        tv_patch_finding(findings, patch, "header-grammar", number,
                         "blanks at the end of a line");
    }
    /* Quoted output is indented; links and paths cannot be broken. */
    if (strlen(line) > BODY_MAX && *line != ' ' &&
        !g_regex_match_simple("^[A-Z][A-Za-z-]+: \\S+$|^\\S+$", line, 0, 0)) {
        tv_patch_finding(findings, patch, "header-grammar", number,
                         "a line of the body is too long");
    }
}

static gboolean looks_like_trailer(const char *line)
{
    return g_regex_match_simple("^[A-Z][A-Za-z]*(-[A-Za-z]+)*: \\S", line, 0,
                                0);
}

/* Lines @first to @end are the last paragraph. */
static void check_trailers(const TvPatch *patch, char **lines, int first,
                           int end, int offset, GPtrArray *findings)
{
    gboolean all = TRUE;

    for (int i = first; i < end; i++) {
        all &= looks_like_trailer(lines[i]);
    }
    for (int i = 0; i < end; i++) {
        gboolean overlay = g_str_has_prefix(lines[i], "Overlay: ");

        if (overlay && (i < first || !all)) {
            tv_patch_finding(
                findings, patch, "header-trailer", offset + i,
                "an Overlay: trailer outside of the last paragraph");
        }
        if (all && i >= first) {
            g_autofree char *key = g_strndup(lines[i], strcspn(lines[i], ":"));

            if (!g_strv_contains(known_trailers, key)) {
                tv_patch_finding(findings, patch, "header-trailer", offset + i,
                                 "the trailer '%s:' is not known", key);
            }
        }
    }
    if (all && first <= 1) {
        tv_patch_finding(findings, patch, "header-grammar", offset,
                         "there are trailers, but no body says why");
    }
}

static void check_body(const TvPatch *patch, GPtrArray *findings)
{
    const char *end = patch->notes ? patch->notes : patch->diff;
    g_autofree char *text = g_strndup(patch->message, end - patch->message);
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
    int offset = 1;
    int count;
    int first;

    for (const char *c = patch->text; c < patch->message; c++) {
        offset += *c == '\n';
    }
    for (count = 0; lines[count]; count++) {
        check_line(patch, lines[count], offset + count, findings);
    }
    while (count > 0 && !*lines[count - 1]) {
        count--;
    }
    if (count == 0) {
        tv_patch_finding(findings, patch, "header-grammar", offset,
                         "there is no body that says why");
        return;
    }
    if (*lines[0]) {
        tv_patch_finding(findings, patch, "header-grammar", offset,
                         "no empty line after the subject");
    }
    for (first = count; first > 0 && *lines[first - 1]; first--) {
        continue;
    }
    check_trailers(patch, lines, first, count, offset, findings);
}

void tv_lint_header(const TvPatch *patch, GPtrArray *findings)
{
    check_subject(patch, findings);
    check_body(patch, findings);
    if (!patch->notes) {
        tv_patch_finding(findings, patch, "header-grammar", 0,
                         "no line '---' before the diffstat");
    }
    if (!g_str_has_suffix(patch->text, "\n") || strchr(patch->text, '\r')) {
        tv_patch_finding(findings, patch, "header-grammar", 0,
                         "no newline at the end, or a carriage return");
    }
}
