/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "hosts/tests/compare.h"

#include <string.h>

static gboolean same_row(const TvTestRun *a, const TvTestRun *b)
{
    return a->host == b->host && a->guest == b->guest &&
           a->system == b->system;
}

/* Whether no run before @index is of the same host, guest and mode. */
static gboolean first_of_row(GPtrArray *runs, guint index)
{
    for (guint i = 0; i < index; i++) {
        if (same_row(g_ptr_array_index(runs, i),
                     g_ptr_array_index(runs, index))) {
            return FALSE;
        }
    }
    return TRUE;
}

/* "11/12": passed of those run; "-" if the configuration does not apply. */
static char *passed(GPtrArray *runs, const TvTestRun *row,
                    const TvConfiguration *configuration)
{
    int ran = 0, good = 0;

    for (guint i = 0; i < runs->len; i++) {
        const TvTestRun *run = g_ptr_array_index(runs, i);

        if (same_row(run, row) && run->configuration == configuration &&
            run->end.outcome != TV_OUTCOME_SKIPPED) {
            ran++;
            good += run->end.outcome == TV_OUTCOME_PASS;
        }
    }
    return ran ? g_strdup_printf("%d/%d", good, ran) : g_strdup("-");
}

static const TvTestRun *run_under(GPtrArray *runs, const TvTestRun *test,
                                  const TvConfiguration *configuration)
{
    for (guint i = 0; i < runs->len; i++) {
        const TvTestRun *run = g_ptr_array_index(runs, i);

        if (same_row(run, test) && run->configuration == configuration &&
            g_str_equal(run->test, test->test)) {
            return run;
        }
    }
    return NULL;
}

/* The line of one test, or nothing if all is well and not @verbose. */
static void append_test(GString *out, GPtrArray *runs, const TvTestRun *test,
                        gboolean verbose)
{
    g_autoptr(GString) line = g_string_new(NULL);
    const char *detail = NULL;
    gboolean well = TRUE;

    for (const TvConfiguration *configuration = tv_configurations;
         configuration->name; configuration++) {
        const TvTestRun *run = run_under(runs, test, configuration);

        if (!run) {
            continue;
        }
        g_string_append_printf(line, " %s=%s", configuration->name,
                               tv_outcome_name(run->end.outcome));
        if (run->end.outcome > TV_OUTCOME_SKIPPED) {
            well = FALSE;
            detail = detail ? detail : run->end.detail;
        } else if (run->end.outcome == TV_OUTCOME_PASS &&
                   tv_test_compare_runs(tv_test_pristine_of(runs, run),
                                        run) == TV_VERDICT_OUTPUT) {
            well = FALSE;
            g_string_append(line, "(output differs)");
        }
    }
    if (well && !verbose) {
        return;
    }
    g_string_append_printf(out, "  %s %s%s %s:%s", test->host->name,
                           test->guest->name, test->system ? " system" : "",
                           test->test, line->str);
    if (detail) {
        g_string_append_printf(out, "\n      %s", detail);
    }
    g_string_append_c(out, '\n');
}

char *tv_test_table(GPtrArray *runs, gboolean verbose)
{
    GString *out = g_string_new("guest tests passed of those run, by "
                                "configuration\n\n");

    g_string_append_printf(out, "%-9s%-17s", "host", "guest");
    for (const TvConfiguration *configuration = tv_configurations;
         configuration->name; configuration++) {
        g_string_append_printf(out, "%10s", configuration->name);
    }
    g_string_append_c(out, '\n');
    for (guint i = 0; i < runs->len; i++) {
        const TvTestRun *row = g_ptr_array_index(runs, i);
        g_autofree char *guest =
            g_strdup_printf("%s%s", row->guest->name,
                            row->system ? " system" : "");

        if (!first_of_row(runs, i)) {
            continue;
        }
        g_string_append_printf(out, "%-9s%-17s", row->host->name, guest);
        for (const TvConfiguration *configuration = tv_configurations;
             configuration->name; configuration++) {
            g_autofree char *text = passed(runs, row, configuration);

            g_string_append_printf(out, "%10s", text);
        }
        g_string_append_c(out, '\n');
    }
    g_string_append_c(out, '\n');
    for (guint i = 0; i < runs->len; i++) {
        const TvTestRun *test = g_ptr_array_index(runs, i);

        if (test->configuration->side == TV_SIDE_PRISTINE) {
            append_test(out, runs, test, verbose);
        }
    }
    return g_string_free(out, FALSE);
}

static void build_run(JsonBuilder *builder, GPtrArray *runs,
                      const TvTestRun *run)
{
    json_builder_set_member_name(builder, run->configuration->name);
    json_builder_begin_object(builder);
    json_builder_set_member_name(builder, "outcome");
    json_builder_add_string_value(builder, tv_outcome_name(run->end.outcome));
    if (run->configuration->side != TV_SIDE_PRISTINE) {
        TvVerdict verdict =
            tv_test_compare_runs(tv_test_pristine_of(runs, run), run);

        json_builder_set_member_name(builder, "verdict");
        json_builder_add_string_value(builder, tv_verdict_name(verdict));
    }
    if (run->end.detail) {
        json_builder_set_member_name(builder, "detail");
        json_builder_add_string_value(builder, run->end.detail);
    }
    json_builder_set_member_name(builder, "seconds");
    json_builder_add_double_value(builder, run->seconds);
    json_builder_set_member_name(builder, "command");
    json_builder_add_string_value(builder, run->command);
    json_builder_end_object(builder);
}

JsonNode *tv_test_rows_json(GPtrArray *runs)
{
    g_autoptr(JsonBuilder) builder = json_builder_new();

    json_builder_begin_array(builder);
    for (guint i = 0; i < runs->len; i++) {
        const TvTestRun *test = g_ptr_array_index(runs, i);

        if (test->configuration->side != TV_SIDE_PRISTINE) {
            continue;
        }
        json_builder_begin_object(builder);
        json_builder_set_member_name(builder, "host");
        json_builder_add_string_value(builder, test->host->name);
        json_builder_set_member_name(builder, "guest");
        json_builder_add_string_value(builder, test->guest->name);
        json_builder_set_member_name(builder, "mode");
        json_builder_add_string_value(builder,
                                      test->system ? "softmmu" : "user");
        json_builder_set_member_name(builder, "test");
        json_builder_add_string_value(builder, test->test);
        json_builder_set_member_name(builder, "runs");
        json_builder_begin_object(builder);
        for (const TvConfiguration *configuration = tv_configurations;
             configuration->name; configuration++) {
            const TvTestRun *run = run_under(runs, test, configuration);

            if (run) {
                build_run(builder, runs, run);
            }
        }
        json_builder_end_object(builder);
        json_builder_end_object(builder);
    }
    json_builder_end_array(builder);
    return json_builder_get_root(builder);
}
