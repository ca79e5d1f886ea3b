/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <string.h>

#include "base/error.h"
#include "hosts/icache-control.h"
#include "hosts/probes/judge.h"
#include "hosts/probes/maps.h"
#include "hosts/probes/strace.h"

#define TEXT "00400000-00600000 r-xp 00000000 fe:00 77 /usr/bin/qemu-arm\n"
#define RX "7f0000000000-7f0000100000 r-xs 00000000 00:01 9 /memfd:x (deleted)\n"
#define RW "7f0000200000-7f0000300000 rw-s 00000000 00:01 9 /memfd:x (deleted)\n"
#define RW_OTHER "7f0000200000-7f0000300000 rw-s 00000000 00:01 8 /memfd:y\n"
#define RWX "7f0000400000-7f0000500000 rwxp 00000000 00:00 0\n"

static void test_maps(void)
{
    g_auto(TvMaps) split = { 0 };
    g_auto(TvMaps) mixed = { 0 };
    g_auto(TvMaps) other = { 0 };
    g_autoptr(GError) error = NULL;

    g_assert_true(tv_maps_parse(&split, TEXT RX RW, &error));
    g_assert_no_error(error);
    g_assert_cmpuint(split.mappings, ==, 3);
    g_assert_true(split.split);
    g_assert_null(split.wx);

    g_assert_true(tv_maps_parse(&mixed, TEXT RWX, &error));
    g_assert_false(mixed.split);
    g_assert_nonnull(mixed.wx);
    g_assert_nonnull(strstr(mixed.wx, "rwxp"));
    g_assert_nonnull(strstr(mixed.made, "rwxp"));
    g_assert_nonnull(strstr(split.made, "r-xs"));

    /* Two files are no split, and neither is the program itself. */
    g_assert_true(tv_maps_parse(&other, TEXT RX RW_OTHER, &error));
    g_assert_false(other.split);
}

static void test_maps_wrong(void)
{
    static const char *const wrong[] = { "", "garbage\n", TEXT "7f00 rw\n" };

    for (gsize i = 0; i < G_N_ELEMENTS(wrong); i++) {
        g_auto(TvMaps) maps = { 0 };
        g_autoptr(GError) error = NULL;

        g_assert_false(tv_maps_parse(&maps, wrong[i], &error));
        g_assert_error(error, TV_ERROR, TV_ERROR_INPUT);
    }
}

static void test_strace(void)
{
    g_auto(TvStrace) strace = { 0 };
    g_auto(TvStrace) stacks = { 0 };

    tv_strace_parse(
        &strace,
        "7 mmap(NULL,4096,PROT_READ,MAP_PRIVATE|MAP_ANONYMOUS,-1,0) = 0x1\n"
        "7 mmap(NULL,4096,PROT_EXEC|PROT_READ|PROT_WRITE,MAP_PRIVATE,-1,0)\n"
        "7 mmap2(NULL,4096,PROT_EXEC|PROT_READ,MAP_SHARED,5,0) = 0x2000\n"
        "7 mprotect(0x1,4096,PROT_READ|PROT_WRITE|PROT_EXEC) = 0\n"
        "7 mprotect(0x1,4096,PROT_READ|PROT_EXEC)8 futex(0x1) = 0\n"
        "7 openat(AT_FDCWD,\"/proc/sys/vm/mmap_min_addr\",O_RDONLY) = 5\n");
    g_assert_cmpuint(strace.calls, ==, 5);
    g_assert_cmpuint(strace.wx, ==, 2);
    g_assert_cmpuint(strace.made_exec, ==, 2);
    g_assert_cmpuint(strace.shared_rx, ==, 1);
    g_assert_cmpuint(strace.stacks, ==, 0);
    g_assert_nonnull(strstr(strace.first, "PROT_EXEC|PROT_READ|PROT_WRITE"));

    /* Only what lies in a stack is one. */
    tv_strace_parse(
        &stacks,
        "7 mmap(NULL,8192,PROT_NONE,MAP_PRIVATE|MAP_STACK,-1,0) = 0x10000\n"
        "7 mprotect(0x11000,4096,PROT_READ|PROT_WRITE|PROT_EXEC) = 0\n"
        "7 mprotect(0x11000,8192,PROT_READ|PROT_WRITE|PROT_EXEC) = 0\n");
    g_assert_cmpuint(stacks.stacks, ==, 1);
    g_assert_cmpuint(stacks.wx, ==, 1);
    g_assert_cmpuint(stacks.made_exec, ==, 1);
}

