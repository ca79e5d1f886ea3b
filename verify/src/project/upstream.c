/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "project/upstream.h"

#include <string.h>

#include "base/error.h"

#define TARBALL_GROUP "tarball "

static void tarball_free(TvTarball *tarball)
{
    g_free(tarball->name);
    g_free(tarball->file);
    g_free(tarball->sha256);
    g_free(tarball->uri);
    g_free(tarball->debian_source);
    g_free(tarball->debian_suite);
    g_free(tarball);
}

void tv_base_free(TvBase *base)
{
    if (!base) {
        return;
    }
    g_free(base->version);
    g_free(base->commit);
    g_free(base->directory);
    g_ptr_array_unref(base->tarballs);
    g_free(base);
}

static gboolean require(GKeyFile *ini, const char *path, const char *group,
                        const char *key, char **value, GError **error)
{
    *value = g_key_file_get_string(ini, group, key, NULL);
    if (!*value || !**value) {
        g_set_error(error, TV_ERROR, TV_ERROR_INPUT,
                    "%s: [%s] has no value for '%s'", path, group, key);
        return FALSE;
    }
    return TRUE;
}

static gboolean plain_name(const char *name)
{
    return *name && *name != '.' && !strchr(name, '/');
}

static gboolean is_sha256(const char *text)
{
    return strlen(text) == 64 && strspn(text, "0123456789abcdef") == 64;
}

static gboolean tarball_load(GKeyFile *ini, const char *path,
                             const char *group, TvTarball *tarball,
                             GError **error)
{
    tarball->name = g_strdup(group + strlen(TARBALL_GROUP));
    if (!require(ini, path, group, "file", &tarball->file, error) ||
        !require(ini, path, group, "sha256", &tarball->sha256, error)) {
        return FALSE;
    }
    if (!is_sha256(tarball->sha256) || !plain_name(tarball->file)) {
        g_set_error(error, TV_ERROR, TV_ERROR_INPUT,
                    "%s: [%s] needs a plain file name and a sha256 of 64 "
                    "lower-case hex digits",
                    path, group);
        return FALSE;
    }
    tarball->uri = g_key_file_get_string(ini, group, "uri", NULL);
    tarball->debian_source =
        g_key_file_get_string(ini, group, "debian-source", NULL);
    tarball->debian_suite =
        g_key_file_get_string(ini, group, "debian-suite", NULL);
    return TRUE;
}

TvBase *tv_base_load(const char *project, GError **error)
{
    g_autofree char *path = g_build_filename(project, "base.ini", NULL);
    g_autoptr(GKeyFile) ini = g_key_file_new();
    g_autoptr(TvBase) base = g_new0(TvBase, 1);
    g_autoptr(GError) local = NULL;
    g_auto(GStrv) groups = NULL;

    base->tarballs =
        g_ptr_array_new_with_free_func((GDestroyNotify)tarball_free);
    if (!g_key_file_load_from_file(ini, path, G_KEY_FILE_NONE, &local)) {
        g_set_error(error, TV_ERROR, TV_ERROR_INPUT, "cannot read %s: %s", path,
                    local->message);
        return NULL;
    }
    if (!require(ini, path, "upstream", "version", &base->version, error) ||
        !require(ini, path, "upstream", "commit", &base->commit, error) ||
        !require(ini, path, "upstream", "directory", &base->directory, error)) {
        return NULL;
    }
    if (!plain_name(base->directory)) {
        g_set_error(error, TV_ERROR, TV_ERROR_INPUT,
                    "%s: directory '%s' is not a plain name", path,
                    base->directory);
        return NULL;
    }
    groups = g_key_file_get_groups(ini, NULL);
    for (char **group = groups; *group; group++) {
        if (g_str_has_prefix(*group, TARBALL_GROUP)) {
            TvTarball *tarball = g_new0(TvTarball, 1);

            g_ptr_array_add(base->tarballs, tarball);
            if (!tarball_load(ini, path, *group, tarball, error)) {
                return NULL;
            }
        }
    }
    if (base->tarballs->len == 0) {
        g_set_error(error, TV_ERROR, TV_ERROR_INPUT,
                    "%s: no [tarball NAME] section", path);
        return NULL;
    }
    return g_steal_pointer(&base);
}

const TvTarball *tv_base_find_tarball(const TvBase *base, const char *file)
{
    for (guint i = 0; i < base->tarballs->len; i++) {
        const TvTarball *tarball = g_ptr_array_index(base->tarballs, i);

        if (g_str_equal(tarball->file, file)) {
            return tarball;
        }
    }
    return NULL;
}
