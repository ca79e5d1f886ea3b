/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <signal.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

#include "base/error.h"
#include "base/interrupt.h"
#include "base/job-pool.h"

static void test_output(void)
{
    g_autoptr(TvJob) job =
        tv_job_new_args("sh", "-c", "echo out; echo err >&2; exit 3", NULL);
    g_autoptr(GError) error = NULL;
    g_autofree char *how = NULL;

    g_assert_true(tv_job_run(job, &error));
    g_assert_no_error(error);
    g_assert_cmpstr(job->out->str, ==, "out\n");
    g_assert_cmpstr(job->err->str, ==, "err\n");
    g_assert_cmpint(job->exit_code, ==, 3);
    g_assert_false(tv_job_ok(job));
    how = tv_job_describe(job);
    g_assert_cmpstr(how, ==, "sh: exit 3: err");
    g_assert_false(tv_job_run_ok(job, &error));
    g_assert_error(error, TV_ERROR, TV_ERROR_TOOL);
}

static void test_describe(void)
{
    static const struct {
        const char *script;
        const char *expected;
    } cases[] = {
        {"exit 3", "sh: exit 3"},
        {"echo one; echo last; exit 3", "sh: exit 3: last"},
        {"echo out; echo one >&2; exit 3", "sh: exit 3: one"},
        {"printf 'one\\n\\n\\ttwo\\n' >&2; exit 3",
         "sh: exit 3:\n    one\n\n    \ttwo"},
    };

    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(TvJob) job =
            tv_job_new_args("sh", "-c", cases[i].script, NULL);
        g_autoptr(GError) error = NULL;

        g_assert_false(tv_job_run_ok(job, &error));
        g_assert_cmpstr(error->message, ==, cases[i].expected);
    }
}

static void test_input(void)
{
    g_autoptr(TvJob) job = tv_job_new_args("cat", NULL);
    g_autoptr(GString) text = g_string_new(NULL);
    g_autoptr(GError) error = NULL;

    for (int i = 0; i < 100000; i++) {
        g_string_append_printf(text, "line %d\n", i);
    }
    job->input = g_strdup(text->str);
    g_assert_true(tv_job_run_ok(job, &error));
    g_assert_cmpstr(job->out->str, ==, text->str);
}

/* A child that does not read its input must not kill the program. */
static void test_unread_input(void)
{
    g_autoptr(TvJob) job = tv_job_new_args("true", NULL);

    job->input = g_strnfill(1 << 20, 'x');
    g_assert_true(tv_job_run_ok(job, NULL));
}

static void test_missing_program(void)
{
    g_autoptr(TvJob) job = tv_job_new_args("no-such-program-here", NULL);
    g_autoptr(GError) error = NULL;

    g_assert_false(tv_job_run(job, &error));
    g_assert_error(error, TV_ERROR, TV_ERROR_TOOL);
    g_assert_nonnull(strstr(error->message, "no-such-program-here"));
}

static void test_timeout_kills_group(void)
{
    g_autoptr(TvJob) job =
        tv_job_new_args("sh", "-c", "sleep 60 & echo $!; wait", NULL);
    g_autoptr(GError) error = NULL;
    gint64 start = g_get_monotonic_time();

    job->timeout_s = 1;
    g_assert_false(tv_job_run(job, &error));
    g_assert_error(error, TV_ERROR, TV_ERROR_TOOL);
    g_assert_true(job->timed_out);
    g_assert_cmpint(g_get_monotonic_time() - start, <, 20 * G_USEC_PER_SEC);
    /* The grandchild was in the group, too; give init time to reap it. */
    for (int i = 0; i < 100; i++) {
        g_autofree char *path = g_strdup_printf(
            "/proc/%d/stat", (int)g_ascii_strtoll(job->out->str, NULL, 10));
        g_autofree char *stat = NULL;

        if (!g_file_get_contents(path, &stat, NULL, NULL) ||
            strstr(stat, ") Z ")) {
            return;
        }
        g_usleep(20000);
    }
    g_test_fail_printf("the grandchild still runs");
}

static void test_signal(void)
{
    g_autoptr(TvJob) job = tv_job_new_args("sh", "-c", "kill -SEGV $$", NULL);
    g_autoptr(GError) error = NULL;

    g_assert_false(tv_job_run(job, &error));
    g_assert_cmpint(job->term_signal, ==, SIGSEGV);
    g_assert_cmpint(job->exit_code, ==, -1);
}

