/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "hosts/guests.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#include "base/error.h"
#include "base/job-pool.h"
#include "hosts/build-log.h"
#include "hosts/build.h"

#define ARM64_CONFIG \
    "CROSS_CC_HAS_SVE=y\nCROSS_CC_HAS_ARMV8_3=y\nCROSS_CC_HAS_ARMV8_BTI=y\n"

static const TvGuest guests[] = {
    { "x86_64", 64, "gcc", "-m64", "" },
    /* test-i386 has absolute addresses in its assembly. */
    { "i386", 32, "i686-linux-gnu-gcc", "-m32 -fno-pie -no-pie", "" },
    { "arm", 32, "arm-linux-gnueabihf-gcc", "", "" },
    { "aarch64", 64, "aarch64-linux-gnu-gcc", "", ARM64_CONFIG },
    { "s390x", 64, "s390x-linux-gnu-gcc", "", "" },
    { "ppc64le", 64, "powerpc64le-linux-gnu-gcc", "", "" },
    { "sparc64", 64, "sparc64-linux-gnu-gcc", "", "" },
};

const TvGuest *tv_guest_find(const char *name)
{
    for (gsize i = 0; i < G_N_ELEMENTS(guests); i++) {
        if (g_str_equal(guests[i].name, name)) {
            return &guests[i];
        }
    }
    return NULL;
}

char *tv_guest_target(const TvGuest *guest, gboolean system)
{
    return g_strdup_printf("%s-%s", guest->name,
                           system ? "softmmu" : "linux-user");
}

char *tv_guest_dir(const TvOptions *options, const char *target)
{
    /* Upstream's makefile looks for configuration three levels up. */
    return tv_options_build_path(options, "guest", "tests", "tcg", target,
                                 NULL);
}

char *tv_guest_own_dir(const TvOptions *options, const char *target)
{
    return tv_options_build_path(options, "guest", "own", target, NULL);
}

static char *pristine_source(const TvOptions *options)
{
    return tv_options_build_path(options, "host", "source",
                                 tv_side_name(TV_SIDE_PRISTINE), NULL);
}

/* Arguments that every call of upstream's makefile has. */
static GPtrArray *make_argv(const TvOptions *options, const char *target)
{
    GPtrArray *argv = g_ptr_array_new_with_free_func(g_free);
    g_autofree char *source = pristine_source(options);

    g_ptr_array_add(argv, g_strdup("make"));
    g_ptr_array_add(argv, g_strdup("-f"));
    g_ptr_array_add(argv, g_build_filename(source, "tests", "tcg",
                                           "Makefile.target", NULL));
    g_ptr_array_add(argv, g_strdup_printf("TARGET=%s", target));
    g_ptr_array_add(argv, g_strdup_printf("SRC_PATH=%s", source));
    g_ptr_array_add(argv, g_strdup("SPEED=quick"));
    /* Debian's gdb does not know all guests. */
    g_ptr_array_add(argv, g_strdup("HAVE_GDB_BIN="));
    return argv;
}

static char *config_text(const TvGuest *guest, gboolean system)
{
    return g_strdup_printf("TARGET_NAME=%s\n%s=y\nCROSS_CC_GUEST=%s\n"
                           "CROSS_CC_GUEST_CFLAGS=%s\n"
                           "CROSS_CC_GUEST_STATIC=y\n%s",
                           guest->name,
                           system ? "CONFIG_SOFTMMU" : "CONFIG_USER_ONLY",
                           guest->compiler, guest->flags, guest->config);
}

/* Writes @text only if it differs, so that nothing is made again in vain. */
static gboolean keep_file(const char *path, const char *text, GError **error)
{
    g_autofree char *there = NULL;

    if (g_file_get_contents(path, &there, NULL, NULL) &&
        g_str_equal(there, text)) {
        return TRUE;
    }
    return g_file_set_contents(path, text, -1, error);
}

static gboolean make_dir(const char *path, GError **error)
{
    if (g_mkdir_with_parents(path, 0777) != 0) {
        return tv_error_set_errno(error, errno, "make directory", path, NULL);
    }
    return TRUE;
}

static gboolean run_make(const TvOptions *options, GPtrArray *argv,
                         const char *dir, const char *target, GError **error)
{
    g_autoptr(TvJob) job = NULL;
    g_autofree char *log = g_strconcat(dir, ".log", NULL);
    g_autofree char *output = NULL;
    g_autofree char *lines = NULL;

    g_ptr_array_add(argv, NULL);
    job = tv_job_new((const char *const *)argv->pdata);
    job->cwd = g_strdup(dir);
    job->envp = tv_build_environment(options);
    if (!tv_job_run(job, error)) {
        return FALSE;
    }
    output = g_strconcat(job->out->str, job->err->str, NULL);
    if (!g_file_set_contents(log, output, -1, error)) {
        return FALSE;
    }
    if (job->exit_code == 0) {
        return TRUE;
    }
    lines = tv_build_log_errors(output, 3);
    g_set_error(error, TV_ERROR, TV_ERROR_TOOL,
                "cannot build the guest tests for %s: %s (log: %s)", target,
                lines, log);
    return FALSE;
}

