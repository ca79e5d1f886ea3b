/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <glib/gstdio.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/fork-server.h"
#include "base/job-pool.h"

/* Who started the shell: its parent waits for it, and this is the parent's. */
#define GRANDPARENT "cut -d ' ' -f 4 /proc/$PPID/stat"

static TvJob *shell(TvForkServer *server, const char *script)
{
    TvJob *job = tv_job_new_args("sh", "-c", script, NULL);

    job->server = server;
    return job;
}

static char *run(TvForkServer *server, const char *script)
{
    g_autoptr(TvJob) job = shell(server, script);
    g_autoptr(GError) error = NULL;

    g_assert_true(tv_job_run_ok(job, &error));
    g_assert_no_error(error);
    return g_strdup(job->out->str);
}

static GPid server_pid(TvForkServer *server)
{
    g_autofree char *text = run(server, GRANDPARENT);
    GPid pid = atoi(text);

    g_assert_cmpint(pid, >, 1);
    return pid;
}

static void test_runs(void)
{
    g_autoptr(TvForkServer) server = tv_fork_server_new("/bin/sh");
    g_autoptr(TvJob) job = shell(server, "echo out; echo err >&2; exit 3");
    GPid pid;

    g_assert_true(tv_job_run(job, NULL));
    g_assert_cmpstr(job->out->str, ==, "out\n");
    g_assert_cmpstr(job->err->str, ==, "err\n");
    g_assert_cmpint(job->exit_code, ==, 3);
    /* It is the server that did it, and always the same. */
    pid = server_pid(server);
    g_assert_cmpint(pid, !=, getppid());
    g_assert_cmpint(pid, ==, server_pid(server));
}

static void test_directory(void)
{
    g_autoptr(TvForkServer) server = tv_fork_server_new("/bin/sh");
    g_autoptr(TvJob) job = shell(server, "pwd -P");

    job->cwd = g_strdup("/proc");
    g_assert_true(tv_job_run_ok(job, NULL));
    g_assert_cmpstr(job->out->str, ==, "/proc\n");
}

/* The programs that it starts inherit neither its variables nor its socket. */
static void test_environment(void)
{
    g_autoptr(TvForkServer) server = tv_fork_server_new("/bin/sh");
    g_autofree char *seen = run(server, "env");
    g_autofree char *open = run(server, "ls /proc/$$/fd");

    g_assert_nonnull(strstr(seen, "PATH="));
    g_assert_null(strstr(seen, "LD_PRELOAD"));
    g_assert_null(strstr(seen, "FORK_SERVER"));
    g_assert_cmpstr(open, ==, "0\n1\n2\n");
}

static void test_signal(void)
{
    g_autoptr(TvForkServer) server = tv_fork_server_new("/bin/sh");
    g_autoptr(TvJob) job = shell(server, "kill -SEGV $$");

    g_assert_false(tv_job_run(job, NULL));
    g_assert_cmpint(job->exit_code, ==, -1);
    g_assert_cmpint(job->term_signal, ==, SIGSEGV);
}

static void assert_ends(const char *pid)
{
    for (int i = 0; i < 100; i++) {
        if (kill(atoi(pid), 0) < 0) {
            return;
        }
        g_usleep(G_USEC_PER_SEC / 20);
    }
    g_test_fail_printf("process %s is still there", pid);
}

static void test_timeout(void)
{
    g_autoptr(TvForkServer) server = tv_fork_server_new("/bin/sh");
    g_autoptr(TvJob) job = shell(server, "sleep 60 & echo $!; wait");

    job->timeout_s = 1;
    g_assert_false(tv_job_run(job, NULL));
    g_assert_true(job->timed_out);
    assert_ends(job->out->str);
}

/* The interpreter must not be taken for the program. */
static void test_script(void)
{
    g_autofree char *dir = g_dir_make_tmp("fork-server-XXXXXX", NULL);
    g_autofree char *path = g_build_filename(dir, "script", NULL);
    const char *const argv[] = {path, "word", NULL};
    g_autoptr(TvForkServer) server = tv_fork_server_new(path);
    g_autoptr(TvJob) job = tv_job_new(argv);

    g_assert_true(
        g_file_set_contents(path, "#!/bin/sh\necho script $1\n", -1, NULL));
    g_assert_cmpint(g_chmod(path, 0755), ==, 0);
    job->server = server;
    g_assert_true(tv_job_run_ok(job, NULL));
    g_assert_cmpstr(job->out->str, ==, "script word\n");
    g_unlink(path);
    g_rmdir(dir);
}

