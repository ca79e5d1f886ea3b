/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "hosts/built-from.h"

#include "apply/apply.h"
#include "base/error.h"

#define GROUP "built from"

static char *record_path(const TvOptions *options, const TvHost *host,
                         TvSide side)
{
    g_autofree char *dir = tv_run_host_dir(options, host, side);

    return g_build_filename(dir, "built.ini", NULL);
}

/* A record that is not there, or not readable, knows of no binary. */
static GKeyFile *load(const char *path)
{
    GKeyFile *file = g_key_file_new();

    g_key_file_load_from_file(file, path, G_KEY_FILE_NONE, NULL);
    return file;
}

static char *tree_id(const TvOptions *options, TvSide side, GError **error)
{
    return side == TV_SIDE_PRISTINE ? g_strdup(options->base->version)
                                    : tv_apply_identity(options, error);
}

gboolean tv_built_from_forget(const TvOptions *options, const TvHost *host,
                              TvSide side, GPtrArray *binaries, GError **error)
{
    g_autofree char *path = record_path(options, host, side);
    g_autoptr(GKeyFile) file = load(path);

    for (guint i = 0; i < binaries->len; i++) {
        g_key_file_remove_key(file, GROUP, binaries->pdata[i], NULL);
    }
    return g_key_file_save_to_file(file, path, error);
}

gboolean tv_built_from_record(const TvOptions *options, const TvHost *host,
                              TvSide side, GPtrArray *binaries, GError **error)
{
    g_autofree char *path = record_path(options, host, side);
    g_autofree char *id = tree_id(options, side, error);
    g_autoptr(GKeyFile) file = load(path);

    if (!id) {
        return FALSE;
    }
    for (guint i = 0; i < binaries->len; i++) {
        g_key_file_set_string(file, GROUP, binaries->pdata[i], id);
    }
    return g_key_file_save_to_file(file, path, error);
}

char *tv_built_from_need(const TvOptions *options, const TvHost *host,
                         TvSide side, const char *binary, GError **error)
{
    g_autofree char *dir = tv_run_host_dir(options, host, side);
    g_autofree char *path = g_build_filename(dir, "obj", binary, NULL);
    g_autofree char *record = record_path(options, host, side);
    g_autoptr(GKeyFile) file = load(record);
    g_autofree char *there = g_key_file_get_string(file, GROUP, binary, NULL);
    g_autofree char *id = NULL;

    if (!g_file_test(path, G_FILE_TEST_IS_EXECUTABLE)) {
        g_set_error(error, TV_ERROR, TV_ERROR_INPUT,
                    "there is no %s; run 'tcg-verify build --host=%s' first",
                    path, host->name);
        return NULL;
    }
    if (!(id = tree_id(options, side, error))) {
        return NULL;
    }
    if (g_strcmp0(there, id) != 0) {
        g_set_error(error, TV_ERROR, TV_ERROR_INPUT,
                    "%s was not made from the %s tree as it is now; "
                    "run 'tcg-verify build --host=%s' first",
                    path, tv_side_name(side), host->name);
        return NULL;
    }
    return g_steal_pointer(&path);
}

char *tv_built_from_need_emulator(const TvOptions *options, const TvHost *host,
                                  TvSide side, const char *guest,
                                  gboolean system, GError **error)
{
    g_autofree char *path =
        tv_run_host_binary(options, host, side, guest, system);
    g_autofree char *name = g_path_get_basename(path);

    return tv_built_from_need(options, host, side, name, error);
}
