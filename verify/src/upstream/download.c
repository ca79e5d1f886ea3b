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

static gboolean make_apt_directories(const char *apt, GError **error)
{
    static const char *const below[] = {"etc", "lists/partial",
                                        "archives/partial", "work"};

    for (gsize i = 0; i < G_N_ELEMENTS(below); i++) {
        g_autofree char *path = g_build_filename(apt, below[i], NULL);

        if (!tv_tree_make_directory(path, error)) {
            return FALSE;
        }
    }
    return TRUE;
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
 * The system's apt configuration with its lists, caches and sources replaced,
 * so that nothing of the system's is written.
 */
static TvJob *apt_job(const char *apt, const char *const *words)
{
    g_autoptr(GStrvBuilder) argv = g_strv_builder_new();
    g_auto(GStrv) list = NULL;
    char *options[] = {
        g_strdup_printf("Dir::Etc::SourceList=%s/etc/debian.sources", apt),
        g_strdup("Dir::Etc::SourceParts=/dev/null"),
        g_strdup_printf("Dir::State::Lists=%s/lists", apt),
        g_strdup_printf("Dir::Cache=%s", apt),
        g_strdup_printf("Dir::Cache::Archives=%s/archives", apt),
        g_strdup("Acquire::Languages=none"),
        g_strdup("APT::Update::Error-Mode=any"),
        g_strdup("Acquire::Retries=2"),
        /* Root's private directory is closed to apt's own user. */
        g_strdup(geteuid() == 0 ? "APT::Sandbox::User=root" : "APT::Color=0"),
    };

    g_strv_builder_add(argv, "apt-get");
    for (gsize i = 0; i < G_N_ELEMENTS(options); i++) {
        g_strv_builder_add(argv, "-o");
        g_strv_builder_add(argv, options[i]);
        g_free(options[i]);
    }
    g_strv_builder_addv(argv, (const char **)words);
    list = g_strv_builder_end(argv);
    return tv_job_new((const char *const *)list);
}

static gboolean from_debian(const TvOptions *options, const TvTarball *tarball,
                            const char *path, GError **error)
{
    static const char *const update[] = {"-q", "update", NULL};
    const char *const source[] = {
        "-q", "source", "--tar-only", "--download-only", tarball->debian_source,
        NULL};
    g_autofree char *apt = tv_options_build_path(options, "cache", "apt", NULL);
    g_autofree char *work = g_build_filename(apt, "work", NULL);
    g_autofree char *got = g_build_filename(work, tarball->file, NULL);
    g_autofree char *what = g_strdup_printf("%s of Debian %s", tarball->file,
                                            tarball->debian_suite);
    g_autoptr(TvJob) update_job = apt_job(apt, update);
    g_autoptr(TvJob) source_job = apt_job(apt, source);
    gboolean ok;

    if (!tv_tree_remove(work, error) || !make_apt_directories(apt, error) ||
        !write_sources(apt, tarball, error)) {
        return FALSE;
    }
    source_job->cwd = g_strdup(work);
    ok = run_watched(update_job, "the list of Debian's sources", got, error) &&
         run_watched(source_job, what, got, error);
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
