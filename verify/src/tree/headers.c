/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tree/headers.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/data.h"
#include "base/directory.h"
#include "base/error.h"
#include "base/file.h"
#include "base/hash.h"
#include "base/job-pool.h"
#include "base/manifest.h"
#include "headers-digest.h"
#include "tree/headers-generate.h"
#include "tree/headers-text.h"

static char *pkg_config(const char *package, const char *variable,
                        GError **error)
{
    g_autofree char *option = g_strconcat("--variable=", variable, NULL);
    g_autoptr(TvJob) job = tv_job_new_args("pkg-config", option, package, NULL);

    if (!tv_job_run_ok(job, error)) {
        g_prefix_error(error, "package %s: ", package);
        return NULL;
    }
    return g_strdup(g_strstrip(job->out->str));
}

char *tv_headers_target_mak(const TvTreeScan *scan, const char *target)
{
    static const char *const dirs[] = {
        "default-configs/targets",
        "configs/targets",
    };

    for (gsize i = 0; i < G_N_ELEMENTS(dirs); i++) {
        g_autofree char *path = g_strdup_printf("%s/%s.mak", dirs[i], target);

        if (tv_tree_scan_has(scan, path)) {
            return g_steal_pointer(&path);
        }
    }
    return NULL;
}

/* Whether generated headers depend on this file of the tree. */
static gboolean is_input(const char *file)
{
    g_autofree char *name = g_path_get_basename(file);

    return g_str_has_prefix(file, "scripts/tracetool") ||
           g_str_has_prefix(file, "scripts/qapi") ||
           g_str_equal(file, "scripts/hxtool") ||
           g_str_equal(file, "scripts/minikconf.py") ||
           g_str_has_prefix(file, "qapi/") ||
           g_str_has_prefix(file, "default-configs/") ||
           g_str_has_prefix(file, "configs/") ||
           g_str_has_prefix(file, "linux-headers/asm-") ||
           g_str_has_prefix(name, "Kconfig") || g_str_has_suffix(name, ".hx") ||
           g_str_has_suffix(name, ".tbl") ||
           g_str_equal(name, "syscallhdr.sh") ||
           g_str_equal(name, "trace-events") || g_str_equal(name, "VERSION");
}

static char *digest_inputs(const TvTreeScan *scan, TvFileFacts *facts,
                           const char *const *targets, GPtrArray *groups,
                           const char *template, const char *glibconfig)
{
    g_autoptr(GChecksum) sum = g_checksum_new(G_CHECKSUM_SHA256);
    g_autofree char *assertion = tv_data_text("assert.h");
    g_autofree char *prelude = tv_data_text("sparse-prelude.h");
    g_autofree char *hosts = tv_data_text("hosts.ini");

    tv_hash_add(sum, TV_HEADERS_DIGEST);
    tv_hash_add(sum, hosts);
    tv_hash_add(sum, prelude);
    tv_hash_add(sum, template);
    tv_hash_add(sum, glibconfig);
    tv_hash_add(sum, assertion);
    for (guint i = 0; i < groups->len; i++) {
        tv_hash_add(sum, groups->pdata[i]);
    }
    for (; *targets; targets++) {
        tv_hash_add(sum, *targets);
    }
    for (guint i = 0; i < scan->files->len; i++) {
        const char *file = scan->files->pdata[i];

        if (is_input(file)) {
            g_autofree char *path = g_build_filename(scan->root, file, NULL);
            const char *content = tv_file_facts_sha256(facts, path);

            tv_hash_add(sum, file);
            tv_hash_add(sum, content ? content : "unreadable");
        }
    }
    return g_strdup(g_checksum_get_string(sum));
}

static gboolean write_text(const char *dir, const char *name, const char *text,
                           GError **error)
{
    g_autofree char *path = g_build_filename(dir, name, NULL);

    return tv_kept_file(path, text, error);
}

/* linux-headers/asm is a link that configure makes; here it is a copy, so
 * that the headers do not depend on where the tree lies. */
