/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "hosts/probes/judge.h"

#include <string.h>

#include "hosts/probes/addresses.h"
#include "hosts/probes/fork.h"
#include "hosts/probes/link.h"
#include "hosts/probes/maps.h"
#include "hosts/probes/pages.h"
#include "hosts/probes/strace.h"
#include "hosts/tests/outcome.h"

void tv_probe_free(TvProbe *probe)
{
    if (probe) {
        g_free(probe->command);
        g_free(probe->rule_message);
        g_free(probe->voided);
        g_free(probe->failed);
        g_free(probe);
    }
}

/* Whether it must be split. */
static gboolean is_on(const TvProbe *probe)
{
    return g_strcmp0(probe->split, "on") == 0 ||
           (g_strcmp0(probe->split, "auto") == 0 &&
            probe->configuration->mdwe);
}

static void find(TvProbe *probe, const char *rule, const char *format, ...)
    G_GNUC_PRINTF(3, 4);

static void find(TvProbe *probe, const char *rule, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    probe->rule = rule;
    probe->rule_message = g_strdup_vprintf(format, args);
    va_end(args);
}

/* Split or not, nothing is run from it; pristine shows that one can tell. */
static void judge_bytecode(TvProbe *probe, const TvMaps *maps)
{
    if (probe->split && maps->made) {
        find(probe, "executable-bytecode", "mapped executable: %s",
             maps->made);
    } else if (!probe->split && !maps->made) {
        probe->voided = g_strdup("pristine maps nothing executable but files: "
                                 "the check cannot fail");
    }
}

/* The maps of the @index-th emulator of a job. */
static gboolean parse_maps(TvMaps *maps, const char *text, guint index,
                           GError **error)
{
    g_auto(GStrv) parts = g_strsplit(text, TV_LIVE_NEXT "\n", -1);

    return tv_maps_parse(maps, index < g_strv_length(parts) ? parts[index]
                                                            : "", error);
}

static void judge_auto(TvProbe *probe, const TvJob *job)
{
    g_auto(TvMaps) maps = { 0 };
    g_auto(TvMaps) pristine = { 0 };
    g_autoptr(GError) error = NULL;

    if (!tv_job_ok(job)) {
        g_autofree char *how = tv_job_describe(job);

        find(probe, "auto-not-pristine", "does not come up: %s", how);
    } else if (!parse_maps(&maps, job->out->str, 0, &error) ||
               !parse_maps(&pristine, job->out->str, 1, &error)) {
        probe->failed = g_strdup(error->message);
    } else if (!strchr(pristine.code, 'w')) {
        probe->voided = g_strdup("pristine maps nothing writable and "
                                 "executable: the check cannot fail");
    } else if (!g_str_equal(maps.code, pristine.code)) {
        find(probe, "auto-not-pristine", "memory for code: %s; pristine: %s",
             maps.code, pristine.code);
    }
}

static void judge_live(TvProbe *probe, const TvJob *job)
{
    g_auto(TvMaps) maps = { 0 };
    g_autoptr(GError) error = NULL;

    if (!tv_job_ok(job)) {
        g_autofree char *how = tv_job_describe(job);

        if (is_on(probe)) {
            find(probe, "split-not-in-use", "does not come up: %s", how);
        } else {
            probe->failed = g_strdup_printf("does not come up: %s", how);
        }
    } else if (!parse_maps(&maps, job->out->str, 0, &error)) {
        probe->failed = g_strdup(error->message);
    } else if (probe->host->interpreter) {
        judge_bytecode(probe, &maps);
    } else if (is_on(probe) && maps.wx) {
        find(probe, "wx-mapping", "writable and executable: %s", maps.wx);
    } else if (is_on(probe) && !maps.split) {
        find(probe, "split-not-in-use",
             "no file is mapped both r-x and rw- (of %u mappings)",
             maps.mappings);
    } else if (!is_on(probe) && !maps.wx) {
        probe->voided = g_strdup("no mapping is writable and executable with "
                                 "the split off: the check cannot fail");
    }
}

