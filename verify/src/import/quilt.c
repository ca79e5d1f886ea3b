/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * quilt's stack as patches.  What a patch changes is the difference of the
 * copies that quilt keeps in .pc; the patch file has to say the same.
 */
#include <string.h>
#include <sys/stat.h>

#include "apply/apply.h"
#include "base/directory.h"
#include "base/error.h"
#include "import/import.h"
#include "series/patch.h"
#include "series/series.h"

#define NO_BLOB "0000000000000000000000000000000000000000"

/* What quilt keeps of a file that a patch changes: how it was before. */
typedef struct Backup {
    char *file;
    char *path;       /* quilt's copy */
    const char *next; /* after the patch: the next copy, or the tree's file */
    char *in_tree;
} Backup;

static void backup_free(gpointer data)
{
    Backup *backup = data;

    g_free(backup->file);
    g_free(backup->path);
    g_free(backup->in_tree);
    g_free(backup);
}

/* The names in @text, without comments. */
static GPtrArray *names_of(const char *text)
{
    GPtrArray *names = g_ptr_array_new_with_free_func(g_free);
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);

    for (char **line = lines; *line; line++) {
        const char *name = g_strstrip(*line);

        if (*name && *name != '#') {
            g_ptr_array_add(names, g_strdup(name));
        }
    }
    return names;
}

static gboolean check_stack(const TvImport *import, const GPtrArray *names,
                            GError **error)
{
    g_autofree char *path =
        g_build_filename(import->tree, ".pc", "applied-patches", NULL);
    g_autofree char *text = NULL;
    g_autoptr(GPtrArray) applied = NULL;

    if (!g_file_get_contents(path, &text, NULL, NULL)) {
        g_set_error(error, TV_ERROR, TV_ERROR_TREE,
                    "%s has no series that apply has put on it", import->tree);
        return FALSE;
    }
    applied = names_of(text);
    for (guint i = 0; i < names->len || i < applied->len; i++) {
        const char *wanted =
            i < names->len ? g_ptr_array_index(names, i) : "nothing";
        const char *is =
            i < applied->len ? g_ptr_array_index(applied, i) : "nothing";
        g_autofree char *refresh = g_strconcat(is, "~refresh", NULL);
        g_autofree char *mark =
            g_build_filename(import->tree, ".pc", refresh, NULL);

        if (!g_str_equal(wanted, is)) {
            g_set_error(error, TV_ERROR, TV_ERROR_TREE,
                        "the series has %s where %s has applied %s; bring all "
                        "of it on the tree with 'quilt push -a'",
                        wanted, import->tree, is);
            return FALSE;
        }
        if (g_file_test(mark, G_FILE_TEST_EXISTS)) {
            g_set_error(error, TV_ERROR, TV_ERROR_TREE,
                        "%s was applied by force; 'quilt refresh' it", is);
            return FALSE;
        }
    }
    return TRUE;
}

static void list_backups(const TvImport *import, const char *patch,
                         const char *below, GPtrArray *backups)
{
    g_autofree char *directory =
        g_build_filename(import->tree, ".pc", patch, below, NULL);
    g_autoptr(GDir) dir = g_dir_open(directory, 0, NULL);
    const char *name;

    while (dir && (name = g_dir_read_name(dir))) {
        g_autofree char *file =
            *below ? g_build_filename(below, name, NULL) : g_strdup(name);
        g_autofree char *path = g_build_filename(directory, name, NULL);

        if (g_file_test(path, G_FILE_TEST_IS_DIR)) {
            list_backups(import, patch, file, backups);
        } else if (!g_str_equal(file, ".timestamp")) {
            Backup *backup = g_new0(Backup, 1);

            backup->in_tree = g_build_filename(import->tree, file, NULL);
            backup->next = backup->in_tree;
            backup->file = g_steal_pointer(&file);
            backup->path = g_steal_pointer(&path);
            g_ptr_array_add(backups, backup);
        }
    }
}

/* Of every patch, its backups, each knowing the state that follows. */
static GPtrArray *read_backups(const TvImport *import, const GPtrArray *names)
{
    GPtrArray *all =
        g_ptr_array_new_with_free_func((GDestroyNotify)g_ptr_array_unref);
    g_autoptr(GHashTable) later = g_hash_table_new(g_str_hash, g_str_equal);

    for (guint i = 0; i < names->len; i++) {
        GPtrArray *backups = g_ptr_array_new_with_free_func(backup_free);

        list_backups(import, g_ptr_array_index(names, i), "", backups);
        g_ptr_array_add(all, backups);
    }
    for (guint i = names->len; i-- > 0;) {
        const GPtrArray *backups = g_ptr_array_index(all, i);

        for (guint b = 0; b < backups->len; b++) {
            Backup *backup = g_ptr_array_index(backups, b);
            const char *next = g_hash_table_lookup(later, backup->file);

            backup->next = next ? next : backup->in_tree;
            g_hash_table_insert(later, backup->file, backup->path);
        }
    }
    return all;
}