static TvProbe judged_on(const char *host, TvProbeKind kind, const char *split,
                         int exit_code, const char *out, const char *err)
{
    g_autoptr(TvJob) job = tv_job_new_args("true", NULL);
    TvProbe probe = { .kind = kind, .split = split,
                      .host = tv_host_find(host),
                      .guest = tv_guest_find("arm") };

    g_string_assign(job->out, out);
    g_string_assign(job->err, err);
    job->exit_code = exit_code;
    tv_probe_judge(&probe, job);
    return probe;
}

static TvProbe judged(TvProbeKind kind, const char *split, int exit_code,
                      const char *out, const char *err)
{
    return judged_on("x86_64", kind, split, exit_code, out, err);
}

static void expect(TvProbe probe, const char *rule, gboolean voided,
                   gboolean failed)
{
    g_assert_cmpstr(probe.rule, ==, rule);
    g_assert_cmpint(probe.voided != NULL, ==, voided);
    g_assert_cmpint(probe.failed != NULL, ==, failed);
    g_free(probe.rule_message);
    g_free(probe.voided);
    g_free(probe.failed);
}

static void test_judge_live(void)
{
    TvProbeKind live = TV_PROBE_LIVE;

    expect(judged(live, "on", 0, TEXT RX RW, ""), NULL, FALSE, FALSE);
    expect(judged(live, "on", 0, TEXT RX RW RWX, ""), "wx-mapping", FALSE,
           FALSE);
    expect(judged(live, "on", 0, TEXT, ""), "split-not-in-use", FALSE, FALSE);
    expect(judged(live, "on", 3, "", "bad"), "split-not-in-use", FALSE,
           FALSE);
    expect(judged(live, "off", 0, TEXT RWX, ""), NULL, FALSE, FALSE);
    expect(judged(live, "off", 0, TEXT RX RW, ""), NULL, TRUE, FALSE);
    expect(judged(live, "off", 3, "", "bad"), NULL, FALSE, TRUE);
    expect(judged(live, "on", 0, "", ""), NULL, FALSE, TRUE);
}

static void test_judge_bytecode(void)
{
    TvProbeKind live = TV_PROBE_LIVE;
    const char *vdso = "7ff0000-7ff1000 r-xp 0 00:00 0 [vdso]\n";
    g_autofree char *none = g_strconcat(TEXT, RW, vdso, NULL);

    expect(judged_on("tci", live, "on", 0, none, ""), NULL, FALSE, FALSE);
    expect(judged_on("tci", live, "off", 0, none, ""), NULL, FALSE, FALSE);
    expect(judged_on("tci", live, "off", 0, TEXT RWX, ""),
           "executable-bytecode", FALSE, FALSE);
    expect(judged_on("tci", live, "on", 0, TEXT RX RW, ""),
           "executable-bytecode", FALSE, FALSE);
    expect(judged_on("tci", live, NULL, 0, TEXT RWX, ""), NULL, FALSE, FALSE);
    expect(judged_on("tci", live, NULL, 0, none, ""), NULL, TRUE, FALSE);
}

#define MMAP_RX "1 mmap(NULL,4096,PROT_EXEC|PROT_READ,MAP_SHARED,5,0) = 0x2\n"
#define MMAP_RWX \
    "1 mmap(NULL,4096,PROT_EXEC|PROT_READ|PROT_WRITE,MAP_PRIVATE,-1,0) = 0x2\n"
