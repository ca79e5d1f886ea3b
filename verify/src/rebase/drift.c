/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Shows why a hunk does not apply.  Of all windows of the file it finds the one
 * with the heaviest longest common subsequence with the hunk's old lines, and
 * asks git which commits have changed the lines that differ.
 */
#include <stdio.h>
#include <string.h>

#include "base/git.h"
#include "rebase/rebase.h"
#include "tree/scan.h"

/* Lines that the tree may have more than the hunk where it is compared. */
#define SLACK 4
/* A line that says something, against an empty one or a brace. */
#define WEIGHT 4

typedef struct Match {
    guint start; /* first line of the tree's that is shown, counted from 0 */
    guint end;
    guint score;
} Match;

/* @end is what each line ends in. */
static GPtrArray *split_lines(const char *text, const char *end)
{
    GPtrArray *lines = g_ptr_array_new_with_free_func(g_free);

    while (*text) {
        gsize length = strcspn(text, "\n");
        char *line = g_strndup(text, length);

        if (*end == '\r' && g_str_has_suffix(line, "\r")) {
            line[length - 1] = '\0';
        }
        g_ptr_array_add(lines, line);
        text += length + (text[length] ? 1 : 0);
    }
    return lines;
}

static guint weigh(const char *line)
{
    line += strspn(line, " \t");
    return strlen(line) > 2 ? WEIGHT : 1;
}

static guint weigh_all(const GPtrArray *lines)
{
    guint sum = 0;

    for (guint i = 0; i < lines->len; i++) {
        sum += weigh(g_ptr_array_index(lines, i));
    }
    return sum;
}

/*
 * The weight of the longest common subsequence of @old and the lines @start to
 * @end of @tree, table and all: row i, column j is that of what follows them.
 */
static guint *compare(const GPtrArray *old, const GPtrArray *tree, guint start,
                      guint end)
{
    guint width = end - start + 1;
    guint *table = g_new0(guint, (old->len + 1) * width);

    for (guint i = old->len; i-- > 0;) {
        for (guint j = end - start; j-- > 0;) {
            const char *a = g_ptr_array_index(old, i);
            const char *b = g_ptr_array_index(tree, start + j);
            guint skip = MAX(table[(i + 1) * width + j],
                             table[i * width + j + 1]);

            table[i * width + j] =
                g_str_equal(a, b)
                    ? MAX(skip, weigh(a) + table[(i + 1) * width + j + 1])
                    : skip;
        }
    }
    return table;
}

static gboolean is_pair(const guint *table, guint width, guint i, guint j,
                        const char *a, const char *b)
{
    return g_str_equal(a, b) &&
           table[i * width + j] == weigh(a) + table[(i + 1) * width + j + 1];
}

/* Widens the best window, so that the hunk's first and last lines have their
 * counterparts in it. */
static void fit(Match *match, const GPtrArray *old, const GPtrArray *tree)
{
    guint width = match->end - match->start + 1;
    g_autofree guint *table = compare(old, tree, match->start, match->end);
    int first_i = -1;
    int first_j = 0;
    int last_i = 0;
    int last_j = 0;
    guint i = 0;
    guint j = 0;

    while (i < old->len && j + 1 < width) {
        if (is_pair(table, width, i, j, g_ptr_array_index(old, i),
                    g_ptr_array_index(tree, match->start + j))) {
            if (first_i < 0) {
                first_i = (int)i;
                first_j = (int)j;
            }
            last_i = (int)i++;
            last_j = (int)j++;
        } else if (table[(i + 1) * width + j] >= table[i * width + j + 1]) {
            i++;
        } else {
            j++;
        }
    }
    if (first_i >= 0) {
        int start = (int)match->start + first_j - first_i;
        int end =
            (int)match->start + last_j + 1 + ((int)old->len - 1 - last_i);

        match->start = (guint)MAX(start, 0);
        match->end = MIN((guint)end, tree->len);
    }
}

