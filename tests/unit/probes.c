#include <string.h>

#include "error.h"
#include "icache-control.h"
#include "probe-judge.h"
#include "proc-maps.h"

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
    guint calls, wx, shared_rx;

    tv_probe_count_strace(
        "7 mmap(NULL,4096,PROT_READ,MAP_PRIVATE|MAP_ANONYMOUS,-1,0) = 0x1\n"
        "7 mmap(NULL,4096,PROT_EXEC|PROT_READ|PROT_WRITE,MAP_PRIVATE,-1,0)\n"
        "7 mmap(NULL,4096,PROT_EXEC|PROT_READ,MAP_SHARED,5,0) = 0x2\n"
        "7 mprotect(0x1,4096,PROT_READ|PROT_WRITE|PROT_EXEC) = 0\n"
        "7 openat(AT_FDCWD,\"/proc/sys/vm/mmap_min_addr\",O_RDONLY) = 5\n",
        &calls, &wx, &shared_rx);
    g_assert_cmpuint(calls, ==, 4);
    g_assert_cmpuint(wx, ==, 2);
    g_assert_cmpuint(shared_rx, ==, 1);
}

static TvProbe judged(TvProbeKind kind, const char *split, int exit_code,
                      const char *out, const char *err)
{
    g_autoptr(TvJob) job = tv_job_new_args("true", NULL);
    TvProbe probe = { .kind = kind, .split = split,
                      .guest = tv_guest_find("arm") };

    g_string_assign(job->out, out);
    g_string_assign(job->err, err);
    job->exit_code = exit_code;
    tv_probe_judge(&probe, job);
    return probe;
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
    g_test_add_func("/probes/judge-mdwe", test_judge_mdwe);
    g_test_add_func("/probes/judge-refusal", test_judge_refusal);
    g_test_add_func("/probes/judge-icache", test_judge_icache);
    g_test_add_func("/probes/icache-edit", test_icache_edit);
    return g_test_run();
}
