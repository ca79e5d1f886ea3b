/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "hosts/build.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "apply/apply.h"
#include "base/environment.h"
#include "base/error.h"
#include "base/job-pool.h"
#include "base/progress.h"
#include "base/shell-line.h"
#include "hosts/build-log.h"
#include "hosts/built-from.h"
#include "hosts/icache-control.h"
#include "hosts/source-copy.h"
#include "upstream/firmware.h"

/*
 * Common to all hosts.  What a machine happens to have installed must not
 * change what is built, so every optional library is switched off by name.
 */
static const char *const configure_common[] = {
    "--disable-werror", "--disable-docs", "--disable-tools",
    "--disable-guest-agent", "--disable-slirp", "--disable-capstone",
    "--disable-blobs", "--disable-debug-info", "--disable-containers",
    NULL,
};

static const char *const configure_without[] = {
    "auth-pam", "bochs", "brlapi", "bzip2", "cap-ng", "cloop", "crypto-afalg",
    "curl", "curses", "dmg", "gcrypt", "glusterfs", "gnutls", "gtk", "iconv",
    "kvm", "libdaxctl", "libiscsi", "libnfs", "libpmem", "libssh", "libudev",
    "libusb", "libxml2", "linux-aio", "linux-io-uring",
    "live-block-migration", "lzo", "membarrier", "mpath", "netmap", "nettle",
    "numa", "opengl", "parallels", "pvrdma", "qcow1", "qed", "rbd", "rdma",
    "replication", "sdl", "seccomp", "sheepdog", "smartcard", "snappy",
    "spice", "tpm", "u2f", "usb-redir", "vde", "vdi", "vhost-crypto",
    "vhost-kernel", "vhost-net", "vhost-scsi", "vhost-user", "vhost-vdpa",
    "vhost-vsock", "virglrenderer", "virtfs", "virtiofsd", "vnc", "vnc-png",
    "vvfat", "xen", "xfsctl", "xkbcommon", "zstd",
    NULL,
};

/*
 * The boards that upstream's system tests need; without them, two thirds of
 * what qemu-system-* compiles are devices that no test starts.
 */
static const struct {
    const char *path;
    const char *text;
} devices[] = {
    { "default-configs/devices/x86_64-softmmu.mak",
      "CONFIG_I440FX=y\nCONFIG_ISA_DEBUG=y\n" },
    { "default-configs/devices/aarch64-softmmu.mak",
      "CONFIG_ARM_V7M=y\nCONFIG_ARM_VIRT=y\nCONFIG_SEMIHOSTING=y\n" },
};

char **tv_build_environment(const TvOptions *options)
{
    g_autofree char *cache = tv_options_build_path(options, "cache", "ccache",
                                                   NULL);
    g_autofree char *base = tv_options_build_path(options, "host", NULL);
    char **envp = tv_environment_of_build();

    envp = g_environ_setenv(envp, "CCACHE_DIR", cache, TRUE);
    envp = g_environ_setenv(envp, "CCACHE_CONFIGPATH", "/dev/null", TRUE);
    envp = g_environ_setenv(envp, "CCACHE_MAXSIZE", "3G", TRUE);
    /* The trees lie at the same place relative to their build directories, so
     * that one build uses what another has compiled. */
    envp = g_environ_setenv(envp, "CCACHE_BASEDIR", base, TRUE);
    envp = g_environ_setenv(envp, "CCACHE_NOHASHDIR", "1", TRUE);
    return envp;
}

static char *source_dir(const TvOptions *options, TvSide side)
{
    return tv_options_build_path(options, "host", "source",
                                 tv_side_name(side), NULL);
}

static gboolean copy_source(const TvOptions *options, TvSide side,
                            const char *tree, GError **error)
{
    g_autofree char *to = source_dir(options, side);
    g_autofree char *version = g_build_filename(tree, "VERSION", NULL);
    g_autoptr(GHashTable) overrides = tv_firmware_table();

    if (!g_file_test(version, G_FILE_TEST_EXISTS)) {
        g_set_error(error, TV_ERROR, TV_ERROR_TREE,
                    "there is no QEMU tree in %s; run 'tcg-verify %s' first",
                    tree, side == TV_SIDE_PRISTINE ? "source" : "apply");
        return FALSE;
    }
    for (gsize i = 0; i < G_N_ELEMENTS(devices); i++) {
        g_hash_table_replace(overrides, g_strdup(devices[i].path),
                             g_bytes_new_static(devices[i].text,
                                                strlen(devices[i].text)));
    }
    if (side == TV_SIDE_CONTROL &&
        !tv_icache_control_edit(tree, overrides, error)) {
        return FALSE;
    }
    return tv_firmware_stand_ins(tree, overrides, error) &&
           tv_source_copy(tree, to, overrides, error);
}