#define MAKE_RX "1 mprotect(0x2000,4096,PROT_EXEC|PROT_READ) = 0\n"
#define STACK_RWX \
    "1 mmap(NULL,8192,PROT_NONE,MAP_PRIVATE|MAP_STACK,-1,0) = 0x10000\n" \
    "1 mprotect(0x10000,8192,PROT_READ|PROT_WRITE|PROT_EXEC) = 0\n"

static void test_judge_strace(void)
{
    TvProbeKind kind = TV_PROBE_STRACE;

    expect(judged(kind, "on", 0, "", MMAP_RX), NULL, FALSE, FALSE);
    expect(judged(kind, "on", 0, "", MMAP_RX MMAP_RWX), "wx-mapping", FALSE,
           FALSE);
    expect(judged(kind, "on", 0, "", MMAP_RX MAKE_RX), "wx-mapping", FALSE,
           FALSE);
    expect(judged(kind, "on", 0, "", MMAP_RX STACK_RWX), "wx-mapping", FALSE,
           FALSE);
    expect(judged_on("mips32", kind, "on", 0, "", MMAP_RX STACK_RWX), NULL,
           FALSE, FALSE);
    expect(judged_on("mips32", kind, "on", 0, "", STACK_RWX),
           "split-not-in-use", FALSE, FALSE);
    expect(judged(kind, "on", 1, "", MMAP_RX), "split-not-in-use", FALSE,
           FALSE);
    expect(judged(kind, "on", 0, "", "no calls\n"), NULL, FALSE, TRUE);
    expect(judged(kind, "off", 0, "", MMAP_RWX), NULL, FALSE, FALSE);
    expect(judged(kind, "off", 0, "", MMAP_RX), NULL, TRUE, FALSE);
}

#define LOOKED "program own/a\nlooks 7\n"
#define SEEN "seen own/a: /proc/1/maps:1000-2000 rwxp 00000000 00:00 0\n"

static void test_judge_pages(void)
{
    TvProbeKind kind = TV_PROBE_PAGES;

    expect(judged(kind, "on", 0, LOOKED MMAP_RX, ""), NULL, FALSE, FALSE);
    expect(judged(kind, "on", 0, LOOKED MMAP_RX MMAP_RWX, ""), "wx-mapping",
           FALSE, FALSE);
    expect(judged(kind, "on", 0, SEEN LOOKED MMAP_RX, ""), "wx-mapping",
           FALSE, FALSE);
    /* As strace writes them: with the spaces, and with names of flags. */
    expect(judged(kind, "on", 0,
                  LOOKED MMAP_RX "shmat(5, NULL, SHM_EXEC) = 0x7f0000\n", ""),
           "wx-mapping", FALSE, FALSE);
    expect(judged(kind, "on", 0, LOOKED MMAP_RX
                  "personality(PER_LINUX|READ_IMPLIES_EXEC) = 0 (PER_LINUX)\n",
                  ""),
           "wx-mapping", FALSE, FALSE);
    expect(judged(kind, "on", 0, LOOKED MMAP_RX
                  "personality(0xffffffff) = 0 (PER_LINUX)\n"
                  "shmat(5, NULL, SHM_RDONLY) = 0x7f0000\n", ""),
           NULL, FALSE, FALSE);
    expect(judged(kind, "on", 0, LOOKED MMAP_RX
                  "pkey_mprotect(0x1000, 4096, "
                  "PROT_READ|PROT_WRITE|PROT_EXEC, -1) = 0\n", ""),
           "wx-mapping", FALSE, FALSE);
    /* Nothing was looked at, or the check cannot fail. */
    expect(judged(kind, "on", 0, LOOKED, ""), NULL, FALSE, TRUE);
    expect(judged(kind, "on", 0, MMAP_RX, ""), NULL, FALSE, TRUE);
    expect(judged(kind, "on", 3, "", "no strace\n"), NULL, FALSE, TRUE);
    expect(judged(kind, "off", 0, SEEN LOOKED MMAP_RWX, ""), NULL, FALSE,
           FALSE);
    expect(judged(kind, "off", 0, LOOKED MMAP_RWX, ""), NULL, TRUE, FALSE);
    expect(judged(kind, "off", 0, SEEN LOOKED MMAP_RX, ""), NULL, TRUE, FALSE);
}

