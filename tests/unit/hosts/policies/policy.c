/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <string.h>

#include "hosts/policies/policy.h"
#include "hosts/probes/addresses.h"

#define TEXT "00400000-00600000 r-xp 00000000 fe:00 77 /usr/bin/qemu-arm\n"
#define PAIR(name)                                                           \
    "7f0000000000-7f0000100000 r-xs 00000000 00:01 9 " name " (deleted)\n"  \
    "7f0000200000-7f0000300000 rw-s 00000000 00:01 9 " name " (deleted)\n"
#define RWX "7f0000400000-7f0000500000 rwxp 00000000 00:00 0\n"

static const TvPolicy policy = {
    .name = "test", .options = "--deny=a:%s --deny=b:%s", .errnos = "EPERM",
    .expected = { TV_CODE_RWX, TV_CODE_SHM, TV_CODE_REFUSED },
    .says = "one+two|three",
};

/* The fault of a run that prints @out and @err, or NULL. */
static char *judge(TvSplit split, const char *out, const char *err)
{
    TvPolicyRun run = { .policy = &policy, .split = split,
                        .error_name = (char *)"EPERM" };
    g_autoptr(TvJob) job = tv_job_new_args("true", NULL);

    g_string_assign(job->out, out);
    g_string_assign(job->err, err);
    tv_policy_judge(&run, job);
    g_assert_null(run.failed);
    return run.wrong;
}

static void expect(TvSplit split, const char *out, const char *err,
                   const char *wrong)
{
    g_autofree char *is = judge(split, out, err);

    if (!wrong) {
        g_assert_cmpstr(is, ==, NULL);
    } else {
        g_assert_nonnull(is);
        g_test_message("%s", is);
        g_assert_nonnull(strstr(is, wrong));
    }
}

static void test_up(void)
{
    const char *shm = "end up\n" TEXT PAIR("/dev/shm/x");

    expect(TV_SPLIT_OFF, "end up\n" TEXT RWX, "", NULL);
    expect(TV_SPLIT_OFF, shm, "", "should be writable and executable");
    expect(TV_SPLIT_ON, shm, "", NULL);
    expect(TV_SPLIT_ON, "end up\n" TEXT PAIR("/memfd:tcg-code"), "", "memfd");
    expect(TV_SPLIT_ON, "end up\n" TEXT PAIR("/x/tmp/#7"), "", "TMPDIR");
    expect(TV_SPLIT_ON, "end up\n" TEXT PAIR("/dev/zero"), "", "anonymous");
    /* Split, and something else besides. */
    expect(TV_SPLIT_ON, "end up\n" TEXT PAIR("/dev/shm/x") RWX, "",
           "writable and executable");
    expect(TV_SPLIT_ON, "end up\n" TEXT, "", "without memory for code");
    expect(TV_SPLIT_ON, "end up\n" TEXT PAIR("/dev/shm/x") "left tmp/x\n", "",
           "leaves behind: tmp/x");
    expect(TV_SPLIT_AUTO, shm, "", "should be an error message");
}

static void test_refused(void)
{
    const char *not_permitted = "two: Operation not permitted: one\n";

    expect(TV_SPLIT_AUTO, "end 1\n", not_permitted, NULL);
    expect(TV_SPLIT_AUTO, "end 1\n", "three: Operation not permitted\n", NULL);
    expect(TV_SPLIT_AUTO, "end 1\n", "one, two\n", "lacks the error");
    expect(TV_SPLIT_AUTO, "end 1\n", "two: Operation not permitted\n",
           "lacks 'one+two|three'");
    expect(TV_SPLIT_AUTO, "end 1\nleft /dev/shm/x\n", not_permitted,
           "leaves behind");
    expect(TV_SPLIT_AUTO, "end 139\n", not_permitted, "signal 11");
    expect(TV_SPLIT_AUTO, "end 0\n", not_permitted, "status 0");
    expect(TV_SPLIT_AUTO, "end late\n", not_permitted, "neither");
    expect(TV_SPLIT_ON, "end 1\n", not_permitted, "should be split shared");
}

static void test_not_set_up(void)
{
    TvPolicyRun run = { .policy = &policy };
    g_autoptr(TvJob) job = tv_job_new_args("true", NULL);

    g_string_assign(job->out, "");
    g_string_assign(job->err, "policy-exec: cannot\n");
    job->exit_code = 125;
    tv_policy_judge(&run, job);
    g_assert_cmpstr(run.failed, ==, "policy-exec: cannot");
    g_assert_null(run.wrong);
    g_clear_pointer(&run.failed, g_free);

    job->exit_code = 0;
    tv_policy_judge(&run, job);
    g_assert_nonnull(run.failed);
    g_free(run.failed);
}

