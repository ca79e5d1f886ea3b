#include "base/kept-file.h"

#include <errno.h>
#include <glib/gstdio.h>

#include "base/error.h"

gboolean tv_kept_file(const char *path, const char *text, GError **error)
{
    g_autofree char *dir = g_path_get_dirname(path);
    g_autofree char *now = NULL;

    if (g_file_get_contents(path, &now, NULL, NULL) &&
        g_str_equal(now, text)) {
        return TRUE;
    }
    if (g_mkdir_with_parents(dir, 0755) < 0) {
        return tv_error_set_errno(error, errno, "cannot make directory", dir,
                                  NULL);
    }
    return g_file_set_contents(path, text, -1, error);
}