static void test_judge_link(void)
{
    TvProbeKind kind = TV_PROBE_LINK;

    expect(judged(kind, "on", 0, "8 90\n8 90\n8 90\n0 200\n", ""), NULL,
           FALSE, FALSE);
    expect(judged(kind, "on", 0, "8 90\n8 90\n8 150\n0 200\n", ""),
           "jumps-not-linked", FALSE, FALSE);
    expect(judged(kind, "on", 0, "8 90\n7 90\n8 90\n0 200\n", ""),
           "jumps-not-linked", FALSE, FALSE);
    /* A count that does not rise when nothing may be linked. */
    expect(judged(kind, "on", 0, "8 90\n8 90\n8 90\n0 90\n", ""), NULL, TRUE,
           FALSE);
    expect(judged(kind, "on", 0, "0 0\n0 0\n0 0\n0 0\n", ""), NULL, TRUE,
           FALSE);
    expect(judged(kind, "on", 0, "8 90\n8 90\n", ""), NULL, FALSE, TRUE);
    expect(judged(kind, "on", 0, "8\n8\n8\n0\n", ""), NULL, FALSE, TRUE);
    expect(judged(kind, "on", 137, "8 90\n", "killed"), NULL, FALSE, TRUE);
}

#define FILE_MAP " 0x1000 0x0 "
#define CODE "/memfd:tcg-code (deleted)\n"
#define PARENT                                                    \
    "parent 0x1000 0x2000" FILE_MAP "r-xp /usr/bin/qemu-x86_64\n" \
    "parent 0x5000 0x8000" FILE_MAP "r-xs " CODE                   \
    "parent 0x8000 0xb000" FILE_MAP "rw-s " CODE                   \
    "parent 0xb000 0xc000" FILE_MAP "rw-p \n"
#define CHILD_TEXT "child 0x1000 0x2000" FILE_MAP "r-xp /usr/bin/qemu-x86_64\n"
#define CHILD_RX "child 0x5000 0x8000" FILE_MAP "r-xs " CODE
#define CHILD_RW "child 0x8000 0xb000" FILE_MAP "rw-s " CODE
#define CHILD CHILD_TEXT CHILD_RX CHILD_RW
/* With a private copy of the first page. */
#define CHILD_COPY                                                 \
    CHILD_TEXT "child 0x5000 0x6000" FILE_MAP "r-xp " CODE         \
    "child 0x6000 0x8000" FILE_MAP "r-xs " CODE                    \
    "child 0x8000 0x9000" FILE_MAP "rw-p " CODE                    \
    "child 0x9000 0xb000" FILE_MAP "rw-s " CODE

static void expect_fork(const char *copy, const char *fresh, const char *rule,
                        gboolean failed)
{
    g_autofree char *text =
        g_strconcat("gdb\n", copy, "next\ngdb\n", fresh, "next\n", NULL);

    expect(judged(TV_PROBE_FORK, "on", 0, text, ""), rule, FALSE, failed);
}

static void test_judge_fork(void)
{
    static const char late[] = "fork-maps-late";

    expect_fork(PARENT CHILD_COPY, PARENT CHILD, NULL, FALSE);
    /* Nothing, one of the two, a part, something else in its place. */
    expect_fork(PARENT CHILD_TEXT, PARENT CHILD, late, FALSE);
    expect_fork(PARENT CHILD, PARENT CHILD_TEXT CHILD_RX, late, FALSE);
    expect_fork(PARENT CHILD, PARENT CHILD_TEXT CHILD_RW, late, FALSE);
    expect_fork(PARENT CHILD_TEXT CHILD_RW
                "child 0x5000 0x6000" FILE_MAP "r-xs " CODE
                "child 0x7000 0x8000" FILE_MAP "r-xs " CODE,
                PARENT CHILD, late, FALSE);
    expect_fork(PARENT CHILD_TEXT CHILD_RW
                "child 0x5000 0x8000" FILE_MAP "r-xs /other\n",
                PARENT CHILD, late, FALSE);
    expect_fork(PARENT CHILD_TEXT CHILD_RX
                "child 0x8000 0xb000" FILE_MAP "r--s " CODE,
                PARENT CHILD, late, FALSE);
    /* It never started a thread, or gdb never came so far. */
    expect_fork(PARENT CHILD, PARENT, NULL, TRUE);
    expect_fork(CHILD, PARENT CHILD, NULL, TRUE);
    expect(judged(TV_PROBE_FORK, "on", 0, PARENT CHILD "next\n", ""), NULL,
           FALSE, TRUE);
    expect(judged(TV_PROBE_FORK, "on", 3, "", "no gdb\n"), NULL, FALSE, TRUE);
}

