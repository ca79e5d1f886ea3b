/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/hash.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/error.h"
#include "base/interrupt.h"

#define CHUNK (1 << 18)

char *tv_hash_file(const char *path, GError **error)
{
    g_autoptr(GChecksum) checksum = g_checksum_new(G_CHECKSUM_SHA256);
    g_autofree guchar *buffer = g_malloc(CHUNK);
    int file = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t size;

    if (file < 0) {
        tv_error_set_errno(error, errno, "open", path, NULL);
        return NULL;
    }
    while ((size = read(file, buffer, CHUNK)) > 0) {
        g_checksum_update(checksum, buffer, size);
        if (!tv_interrupt_check(error)) {
            close(file);
            return NULL;
        }
    }
    if (size < 0) {
        tv_error_set_errno(error, errno, "read", path, NULL);
        close(file);
        return NULL;
    }
    close(file);
    return g_strdup(g_checksum_get_string(checksum));
}

void tv_hash_add(GChecksum *checksum, const char *text)
{
    g_checksum_update(checksum, (const guchar *)text, (gssize)strlen(text) + 1);
}

gboolean tv_hash_add_file(GChecksum *checksum, const char *path, GError **error)
{
    g_autofree char *contents = NULL;
    g_autofree char *frame = NULL;
    gsize length;

    if (!g_file_get_contents(path, &contents, &length, error)) {
        return FALSE;
    }
    frame = g_strdup_printf("%" G_GSIZE_FORMAT, length);
    tv_hash_add(checksum, frame);
    g_checksum_update(checksum, (const guchar *)contents, (gssize)length);
    return TRUE;
}
