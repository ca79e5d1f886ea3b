/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "upstream/download.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/directory.h"
#include "base/error.h"
#include "base/job-pool.h"
#include "base/progress.h"
#include "upstream/apt.h"

#define POLL_MS 500
#define MIB (1024 * 1024)

typedef struct Watch {
    const char *path;
    TvProgress *progress;
} Watch;

static gboolean show_size(gpointer user_data)
{
    Watch *watch = user_data;
    struct stat info;

    if (stat(watch->path, &info) == 0) {
        tv_progress_set(watch->progress, (guint)(info.st_size / MIB), "MiB");
    }
    return G_SOURCE_CONTINUE;
}

static gboolean run_watched(TvJob *job, const char *what, const char *path,
                            GError **error)
{
    g_autofree char *label = g_strdup_printf("downloading %s, MiB", what);
    g_autoptr(TvProgress) progress = tv_progress_new(label, 0);
    Watch watch = {path, progress};
    guint source = g_timeout_add(POLL_MS, show_size, &watch);
    g_autoptr(GError) local = NULL;
    gboolean ok = tv_job_run_ok(job, &local);

    g_source_remove(source);
    if (!ok && g_error_matches(local, TV_ERROR, TV_ERROR_CANCELLED)) {
        g_propagate_error(error, g_steal_pointer(&local));
    } else if (!ok) {
        g_set_error(error, TV_ERROR, TV_ERROR_NETWORK, "cannot fetch %s: %s",
                    what, local->message);
    }
    return ok;
}

static gboolean move_into_place(const char *from, const char *to,
                                GError **error)
{
    if (g_rename(from, to) != 0) {
        return tv_error_set_errno(error, errno, "rename to", to, NULL);
    }
    return TRUE;
}

static gboolean from_uri(const TvTarball *tarball, const char *path,
                         GError **error)
{
    g_autofree char *part = g_strconcat(path, ".part", NULL);
    g_autoptr(TvJob) job = tv_job_new_args(
        "curl", "--fail", "--location", "--silent", "--show-error", "--retry",
        "2", "--connect-timeout", "20", "--speed-limit", "1000", "--speed-time",
        "60", "--output", part, tarball->uri, NULL);

    if (!run_watched(job, tarball->uri, part, error)) {
        g_unlink(part);
        return FALSE;
    }
    return move_into_place(part, path, error);
}

/* Where the machine's apt has its lists, after all of its configuration. */
static char *apt_etc(GError **error)
{
    g_autoptr(TvJob) job =
        tv_job_new_args("apt-config", "shell", "ETC", "Dir::Etc/d", NULL);
    g_auto(GStrv) words = NULL;

    if (!tv_job_run_ok(job, error)) {
        return NULL;
    }
    if (!g_shell_parse_argv(job->out->str, NULL, &words, error)) {
        return NULL;
    }
    if (!g_str_has_prefix(words[0], "ETC=/")) {
        g_set_error(error, TV_ERROR, TV_ERROR_TOOL,
                    "apt-config does not say where the lists of apt are");
        return NULL;
    }
    return g_strdup(words[0] + strlen("ETC="));
}

static gboolean write_sources(const char *apt, const TvTarball *tarball,
                              GError **error)
{
    g_autofree char *path =
        g_build_filename(apt, "etc", "debian.sources", NULL);
    g_autofree char *codename = g_get_os_info(G_OS_INFO_KEY_VERSION_CODENAME);
    g_autofree char *etc = apt_etc(error);
    g_autoptr(TvAptSource) mirror =
        etc ? tv_apt_sources_find_debian(etc, codename, error) : NULL;
    g_autofree char *text = NULL;

    if (!mirror) {
        return FALSE;
    }
    text = g_strdup_printf(
        "Types: deb-src\nURIs: %s\nSuites: %s\nComponents: main\n%s%s%s",
        mirror->uri, tarball->debian_suite,
        mirror->signed_by ? "Signed-By: " : "",
        mirror->signed_by ? mirror->signed_by : "",
        mirror->signed_by ? "\n" : "");
    return g_file_set_contents(path, text, -1, error);
}

/*
 * Runs apt-get with the system's configuration, but with lists, caches and
 * sources of its own below @apt, and writes nothing of the system's.
 */
static gboolean run_apt(const char *apt, const char *words, const char *what,
                        const char *got, GError **error)
{
    g_autofree char *quoted = g_shell_quote(apt);
    /* Root's private directory is closed to apt's own user. */
    const char *sandbox =
        geteuid() == 0 ? "-o APT::Sandbox::User=root" : "";
    g_autofree char *line = g_strdup_printf(
        "apt-get -o Dir::Etc::SourceList=%1$s/etc/debian.sources "
        "-o Dir::Etc::SourceParts=/dev/null "
        "-o Dir::State::Lists=%1$s/lists -o Dir::Cache=%1$s "
        "-o Dir::Cache::Archives=%1$s/archives -o Acquire::Languages=none "
        "-o APT::Update::Error-Mode=any -o Acquire::Retries=2 %2$s -q %3$s",
        quoted, sandbox, words);
    g_auto(GStrv) argv = NULL;
    g_autoptr(TvJob) job = NULL;

    if (!g_shell_parse_argv(line, NULL, &argv, error)) {
        return FALSE;
    }
    job = tv_job_new((const char *const *)argv);
    job->cwd = g_path_get_dirname(got);
    return run_watched(job, what, got, error);
}

static gboolean from_debian(const TvOptions *options, const TvTarball *tarball,
                            const char *path, GError **error)
{
    static const char *const below[] = {"etc", "lists/partial",
                                        "archives/partial", "work"};
    g_autofree char *apt = tv_options_build_path(options, "cache", "apt", NULL);
    g_autofree char *work = g_build_filename(apt, "work", NULL);
    g_autofree char *got = g_build_filename(work, tarball->file, NULL);
    g_autofree char *what = g_strdup_printf("%s of Debian %s", tarball->file,
                                            tarball->debian_suite);
    g_autofree char *quoted = g_shell_quote(tarball->debian_source);
    g_autofree char *source = g_strconcat(
        "source --tar-only --download-only ", quoted, NULL);
    gboolean ok = tv_tree_remove(work, error);

    for (gsize i = 0; ok && i < G_N_ELEMENTS(below); i++) {
        g_autofree char *directory = g_build_filename(apt, below[i], NULL);

        ok = tv_tree_make_directory(directory, error);
    }
    if (!ok || !write_sources(apt, tarball, error)) {
        return FALSE;
    }
    ok = run_apt(apt, "update", "the list of Debian's sources", got, error) &&
         run_apt(apt, source, what, got, error);
    if (ok && g_access(got, R_OK) != 0) {
        g_set_error(error, TV_ERROR, TV_ERROR_NETWORK,
                    "Debian %s has another version of %s: no %s",
                    tarball->debian_suite, tarball->debian_source,
                    tarball->file);
        ok = FALSE;
    }
    ok = ok && move_into_place(got, path, error);
    tv_tree_remove(work, NULL);
    return ok;
}

gboolean tv_download(const TvOptions *options, const TvTarball *tarball,
                     const char *path, GError **error)
{
    if (tarball->debian_source && tarball->debian_suite) {
        return from_debian(options, tarball, path, error);
    }
    if (tarball->uri) {
        return from_uri(tarball, path, error);
    }
    g_set_error(error, TV_ERROR, TV_ERROR_INPUT,
                "base.ini: [tarball %s] has neither uri nor debian-source and "
                "debian-suite",
                tarball->name);
    return FALSE;
}