/* For quilt, a file that is not there is an empty one. */
static gboolean is_there(const char *path)
{
    struct stat info;

    return stat(path, &info) == 0 && info.st_size > 0;
}

/* The blobs of all states, by their paths. */
static GHashTable *hash_states(const TvImport *import, const GPtrArray *all,
                               GError **error)
{
    g_autoptr(GHashTable) blobs =
        g_hash_table_new_full(g_str_hash, g_str_equal, NULL, g_free);
    g_autoptr(GPtrArray) paths = g_ptr_array_new();
    g_autoptr(GString) text = g_string_new(NULL);
    g_autofree char *out = NULL;
    g_auto(GStrv) list = NULL;

    for (guint i = 0; i < all->len; i++) {
        const GPtrArray *backups = g_ptr_array_index(all, i);

        for (guint b = 0; b < backups->len; b++) {
            Backup *backup = g_ptr_array_index(backups, b);
            const char *const states[] = {backup->path, backup->next};

            for (gsize s = 0; s < G_N_ELEMENTS(states); s++) {
                if (is_there(states[s]) &&
                    g_hash_table_insert(blobs, (gpointer)states[s], NULL)) {
                    g_ptr_array_add(paths, (gpointer)states[s]);
                    g_string_append_printf(text, "%s\n", states[s]);
                }
            }
        }
    }
    out = TV_PATCH_GIT(import->repository, text->str, error, "hash-object",
                       "-w", "--no-filters", "--stdin-paths");
    if (!out) {
        return NULL;
    }
    list = g_strsplit(out, "\n", -1);
    for (guint i = 0; i < paths->len && list[i]; i++) {
        g_hash_table_insert(blobs, g_ptr_array_index(paths, i),
                            g_strdup(list[i]));
    }
    return g_steal_pointer(&blobs);
}

/*
 * The form of an overlay file that is to stay: the tree's if it was edited
 * there, else the project's.  NULL without @error: it was removed.
 */
static char *choose_overlay(const TvImport *import, const char *file,
                            GError **error)
{
    g_autofree char *project = g_build_filename(import->options->project,
                                                "overlay", file, NULL);
    g_autofree char *tree = g_build_filename(import->tree, file, NULL);
    g_autofree char *kept = tv_apply_kept_overlay(import->tree, file);
    const char *unfit = tv_patch_unfit_file(tree);

    if (unfit) {
        g_set_error(error, TV_ERROR, TV_ERROR_TREE,
                    "%s %s; overlay/ has files of text only", tree, unfit);
        return NULL;
    }
    if (tv_import_same_file(project, tree)) {
        return g_steal_pointer(&project);
    }
    if (!g_file_test(kept, G_FILE_TEST_EXISTS)) {
        g_set_error(error, TV_ERROR, TV_ERROR_TREE,
                    "%s differs from overlay/%s, and an earlier tcg-verify "
                    "has not noted which is the newer one; copy the right one "
                    "over the other",
                    tree, file);
        return NULL;
    }
    if (tv_import_same_file(tree, kept)) {
        return g_steal_pointer(&project);
    }
    if (!tv_import_same_file(project, kept)) {
        g_set_error(error, TV_ERROR, TV_ERROR_TREE,
                    "%s and overlay/%s have both changed since apply; bring "
                    "them together by hand",
                    tree, file);
        return NULL;
    }
    return g_file_test(tree, G_FILE_TEST_EXISTS) ? g_steal_pointer(&tree)
                                                 : NULL;
}

static gboolean take_overlay(const TvImport *import, const char *file,
                             const char *from, GError **error)
{
    g_autofree char *to =
        g_build_filename(import->stage, "overlay", file, NULL);

    return tv_tree_copy_file(from, to, error);
}