static void collect_line(TvJob *job, const char *line, gpointer user_data)
{
    g_string_append_printf(user_data, "<%s>", line);
}

static void test_lines(void)
{
    g_autoptr(TvJob) job =
        tv_job_new_args("printf", "one\\ntwo\\n\\nlast", NULL);
    g_autoptr(GString) lines = g_string_new(NULL);

    job->on_line = collect_line;
    job->line_data = lines;
    g_assert_true(tv_job_run_ok(job, NULL));
    g_assert_cmpstr(lines->str, ==, "<one><two><><last>");
}

typedef struct Count {
    int done;
    int failed;
    int more;
} Count;

static void count_job(TvJobPool *pool, TvJob *job, gpointer user_data)
{
    Count *count = user_data;

    count->done++;
    count->failed += !tv_job_ok(job);
    if (count->more-- > 0) {
        tv_job_pool_add(pool, tv_job_new_args("true", NULL), count_job, count);
    }
}

static void test_many(void)
{
    g_autoptr(TvJobPool) pool = tv_job_pool_new(3, NULL);
    g_autoptr(GError) error = NULL;
    Count count = {.more = 5};

    for (int i = 0; i < 20; i++) {
        tv_job_pool_add(pool, tv_job_new_args(i % 4 ? "true" : "false", NULL),
                        count_job, &count);
    }
    g_assert_true(tv_job_pool_run(pool, &error));
    g_assert_no_error(error);
    g_assert_cmpint(count.done, ==, 25);
    g_assert_cmpint(count.failed, ==, 5);
    g_assert_cmpuint(tv_job_pool_total(pool), ==, 25);
}

static gboolean raise_signal(gpointer user_data)
{
    kill(getpid(), SIGINT);
    return G_SOURCE_REMOVE;
}

static void test_interrupt(void)
{
    g_autoptr(TvJobPool) pool = tv_job_pool_new(2, NULL);
    g_autoptr(GError) error = NULL;
    gint64 start = g_get_monotonic_time();
    Count count = {0};

    tv_interrupt_install();
    for (int i = 0; i < 5; i++) {
        tv_job_pool_add(pool, tv_job_new_args("sleep", "60", NULL), count_job,
                        &count);
    }
    g_timeout_add(200, raise_signal, NULL);
    g_assert_false(tv_job_pool_run(pool, &error));
    g_assert_error(error, TV_ERROR, TV_ERROR_CANCELLED);
    g_assert_cmpint(count.done, ==, 0);
    g_assert_cmpint(g_get_monotonic_time() - start, <, 20 * G_USEC_PER_SEC);
    g_clear_error(&error);
    g_assert_false(tv_interrupt_check(&error));
    tv_interrupt_acknowledge();
    g_assert_true(tv_interrupt_check(NULL));
}

/* Work that must not stop half-way ends first; the signal is not lost. */
static void test_must_finish(void)
{
    g_autoptr(TvJob) job =
        tv_job_new_args("sh", "-c", "sleep 1; echo done", NULL);
    g_autoptr(GError) error = NULL;

    tv_interrupt_install();
    job->must_finish = TRUE;
    g_timeout_add(200, raise_signal, NULL);
    g_assert_true(tv_job_run_ok(job, &error));
    g_assert_no_error(error);
    g_assert_cmpstr(job->out->str, ==, "done\n");
    g_assert_false(tv_interrupt_check(NULL));
    tv_interrupt_acknowledge();
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/job-pool/output", test_output);
    g_test_add_func("/job-pool/describe", test_describe);
    g_test_add_func("/job-pool/input", test_input);
    g_test_add_func("/job-pool/unread-input", test_unread_input);
    g_test_add_func("/job-pool/missing-program", test_missing_program);
    g_test_add_func("/job-pool/timeout", test_timeout_kills_group);
    g_test_add_func("/job-pool/signal", test_signal);
    g_test_add_func("/job-pool/lines", test_lines);
    g_test_add_func("/job-pool/many", test_many);
    g_test_add_func("/job-pool/interrupt", test_interrupt);
    g_test_add_func("/job-pool/must-finish", test_must_finish);
    return g_test_run();
}
