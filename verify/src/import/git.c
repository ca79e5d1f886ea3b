/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The commits of a checkout since `apply` as patches.  A commit keeps the name
 * of the patch with its subject, or of the one that git range-diff pairs it
 * with; files that the base does not have go to overlay/.
 */
#include <string.h>

#include "apply/apply.h"
#include "base/directory.h"
#include "base/error.h"
#include "base/git.h"
#include "import/import.h"
#include "series/series.h"

/* Between two commits in the output of git log; in no message. */
#define RECORD "\x1e"

/* What has become of a path on the way from the base to HEAD. */
typedef struct Fate {
    guint owner;     /* index of the last commit that added it */
    guint last;      /* of the last that changed it */
    gboolean is_new; /* not in the base */
    char *mode;
    char *blob;      /* NULL: it is not there in the end */
} Fate;

typedef struct Commit {
    char *id;
    char *message;
    char *subject;
    GPtrArray *changes; /* of char **: status, mode, blob, path, old blob */
    const TvPatch *old; /* of the series as it was, or NULL */
} Commit;

static void fate_free(gpointer data)
{
    Fate *fate = data;

    g_free(fate->mode);
    g_free(fate->blob);
    g_free(fate);
}

static void commit_free(gpointer data)
{
    Commit *commit = data;

    g_free(commit->id);
    g_free(commit->message);
    g_free(commit->subject);
    g_ptr_array_unref(commit->changes);
    g_free(commit);
}

/* The first paragraph, in one line. */
static char *subject_of(const char *message)
{
    const char *end = strstr(message, "\n\n");
    char *subject =
        end ? g_strndup(message, end - message) : g_strdup(message);

    return g_strstrip(g_strdelimit(subject, "\n", ' '));
}

/* What a file of this mode is that no patch can change, or NULL. */
static const char *unfit_mode(const char *mode)
{
    return g_str_equal(mode, "120000")   ? "a symbolic link"
           : g_str_equal(mode, "160000") ? "a submodule"
                                         : NULL;
}

static gboolean read_changes(const char *tree, Commit *commit, GError **error)
{
    g_autofree char *out =
        TV_GIT(tree, NULL, error, "-c", "core.quotePath=false", "diff-tree",
               "-r", "--no-renames", "--raw", "--no-abbrev", "--no-commit-id",
               commit->id);
    g_auto(GStrv) lines = NULL;

    if (!out) {
        return FALSE;
    }
    lines = g_strsplit(out, "\n", -1);
    for (char **line = lines; *line && **line; line++) {
        g_auto(GStrv) halves = g_strsplit(*line, "\t", 2);
        g_auto(GStrv) words = g_strsplit(halves[0], " ", 5);
        char *change[] = {words[4], words[1],  words[3],
                          halves[1], words[2], NULL};

        const char *unfit = !tv_patch_path_is_plain(halves[1])
                                ? "a name that is not of printable ASCII, "
                                  "without blanks, quotes and backslashes"
                                : unfit_mode(words[0] + 1);

        if (unfit || (unfit = unfit_mode(words[1]))) {
            g_set_error(error, TV_ERROR, TV_ERROR_TREE,
                        "commit %.12s (%s) changes %s, %s; a series cannot "
                        "have that: take it out of the commit",
                        commit->id, commit->subject, halves[1], unfit);
            return FALSE;
        }
        g_ptr_array_add(commit->changes, g_strdupv(change));
    }
    return TRUE;
}

static GPtrArray *read_commits(const char *tree, const char *base,
                               GError **error)
{
    g_autoptr(GPtrArray) commits =
        g_ptr_array_new_with_free_func(commit_free);
    g_autofree char *range = g_strconcat(base, "..HEAD", NULL);
    g_autofree char *merges = TV_GIT(tree, NULL, error, "rev-list",
                                     "--min-parents=2", "--count", range);
    g_autofree char *log =
        merges ? TV_GIT(tree, NULL, error, "log", "--reverse", "--topo-order",
                        "--format=" RECORD "%H%n%B", range)
               : NULL;
    g_auto(GStrv) records = NULL;

    if (!log) {
        return NULL;
    }
    if (!g_str_equal(merges, "0")) {
        g_set_error(error, TV_ERROR, TV_ERROR_TREE,
                    "%s has %s merge(s) after %.12s; a series is a line of "
                    "commits: 'git rebase %.12s' makes it one",
                    tree, merges, base, base);
        return NULL;
    }
    records = g_strsplit(log, RECORD, -1);
    for (char **record = records; *record; record++) {
        Commit *commit;
        char *end = strchr(*record, '\n');

        if (!end) {
            continue;
        }
        commit = g_new0(Commit, 1);
        g_ptr_array_add(commits, commit);
        commit->id = g_strndup(*record, end - *record);
        commit->message = g_strstrip(g_strdup(end + 1));
        commit->subject = subject_of(commit->message);
        commit->changes =
            g_ptr_array_new_with_free_func((GDestroyNotify)g_strfreev);
        if (!read_changes(tree, commit, error)) {
            return NULL;
        }
    }
    return g_steal_pointer(&commits);
}