static void judge_strace(TvProbe *probe, const TvJob *job)
{
    g_auto(TvStrace) strace = { 0 };
    guint wrong;

    tv_strace_parse(&strace, job->err->str);
    wrong = strace.wx + strace.made_exec;
    if (!probe->host->exec_stacks) {
        wrong += strace.stacks;
    }
    if (!tv_job_ok(job)) {
        g_autofree char *how = tv_job_describe(job);

        if (is_on(probe)) {
            find(probe, "split-not-in-use", "fails: %s", how);
        } else {
            probe->failed = g_strdup(how);
        }
    } else if (strace.calls == 0) {
        probe->failed = g_strdup("-strace of the outer emulator shows no "
                                 "mmap: its output is not understood");
    } else if (is_on(probe) && wrong) {
        find(probe, "wx-mapping",
             "%u calls ask for memory both writable and executable, %u make "
             "memory executable, %u stacks are executable; first: %s",
             strace.wx, strace.made_exec, strace.stacks,
             strace.first ? strace.first : "a stack");
    } else if (is_on(probe) && !strace.shared_rx) {
        find(probe, "split-not-in-use",
             "no shared executable mapping among %u calls", strace.calls);
    } else if (!is_on(probe) && !strace.wx) {
        probe->voided = g_strdup("no call asks for writable and executable "
                                 "memory with the split off: the check "
                                 "cannot fail");
    }
}

static void judge_mdwe(TvProbe *probe, const TvJob *job)
{
    /* The buffer of 32-bit user mode is static and made executable. */
    static const char *const signs[] = {
        "Could not allocate dynamic translator buffer",
        "mprotect failed: Permission denied",
    };

    if (job->error) {
        probe->failed = g_strdup(job->error->message);
        return;
    }
    if (tv_job_ok(job)) {
        probe->voided = g_strdup("pristine runs under PR_SET_MDWE: that ours "
                                 "does proves nothing");
        return;
    }
    for (gsize i = 0; i < G_N_ELEMENTS(signs); i++) {
        if (strstr(job->err->str, signs[i])) {
            return;
        }
    }
    probe->voided = tv_job_describe(job);
}

static void judge_refusal(TvProbe *probe, const TvJob *job)
{
    if (job->error || job->timed_out) {
        probe->failed = tv_job_describe(job);
    } else if (tv_job_ok(job)) {
        find(probe, "split-not-refused", "split-wx=%s is accepted",
             probe->split);
    } else if (!strstr(job->err->str, "split-wx")) {
        g_autofree char *how = tv_job_describe(job);

        find(probe, "split-not-refused",
             "split-wx=%s ends without an error that names it: %s",
             probe->split, how);
    }
}

static void judge_icache(TvProbe *probe, const TvJob *job)
{
    g_auto(TvTestEnd) end = { TV_OUTCOME_NOT_RUN };

    tv_test_end_judge_job(&end, FALSE, job);
    if (end.outcome == TV_OUTCOME_NOT_RUN) {
        probe->failed = g_steal_pointer(&end.detail);
    } else if (is_on(probe) && end.outcome == TV_OUTCOME_PASS) {
        find(probe, "icache-control",
             "code-churn passes without the icache invalidate");
    } else if (!is_on(probe) && end.outcome != TV_OUTCOME_PASS) {
        probe->voided = g_strdup_printf(
            "the control fails with the split off as well, where the outer "
            "emulator sees every write: %s", end.detail);
    }
}

static void judge_link(TvProbe *probe, const TvJob *job)
{
    TvLinkCount counts[TV_LINK_RUNS];
    g_autofree char *finding = NULL;

    if (!tv_job_ok(job)) {
        probe->failed = tv_job_describe(job);
    } else if (!tv_link_parse(counts, job->out->str)) {
        probe->failed = g_strdup("the counts of the log are missing");
    } else {
        tv_link_judge(counts, &finding, &probe->voided);
        if (finding) {
            find(probe, "jumps-not-linked", "%s", finding);
        }
    }
}

static void judge_addresses(TvProbe *probe, const TvJob *job)
{
    TvAddresses addresses;
    g_autofree char *finding = NULL;
    g_autoptr(GError) error = NULL;

    if (!tv_job_ok(job)) {
        probe->failed = tv_job_describe(job);
    } else if (!tv_addresses_parse(&addresses, job->out->str, &error)) {
        probe->failed = g_strdup(error->message);
    } else if ((finding = tv_addresses_judge(&addresses))) {
        find(probe, "address-not-rx", "%s", finding);
    }
}

static void judge_fork(TvProbe *probe, const TvJob *job)
{
    g_autofree char *finding = NULL;
    g_autoptr(GError) error = NULL;

    if (!tv_job_ok(job)) {
        probe->failed = tv_job_describe(job);
        return;
    }
    finding = tv_fork_judge(job->out->str, &error);
    if (error) {
        probe->failed = g_strdup(error->message);
    } else if (finding) {
        find(probe, "fork-maps-late", "%s", finding);
    }
}

