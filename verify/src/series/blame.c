#include "series/blame.h"

#include <string.h>

#include "base/error.h"
#include "base/git.h"

typedef struct Line {
    char *text;
    const char *origin; /* a patch's name, or a constant */
} Line;

struct TvBlame {
    const TvSeries *series;
    guint count;
    char *pristine;
    char *applied;
    GHashTable *files; /* path in the tree to GPtrArray of Line */
};

static void line_free(gpointer data)
{
    Line *line = data;

    g_free(line->text);
    g_free(line);
}

static void free_lines(gpointer lines)
{
    g_ptr_array_unref(lines);
}

TvBlame *tv_blame_new(const TvSeries *series, guint count, const char *pristine,
                      const char *applied)
{
    TvBlame *blame = g_new0(TvBlame, 1);

    blame->series = series;
    blame->count = count;
    blame->pristine = g_strdup(pristine);
    blame->applied = g_strdup(applied);
    blame->files =
        g_hash_table_new_full(g_str_hash, g_str_equal, g_free, free_lines);
    return blame;
}

void tv_blame_free(TvBlame *blame)
{
    if (blame) {
        g_hash_table_unref(blame->files);
        g_free(blame->pristine);
        g_free(blame->applied);
        g_free(blame);
    }
}

static Line *line_new(const char *text, gsize length, const char *origin)
{
    Line *line = g_new0(Line, 1);

    line->text = g_strndup(text, length);
    line->origin = origin;
    return line;
}

/* The lines of the file at @path, NULL if it cannot be read. */
static GPtrArray *read_lines(const char *path, const char *origin)
{
    g_autofree char *text = NULL;
    GPtrArray *lines;

    if (!g_file_get_contents(path, &text, NULL, NULL)) {
        return NULL;
    }
    lines = g_ptr_array_new_with_free_func(line_free);
    for (const char *at = text; *at;) {
        gsize length = strcspn(at, "\n");

        g_ptr_array_add(lines, line_new(at, length, origin));
        at += length + (at[length] != '\0');
    }
    return lines;
}

static gboolean same_lines(const GPtrArray *a, const GPtrArray *b)
{
    gboolean same = a->len == b->len;

    for (guint i = 0; same && i < a->len; i++) {
        same = g_str_equal(((Line *)a->pdata[i])->text,
                           ((Line *)b->pdata[i])->text);
    }
    return same;
}

typedef struct Hunk {
    char **rows; /* its first, after the "@@" line */
    guint count; /* of rows */
    int at;      /* index of the first line it is about, in the file as the
                    hunks before it have left it */
} Hunk;

/* Reads the hunk that begins at @rows; FALSE if none does. */
static gboolean read_hunk(char **rows, Hunk *hunk)
{
    g_autoptr(GRegex) regex = g_regex_new(
        "^@@ -\\d+(?:,(\\d+))? \\+(\\d+)(?:,(\\d+))? @@", 0, 0, NULL);
    g_autoptr(GMatchInfo) match = NULL;
    gint64 number[3];
    gint64 left, right;

    if (!g_regex_match(regex, *rows, 0, &match)) {
        return FALSE;
    }
    for (int i = 0; i < 3; i++) {
        g_autofree char *text = g_match_info_fetch(match, i + 1);

        number[i] = text && *text ? g_ascii_strtoll(text, NULL, 10) : 1;
    }
    left = number[0];
    right = number[2];
    /* A hunk that leaves no line is counted from the one before. */
    hunk->at = (int)(right == 0 ? number[1] : number[1] - 1);
    hunk->rows = rows + 1;
    for (hunk->count = 0; left > 0 || right > 0; hunk->count++) {
        const char *row = hunk->rows[hunk->count];

        if (!row) {
            return FALSE;
        }
        left -= *row == '-' || *row == ' ';
        right -= *row == '+' || *row == ' ';
    }
    return TRUE;
}

/* Whether what the hunk keeps or removes stands at @at. */
static gboolean fits(const GPtrArray *lines, const Hunk *hunk, int at)
{
    for (guint i = 0; at >= 0 && i < hunk->count; i++) {
        const char *row = hunk->rows[i];

        if (*row != '-' && *row != ' ') {
            continue;
        }
        if ((guint)at >= lines->len ||
            !g_str_equal(((Line *)lines->pdata[at])->text, row + 1)) {
            return FALSE;
        }
        at++;
    }
    return at >= 0 && (guint)at <= lines->len;
}

/* Where the hunk goes: where it says, or the nearest place it fits. -1. */
static int find_place(const GPtrArray *lines, const Hunk *hunk)
{
    for (int offset = 0; offset <= (int)lines->len; offset++) {
        if (fits(lines, hunk, hunk->at + offset)) {
            return hunk->at + offset;
        }
        if (fits(lines, hunk, hunk->at - offset)) {
            return hunk->at - offset;
        }
    }
    return -1;
}

/* Applies the hunks from @rows on, up to the next file's. */
static gboolean apply_hunks(GPtrArray *lines, char **rows, const char *origin)
{
    while (*rows && !g_str_has_prefix(*rows, "diff --git ")) {
        Hunk hunk;
        int at;

        if (!read_hunk(rows, &hunk)) {
            rows++;
            continue;
        }
        at = find_place(lines, &hunk);
        if (at < 0) {
            return FALSE;
        }
        for (guint i = 0; i < hunk.count; i++) {
            const char *row = hunk.rows[i];

            if (*row == '-') {
                g_ptr_array_remove_index(lines, at);
            } else if (*row == '+') {
                g_ptr_array_insert(lines, at++,
                                   line_new(row + 1, strlen(row + 1), origin));
            } else if (*row == ' ') {
                at++;
            }
        }
        rows = hunk.rows + hunk.count;
    }
    return TRUE;
}