/* What git takes for new forms of the same commits, for those not yet known. */
static gboolean match_by_range_diff(const char *tree, const char *base,
                                    const char *tip, const TvSeries *series,
                                    GPtrArray *commits, GHashTable *taken,
                                    GError **error)
{
    g_autofree char *old = g_strdup_printf("%s..%s", base, tip);
    g_autofree char *fresh = g_strdup_printf("%s..HEAD", base);
    g_autofree char *out =
        TV_GIT(tree, NULL, error, "range-diff", "--no-color", "--no-patch",
               old, fresh);
    g_autoptr(GRegex) regex = NULL;
    g_autoptr(GMatchInfo) match = NULL;

    if (!out) {
        return FALSE;
    }
    regex = g_regex_new("^ *(\\d+): +[0-9a-f]+ [=!] +(\\d+): ",
                        G_REGEX_MULTILINE, 0, NULL);
    g_regex_match(regex, out, 0, &match);
    while (g_match_info_matches(match)) {
        g_autofree char *from = g_match_info_fetch(match, 1);
        g_autofree char *to = g_match_info_fetch(match, 2);
        guint i = (guint)g_ascii_strtoull(from, NULL, 10);
        guint j = (guint)g_ascii_strtoull(to, NULL, 10);

        if (i >= 1 && i <= series->patches->len && j >= 1 &&
            j <= commits->len) {
            TvPatch *patch = g_ptr_array_index(series->patches, i - 1);
            Commit *commit = g_ptr_array_index(commits, j - 1);

            if (!commit->old && g_hash_table_add(taken, patch)) {
                commit->old = patch;
            }
        }
        g_match_info_next(match, NULL);
    }
    return TRUE;
}

/* Which patch each commit is a form of: by its subject, else by its content. */
static gboolean match_commits(const char *tree, const char *base,
                              const char *tip, const TvSeries *series,
                              GPtrArray *commits, GError **error)
{
    g_autoptr(GHashTable) taken = g_hash_table_new(NULL, NULL);
    gboolean all = TRUE;

    for (guint i = 0; i < commits->len; i++) {
        Commit *commit = g_ptr_array_index(commits, i);

        for (guint p = 0; p < series->patches->len && !commit->old; p++) {
            TvPatch *patch = g_ptr_array_index(series->patches, p);

            if (g_str_equal(patch->subject, commit->subject) &&
                g_hash_table_add(taken, patch)) {
                commit->old = patch;
            }
        }
        all &= commit->old != NULL;
    }
    return all || match_by_range_diff(tree, base, tip, series, commits, taken,
                                      error);
}

static GHashTable *follow_paths(const GPtrArray *commits, GError **error)
{
    g_autoptr(GHashTable) fates =
        g_hash_table_new_full(g_str_hash, g_str_equal, NULL, fate_free);
    GHashTableIter iter;
    gpointer path;
    gpointer value;

    for (guint i = 0; i < commits->len; i++) {
        const Commit *commit = g_ptr_array_index(commits, i);

        for (guint c = 0; c < commit->changes->len; c++) {
            char **change = g_ptr_array_index(commit->changes, c);
            Fate *fate = g_hash_table_lookup(fates, change[3]);

            if (!fate) {
                fate = g_new0(Fate, 1);
                fate->is_new = *change[0] == 'A';
                g_hash_table_insert(fates, change[3], fate);
            }
            if (*change[0] == 'A') {
                fate->owner = i;
            }
            fate->last = i;
            g_free(fate->mode);
            g_free(fate->blob);
            fate->mode = g_strdup(change[1]);
            fate->blob = *change[0] == 'D' ? NULL : g_strdup(change[2]);
        }
    }
    g_hash_table_iter_init(&iter, fates);
    while (g_hash_table_iter_next(&iter, &path, &value)) {
        const Fate *fate = value;

        if (fate->is_new && !fate->blob) {
            const Commit *comes = g_ptr_array_index(commits, fate->owner);
            const Commit *goes = g_ptr_array_index(commits, fate->last);

            g_set_error(error, TV_ERROR, TV_ERROR_TREE,
                        "%s comes with commit %.12s (%s) and goes with %.12s "
                        "(%s); a series has no way to say that: squash them",
                        (char *)path, comes->id, comes->subject, goes->id,
                        goes->subject);
            return NULL;
        }
    }
    return g_steal_pointer(&fates);
}

