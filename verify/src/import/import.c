/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "import/import.h"

#include "base/directory.h"

static void patch_free(gpointer data)
{
    TvImportPatch *patch = data;

    g_free(patch->name);
    g_free(patch->message);
    g_free(patch->notes);
    g_ptr_array_unref(patch->overlay);
    g_string_free(patch->entries, TRUE);
    g_free(patch);
}

TvImport *tv_import_new(const TvOptions *options, const char *tree,
                        GError **error)
{
    g_autoptr(TvImport) import = g_new0(TvImport, 1);
    g_autofree char *pristine = tv_options_pristine(options);
    g_autofree char *repository =
        tv_options_build_path(options, "cache", "import", "repository", NULL);

    import->options = options;
    import->tree = tree;
    import->stage =
        tv_options_build_path(options, "cache", "import", "stage", NULL);
    import->patches = g_ptr_array_new_with_free_func(patch_free);
    import->remarks = g_ptr_array_new_with_free_func(g_free);
    import->before =
        g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    if (!tv_tree_remove(import->stage, error) ||
        !tv_tree_make_directory(import->stage, error)) {
        return NULL;
    }
    import->repository = tv_patch_repository_new(repository, NULL);
    return tv_patch_repository_make(import->repository, pristine, error)
               ? g_steal_pointer(&import)
               : NULL;
}

void tv_import_free(TvImport *import)
{
    if (!import) {
        return;
    }
    tv_tree_remove(import->stage, NULL);
    g_free(import->stage);
    tv_patch_repository_free(import->repository);
    g_ptr_array_unref(import->patches);
    g_ptr_array_unref(import->remarks);
    g_hash_table_unref(import->before);
    g_free(import->series);
    g_free(import);
}

TvImportPatch *tv_import_add(TvImport *import, char *name, char *message,
                             char *notes)
{
    TvImportPatch *patch = g_new0(TvImportPatch, 1);

    patch->name = name;
    patch->message = message;
    patch->notes = notes;
    patch->overlay = g_ptr_array_new_with_free_func(g_free);
    patch->entries = g_string_new(NULL);
    g_ptr_array_add(import->patches, patch);
    return patch;
}

void tv_import_remark(TvImport *import, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    g_ptr_array_add(import->remarks, g_strdup_vprintf(format, args));
    va_end(args);
}