static void test_judge_mdwe(void)
{
    expect(judged(TV_PROBE_MDWE, NULL, 1, "",
                  "Could not allocate dynamic translator buffer\n"),
           NULL, FALSE, FALSE);
    expect(judged(TV_PROBE_MDWE, NULL, 0, "", ""), NULL, TRUE, FALSE);
    expect(judged(TV_PROBE_MDWE, NULL, 1, "", "no such file\n"), NULL, TRUE,
           FALSE);
}

static void test_judge_refusal(void)
{
    expect(judged(TV_PROBE_REFUSAL, "on", 1, "", "split-wx: no\n"), NULL,
           FALSE, FALSE);
    expect(judged(TV_PROBE_REFUSAL, "on", 0, "", ""), "split-not-refused",
           FALSE, FALSE);
    expect(judged(TV_PROBE_REFUSAL, "on", 1, "", "abort\n"),
           "split-not-refused", FALSE, FALSE);
}

static void test_judge_icache(void)
{
    expect(judged(TV_PROBE_ICACHE, "on", 1, "", ""), NULL, FALSE, FALSE);
    expect(judged(TV_PROBE_ICACHE, "on", 0, "", ""), "icache-control", FALSE,
           FALSE);
    expect(judged(TV_PROBE_ICACHE, "off", 0, "", ""), NULL, FALSE, FALSE);
    expect(judged(TV_PROBE_ICACHE, "off", 1, "", ""), NULL, TRUE, FALSE);
}

static void test_icache_edit(void)
{
    static const char text[] =
        "static void tcg_target_invalidate_icache(const void *rx, size_t l);\n"
        "static inline void tcg_code_written(const void *rx, void *rw,\n"
        "                                    size_t len)\n"
        "{\n"
        "    tcg_target_flush_dcache(rw, len);\n"
        "    tcg_target_invalidate_icache(rx, len);\n"
        "}\n";
    g_autofree char *edited = tv_icache_control_text(text);

    g_assert_nonnull(edited);
    g_assert_nonnull(strstr(edited, "    tcg_target_flush_dcache(rw, len);\n"
                                    "    (void)rx;\n}\n"));
    g_assert_null(tv_icache_control_text("int main(void) { return 0; }\n"));
    g_assert_null(tv_icache_control_text(edited));
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/probes/maps", test_maps);
    g_test_add_func("/probes/maps-wrong", test_maps_wrong);
    g_test_add_func("/probes/strace", test_strace);
    g_test_add_func("/probes/judge-live", test_judge_live);
    g_test_add_func("/probes/judge-bytecode", test_judge_bytecode);
    g_test_add_func("/probes/judge-strace", test_judge_strace);
    g_test_add_func("/probes/judge-pages", test_judge_pages);
    g_test_add_func("/probes/judge-link", test_judge_link);
    g_test_add_func("/probes/judge-fork", test_judge_fork);
    g_test_add_func("/probes/judge-mdwe", test_judge_mdwe);
    g_test_add_func("/probes/judge-refusal", test_judge_refusal);
    g_test_add_func("/probes/judge-icache", test_judge_icache);
    g_test_add_func("/probes/icache-edit", test_icache_edit);
    return g_test_run();
}
