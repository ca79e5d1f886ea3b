/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tree/tools.h"

#include "base/child.h"
#include "base/error.h"
#include "base/job-pool.h"

/* Debian names a clang that is not the default by its version.  The one that
 * goes with the analyser's LLVM comes first: it has to read the bitcode. */
static const char *const clang_names[] = {
    "clang-" TV_LLVM_MAJOR, "clang", NULL,
};
static const char *const sparse_names[] = {"sparse", NULL};

static gboolean find(const char *const *names, char **path, char **version,
                     GError **error)
{
    g_autoptr(TvJob) job = NULL;

    for (guint i = 0; names[i] && !*path; i++) {
        *path = g_find_program_in_path(names[i]);
    }
    if (!*path) {
        g_set_error(error, TV_ERROR, TV_ERROR_TOOL,
                    "%s is not installed; scripts/packages installs it",
                    names[0]);
        return FALSE;
    }
    job = tv_job_new_args(*path, "--version", NULL);
    job->timeout_s = 30;
    if (!tv_job_run_ok(job, error)) {
        return FALSE;
    }
    *version = g_strconcat(job->out->str, job->err->str, NULL);
    return TRUE;
}

static gboolean find_units(TvCheckTools *tools, GError **error)
{
    g_autofree char *path = tv_child_program("tcg-address-units", error);
    const char *const names[] = {path, NULL};

    if (!path) {
        return FALSE;
    }
    if (!g_file_test(path, G_FILE_TEST_IS_EXECUTABLE)) {
        g_set_error(error, TV_ERROR, TV_ERROR_TOOL,
                    "%s is missing; build the tool anew: make tool", path);
        return FALSE;
    }
    return find(names, &tools->units, &tools->units_version, error);
}

TvCheckTools *tv_check_tools_find(GError **error)
{
    g_autoptr(TvCheckTools) tools = g_new0(TvCheckTools, 1);

    if (!find(clang_names, &tools->clang, &tools->clang_version, error) ||
        !find(sparse_names, &tools->sparse, &tools->sparse_version, error) ||
        !find_units(tools, error)) {
        return NULL;
    }
    tools->clang_server = tv_fork_server_new(tools->clang);
    tools->units_server = tv_fork_server_new(tools->units);
    return g_steal_pointer(&tools);
}

void tv_check_tools_free(TvCheckTools *tools)
{
    if (tools) {
        g_free(tools->clang);
        g_free(tools->clang_version);
        tv_fork_server_free(tools->clang_server);
        g_free(tools->sparse);
        g_free(tools->sparse_version);
        g_free(tools->units);
        g_free(tools->units_version);
        tv_fork_server_free(tools->units_server);
        g_free(tools);
    }
}