/* Where @tree has most of @old; near line @near if there are several. */
static Match find_best(const GPtrArray *old, const GPtrArray *tree, guint near)
{
    Match best = {0};
    guint distance = G_MAXUINT;

    for (guint start = 0; start < tree->len; start++) {
        guint end = MIN(start + old->len + SLACK, tree->len);
        g_autofree guint *table = compare(old, tree, start, end);
        guint away = start > near ? start - near : near - start;

        if (table[0] > best.score ||
            (table[0] == best.score && away < distance)) {
            best = (Match){start, end, table[0]};
            distance = away;
        }
    }
    if (best.score) {
        fit(&best, old, tree);
    }
    return best;
}

/* "abc1234 subject", or NULL. */
static char *blame(const TvRebase *rebase, const char *file, guint line)
{
    g_autofree char *range = g_strdup_printf("%u,%u", line, line);
    g_autofree char *out = TV_GIT(rebase->tree, NULL, NULL, "blame", "-l",
                                  "-s", "-L", range, "HEAD", "--", file);
    g_autofree char *commit = NULL;

    if (!out) {
        return NULL;
    }
    commit = g_strndup(out + (*out == '^'), strcspn(out, " ") - (*out == '^'));
    return TV_GIT(rebase->tree, NULL, NULL, "log", "-1", "--format=%h %s",
                  commit);
}

static char *who_took_away(const TvRebase *rebase, const char *file,
                           const char *line)
{
    g_autofree char *option = g_strconcat("-S", line, NULL);
    char *out = TV_GIT(rebase->tree, NULL, NULL, "log", "-1",
                       "--format=%h %s", option, "HEAD", "--", file);

    if (out && !*out) {
        g_clear_pointer(&out, g_free);
    }
    return out;
}

static void show_commit(GHashTable *shown, char *commit)
{
    if (commit && g_hash_table_add(shown, commit)) {
        printf("  changed by %s\n", commit);
    }
}

/* The hunk's own lines against the tree's, and whose change that is. */
static void show(const TvRebase *rebase, const char *file,
                 const GPtrArray *old, const GPtrArray *tree,
                 const Match *match)
{
    guint width = match->end - match->start + 1;
    g_autofree guint *table = compare(old, tree, match->start, match->end);
    g_autoptr(GHashTable) shown =
        g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    g_autoptr(GArray) added = g_array_new(FALSE, FALSE, sizeof(guint));
    g_autoptr(GPtrArray) gone = g_ptr_array_new();
    guint i = 0;
    guint j = 0;

    printf("  -: what the patch expects, +: what the tree has\n");
    while (i < old->len || j + 1 < width) {
        const char *a = i < old->len ? g_ptr_array_index(old, i) : NULL;
        const char *b =
            j + 1 < width ? g_ptr_array_index(tree, match->start + j) : NULL;

        if (a && b && is_pair(table, width, i, j, a, b)) {
            printf("    |%s\n", a);
            i++;
            j++;
        } else if (a && (!b || table[(i + 1) * width + j] >=
                                   table[i * width + j + 1])) {
            printf("   -|%s\n", a);
            g_ptr_array_add(gone, (gpointer)a);
            i++;
        } else {
            guint line = match->start + ++j;

            printf("   +|%s\n", b);
            if (weigh(b) == WEIGHT) {
                g_array_append_val(added, line);
            }
        }
    }
    if (!rebase->git) {
        return;
    }
    for (guint n = 0; n < added->len; n++) {
        show_commit(shown, blame(rebase, file, g_array_index(added, guint, n)));
    }
    for (guint n = 0; !added->len && n < gone->len; n++) {
        show_commit(shown, who_took_away(rebase, file,
                                        g_ptr_array_index(gone, n)));
    }
}

/* "tcg-target.inc.c" is another spelling of "tcg-target.c.inc". */
static gboolean same_parts(const char *a, const char *b)
{
    g_auto(GStrv) of_a = g_strsplit(a, ".", -1);
    g_auto(GStrv) of_b = g_strsplit(b, ".", -1);
    guint count = g_strv_length(of_a);

    if (count != g_strv_length(of_b)) {
        return FALSE;
    }
    for (guint i = 0; i < count; i++) {
        if (!g_strv_contains((const char *const *)of_b, of_a[i])) {
            return FALSE;
        }
    }
    return TRUE;
}