static gboolean build_own(const TvOptions *options, const TvGuest *guest,
                          gboolean system, const char *target, GError **error)
{
    g_autofree char *dir = tv_guest_own_dir(options, target);
    g_autofree char *makefile =
        g_build_filename(options->project, "tests", "guest",
                         system ? "system.mak" : "user.mak", NULL);
    g_autoptr(GPtrArray) argv = g_ptr_array_new_with_free_func(g_free);

    if (!make_dir(dir, error)) {
        return FALSE;
    }
    g_ptr_array_add(argv, g_strdup("make"));
    g_ptr_array_add(argv, g_strdup_printf("-j%d", options->jobs));
    g_ptr_array_add(argv, g_strdup("-f"));
    g_ptr_array_add(argv, g_steal_pointer(&makefile));
    g_ptr_array_add(argv, g_strdup_printf("GUEST=%s", guest->name));
    g_ptr_array_add(argv, g_strdup_printf("CC=%s", guest->compiler));
    g_ptr_array_add(argv, g_strdup_printf("FLAGS=%s", guest->flags));
    return run_make(options, argv, dir, target, error);
}

gboolean tv_guest_tests_build(const TvOptions *options, const TvGuest *guest,
                              gboolean system, GError **error)
{
    g_autofree char *target = tv_guest_target(guest, system);
    g_autofree char *dir = tv_guest_dir(options, target);
    g_autofree char *config = g_strdup_printf("%s/../config-%s.mak", dir,
                                              target);
    g_autofree char *text = config_text(guest, system);
    g_autoptr(GPtrArray) argv = make_argv(options, target);

    if (!make_dir(dir, error) || !keep_file(config, text, error)) {
        return FALSE;
    }
    g_ptr_array_add(argv, g_strdup("-k"));
    g_ptr_array_add(argv, g_strdup_printf("-j%d", options->jobs));
    g_ptr_array_add(argv, g_strdup_printf("CC=%s", guest->compiler));
    g_ptr_array_add(argv, g_strdup_printf("EXTRA_CFLAGS=%s", guest->flags));
    g_ptr_array_add(argv, g_strdup("BUILD_STATIC=y"));
    return run_make(options, argv, dir, target, error) &&
           build_own(options, guest, system, target, error);
}

char **tv_guest_tests_list(const TvOptions *options, const char *target,
                           GError **error)
{
    g_autofree char *dir = tv_guest_dir(options, target);
    g_autoptr(GPtrArray) argv = make_argv(options, target);
    g_autoptr(TvJob) job = NULL;
    GPtrArray *tests = g_ptr_array_new();
    g_auto(GStrv) lines = NULL;

    g_ptr_array_add(argv, g_strdup("-s"));
    g_ptr_array_add(argv, g_strdup("--eval=list-tests:; "
                                   "@printf '%s\\n' $(RUN_TESTS)"));
    g_ptr_array_add(argv, g_strdup("list-tests"));
    g_ptr_array_add(argv, NULL);
    job = tv_job_new((const char *const *)argv->pdata);
    job->cwd = g_strdup(dir);
    job->envp = tv_build_environment(options);
    if (!tv_job_run_ok(job, error)) {
        g_ptr_array_free(tests, TRUE);
        return NULL;
    }
    lines = g_strsplit(job->out->str, "\n", -1);
    for (char **line = lines; *line; line++) {
        if (g_str_has_prefix(*line, "run-")) {
            g_ptr_array_add(tests, g_strdup(*line + strlen("run-")));
        }
    }
    g_ptr_array_add(tests, NULL);
    return (char **)g_ptr_array_free(tests, FALSE);
}

char **tv_guest_tests_run_argv(const TvOptions *options, const char *target,
                               const char *test, const char *qemu,
                               guint timeout_s)
{
    GPtrArray *argv = make_argv(options, target);

    g_ptr_array_set_free_func(argv, NULL);
    /* In the foreground, so that an interrupt reaches the emulator; KILL,
     * since a nested emulator that crashed may ignore anything else. */
    g_ptr_array_add(argv, g_strdup_printf("TIMEOUT=--foreground -s KILL %u",
                                          timeout_s));
    g_ptr_array_add(argv, g_strdup_printf("QEMU=%s", qemu));
    /* What is built is there: building here would hide a mistake. */
    g_ptr_array_add(argv, g_strdup("CC=false"));
    g_ptr_array_add(argv, g_strconcat("run-", test, NULL));
    g_ptr_array_add(argv, NULL);
    return (char **)g_ptr_array_free(argv, FALSE);
}

static gboolean link_into(const char *from, const char *to, GError **error)
{
    g_autoptr(GDir) dir = g_dir_open(from, 0, error);
    const char *name;

    if (!dir) {
        return FALSE;
    }
    while ((name = g_dir_read_name(dir))) {
        g_autofree char *target = g_build_filename(from, name, NULL);
        g_autofree char *link = g_build_filename(to, name, NULL);

        if (symlink(target, link) != 0) {
            return tv_error_set_errno(error, errno, "make link", link, NULL);
        }
    }
    return TRUE;
}

char *tv_guest_tests_run_dir(const TvOptions *options, const char *target,
                             const char *parent, GError **error)
{
    g_autofree char *from = tv_guest_dir(options, target);
    g_autofree char *own = tv_guest_own_dir(options, target);
    g_autofree char *to = g_build_filename(parent, "tests", "tcg", target,
                                           NULL);
    g_autofree char *own_to = g_build_filename(to, "own", NULL);
    g_autofree char *config = g_strdup_printf("%s/../config-%s.mak", from,
                                              target);
    g_autofree char *config_to = g_strdup_printf("%s/../config-%s.mak", to,
                                                 target);
    g_autofree char *text = NULL;
    g_autoptr(TvJob) job = tv_job_new_args("rm", "-rf", to, NULL);

    if (!tv_job_run_ok(job, error) || !make_dir(own_to, error) ||
        !g_file_get_contents(config, &text, NULL, error) ||
        !keep_file(config_to, text, error) || !link_into(from, to, error) ||
        !link_into(own, own_to, error)) {
        return NULL;
    }
    return g_steal_pointer(&to);
}
