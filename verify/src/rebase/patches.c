#include <string.h>

#include "base/directory.h"
#include "base/error.h"
#include "base/git.h"
#include "rebase/rebase.h"

/* A file of the overlay as the diff that creates it. */
static gboolean append_overlay(const TvSeries *series, const char *file,
                               GString *text, GError **error)
{
    const char *const words[] = {"diff",      "--no-index", "--no-color",
                                 "--no-ext-diff", "--",     "/dev/null",
                                 file,        NULL};
    g_autofree char *overlay =
        g_build_filename(series->project, "overlay", NULL);
    g_autoptr(TvJob) job = tv_git_job(overlay, NULL, words);

    tv_git_job_isolate(job);
    if (!tv_job_run(job, error)) {
        return FALSE;
    }
    /* 1: the files differ. */
    if (job->exit_code != 1) {
        g_autofree char *how = tv_job_describe(job);

        g_set_error(error, TV_ERROR, TV_ERROR_TOOL, "overlay/%s: %s", file,
                    how);
        return FALSE;
    }
    g_string_append(text, job->out->str);
    return TRUE;
}

gboolean tv_rebase_write_patches(const TvSeries *series, const char *directory,
                                 GError **error)
{
    g_autoptr(GString) list = g_string_new(NULL);
    g_autofree char *path = g_build_filename(directory, "series", NULL);

    for (guint i = 0; i < series->patches->len; i++) {
        const TvPatch *patch = g_ptr_array_index(series->patches, i);
        g_autofree char *to = g_build_filename(directory, patch->name, NULL);
        g_autofree char *parent = g_path_get_dirname(to);
        g_autoptr(GString) text = g_string_new(NULL);

        g_string_append_printf(text, "Subject: [PATCH] %s\n\n%s\n---\n\n%s",
                               patch->subject, patch->body, patch->diff);
        for (guint f = 0; f < patch->overlay->len; f++) {
            if (!append_overlay(series, g_ptr_array_index(patch->overlay, f),
                                text, error)) {
                return FALSE;
            }
        }
        if (!tv_tree_make_directory(parent, error) ||
            !g_file_set_contents(to, text->str, (gssize)text->len, error)) {
            return FALSE;
        }
        g_string_append_printf(list, "%s\n", patch->name);
    }
    return g_file_set_contents(path, list->str, -1, error);
}

gboolean tv_rebase_read_names(TvRebase *rebase, GError **error)
{
    g_autofree char *path =
        g_build_filename(rebase->directory, "series", NULL);
    g_autofree char *text = NULL;
    g_auto(GStrv) lines = NULL;

    if (!g_file_get_contents(path, &text, NULL, error)) {
        return FALSE;
    }
    g_ptr_array_set_size(rebase->names, 0);
    lines = g_strsplit(text, "\n", -1);
    for (char **line = lines; *line; line++) {
        /* What follows the name are options that quilt notes. */
        char *name = g_strstrip(*line);

        name[strcspn(name, " \t")] = '\0';
        if (*name && *name != '#') {
            g_ptr_array_add(rebase->names, g_strdup(name));
        }
    }
    return TRUE;
}
