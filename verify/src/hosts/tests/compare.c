/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "hosts/tests/compare.h"

#include <string.h>

#include "base/shell-line.h"

/* Several runs of one host, guest and mode under one configuration. */
typedef struct Group {
    const TvTestRun *first;
    int counts[TV_VERDICT_UNKNOWN + 1];
    int findings;
    double seconds;
    char *unknown; /* what of it was not run */
} Group;

static gboolean same_group(const TvTestRun *a, const TvTestRun *b)
{
    return a->host == b->host && a->guest == b->guest &&
           a->system == b->system && a->configuration == b->configuration;
}

const TvTestRun *tv_test_pristine_of(GPtrArray *runs, const TvTestRun *run)
{
    for (guint i = 0; i < runs->len; i++) {
        const TvTestRun *other = g_ptr_array_index(runs, i);

        if (other->host == run->host && other->guest == run->guest &&
            other->system == run->system &&
            other->configuration->side == TV_SIDE_PRISTINE &&
            g_str_equal(other->test, run->test)) {
            return other;
        }
    }
    return NULL;
}

static char *output_of(const TvTestRun *run)
{
    g_autofree char *file = g_strconcat(run->test, ".out", NULL);

    return g_build_filename(run->dir, file, NULL);
}

static gboolean same_output(const TvTestRun *a, const TvTestRun *b)
{
    g_autofree char *path_a = output_of(a);
    g_autofree char *path_b = output_of(b);
    g_autofree char *text_a = NULL;
    g_autofree char *text_b = NULL;
    gsize size_a, size_b;

    return g_file_get_contents(path_a, &text_a, &size_a, NULL) &&
           g_file_get_contents(path_b, &text_b, &size_b, NULL) &&
           size_a == size_b && memcmp(text_a, text_b, size_a) == 0;
}

TvVerdict tv_test_compare_runs(const TvTestRun *pristine, const TvTestRun *run)
{
    static const TvTestEnd not_run = { .outcome = TV_OUTCOME_NOT_RUN };

    if (!pristine) {
        return tv_verdict(&not_run, &run->end, TRUE);
    }
    return tv_verdict(&pristine->end, &run->end,
                      !pristine->end.no_reference ||
                          same_output(pristine, run));
}

/* NULL if @verdict is none. */
static TvFinding *make_finding(const TvTestRun *pristine, const TvTestRun *run,
                               TvVerdict verdict)
{
    TvFinding *finding;

    if (verdict != TV_VERDICT_WORSE && verdict != TV_VERDICT_OUTPUT) {
        return NULL;
    }
    if (verdict == TV_VERDICT_OUTPUT) {
        g_autofree char *theirs = output_of(pristine);
        g_autofree char *ours = output_of(run);

        finding = tv_finding_new("guest-output-differs", NULL, 0,
                                 "%s guest, %s, split %s: output differs: "
                                 "%s and %s", run->guest->name, run->test,
                                 run->configuration->name, theirs, ours);
    } else {
        finding = tv_finding_new("guest-test-regression", NULL, 0,
                                 "%s guest, %s, split %s: %s (%s); pristine: "
                                 "%s", run->guest->name, run->test,
                                 run->configuration->name,
                                 tv_outcome_name(run->end.outcome),
                                 run->end.detail,
                                 tv_outcome_name(pristine->end.outcome));
    }
    finding->host = g_strdup(run->host->name);
    finding->mode = g_strdup(run->system ? "softmmu" : "user");
    finding->guest_bits = run->guest->bits;
    finding->text = g_strdup_printf("%s %s %s", run->guest->name, run->test,
                                    run->configuration->name);
    finding->reproduce = tv_shell_command(
        "tcg-verify", "test", "--host", run->host->name, "--guest",
        run->guest->name, "--only", run->test, run->tree ? "--tree" : NULL,
        run->tree, NULL);
    return finding;
}