static gboolean apply_patch(GPtrArray *lines, const TvPatch *patch,
                            const char *file, GError **error)
{
    g_autofree char *head = g_strdup_printf("diff --git a/%s b/%s", file, file);
    g_auto(GStrv) rows = g_strsplit(patch->diff, "\n", -1);

    for (char **row = rows; *row; row++) {
        if (g_str_equal(*row, head) &&
            !apply_hunks(lines, row + 1, patch->name)) {
            g_set_error(error, TV_ERROR, TV_ERROR_INPUT,
                        "%s does not apply to %s, so who brought a line of it "
                        "is not known",
                        patch->name, file);
            return FALSE;
        }
    }
    return TRUE;
}

static gboolean has(const GPtrArray *list, const char *file)
{
    return g_ptr_array_find_with_equal_func((GPtrArray *)list, file,
                                            g_str_equal, NULL);
}

/* What was changed by hand, as git tells the two apart. */
static gboolean apply_local(GPtrArray *lines, const char *path, GError **error)
{
    g_autoptr(TvJob) job = tv_job_new_args(
        "git", "diff", "--no-index", "--no-color", "--no-ext-diff",
        "--no-textconv", "--unified=0", "--", "-", path, NULL);
    g_autoptr(GString) text = g_string_new(NULL);
    g_auto(GStrv) rows = NULL;

    for (guint i = 0; i < lines->len; i++) {
        g_string_append_printf(text, "%s\n", ((Line *)lines->pdata[i])->text);
    }
    job->input = g_string_free(g_steal_pointer(&text), FALSE);
    tv_git_job_isolate(job);
    if (!tv_job_run(job, error)) {
        return FALSE;
    }
    rows = g_strsplit(job->out->str, "\n", -1);
    if (job->exit_code > 1 ||
        !apply_hunks(lines, *rows ? rows + 1 : rows, TV_BLAME_LOCAL)) {
        g_set_error(error, TV_ERROR, TV_ERROR_TOOL,
                    "git diff does not tell how %s was changed: %s", path,
                    job->err->str);
        return FALSE;
    }
    return TRUE;
}

static GPtrArray *replay(const TvBlame *blame, const char *file, GError **error)
{
    g_autofree char *from = g_build_filename(blame->pristine, file, NULL);
    g_autofree char *path =
        blame->applied ? g_build_filename(blame->applied, file, NULL) : NULL;
    g_autoptr(GPtrArray) actual = path ? read_lines(path, NULL) : NULL;
    g_autoptr(GPtrArray) lines = read_lines(from, TV_BLAME_UPSTREAM);

    if (!lines) {
        lines = g_ptr_array_new_with_free_func(line_free);
    }
    for (guint i = 0; i <= blame->count; i++) {
        const TvPatch *patch =
            i < blame->count ? blame->series->patches->pdata[i] : NULL;

        if (patch && !has(patch->files, file) && !has(patch->overlay, file)) {
            continue;
        }
        /* The tree may have only some of the patches. */
        if (actual && actual->len && same_lines(lines, actual)) {
            return g_steal_pointer(&lines);
        }
        if (patch && has(patch->overlay, file)) {
            g_autofree char *overlay =
                tv_series_overlay_path(blame->series, file);
            GPtrArray *brought = read_lines(overlay, patch->name);

            if (brought) {
                g_ptr_array_unref(lines);
                lines = brought;
            }
        }
        if (patch && has(patch->files, file) &&
            !apply_patch(lines, patch, file, error)) {
            return NULL;
        }
    }
    if (actual && lines->len && !apply_local(lines, path, error)) {
        return NULL;
    }
    return g_steal_pointer(&lines);
}

const char *tv_blame_line(TvBlame *blame, const char *file, int line,
                          GError **error)
{
    GPtrArray *lines = g_hash_table_lookup(blame->files, file);

    if (!lines) {
        lines = replay(blame, file, error);
        if (!lines) {
            return NULL;
        }
        g_hash_table_insert(blame->files, g_strdup(file), lines);
    }
    return line > 0 && (guint)line <= lines->len
               ? ((Line *)lines->pdata[line - 1])->origin
               : NULL;
}

static gboolean is_open(const TvFinding *finding)
{
    return !finding->patch && finding->file && finding->line > 0 &&
           !g_path_is_absolute(finding->file);
}

gboolean tv_blame_result(TvResult *result, const TvOptions *options,
                         guint count, const char *applied, GError **error)
{
    g_autofree char *pristine = tv_options_pristine(options);
    g_autoptr(TvSeries) series = NULL;
    g_autoptr(TvBlame) blame = NULL;

    for (guint i = 0; i < result->findings->len; i++) {
        TvFinding *finding = result->findings->pdata[i];
        g_autoptr(GError) local = NULL;

        if (!is_open(finding)) {
            continue;
        }
        if (!blame) {
            /* Nobody to ask: the tree is of other origin. */
            if (!g_file_test(pristine, G_FILE_TEST_IS_DIR)) {
                return TRUE;
            }
            series = tv_series_load(options->project, error);
            if (!series) {
                return FALSE;
            }
            blame = tv_blame_new(series, count ? count : series->patches->len,
                                 pristine, applied);
        }
        finding->patch =
            g_strdup(tv_blame_line(blame, finding->file, finding->line,
                                   &local));
        if (local) {
            g_propagate_error(error, g_steal_pointer(&local));
            return FALSE;
        }
    }
    return TRUE;
}
