/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "proof/store.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/environment.h"
#include "base/error.h"
#include "base/hash.h"
#include "judging-digest.h"

#define HEX_DIGITS 64

struct TvCheckCache {
    char *directory;
    char *build_dir;
    char *scratch;
    char *trouble;
    GPtrArray *stored; /* of char *: paths of this run's entries */
    guint used;
};

/* Removes what killed runs have left, and with @own this run's: files begin
 * with their run's pid. */
static void sweep(const char *scratch, gboolean own)
{
    g_autoptr(GDir) dir = g_dir_open(scratch, 0, NULL);
    const char *name;

    while (dir && (name = g_dir_read_name(dir))) {
        pid_t pid = atoi(name);

        if (pid > 0 &&
            (pid == getpid() ? own : kill(pid, 0) < 0 && errno == ESRCH)) {
            g_autofree char *path = g_build_filename(scratch, name, NULL);

            g_unlink(path);
        }
    }
}

TvCheckCache *tv_check_cache_open(const char *directory, const char *build_dir,
                                  GError **error)
{
    g_autoptr(TvCheckCache) cache = g_new0(TvCheckCache, 1);

    cache->directory = g_strdup(directory);
    cache->build_dir = g_strdup(build_dir);
    cache->stored = g_ptr_array_new_with_free_func(g_free);
    cache->scratch = g_build_filename(directory, "scratch", NULL);
    if (g_mkdir_with_parents(cache->scratch, 0755) < 0) {
        tv_error_set_errno(error, errno, "cannot make directory",
                           cache->scratch, NULL);
        return NULL;
    }
    sweep(cache->scratch, FALSE);
    return g_steal_pointer(&cache);
}

void tv_check_cache_free(TvCheckCache *cache)
{
    if (cache) {
        if (cache->scratch) {
            sweep(cache->scratch, TRUE);
        }
        g_ptr_array_unref(cache->stored);
        g_free(cache->directory);
        g_free(cache->build_dir);
        g_free(cache->scratch);
        g_free(cache->trouble);
        g_free(cache);
    }
}

const char *tv_check_cache_scratch(const TvCheckCache *cache)
{
    return cache->scratch;
}

void tv_check_cache_forget_stored(TvCheckCache *cache)
{
    for (guint i = 0; i < cache->stored->len; i++) {
        g_unlink(cache->stored->pdata[i]);
    }
    g_ptr_array_set_size(cache->stored, 0);
}

void tv_check_cache_count(const TvCheckCache *cache, guint *used,
                          guint *stored)
{
    *used = cache->used;
    *stored = cache->stored->len;
}

const char *tv_check_cache_trouble(const TvCheckCache *cache)
{
    return cache->trouble;
}

GChecksum *tv_check_cache_key(const char *kind)
{
    GChecksum *sum = g_checksum_new(G_CHECKSUM_SHA256);

    tv_hash_add(sum, kind);
    tv_hash_add(sum, TV_JUDGING_DIGEST);
    tv_environment_add(sum);
    return sum;
}

/* Over kind and key as well: an entry under another name is no entry. */
static char *entry_sum(const char *kind, const char *key, const char *text)
{
    g_autoptr(GChecksum) sum = g_checksum_new(G_CHECKSUM_SHA256);

    tv_hash_add(sum, kind);
    tv_hash_add(sum, key);
    tv_hash_add(sum, text);
    return g_strdup(g_checksum_get_string(sum));
}

char *tv_check_cache_get(TvCheckCache *cache, const char *kind, const char *key)
{
    g_autofree char *path = g_build_filename(cache->directory, kind, key, NULL);
    g_autofree char *entry = NULL;
    g_autofree char *wanted = NULL;
    gsize length;

    if (!g_file_get_contents(path, &entry, &length, NULL)) {
        return NULL;
    }
    if (length > HEX_DIGITS && strlen(entry) == length) {
        wanted = entry_sum(kind, key, entry + HEX_DIGITS + 1);
    }
    if (!wanted || entry[HEX_DIGITS] != '\n' ||
        strncmp(entry, wanted, HEX_DIGITS) != 0) {
        g_unlink(path);
        return NULL;
    }
    cache->used++;
    return tv_check_local(cache->build_dir, entry + HEX_DIGITS + 1);
}

/* @aside is this run's own, so no reader sees @path half written. */
static gboolean write_aside(const char *aside, const char *path,
                            const char *text, GError **error)
{
    g_autofree char *dir = g_path_get_dirname(path);

    if (!g_file_set_contents_full(aside, text, -1, G_FILE_SET_CONTENTS_NONE,
                                  0644, error)) {
        g_unlink(aside);
        return FALSE;
    }
    if (g_rename(aside, path) < 0 &&
        (g_mkdir_with_parents(dir, 0755) < 0 || g_rename(aside, path) < 0)) {
        g_set_error_literal(error, TV_ERROR, TV_ERROR_IO, g_strerror(errno));
        g_unlink(aside);
        return FALSE;
    }
    return TRUE;
}

void tv_check_cache_put(TvCheckCache *cache, const char *kind, const char *key,
                        const char *text)
{
    g_autofree char *path = g_build_filename(cache->directory, kind, key, NULL);
    g_autofree char *body = tv_check_portable(cache->build_dir, text);
    g_autofree char *sum = entry_sum(kind, key, body);
    g_autofree char *entry = g_strconcat(sum, "\n", body, NULL);
    g_autofree char *aside = g_strdup_printf(
        "%s/%d-entry-%u", cache->scratch, (int)getpid(), cache->stored->len);
    g_autoptr(GError) error = NULL;

    if (!write_aside(aside, path, entry, &error) && !cache->trouble) {
        cache->trouble = g_strdup_printf("cannot write %s: %s", path,
                                         error->message);
    }
    g_ptr_array_add(cache->stored, g_steal_pointer(&path));
}