static gboolean copy_asm(const TvTreeScan *scan, const TvHost *host,
                         const char *dir, GError **error)
{
    g_autofree char *name =
        g_strconcat("asm-", host->linux_arch ? host->linux_arch : "", NULL);
    g_autofree char *from =
        g_build_filename(scan->root, "linux-headers", name, NULL);
    g_autofree char *linux_dir = g_build_filename(dir, "linux", NULL);
    g_autofree char *to = g_build_filename(linux_dir, "asm", NULL);

    return !host->linux_arch || !g_file_test(from, G_FILE_TEST_IS_DIR) ||
           (tv_tree_make_directory(linux_dir, error) &&
            tv_tree_copy(from, to, NULL, error));
}

static gboolean write_host(const TvTreeScan *scan, const TvHost *host,
                           const char *root, const char *template,
                           const char *glibconfig, GError **error)
{
    g_autofree char *dir = g_build_filename(root, "host", host->name, NULL);
    g_autofree char *config =
        tv_headers_config_host(template, host, scan->version);
    g_autofree char *assertion = tv_data_text("assert.h");
    g_autofree char *glib =
        tv_headers_glibconfig(glibconfig, host->bits, error);

    return glib && write_text(dir, "config-host.h", config, error) &&
           write_text(dir, "glibconfig.h", glib, error) &&
           write_text(dir, "assert.h", assertion, error) &&
           copy_asm(scan, host, dir, error);
}

static gboolean write_target(TvGenerate *generate, const char *target,
                             GError **error)
{
    static const char *const dis[] = {"CONFIG_I386_DIS", NULL};
    g_autofree char *dir =
        g_build_filename(generate->dir, "guest", target, NULL);
    g_autofree char *mak = tv_headers_target_mak(generate->scan, target);
    g_autofree char *mak_path = NULL;
    g_autofree char *name = g_strconcat(target, "-config-target.h", NULL);
    g_autofree char *text = NULL;
    g_autofree char *config = NULL;

    if (!mak) {
        g_set_error(error, TV_ERROR, TV_ERROR_TREE,
                    "the tree has no target %s (no %s.mak)", target, target);
        return FALSE;
    }
    mak_path = g_build_filename(generate->scan->root, mak, NULL);
    if (!g_file_get_contents(mak_path, &text, NULL, error)) {
        return FALSE;
    }
    config = tv_headers_config_target(text, target, dis);
    if (!write_text(dir, name, config, error)) {
        return FALSE;
    }
    if (g_str_has_suffix(target, "-softmmu")) {
        tv_generate_devices(generate, target);
    } else {
        tv_generate_syscalls(generate, target, text);
    }
    return TRUE;
}

static gboolean generate_all(const TvOptions *options, const TvTreeScan *scan,
                             const char *dir, const char *const *targets,
                             GPtrArray *groups, GError **error)
{
    g_autoptr(TvJobPool) pool = tv_job_pool_new(options->jobs, "headers");
    TvGenerate generate = {.scan = scan, .dir = dir, .pool = pool};
    g_autofree char *common = g_build_filename(dir, "common", NULL);
    g_autofree char *trace = g_build_filename(common, "trace", NULL);
    g_autofree char *prelude = tv_data_text("sparse-prelude.h");
    g_autofree char *version = g_strdup_printf(
        "#define QEMU_PKGVERSION \"\"\n#define QEMU_FULL_VERSION \"%s\"\n",
        scan->version);

    if (!tv_tree_make_directory(trace, error) ||
        !write_text(common, "sparse-prelude.h", prelude, error) ||
        /* Since 6.1: names that common units must not use.  None is in the
         * units that are checked, or they would not build. */
        !write_text(common, "config-poison.h", "", error) ||
        !write_text(common, "qemu-version.h", version, error)) {
        return FALSE;
    }
    tv_generate_qapi(&generate);
    for (; *targets; targets++) {
        if (!write_target(&generate, *targets, error)) {
            return FALSE;
        }
    }
    tv_generate_trace(&generate, groups);
    tv_generate_hx(&generate);
    if (!tv_job_pool_run(pool, error)) {
        g_clear_error(&generate.error);
        return FALSE;
    }
    if (generate.error) {
        g_propagate_error(error, generate.error);
    }
    return !generate.error;
}

static gboolean write_all(const TvOptions *options, const TvTreeScan *scan,
                          const char *dir, const char *template,
                          const char *glibconfig, const char *const *targets,
                          GPtrArray *groups, GError **error)
{
    const TvHost *host;

    for (guint i = 0; (host = tv_host_nth(i)); i++) {
        if (!write_host(scan, host, dir, template, glibconfig, error)) {
            return FALSE;
        }
    }
    return generate_all(options, scan, dir, targets, groups, error);
}

