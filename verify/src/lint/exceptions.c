/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "lint/lint.h"

#include <string.h>

#include "base/error.h"

/* Relative to the project; it need not exist. */
#define EXCEPTIONS "verify/data/checkpatch-exceptions.ini"

static void exception_free(TvLintException *exception)
{
    g_free(exception->section);
    g_free(exception->patch);
    g_free(exception->message);
    g_free(exception->file);
    g_free(exception->reason);
    g_free(exception);
}

GPtrArray *tv_lint_exceptions_load(const char *project, GError **error)
{
    g_autofree char *path = g_build_filename(project, EXCEPTIONS, NULL);
    g_autoptr(GPtrArray) exceptions =
        g_ptr_array_new_with_free_func((GDestroyNotify)exception_free);
    g_autoptr(GKeyFile) ini = g_key_file_new();
    g_auto(GStrv) groups = NULL;

    if (g_file_test(path, G_FILE_TEST_EXISTS) &&
        !g_key_file_load_from_file(ini, path, G_KEY_FILE_NONE, error)) {
        g_prefix_error(error, "%s: ", path);
        return NULL;
    }
    groups = g_key_file_get_groups(ini, NULL);
    for (char **group = groups; *group; group++) {
        TvLintException *exception = g_new0(TvLintException, 1);

        exception->section = g_strdup(*group);
        exception->patch = g_key_file_get_string(ini, *group, "patch", NULL);
        exception->message =
            g_key_file_get_string(ini, *group, "message", NULL);
        exception->file = g_key_file_get_string(ini, *group, "file", NULL);
        exception->reason = g_key_file_get_string(ini, *group, "reason", NULL);
        g_ptr_array_add(exceptions, exception);
    }
    return g_steal_pointer(&exceptions);
}

static gboolean is_complete(const TvLintException *exception)
{
    return exception->patch && exception->message && exception->file &&
           exception->reason && *g_strstrip(exception->reason);
}

static gboolean same_patch(const char *listed, const char *name)
{
    return g_str_has_prefix(name, listed) &&
           (g_str_equal(name + strlen(listed), "") ||
            g_str_equal(name + strlen(listed), ".patch"));
}

static gboolean excuses(const TvLintException *exception,
                        const TvFinding *finding)
{
    return g_str_equal(finding->rule, "checkpatch") && is_complete(exception) &&
           same_patch(exception->patch, finding->patch) &&
           g_str_equal(exception->message, finding->message) &&
           g_strcmp0(exception->file, finding->file) == 0;
}

gboolean tv_lint_excuses(GPtrArray *exceptions, const TvFinding *finding)
{
    gboolean excused = FALSE;

    for (guint i = 0; i < exceptions->len; i++) {
        TvLintException *exception = g_ptr_array_index(exceptions, i);

        if (excuses(exception, finding)) {
            exception->used = excused = TRUE;
        }
    }
    return excused;
}

gboolean tv_lint_except(const char *project, GPtrArray *findings,
                        GError **error)
{
    g_autoptr(GPtrArray) exceptions = tv_lint_exceptions_load(project, error);

    if (!exceptions) {
        return FALSE;
    }
    for (guint f = 0; f < findings->len;) {
        if (tv_lint_excuses(exceptions, g_ptr_array_index(findings, f))) {
            g_ptr_array_remove_index(findings, f);
        } else {
            f++;
        }
    }
    for (guint i = 0; i < exceptions->len; i++) {
        TvLintException *exception = g_ptr_array_index(exceptions, i);

        if (!exception->used) {
            g_ptr_array_add(
                findings,
                tv_finding_new(
                    "checkpatch-exception", EXCEPTIONS, 0,
                    is_complete(exception)
                        ? "[%s] matches nothing that checkpatch says"
                        : "[%s] needs patch, message, file and reason",
                    exception->section));
        }
    }
    return TRUE;
}