static void explain_missing(const TvRebase *rebase, const char *file)
{
    g_autoptr(TvTreeScan) scan = tv_tree_scan(rebase->tree, NULL);
    g_autofree char *name = g_path_get_basename(file);
    g_autofree char *directory = g_path_get_dirname(file);

    printf("%s: the tree does not have this file\n", file);
    for (guint i = 0; scan && i < scan->files->len; i++) {
        const char *other = g_ptr_array_index(scan->files, i);
        g_autofree char *base = g_path_get_basename(other);
        g_autofree char *there = g_path_get_dirname(other);

        if ((g_str_equal(directory, there) && same_parts(name, base)) ||
            (g_str_equal(name, base) && !g_str_equal(name, "meson.build"))) {
            printf("  it may be %s there\n", other);
        }
    }
    if (rebase->git) {
        g_autofree char *commit =
            TV_GIT(rebase->tree, NULL, NULL, "log", "-1", "--format=%h %s",
                   "--diff-filter=D", "HEAD", "--", file);

        if (commit && *commit) {
            printf("  removed by %s\n", commit);
        }
    }
}

static void explain_hunk(const TvRebase *rebase, const TvDrift *drift)
{
    const char *file = drift->diff->file;
    const TvHunk *hunk = drift->hunk;
    g_autofree char *path = g_build_filename(rebase->work, file, NULL);
    g_autofree char *text = NULL;
    g_autoptr(GPtrArray) tree = NULL;
    guint near = hunk->line ? hunk->line - 1 : 0;
    gboolean crlf;
    Match match;
    Match done;

    printf("%s, hunk #%u of %u%s%s: ", file, hunk->number,
           drift->diff->hunks->len, *hunk->section ? ", in " : "",
           hunk->section);
    if (!g_file_get_contents(path, &text, NULL, NULL)) {
        printf("the file cannot be read\n");
        return;
    }
    crlf = strstr(text, "\r\n") && !strchr(drift->diff->text, '\r');
    if (crlf) {
        printf("the file's lines end in CR LF, those of the patch in LF; "
               "--abort, convert the file%s and begin again.  But for that, ",
               rebase->git ? ", commit that," : "");
    }
    tree = split_lines(text, crlf ? "\r\n" : "\n");
    done = find_best(hunk->made, tree, near);
    match = find_best(hunk->old, tree, near);
    if (done.score == weigh_all(hunk->made)) {
        printf("line %u of the tree has this change already\n",
               done.start + 1);
        return;
    }
    if (crlf && match.score == weigh_all(hunk->old)) {
        printf("line %u of the tree is what the patch expects\n",
               match.start + 1);
        return;
    }
    if (match.score * 4 < weigh_all(hunk->old)) {
        printf("the tree has nothing like its line %u\n", hunk->line);
        for (guint i = 0; i < hunk->old->len; i++) {
            const char *line = g_ptr_array_index(hunk->old, i);
            g_autofree char *commit = NULL;

            printf("   -|%s\n", line);
            if (rebase->git && weigh(line) == WEIGHT &&
                (commit = who_took_away(rebase, file, line))) {
                printf("  changed by %s\n", commit);
            }
        }
        return;
    }
    printf("line %u of the patch is most like line %u of the tree\n",
           hunk->line, match.start + 1);
    if (drift->kind == TV_DRIFT_FUZZ) {
        printf("  with fuzz %d it would apply, which is not done unseen: look "
               "whether it is right there\n",
               drift->amount);
    }
    show(rebase, file, hunk->old, tree, &match);
}

void tv_rebase_explain(const TvRebase *rebase, const TvDrift *drift)
{
    switch (drift->kind) {
    case TV_DRIFT_OFFSET:
        printf("%s, hunk #%u: applied %d line%s %s\n", drift->diff->file,
               drift->hunk->number, ABS(drift->amount),
               ABS(drift->amount) == 1 ? "" : "s",
               drift->amount < 0 ? "above" : "below");
        break;
    case TV_DRIFT_MISSING:
        explain_missing(rebase, drift->diff->file);
        break;
    case TV_DRIFT_EXISTS:
        printf("%s: the patch creates this file, and the tree has one\n",
               drift->diff->file);
        break;
    case TV_DRIFT_FUZZ:
    case TV_DRIFT_CONTEXT:
        explain_hunk(rebase, drift);
        break;
    }
}