static void test_missing(void)
{
    g_autoptr(TvForkServer) server = tv_fork_server_new("/no/such/program");
    g_autofree char *text = run(server, "echo there");

    g_assert_cmpstr(text, ==, "there\n");
}

/* Somebody else's library comes first. */
static void test_preload_in_use(void)
{
    g_autoptr(TvForkServer) server = tv_fork_server_new("/bin/sh");
    TvForked forked;
    const char *const argv[] = {"sh", "-c", "true", NULL};

    g_setenv("LD_PRELOAD", "", TRUE);
    g_assert_false(tv_fork_server_run(server, argv, NULL, &forked));
    g_unsetenv("LD_PRELOAD");
}

static void test_long_request(void)
{
    g_autoptr(TvForkServer) server = tv_fork_server_new("/bin/sh");
    g_autofree char *word = g_strnfill(100000, 'x');
    g_autofree char *script = g_strconcat("echo ", word, NULL);
    g_autofree char *text = run(server, script);

    g_assert_cmpint(strlen(text), ==, 100001);
}

static void test_server_dies(void)
{
    g_autoptr(TvForkServer) server = tv_fork_server_new("/bin/sh");
    g_autofree char *script =
        g_strdup_printf("kill -KILL %d; sleep 60", server_pid(server));
    g_autoptr(TvJob) job = shell(server, script);
    g_autofree char *text = NULL;

    g_assert_false(tv_job_run(job, NULL));
    g_assert_cmpint(job->term_signal, ==, SIGKILL);
    /* The program is started as always from then on. */
    text = run(server, "echo $PPID");
    g_assert_cmpint(atoi(text), ==, getpid());
}

static guint count_fds(void)
{
    g_autoptr(GDir) dir = g_dir_open("/proc/self/fd", 0, NULL);
    guint count = 0;

    while (g_dir_read_name(dir)) {
        count++;
    }
    return count;
}

/*
 * GSubprocess waits for a server in GLib's own thread, which closes a pidfd and
 * an eventfd some time after the wait is over.
 */
#define LATE_FDS 2

static void assert_fds_settle(guint expected)
{
    for (int i = 0; i < 100 && count_fds() > expected; i++) {
        g_usleep(G_USEC_PER_SEC / 20);
    }
    g_assert_cmpuint(count_fds(), <=, expected);
}

static void test_leaves_nothing(void)
{
    guint before = 0;
    g_autoptr(GString) pid = g_string_new(NULL);
    TvForkServer *server = NULL;

    /* One left over by each server must outnumber what the first count has
     * too many. */
    for (int i = 0; i <= 2 * LATE_FDS; i++) {
        server = tv_fork_server_new("/bin/sh");
        for (int j = 0; j < 20; j++) {
            g_free(run(server, "true"));
        }
        g_string_printf(pid, "%d", server_pid(server));
        tv_fork_server_free(server);
        assert_ends(pid->str);
        /* GLib opens some of its own the first time. */
        before = i == 0 ? count_fds() : before;
    }
    assert_fds_settle(before);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/fork-server/runs", test_runs);
    g_test_add_func("/fork-server/directory", test_directory);
    g_test_add_func("/fork-server/environment", test_environment);
    g_test_add_func("/fork-server/signal", test_signal);
    g_test_add_func("/fork-server/timeout", test_timeout);
    g_test_add_func("/fork-server/script", test_script);
    g_test_add_func("/fork-server/missing", test_missing);
    g_test_add_func("/fork-server/preload-in-use", test_preload_in_use);
    g_test_add_func("/fork-server/long-request", test_long_request);
    g_test_add_func("/fork-server/server-dies", test_server_dies);
    g_test_add_func("/fork-server/leaves-nothing", test_leaves_nothing);
    return g_test_run();
}