static void judge_pages(TvProbe *probe, const TvJob *job)
{
    g_auto(TvStrace) strace = { 0 };
    g_auto(TvPages) pages = { 0 };
    guint wrong;

    tv_strace_parse(&strace, job->out->str);
    tv_pages_parse(&pages, job->out->str);
    wrong = strace.wx + strace.made_exec + strace.stacks + strace.implied;
    if (!tv_job_ok(job)) {
        probe->failed = tv_job_describe(job);
    } else if (!pages.programs || !pages.looks || !strace.calls) {
        probe->failed = g_strdup_printf(
            "%u programs, %u looks at a memory map, %u system calls: one of "
            "them is missing", pages.programs, pages.looks, strace.calls);
    } else if (is_on(probe) && wrong) {
        find(probe, "wx-mapping",
             "%u of %u system calls ask for memory both writable and "
             "executable, or make memory executable; first: %s", wrong,
             strace.calls, strace.first ? strace.first : "a stack");
    } else if (is_on(probe) && pages.seen) {
        find(probe, "wx-mapping", "writable and executable: %s", pages.seen);
    } else if (!is_on(probe) && !(strace.wx && pages.seen)) {
        probe->voided = g_strdup("no page is seen to be writable and "
                                 "executable with the split off: the check "
                                 "cannot fail");
    }
}

void tv_probe_judge(TvProbe *probe, const TvJob *job)
{
    static void (*const judges[])(TvProbe *, const TvJob *) = {
        [TV_PROBE_LIVE] = judge_live,
        [TV_PROBE_STRACE] = judge_strace,
        [TV_PROBE_MDWE] = judge_mdwe,
        [TV_PROBE_REFUSAL] = judge_refusal,
        [TV_PROBE_ICACHE] = judge_icache,
        [TV_PROBE_LINK] = judge_link,
        [TV_PROBE_AUTO] = judge_auto,
        [TV_PROBE_ADDRESSES] = judge_addresses,
        [TV_PROBE_FORK] = judge_fork,
        [TV_PROBE_PAGES] = judge_pages,
    };

    probe->seconds = job->seconds;
    judges[probe->kind](probe, job);
}

static void add_finding(const TvProbe *probe, TvResult *result)
{
    const char *split = probe->split ? probe->split : "-";
    TvFinding *finding =
        tv_finding_new(probe->rule, NULL, 0, "qemu-%s%s, split %s: %s",
                       probe->system ? "system-" : "", probe->guest->name,
                       split, probe->rule_message);

    finding->host = g_strdup(probe->host->name);
    finding->mode = g_strdup(probe->system ? "softmmu" : "user");
    finding->guest_bits = probe->guest->bits;
    finding->text = g_strdup_printf("%s %s %s", probe->guest->name,
                                    finding->mode, split);
    finding->reproduce = g_strdup(probe->command);
    tv_result_add_finding(result, finding);
}

void tv_probes_report(GPtrArray *probes, const TvHost *host,
                      TvResult *result)
{
    static const char *const layers[] = {
        [TV_PROBE_LIVE] = "maps",
        [TV_PROBE_STRACE] = "maps",
        [TV_PROBE_MDWE] = "mdwe control",
        [TV_PROBE_REFUSAL] = "refusal",
        [TV_PROBE_ICACHE] = "icache control",
        [TV_PROBE_LINK] = "linking",
        [TV_PROBE_AUTO] = "auto",
        [TV_PROBE_ADDRESSES] = "addresses",
        [TV_PROBE_FORK] = "fork",
        [TV_PROBE_PAGES] = "pages",
    };

    for (int kind = 0; kind < TV_PROBE_KINDS; kind++) {
        TvCell *cell = tv_cell_new(layers[kind], host->name, NULL, 0,
                                   TV_CELL_CLEAN);

        for (guint i = 0; i < probes->len; i++) {
            TvProbe *probe = g_ptr_array_index(probes, i);
            TvCellStatus status = TV_CELL_CLEAN;
            const char *note = NULL;

            if ((int)probe->kind != kind) {
                continue;
            }
            cell->checked++;
            cell->seconds += probe->seconds;
            if (probe->rule) {
                add_finding(probe, result);
                cell->findings++;
                status = TV_CELL_FINDINGS;
            } else if (probe->voided) {
                status = TV_CELL_VOID;
                note = probe->voided;
            } else if (probe->failed) {
                status = TV_CELL_ERROR;
                note = probe->failed;
            }
            if (note && status > cell->status) {
                g_free(cell->note);
                cell->note = g_strdup_printf("qemu-%s%s, split %s: %s",
                                             probe->system ? "system-" : "",
                                             probe->guest->name,
                                             probe->split ? probe->split : "-",
                                             note);
            }
            cell->status = MAX(cell->status, status);
        }
        if (cell->checked) {
            tv_result_add_cell(result, cell);
        } else {
            tv_cell_free(cell);
        }
    }
}