/* What the tree has is what the patch file says, the overlay's files aside. */
static gboolean check_patch(const TvImport *import, const char *name,
                            const char *before, GHashTable *overlay,
                            GError **error)
{
    g_autofree char *path = g_build_filename(import->options->project,
                                             "patches", name, NULL);
    g_autofree char *after =
        TV_PATCH_GIT(import->repository, NULL, error, "write-tree");
    g_autoptr(GStrvBuilder) words = g_strv_builder_new();
    g_auto(GStrv) list = NULL;
    g_autofree char *read = NULL;
    g_autofree char *made = NULL;
    g_autofree char *back = NULL;
    g_autofree char *differs = NULL;
    g_autoptr(TvJob) apply = NULL;
    GHashTableIter iter;
    gpointer file;

    if (!after || !(read = TV_PATCH_GIT(import->repository, NULL, error,
                                        "read-tree", before))) {
        return FALSE;
    }
    g_strv_builder_add_many(words, "apply", "--cached",
                            "--whitespace=nowarn", "--allow-empty", NULL);
    g_hash_table_iter_init(&iter, overlay);
    while (g_hash_table_iter_next(&iter, &file, NULL)) {
        g_autofree char *word = g_strconcat("--exclude=", file, NULL);

        g_strv_builder_add(words, word);
    }
    g_strv_builder_add(words, path);
    list = g_strv_builder_end(words);
    apply = tv_patch_repository_job(import->repository,
                                    (const char *const *)list);
    if (!tv_job_run(apply, error) ||
        !(made = TV_PATCH_GIT(import->repository, NULL, error,
                              "write-tree")) ||
        !(back = TV_PATCH_GIT(import->repository, NULL, error, "read-tree",
                              after))) {
        return FALSE;
    }
    if (apply->exit_code == 0 && g_str_equal(made, after)) {
        return TRUE;
    }
    differs = TV_PATCH_GIT(import->repository, NULL, error, "diff-tree", "-r",
                           "--name-only", made, after);
    if (!differs) {
        return FALSE;
    }
    differs[strcspn(differs, "\n")] = '\0';
    g_set_error(error, TV_ERROR, TV_ERROR_TREE,
                "patches/%s and %s do not agree in %s: 'quilt refresh' brings "
                "an edit of the tree into the patch",
                name, import->tree, *differs ? differs : "its files");
    return FALSE;
}

static gboolean is_executable(const char *path)
{
    return g_file_test(path, G_FILE_TEST_IS_EXECUTABLE);
}

/* What quilt has of a file's change may not be all of it. */
static gboolean check_kind(const char *name, const Backup *backup,
                           GHashTable *overlay, GError **error)
{
    gboolean brought_in = g_hash_table_contains(overlay, backup->file);
    const char *states[] = {backup->path, backup->next};
    const char *what = NULL;

    for (gsize i = 0; i < G_N_ELEMENTS(states) && !what; i++) {
        what = tv_patch_unfit_file(states[i]);
    }
    if (!tv_patch_path_is_plain(backup->file)) {
        what = "has a name that is not of printable ASCII, without blanks, "
               "quotes and backslashes";
    } else if (what || brought_in) {
        /* The overlay's files are taken with their modes. */
    } else if (is_there(backup->path) && is_there(backup->next) &&
               is_executable(backup->path) != is_executable(backup->next)) {
        what = is_executable(backup->path)
                   ? "has lost its x bit: quilt does not keep modes, 'chmod "
                     "+x' it"
                   : "has got an x bit: quilt does not keep modes, 'chmod -x' "
                     "it";
    } else if (backup->next == backup->in_tree && !is_there(backup->next) &&
               g_file_test(backup->next, G_FILE_TEST_EXISTS)) {
        what = "is empty: quilt takes it for one that is not there; remove "
               "it, or give it a line";
    }
    if (what) {
        g_set_error(error, TV_ERROR, TV_ERROR_TREE,
                    "patches/%s changes %s, and that %s; a series cannot have "
                    "that",
                    name, backup->file, what);
        return FALSE;
    }
    return TRUE;
}

