/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/error.h"

G_DEFINE_QUARK(tv - error - quark, tv_error)

gboolean tv_error_set_errno(GError **error, int err, const char *action,
                            const char *path, const char *hint)
{
    g_set_error(error, TV_ERROR, TV_ERROR_IO, "cannot %s %s: %s (errno %d)%s%s",
                action, path, g_strerror(err), err, hint ? "; " : "",
                hint ? hint : "");
    return FALSE;
}