static int by_name(gconstpointer a, gconstpointer b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* The overlay files of commit @index: the old ones in their old order first. */
static GPtrArray *overlay_of(const Commit *commit, guint index,
                             GHashTable *fates)
{
    GPtrArray *files = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(GPtrArray) fresh = g_ptr_array_new();
    GHashTableIter iter;
    gpointer path;
    gpointer value;

    for (guint i = 0; commit->old && i < commit->old->overlay->len; i++) {
        const char *file = g_ptr_array_index(commit->old->overlay, i);
        const Fate *fate = g_hash_table_lookup(fates, file);

        if (fate && fate->is_new && fate->owner == index) {
            g_ptr_array_add(files, g_strdup(file));
        }
    }
    g_hash_table_iter_init(&iter, fates);
    while (g_hash_table_iter_next(&iter, &path, &value)) {
        const Fate *fate = value;

        if (fate->is_new && fate->owner == index &&
            !g_ptr_array_find_with_equal_func(files, path, g_str_equal, NULL)) {
            g_ptr_array_add(fresh, path);
        }
    }
    g_ptr_array_sort(fresh, by_name);
    for (guint i = 0; i < fresh->len; i++) {
        g_ptr_array_add(files, g_strdup(g_ptr_array_index(fresh, i)));
    }
    return files;
}

static gboolean write_overlay(TvImport *import, GHashTable *fates,
                              GError **error)
{
    GHashTableIter iter;
    gpointer path;
    gpointer value;

    g_hash_table_iter_init(&iter, fates);
    while (g_hash_table_iter_next(&iter, &path, &value)) {
        const Fate *fate = value;
        const char *words[] = {"cat-file", "blob", fate->blob, NULL};
        g_autoptr(TvJob) job = NULL;
        g_autofree char *to = NULL;
        g_autofree char *directory = NULL;

        if (!fate->is_new) {
            continue;
        }
        job = tv_git_job(import->tree, NULL, words);
        to = g_build_filename(import->stage, "overlay", path, NULL);
        directory = g_path_get_dirname(to);
        if (!tv_job_run_ok(job, error) ||
            !tv_tree_make_directory(directory, error) ||
            !g_file_set_contents_full(
                to, job->out->str, (gssize)job->out->len,
                G_FILE_SET_CONTENTS_NONE,
                g_str_has_suffix(fate->mode, "755") ? 0777 : 0666, error)) {
            return FALSE;
        }
    }
    return TRUE;
}

/* "do-this" for "tcg/arm: Do this", in the directory of the patch before. */
static char *name_commit(const TvImport *import, const Commit *commit,
                         const TvSeries *series)
{
    const char *colon = strstr(commit->subject, ": ");
    g_autofree char *lower = g_ascii_strdown(
        colon ? colon + strlen(": ") : commit->subject, 40);
    g_autofree char *directory = NULL;
    const char *neighbour = NULL;

    g_strcanon(lower, "abcdefghijklmnopqrstuvwxyz0123456789-", '-');
    if (import->patches->len) {
        const TvImportPatch *last = g_ptr_array_index(
            import->patches, import->patches->len - 1);

        neighbour = last->name;
    } else if (series->patches->len) {
        neighbour = ((TvPatch *)g_ptr_array_index(series->patches, 0))->name;
    }
    directory = neighbour ? g_path_get_dirname(neighbour) : g_strdup(".");
    while (g_str_has_suffix(lower, "-")) {
        lower[strlen(lower) - 1] = '\0';
    }
    for (guint number = 1;; number++) {
        g_autofree char *file =
            number == 1 ? g_strconcat(lower, ".patch", NULL)
                        : g_strdup_printf("%s-%u.patch", lower, number);
        g_autofree char *name = g_str_equal(directory, ".")
                                    ? g_strdup(file)
                                    : g_build_filename(directory, file, NULL);
        gboolean taken = tv_series_find(series, name, NULL) != 0;

        for (guint i = 0; i < import->patches->len; i++) {
            const TvImportPatch *other = g_ptr_array_index(import->patches, i);

            taken |= g_str_equal(other->name, name);
        }
        if (!taken) {
            return g_steal_pointer(&name);
        }
    }
}

static void add_commit(TvImport *import, const Commit *commit, guint index,
                       const TvSeries *series, GHashTable *fates)
{
    GPtrArray *overlay = overlay_of(commit, index, fates);
    TvImportPatch *patch = tv_import_add(
        import,
        commit->old ? g_strdup(commit->old->name)
                    : name_commit(import, commit, series),
        tv_import_message(commit->old, commit->message, overlay),
        commit->old ? tv_patch_notes(commit->old) : g_strdup(""));

    g_ptr_array_unref(patch->overlay);
    patch->overlay = overlay;
    for (guint c = 0; c < commit->changes->len; c++) {
        char **change = g_ptr_array_index(commit->changes, c);
        const Fate *fate = g_hash_table_lookup(fates, change[3]);

        if (!fate->is_new) {
            if (!g_hash_table_contains(import->before, change[3])) {
                g_hash_table_insert(import->before, g_strdup(change[3]),
                                    g_strdup(change[4]));
            }
            g_string_append_printf(patch->entries, "%s %s\t%s\n",
                                   *change[0] == 'D' ? "0" : change[1],
                                   change[2], change[3]);
        } else if (fate->owner != index && *change[0] == 'M') {
            tv_import_remark(import,
                             "%s: its change of %s is now part of the file in "
                             "overlay/",
                             patch->name, change[3]);
        }
    }
}

/* Blobs of the tree's repository can be read in ours. */
static gboolean borrow_objects(const TvImport *import, GError **error)
{
    g_autofree char *objects = TV_GIT(import->tree, NULL, error, "rev-parse",
                                      "--git-path", "objects");
    g_autofree char *absolute =
        objects ? g_canonicalize_filename(objects, import->tree) : NULL;
    g_autofree char *path =
        g_build_filename(import->repository->directory, "objects", "info",
                         "alternates", NULL);
    g_autofree char *directory = g_path_get_dirname(path);
    g_autofree char *line =
        absolute ? g_strconcat(absolute, "\n", NULL) : NULL;

    return line && tv_tree_make_directory(directory, error) &&
           g_file_set_contents(path, line, -1, error);
}

gboolean tv_import_read_git(TvImport *import, gboolean force, GError **error)
{
    const char *project = import->options->project;
    g_autoptr(TvSeries) series = tv_series_load_clean(project, NULL, error);
    g_autofree char *hash =
        series ? tv_series_hash(series, series->patches->len, error) : NULL;
    g_autofree char *path = g_build_filename(project, "series", NULL);
    g_autoptr(GPtrArray) commits = NULL;
    g_autoptr(GPtrArray) names = g_ptr_array_new();
    g_autoptr(GHashTable) fates = NULL;
    g_autofree char *base = NULL;
    g_autofree char *tip = NULL;
    g_autofree char *applied = NULL;
    g_autofree char *text = NULL;

    if (!hash ||
        !tv_apply_git_state(import->tree, &base, &tip, &applied, error) ||
        !g_file_get_contents(path, &text, NULL, error)) {
        return FALSE;
    }
    if (!force && !g_str_equal(hash, applied)) {
        g_set_error(error, TV_ERROR, TV_ERROR_TREE,
                    "%s was made from another form of the series than the "
                    "present one, whose changes would be lost; --force takes "
                    "the tree's",
                    import->tree);
        return FALSE;
    }
    commits = read_commits(import->tree, base, error);
    if (commits && !commits->len) {
        g_set_error(error, TV_ERROR, TV_ERROR_TREE,
                    "%s has nothing on top of %.12s, where apply began: that "
                    "would leave no series",
                    import->tree, base);
        return FALSE;
    }
    if (!commits || !borrow_objects(import, error) ||
        !match_commits(import->tree, base, tip, series, commits, error) ||
        !(fates = follow_paths(commits, error)) ||
        !write_overlay(import, fates, error)) {
        return FALSE;
    }
    for (guint i = 0; i < commits->len; i++) {
        add_commit(import, g_ptr_array_index(commits, i), i, series, fates);
    }
    for (guint i = 0; i < import->patches->len; i++) {
        const TvImportPatch *patch = g_ptr_array_index(import->patches, i);

        if (patch->entries->len) {
            g_ptr_array_add(names, patch->name);
        }
    }
    import->series = tv_import_series(text, names);
    return TRUE;
}
