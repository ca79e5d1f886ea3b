#include "lint/lint.h"

#include <string.h>

/* A patch in the parts that are compared one by one. */
typedef struct Parts {
    char *header;     /* up to and with "---" */
    char *notes;      /* between "---" and the diffstat */
    char *stat;       /* the diffstat */
    GPtrArray *index; /* of char *: the index lines */
    char *diff;       /* the diff, its index lines without their hashes */
    int stat_line;    /* 1-based line in the file where the part starts */
    int diff_line;
    GArray *index_lines; /* of int */
} Parts;

static void parts_free(Parts *parts)
{
    g_free(parts->header);
    g_free(parts->notes);
    g_free(parts->stat);
    g_free(parts->diff);
    g_ptr_array_unref(parts->index);
    g_array_unref(parts->index_lines);
    g_free(parts);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Parts, parts_free)

static int line_of(const char *text, const char *at)
{
    int line = 1;

    for (; text < at; text++) {
        line += *text == '\n';
    }
    return line;
}

/* The diffstat's first line: " path | 3 +++" or " path | Bin". */
static const char *find_stat(const char *from, const char *end)
{
    for (const char *line = from; line < end; line += strcspn(line, "\n") + 1) {
        g_autofree char *copy = g_strndup(line, strcspn(line, "\n"));

        if (g_regex_match_simple("^ \\S.* +\\| +(\\d+( [+-]+)?|Bin.*|0)$", copy,
                                 0, 0)) {
            return line;
        }
    }
    return end;
}

static void take_diff(Parts *parts, const char *text, const char *diff)
{
    GString *out = g_string_new(NULL);
    int line = line_of(text, diff);

    while (*diff) {
        gsize length = strcspn(diff, "\n");
        gsize step = length + (diff[length] ? 1 : 0);

        if (g_str_has_prefix(diff, "index ")) {
            g_ptr_array_add(parts->index, g_strndup(diff, length));
            g_array_append_val(parts->index_lines, line);
            g_string_append(out, "index\n");
        } else {
            g_string_append_len(out, diff, (gssize)step);
        }
        diff += step;
        line++;
    }
    parts->diff = g_string_free(out, FALSE);
}

static Parts *split(const char *text)
{
    Parts *parts = g_new0(Parts, 1);
    const char *rule = strstr(text, "\n---\n");
    const char *diff = strstr(text, "\ndiff --git ");
    const char *stat;

    parts->index = g_ptr_array_new_with_free_func(g_free);
    parts->index_lines = g_array_new(FALSE, FALSE, sizeof(int));
    diff = diff ? diff + 1 : text + strlen(text);
    rule = rule && rule < diff ? rule + strlen("\n---\n") : diff;
    stat = find_stat(rule, diff);
    parts->header = g_strndup(text, rule - text);
    parts->notes = g_strndup(rule, stat - rule);
    parts->stat = g_strndup(stat, diff - stat);
    parts->stat_line = line_of(text, stat);
    parts->diff_line = line_of(text, diff);
    take_diff(parts, text, diff);
    return parts;
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

static void report(GPtrArray *findings, const char *rule, const TvPatch *patch,
                   int line, const char *message)
{
    g_autofree char *file = g_strconcat("patches/", patch->name, NULL);
    TvFinding *finding = tv_finding_new(rule, file, line, "%s", message);

    finding->patch = g_strdup(patch->name);
    finding->reproduce = g_strdup("tcg-verify lint");
    g_ptr_array_add(findings, finding);
}

static void compare_index(const TvPatch *patch, const Parts *file,
                          const Parts *git, GPtrArray *findings)
{
    /* Another number of them is a difference of the diff itself. */
    if (file->index->len != git->index->len) {
        return;
    }
    for (guint i = 0; i < file->index->len; i++) {
        const char *is = g_ptr_array_index(file->index, i);
        const char *should = g_ptr_array_index(git->index, i);

        if (!g_str_equal(is, should)) {
            g_autofree char *message =
                g_strdup_printf("'%s' should be '%s'", is, should);

            report(findings, "diff-index", patch,
                   g_array_index(file->index_lines, int, i), message);
        }
    }
}

void tv_lint_compare(const TvPatch *patch, const char *exported,
                     GPtrArray *findings)
{
    g_autoptr(Parts) file = split(patch->text);
    g_autoptr(Parts) git = split(exported);

    if (!g_str_equal(file->header, git->header)) {
        report(findings, "round-trip", patch,
               1 + first_difference(file->header, git->header),
               "git writes this header otherwise");
    }
    if (*file->notes && !g_str_has_suffix(file->notes, "\n\n") && *file->stat) {
        report(findings, "round-trip", patch, file->stat_line,
               "no empty line between notes and diffstat");
    }
    if (!g_str_equal(file->stat, git->stat)) {
        report(findings, "diff-stat", patch,
               file->stat_line + first_difference(file->stat, git->stat),
               "the diffstat is not that of the diff");
    }
    compare_index(patch, file, git, findings);
    if (!g_str_equal(file->diff, git->diff)) {
        report(findings, "round-trip", patch,
               file->diff_line + first_difference(file->diff, git->diff),
               "git writes this diff otherwise");
    }
}
