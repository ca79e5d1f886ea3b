/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A patch file against what git has exported for it.  Both are cut into
 * header, notes, diffstat and diff, so that a finding names what differs.
 */
#include "lint/lint.h"

#include <string.h>

enum { HEADER, NOTES, STAT, DIFF, N_PARTS };

/* The parts of @text in their order; joined they are @text again. */
static char **split(const char *text)
{
    const char *diff = strstr(text, "\ndiff --git ");
    const char *rule = strstr(text, "\n---\n");
    const char *at[N_PARTS + 1];
    char **parts = g_new0(char *, N_PARTS + 1);

    at[HEADER] = text;
    at[DIFF + 1] = text + strlen(text);
    at[DIFF] = diff ? diff + 1 : at[DIFF + 1];
    at[NOTES] = rule && rule < at[DIFF] ? rule + strlen("\n---\n") : at[DIFF];
    at[STAT] = tv_patch_find_stat(at[NOTES], at[DIFF]);
    for (int i = 0; i < N_PARTS; i++) {
        parts[i] = g_strndup(at[i], at[i + 1] - at[i]);
    }
    return parts;
}

static int count_lines(const char *text)
{
    int lines = 0;

    for (; *text; text++) {
        lines += *text == '\n';
    }
    return lines;
}

/* Where the part @which begins, counted from 1. */
static int line_of(char **parts, int which)
{
    int line = 1;

    for (int i = 0; i < which; i++) {
        line += count_lines(parts[i]);
    }
    return line;
}

/* Number of the first line that differs, counted from 0. */
static int first_difference(const char *a, const char *b)
{
    int line = 0;

    for (; *a && *a == *b; a++, b++) {
        line += *a == '\n';
    }
    return line;
}

/* Cuts the hashes out of @diff; the index lines with them go to @index. */
static char *take_index(const char *diff, GPtrArray *index, GArray *numbers)
{
    g_auto(GStrv) lines = g_strsplit(diff, "\n", -1);

    for (int i = 0; lines[i]; i++) {
        if (g_str_has_prefix(lines[i], "index ")) {
            g_ptr_array_add(index, lines[i]);
            g_array_append_val(numbers, i);
            lines[i] = g_strdup("index");
        }
    }
    return g_strjoinv("\n", lines);
}

static void compare_diffs(const TvPatch *patch, const char *is,
                          const char *should, int line, GPtrArray *findings)
{
    g_autoptr(GPtrArray) index_is = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(GPtrArray) index_should = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(GArray) numbers = g_array_new(FALSE, FALSE, sizeof(int));
    g_autoptr(GArray) unused = g_array_new(FALSE, FALSE, sizeof(int));
    g_autofree char *rest_is = take_index(is, index_is, numbers);
    g_autofree char *rest_should = take_index(should, index_should, unused);

    /* Another number of them is a difference of the diff itself. */
    for (guint i = 0; index_is->len == index_should->len && i < index_is->len;
         i++) {
        if (!g_str_equal(index_is->pdata[i], index_should->pdata[i])) {
            tv_patch_finding(findings, patch, "diff-index",
                             line + g_array_index(numbers, int, i),
                             "'%s' should be '%s'", (char *)index_is->pdata[i],
                             (char *)index_should->pdata[i]);
        }
    }
    if (!g_str_equal(rest_is, rest_should)) {
        tv_patch_finding(findings, patch, "round-trip",
                         line + first_difference(rest_is, rest_should),
                         "git writes this diff otherwise");
    }
}

void tv_lint_compare(const TvPatch *patch, const char *exported,
                     GPtrArray *findings)
{
    g_auto(GStrv) is = split(patch->text);
    g_auto(GStrv) should = split(exported);
    int stat = line_of(is, STAT);

    if (!g_str_equal(is[HEADER], should[HEADER])) {
        tv_patch_finding(findings, patch, "round-trip",
                         1 + first_difference(is[HEADER], should[HEADER]),
                         "git writes this header otherwise");
    }
    if (*is[NOTES] && !g_str_has_suffix(is[NOTES], "\n\n") && *is[STAT]) {
        tv_patch_finding(findings, patch, "round-trip", stat,
                         "no empty line between notes and diffstat");
    }
    if (!g_str_equal(is[STAT], should[STAT])) {
        tv_patch_finding(findings, patch, "diff-stat",
                         stat + first_difference(is[STAT], should[STAT]),
                         "the diffstat is not that of the diff");
    }
    compare_diffs(patch, is[DIFF], should[DIFF], line_of(is, DIFF), findings);
}