static void test_arguments(void)
{
    TvPolicyRun run = { .policy = &policy, .error_name = (char *)"EIO" };
    g_auto(GStrv) argv = tv_policy_argv(&run, "launcher", "command", "ready");

    g_assert_true(g_strv_contains((const char *const *)argv, "--deny=a:EIO"));
    g_assert_true(g_strv_contains((const char *const *)argv, "--deny=b:EIO"));
    g_assert_true(
        g_strv_contains((const char *const *)argv, "--mount=/dev/shm"));
}

/* The table: every row expects something of each, and says how it refuses. */
static void test_table(void)
{
    for (const TvPolicy *row = tv_policies; row->name; row++) {
        g_assert_nonnull(row->options);
        g_assert_true((strstr(row->options, "%s") != NULL) ==
                      (row->errnos != NULL));
        for (int split = 0; split < TV_SPLITS; split++) {
            g_assert_true(row->expected[split] != TV_CODE_REFUSED ||
                          row->says);
        }
        g_assert_true(row->expected[TV_SPLIT_ON] != TV_CODE_RWX);
    }
}

static const char addresses_text[] =
    "maps 0x1000 0x2000 0x2000\n"
    "pc 0x1100\n"
    "code_gen_buffer + 3 in section .text of <in-memory@0x5>\n"
    "Symbol \"code_gen_buffer\" is a function at address 0x1040.\n"
    "#0  0x1100 in code_gen_buffer ()\n"
    "#1  0x55 in cpu_tb_exec ()\n"
    "lookup pc 1\nlookup end 0\nlookup rw 0\n"
    "restore 0\nrestore 0\nasked\n"
    "out 0x1080\nout 0x1ffe\n";

static void judge_addresses(const char *from, const char *to,
                            const char *wrong)
{
    g_auto(GStrv) parts = g_strsplit(addresses_text, from, 2);
    g_autofree char *text = g_strjoinv(to, parts);
    g_autofree char *is = NULL;
    g_autoptr(GError) error = NULL;
    TvAddresses addresses;

    g_assert_cmpuint(g_strv_length(parts), ==, 2);
    g_assert_true(tv_addresses_parse(&addresses, text, &error));
    is = tv_addresses_judge(&addresses);
    g_assert_nonnull(is);
    g_test_message("%s", is);
    g_assert_nonnull(strstr(is, wrong));
}

static void test_addresses(void)
{
    g_autofree char *start = g_strnfill(1000, 's');
    g_autofree char *long_text = g_strconcat(
        start, "\nmaps 1 2 3\npc 0x1100\nNo symbol \"tcg_tb_lookup\"\n",
        "out 0x1080\n", NULL);
    TvAddresses addresses;
    g_autoptr(GError) error = NULL;

    g_assert_true(tv_addresses_parse(&addresses, addresses_text, &error));
    g_assert_cmpstr(tv_addresses_judge(&addresses), ==, NULL);
    g_assert_false(tv_addresses_parse(&addresses, long_text, &error));
    g_assert_nonnull(strstr(error->message, "No symbol"));
    g_assert_null(strstr(error->message, "out 0x1080"));

    judge_addresses("pc 0x1100", "pc 0x2100", "the fault");
    judge_addresses("out 0x1ffe", "out 0x2000", "1 of 2");
    judge_addresses("in-memory", "qemu", "JIT interface");
    judge_addresses("0x1040.", "0x2040.", "JIT interface");
    judge_addresses("#1  0x55 in cpu_tb_exec ()\n", "", "called");
    judge_addresses("lookup pc 1", "lookup pc 0", "does not know");
    judge_addresses("lookup end 0", "lookup end 1", "past the end");
    judge_addresses("lookup rw 0", "lookup rw 1", "writable");
    judge_addresses("restore 0\n", "restore 1\n", "1 of 2");
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/policy/up", test_up);
    g_test_add_func("/policy/refused", test_refused);
    g_test_add_func("/policy/not-set-up", test_not_set_up);
    g_test_add_func("/policy/arguments", test_arguments);
    g_test_add_func("/policy/table", test_table);
    g_test_add_func("/policy/addresses", test_addresses);
    return g_test_run();
}