gboolean tv_host_build_sources(const TvOptions *options, TvSide side,
                               GError **error)
{
    g_autofree char *tree = side == TV_SIDE_PRISTINE
                                ? tv_options_pristine(options)
                                : tv_apply_current(options, error);

    return tree && copy_source(options, side, tree, error);
}

gboolean tv_host_build_step_sources(const TvOptions *options, const char *tree,
                                    GError **error)
{
    return copy_source(options, TV_SIDE_STEP, tree, error);
}

/*
 * BUILD/host/HOST/SIDE/qemu-5.2.0: a directory of links to the copy.  Meson
 * resolves a link to the whole tree, but not links in it.
 */
static gboolean link_source(const TvOptions *options, TvSide side,
                            const char *to, GError **error)
{
    g_autofree char *from = source_dir(options, side);
    g_autoptr(GDir) there = NULL;
    g_autoptr(GDir) dir = NULL;
    const char *name;

    if (g_mkdir_with_parents(to, 0777) != 0) {
        return tv_error_set_errno(error, errno, "make directory", to, NULL);
    }
    there = g_dir_open(to, 0, error);
    dir = there ? g_dir_open(from, 0, error) : NULL;
    if (!dir) {
        return FALSE;
    }
    while ((name = g_dir_read_name(there))) {
        g_autofree char *source = g_build_filename(from, name, NULL);
        g_autofree char *link = g_build_filename(to, name, NULL);

        if (!g_file_test(source, G_FILE_TEST_EXISTS)) {
            g_unlink(link);
        }
    }
    while ((name = g_dir_read_name(dir))) {
        g_autofree char *source = g_build_filename(from, name, NULL);
        g_autofree char *link = g_build_filename(to, name, NULL);
        g_autofree char *target = g_file_read_link(link, NULL);

        if (g_strcmp0(target, source) == 0) {
            continue;
        }
        g_unlink(link);
        if (symlink(source, link) != 0) {
            return tv_error_set_errno(error, errno, "make link", link, NULL);
        }
    }
    return TRUE;
}

static char **configure_argv(const TvHost *host, TvSide side)
{
    GPtrArray *argv = g_ptr_array_new();
    GString *targets = g_string_new("--target-list=");

    g_ptr_array_add(argv, g_strdup("../qemu-5.2.0/configure"));
    for (const char *const *arg = configure_common; *arg; arg++) {
        g_ptr_array_add(argv, g_strdup(*arg));
    }
    for (const char *const *name = configure_without; *name; name++) {
        g_ptr_array_add(argv, g_strconcat("--disable-", *name, NULL));
    }
    for (char **arg = host->configure; *arg; arg++) {
        g_ptr_array_add(argv, g_strdup(*arg));
    }
    /* gdb looks only into those that run, and directly.  For the others,
     * compilers take up to a quarter less time; the code is the same. */
    if (tv_run_host_is_nested(host) || side == TV_SIDE_STEP) {
        g_ptr_array_add(argv, g_strdup("--disable-debug-info"));
    }
    if (!host->native) {
        g_ptr_array_add(argv, g_strdup_printf("--cross-prefix=%s-",
                                              host->triplet));
    }
    g_ptr_array_add(argv, g_strdup_printf("--cc=ccache %s%sgcc",
                                          host->native ? "" : host->triplet,
                                          host->native ? "" : "-"));
    for (char **guest = host->user_guests; *guest; guest++) {
        g_string_append_printf(targets, "%s-linux-user,", *guest);
    }
    for (char **guest = host->system_guests; *guest; guest++) {
        g_string_append_printf(targets, "%s-softmmu,", *guest);
    }
    g_string_truncate(targets, targets->len - 1);
    g_ptr_array_add(argv, g_string_free(targets, FALSE));
    g_ptr_array_add(argv, NULL);
    return (char **)g_ptr_array_free(argv, FALSE);
}

/* What a configured directory depends on: change it and start over. */
static char *configure_stamp(const TvHost *host, char **argv,
                             const char *dir, GError **error)
{
    g_autofree char *script = g_build_filename(dir, "qemu-5.2.0", "configure",
                                               NULL);
    g_autofree char *line = g_strjoinv("\n", argv);
    g_autofree char *text = NULL;
    g_autofree char *hash = NULL;

    if (!g_file_get_contents(script, &text, NULL, error)) {
        return NULL;
    }
    hash = g_compute_checksum_for_string(G_CHECKSUM_SHA256, text, -1);
    return g_strdup_printf("%s\n%s\n%s\n%s\n", dir, hash, line,
                           host->sysroot ? host->sysroot : "native");
}

static gboolean remove_dir(const char *path, GError **error)
{
    g_autoptr(TvJob) job = tv_job_new_args("rm", "-rf", path, NULL);

    return tv_job_run_ok(job, error);
}