/* One patch: its header from the project, its changes from quilt's copies. */
static gboolean add_patch(TvImport *import, const char *name,
                          const GPtrArray *backups, GHashTable *blobs,
                          GHashTable *overlay, GError **error)
{
    g_autoptr(TvPatch) header =
        tv_patch_read_header(import->options->project, name, error);
    g_autofree char *message = NULL;
    TvImportPatch *patch;

    if (!header) {
        return FALSE;
    }
    message = tv_patch_message(header);
    patch = tv_import_add(import, g_strdup(name), NULL,
                          tv_patch_notes(header));
    for (guint i = 0; i < header->overlay->len; i++) {
        const char *file = g_ptr_array_index(header->overlay, i);
        g_autoptr(GError) local = NULL;
        g_autofree char *from = choose_overlay(import, file, &local);

        if (local) {
            g_propagate_error(error, g_steal_pointer(&local));
            return FALSE;
        }
        g_hash_table_add(overlay, g_strdup(file));
        if (!from) {
            tv_import_remark(import, "%s: %s is gone", name, file);
            continue;
        }
        if (!take_overlay(import, file, from, error)) {
            return FALSE;
        }
        g_ptr_array_add(patch->overlay, g_strdup(file));
    }
    for (guint i = 0; i < backups->len; i++) {
        const Backup *backup = g_ptr_array_index(backups, i);
        const char *was = g_hash_table_lookup(blobs, backup->path);
        const char *is = g_hash_table_lookup(blobs, backup->next);
        gboolean known = g_hash_table_contains(import->before, backup->file);

        if (!check_kind(name, backup, overlay, error)) {
            return FALSE;
        }
        if (g_hash_table_contains(overlay, backup->file)) {
            if (!is &&
                !g_ptr_array_find_with_equal_func(
                    header->overlay, backup->file, g_str_equal, NULL)) {
                g_set_error(error, TV_ERROR, TV_ERROR_TREE,
                            "patches/%s removes %s, which an earlier patch "
                            "brings in; a series has no way to say that: take "
                            "it out of the earlier one",
                            name, backup->file);
                return FALSE;
            }
            tv_import_remark(import,
                             "%s: its change of %s is now part of the file in "
                             "overlay/",
                             name, backup->file);
        } else if (!was && !known) {
            if (!is_there(backup->in_tree)) {
                g_set_error(error, TV_ERROR, TV_ERROR_TREE,
                            "patches/%s brings in %s, which the tree does not "
                            "have in the end",
                            name, backup->file);
                return FALSE;
            }
            g_hash_table_add(overlay, g_strdup(backup->file));
            g_ptr_array_add(patch->overlay, g_strdup(backup->file));
            if (!take_overlay(import, backup->file, backup->in_tree, error)) {
                return FALSE;
            }
        } else {
            if (!known) {
                g_hash_table_insert(import->before, g_strdup(backup->file),
                                    g_strdup(was));
            }
            g_string_append_printf(
                patch->entries, "%s %s\t%s\n",
                !is ? "0"
                : is_executable(backup->next) ? "100755"
                                              : "100644",
                is ? is : NO_BLOB, backup->file);
        }
    }
    patch->message = tv_import_message(header, message, patch->overlay);
    return TRUE;
}

/* Quilt's copies against the patch files, one after the other. */
static gboolean check_patches(const TvImport *import, GHashTable *overlay,
                              GError **error)
{
    g_autofree char *pristine = tv_options_pristine(import->options);
    g_autoptr(GPtrArray) touched = g_ptr_array_new();
    g_autofree char *before = NULL;
    GHashTableIter iter;
    gpointer file;

    g_hash_table_iter_init(&iter, import->before);
    while (g_hash_table_iter_next(&iter, &file, NULL)) {
        g_ptr_array_add(touched, file);
    }
    before = tv_patch_repository_base(import->repository, touched, pristine,
                                      error);
    for (guint i = 0; before && i < import->patches->len; i++) {
        const TvImportPatch *patch = g_ptr_array_index(import->patches, i);
        g_autofree char *done =
            TV_PATCH_GIT(import->repository, patch->entries->str, error,
                         "update-index", "--add", "--index-info");

        if (!done ||
            !check_patch(import, patch->name, before, overlay, error)) {
            return FALSE;
        }
        g_free(before);
        before = TV_PATCH_GIT(import->repository, NULL, error, "write-tree");
    }
    if (!before) {
        return FALSE;
    }
    g_clear_pointer(&before, g_free);
    before = TV_PATCH_GIT(import->repository, NULL, error, "read-tree",
                          "--empty");
    return before != NULL;
}

gboolean tv_import_read_quilt(TvImport *import, GError **error)
{
    g_autofree char *path =
        g_build_filename(import->options->project, "series", NULL);
    g_autoptr(GHashTable) overlay =
        g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    g_autofree char *text = NULL;
    g_autoptr(GPtrArray) names = NULL;
    g_autoptr(GPtrArray) kept = g_ptr_array_new();
    g_autoptr(GPtrArray) all = NULL;
    g_autoptr(GHashTable) blobs = NULL;

    if (!g_file_get_contents(path, &text, NULL, error)) {
        return FALSE;
    }
    names = names_of(text);
    if (!check_stack(import, names, error)) {
        return FALSE;
    }
    all = read_backups(import, names);
    blobs = hash_states(import, all, error);
    if (!blobs) {
        return FALSE;
    }
    for (guint i = 0; i < names->len; i++) {
        if (!add_patch(import, g_ptr_array_index(names, i),
                       g_ptr_array_index(all, i), blobs, overlay, error)) {
            return FALSE;
        }
    }
    for (guint i = 0; i < import->patches->len; i++) {
        const TvImportPatch *patch = g_ptr_array_index(import->patches, i);

        if (patch->entries->len) {
            g_ptr_array_add(kept, patch->name);
        }
    }
    import->series = tv_import_series(text, kept);
    return check_patches(import, overlay, error);
}