#define MANIFEST "manifest"

static gboolean write_manifest(const char *dir, GError **error)
{
    g_autofree char *list = tv_manifest_of(dir, error);

    return list && write_text(dir, MANIFEST, list, error);
}

/* Whether all that was made is there, as it was. */
static gboolean is_whole(const char *dir)
{
    g_autofree char *path = g_build_filename(dir, MANIFEST, NULL);
    g_autofree char *list = NULL;

    return g_file_get_contents(path, &list, NULL, NULL) &&
           g_str_has_suffix(list, "\n") &&
           tv_manifest_changed(list, dir, NULL) == 0;
}

/* Directories "DIGEST.PID" of runs that were killed. */
static void sweep(const TvOptions *options)
{
    g_autofree char *root =
        tv_options_build_path(options, "cache", "headers", NULL);
    g_autoptr(GDir) dir = g_dir_open(root, 0, NULL);
    const char *name;

    while (dir && (name = g_dir_read_name(dir))) {
        const char *dot = strchr(name, '.');
        pid_t pid = dot ? atoi(dot + 1) : 0;

        if (pid > 0 && kill(pid, 0) < 0 && errno == ESRCH) {
            g_autofree char *path = g_build_filename(root, name, NULL);

            tv_tree_remove(path, NULL);
        }
    }
}

TvHeaders *tv_headers_make(const TvOptions *options, const TvTreeScan *scan,
                           TvFileFacts *facts, const char *const *targets,
                           GPtrArray *groups, GError **error)
{
    g_autoptr(TvHeaders) headers = g_new0(TvHeaders, 1);
    g_autofree char *template = tv_data_text("config-host.h.in");
    g_autofree char *libdir = pkg_config("glib-2.0", "libdir", error);
    g_autofree char *include =
        libdir ? pkg_config("glib-2.0", "includedir", error) : NULL;
    g_autofree char *pixman =
        include ? pkg_config("pixman-1", "includedir", error) : NULL;
    g_autofree char *native_path = NULL;
    g_autofree char *native = NULL;
    g_autofree char *root = NULL;
    g_autofree char *work = NULL;

    if (!pixman) {
        return NULL;
    }
    headers->glib = g_build_filename(include, "glib-2.0", NULL);
    headers->pixman = g_build_filename(pixman, "pixman-1", NULL);
    native_path =
        g_build_filename(libdir, "glib-2.0", "include", "glibconfig.h", NULL);
    if (!g_file_get_contents(native_path, &native, NULL, error)) {
        return NULL;
    }
    headers->digest =
        digest_inputs(scan, facts, targets, groups, template, native);
    root = tv_options_build_path(options, "cache", "headers", headers->digest,
                                 NULL);
    headers->common = g_build_filename(root, "common", NULL);
    headers->host_root = g_build_filename(root, "host", NULL);
    headers->guest_root = g_build_filename(root, "guest", NULL);
    sweep(options);
    if (g_file_test(root, G_FILE_TEST_IS_DIR)) {
        if (is_whole(root)) {
            return g_steal_pointer(&headers);
        }
        fprintf(stderr, "check: the headers below %s were damaged; they are "
                        "made again\n", root);
        if (!tv_tree_remove(root, error)) {
            return NULL;
        }
    }
    work = g_strdup_printf("%s.%d", root, (int)getpid());
    if (!write_all(options, scan, work, template, native, targets, groups,
                   error) ||
        !write_manifest(work, error)) {
        tv_tree_remove(work, NULL);
        return NULL;
    }
    /* Another run may have been faster: its result is as good. */
    if (g_rename(work, root) < 0) {
        int err = errno;

        tv_tree_remove(work, NULL);
        if (err != ENOTEMPTY && err != EEXIST) {
            tv_error_set_errno(error, err, "cannot rename to", root, NULL);
            return NULL;
        }
    }
    return g_steal_pointer(&headers);
}

void tv_headers_free(TvHeaders *headers)
{
    if (!headers) {
        return;
    }
    g_free(headers->digest);
    g_free(headers->common);
    g_free(headers->host_root);
    g_free(headers->guest_root);
    g_free(headers->glib);
    g_free(headers->pixman);
    g_free(headers);
}