static char **host_environment(const TvOptions *options, const TvHost *host)
{
    char **envp = tv_build_environment(options);

    if (host->sysroot) {
        g_autofree char *name = g_strconcat(host->sysroot, "-pkg-config",
                                            NULL);
        g_autofree char *path = tv_options_build_path(options, "sysroot", name,
                                                      NULL);

        envp = g_environ_setenv(envp, "PKG_CONFIG", path, TRUE);
    }
    return envp;
}

/* A job's whole output, kept in DIR/NAME.log as well. */
static gboolean run_logged(TvJob *job, const char *dir, const char *name,
                           GString *output, GError **error)
{
    g_autofree char *file = g_strconcat(name, ".log", NULL);
    g_autofree char *path = g_build_filename(dir, file, NULL);
    gboolean ran = tv_job_run(job, error);

    g_string_append_len(output, job->out->str, (gssize)job->out->len);
    g_string_append_len(output, job->err->str, (gssize)job->err->len);
    return g_file_set_contents(path, output->str, (gssize)output->len,
                               ran ? error : NULL) && ran;
}

/* @stamp: of a directory that was configured, or NULL. */
static void report_moved(const char *stamp, const char *dir)
{
    g_autofree char *place =
        g_strndup(stamp ? stamp : dir, strcspn(stamp ? stamp : dir, "\n"));

    if (!g_str_equal(place, dir)) {
        fprintf(stderr, "build: %s was configured at %s; it is made anew\n",
                dir, place);
    }
}

static gboolean configure(const TvOptions *options, const TvHost *host,
                          TvSide side, const char *dir, GString *output,
                          gboolean *ok, GError **error)
{
    g_autofree char *obj = g_build_filename(dir, "obj", NULL);
    g_autofree char *ninja = g_build_filename(obj, "build.ninja", NULL);
    g_autofree char *stamp_path = g_build_filename(dir, "configured", NULL);
    g_auto(GStrv) argv = configure_argv(host, side);
    g_autofree char *stamp = configure_stamp(host, argv, dir, error);
    g_autofree char *there = NULL;
    g_autoptr(TvJob) job = NULL;

    if (!stamp) {
        return FALSE;
    }
    if (g_file_get_contents(stamp_path, &there, NULL, NULL) &&
        g_str_equal(there, stamp) && g_file_test(ninja, G_FILE_TEST_EXISTS)) {
        *ok = TRUE;
        return TRUE;
    }
    report_moved(there, dir);
    g_unlink(stamp_path);
    if (!remove_dir(obj, error)) {
        return FALSE;
    }
    if (g_mkdir_with_parents(obj, 0777) != 0) {
        return tv_error_set_errno(error, errno, "make directory", obj, NULL);
    }
    job = tv_job_new((const char *const *)argv);
    job->cwd = g_strdup(obj);
    job->envp = host_environment(options, host);
    if (!run_logged(job, dir, "configure", output, error)) {
        return FALSE;
    }
    *ok = job->exit_code == 0;
    return !*ok || g_file_set_contents(stamp_path, stamp, -1, error);
}

/* ninja says "[12/478] what" for each step. */
static void on_ninja_line(TvJob *job, const char *line, gpointer user_data)
{
    TvProgress *progress = user_data;
    guint done, total;

    (void)job;
    if (sscanf(line, "[%u/%u]", &done, &total) == 2) {
        const char *what = strchr(line, ']');

        tv_progress_set_total(progress, total);
        tv_progress_set(progress, done, what + 1);
    }
}

static gboolean ninja(const TvOptions *options, const TvHost *host,
                      TvSide side, const char *dir, GPtrArray *binaries,
                      GString *output, gboolean *ok, GError **error)
{
    g_autofree char *label = g_strdup_printf("build %s %s", host->name,
                                             tv_side_name(side));
    g_autofree char *jobs = g_strdup_printf("-j%d", options->jobs);
    g_autofree char *obj = g_build_filename(dir, "obj", NULL);
    g_autoptr(TvProgress) progress = tv_progress_new(label, 1);
    g_autoptr(GPtrArray) argv = g_ptr_array_new();
    g_autoptr(TvJob) job = NULL;

    g_ptr_array_add(argv, (gpointer)"ninja");
    g_ptr_array_add(argv, jobs);
    for (guint i = 0; i < binaries->len; i++) {
        g_ptr_array_add(argv, binaries->pdata[i]);
    }
    g_ptr_array_add(argv, NULL);
    job = tv_job_new((const char *const *)argv->pdata);
    job->cwd = g_strdup(obj);
    job->envp = host_environment(options, host);
    job->on_line = on_ninja_line;
    job->line_data = progress;
    if (!run_logged(job, dir, "ninja", output, error)) {
        return FALSE;
    }
    *ok = job->exit_code == 0;
    return TRUE;
}