void tv_test_announce(GPtrArray *runs, const TvTestRun *run, gpointer result)
{
    for (guint i = 0; i < runs->len; i++) {
        const TvTestRun *other = g_ptr_array_index(runs, i);
        const TvTestRun *pristine = NULL;
        g_autoptr(TvFinding) finding = NULL;

        if (!other->done || other->host != run->host ||
            other->guest != run->guest || other->system != run->system ||
            other->configuration->side == TV_SIDE_PRISTINE ||
            !g_str_equal(other->test, run->test)) {
            continue;
        }
        pristine = tv_test_pristine_of(runs, other);
        if (pristine && pristine->done) {
            finding = make_finding(pristine, other,
                                   tv_test_compare_runs(pristine, other));
        }
        if (finding) {
            tv_result_announce(result, finding);
        }
    }
}

static void group_add(Group *group, const TvTestRun *pristine,
                      const TvTestRun *run, TvResult *result)
{
    TvVerdict verdict = tv_test_compare_runs(pristine, run);
    TvFinding *finding = make_finding(pristine, run, verdict);

    group->counts[verdict]++;
    group->seconds += run->seconds;
    if (finding) {
        group->findings++;
        tv_result_add_finding(result, finding);
    }
    if (verdict == TV_VERDICT_UNKNOWN && !group->unknown) {
        const TvTestRun *cause =
            !pristine || run->end.outcome == TV_OUTCOME_NOT_RUN ? run
                                                                : pristine;

        group->unknown = g_strdup_printf(
            "%s guest, %s, %s was not run: %s", run->guest->name, run->test,
            cause->configuration->name,
            cause->end.detail ? cause->end.detail : "no pristine run of it");
    }
}

static TvCell *group_cell(const Group *group)
{
    const TvTestRun *run = group->first;
    const int *counts = group->counts;
    TvCellStatus status = TV_CELL_CLEAN;
    GString *note = g_string_new(NULL);
    TvCell *cell;

    if (group->unknown) {
        status = TV_CELL_ERROR;
        g_string_append(note, group->unknown);
    } else if (group->findings) {
        status = TV_CELL_FINDINGS;
    } else if (counts[TV_VERDICT_SAME] == 0) {
        status = TV_CELL_VOID;
        g_string_append_printf(note, "%s guest: no test passes with pristine",
                               run->guest->name);
    }
    if (note->len == 0) {
        g_string_append_printf(note, "%s guest: %d same",
                               run->guest->name, counts[TV_VERDICT_SAME]);
        for (int v = TV_VERDICT_SKIPPED; v < TV_VERDICT_UNKNOWN; v++) {
            if (counts[v]) {
                g_string_append_printf(note, ", %d %s", counts[v],
                                       tv_verdict_name((TvVerdict)v));
            }
        }
    }
    cell = tv_cell_new(run->configuration->name, run->host->name,
                       run->system ? "softmmu" : "user", run->guest->bits,
                       status);
    cell->checked = counts[TV_VERDICT_SAME];
    cell->findings = group->findings;
    cell->seconds = group->seconds;
    cell->note = g_string_free(note, FALSE);
    return cell;
}

void tv_test_compare(GPtrArray *runs, TvResult *result)
{
    g_autoptr(GHashTable) done = g_hash_table_new(NULL, NULL);

    for (guint i = 0; i < runs->len; i++) {
        TvTestRun *first = g_ptr_array_index(runs, i);
        Group group = { .first = first };

        if (first->configuration->side == TV_SIDE_PRISTINE ||
            g_hash_table_contains(done, first)) {
            continue;
        }
        for (guint j = i; j < runs->len; j++) {
            TvTestRun *run = g_ptr_array_index(runs, j);

            if (same_group(first, run)) {
                g_hash_table_add(done, run);
                group_add(&group, tv_test_pristine_of(runs, run), run, result);
            }
        }
        tv_result_add_cell(result, group_cell(&group));
        g_free(group.unknown);
    }
}