static GPtrArray *binary_names(const char *const *user_guests,
                               const char *const *system_guests)
{
    GPtrArray *names = g_ptr_array_new_with_free_func(g_free);

    for (; *user_guests; user_guests++) {
        g_ptr_array_add(names, g_strconcat("qemu-", *user_guests, NULL));
    }
    for (; *system_guests; system_guests++) {
        g_ptr_array_add(names,
                        g_strconcat("qemu-system-", *system_guests, NULL));
    }
    return names;
}

static void add_failure(const TvOptions *options, TvResult *result,
                        const TvHost *host, TvSide side,
                        const char *dir, const char *step, const char *text)
{
    g_autofree char *first = tv_build_log_errors(text, 1);
    g_autofree char *file = NULL;
    TvFinding *finding;
    int line = 0;

    tv_build_log_place(first, &file, &line);
    if (side == TV_SIDE_STEP) {
        /* The logs of the next patch take the place of this one's. */
        finding = tv_finding_new("host-build", file, line,
                                 "%s fails, and of the tree before the patch "
                                 "it does not: %s", step, first);
    } else {
        finding = tv_finding_new("host-build", file, line,
                                 "%s fails, and of pristine it does not: %s "
                                 "(log: %s/%s.log)", step, first, dir, step);
    }
    finding->host = g_strdup(host->name);
    finding->text = g_strdup(first);
    finding->reproduce = tv_shell_command(
        "tcg-verify", "build", "--host", host->name,
        options->tree ? "--tree" : NULL, options->tree, NULL);
    tv_result_add_finding(result, finding);
}

gboolean tv_host_build(const TvOptions *options, const TvHost *host,
                       TvSide side, const char *const *user_guests,
                       const char *const *system_guests, TvResult *result,
                       GError **error)
{
    g_autofree char *dir = tv_run_host_dir(options, host, side);
    g_autofree char *root = g_build_filename(dir, "qemu-5.2.0", NULL);
    g_autoptr(GPtrArray) binaries = binary_names(user_guests, system_guests);
    g_autoptr(GString) output = g_string_new(NULL);
    g_autoptr(GPtrArray) tests = NULL;
    const char *step = "configure";
    gboolean is_judged = side == TV_SIDE_APPLIED || side == TV_SIDE_STEP;
    /* Of a step nothing is run. */
    gboolean is_recorded = side != TV_SIDE_STEP;
    gint64 started = g_get_monotonic_time();
    gboolean ok = FALSE;
    TvCell *cell;

    if (!link_source(options, side, root, error) ||
        !configure(options, host, side, dir, output, &ok, error)) {
        return FALSE;
    }
    tests = tv_unit_tests_targets(options, host, root);
    for (guint i = 0; is_judged && i < tests->len; i++) {
        g_ptr_array_add(binaries, g_strdup(tests->pdata[i]));
    }
    if (ok) {
        step = "ninja";
        g_string_truncate(output, 0);
        if ((is_recorded &&
             !tv_built_from_forget(options, host, side, binaries, error)) ||
            !ninja(options, host, side, dir, binaries, output, &ok,
                   error) ||
            (ok && is_recorded &&
             !tv_built_from_record(options, host, side, binaries, error))) {
            return FALSE;
        }
    }
    if (!ok && !is_judged) {
        g_autofree char *lines = tv_build_log_errors(output->str, 3);

        g_set_error(error, TV_ERROR, TV_ERROR_TOOL,
                    "%s of the %s tree for host %s fails: %s (log: %s/%s.log)",
                    step, tv_side_name(side), host->name, lines, dir, step);
        return FALSE;
    }
    if (!ok) {
        add_failure(options, result, host, side, dir, step, output->str);
    }
    cell = tv_cell_new("build", host->name, NULL, 0,
                       ok ? TV_CELL_CLEAN : TV_CELL_FINDINGS);
    cell->note = g_strdup(tv_side_name(side));
    cell->checked = (int)binaries->len;
    cell->findings = ok ? 0 : 1;
    cell->seconds = (g_get_monotonic_time() - started) /
                    (double)G_USEC_PER_SEC;
    tv_result_add_cell(result, cell);
    return TRUE;
}

gboolean tv_host_build_guests(const TvOptions *options, const TvHost *host,
                              TvSide side, TvResult *result, GError **error)
{
    g_autofree const char **user =
        tv_run_guests_select(host, FALSE, options->guests);
    g_autofree const char **system =
        tv_run_guests_select(host, TRUE, options->guests);

    if (!user[0] && !system[0]) {
        return TRUE;
    }
    return tv_host_build(options, host, side, user, system, result, error);
}
