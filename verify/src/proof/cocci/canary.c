/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "proof/cocci/canary.h"

#include <string.h>

#include "base/data.h"
#include "proof/cocci/rules.h"
#include "result/rules.h"

#define DIRECTORY "cocci"
#define EXPECT "expect: "

GPtrArray *tv_cocci_canaries(const TvContract *contract)
{
    GPtrArray *canaries =
        g_ptr_array_new_with_free_func((GDestroyNotify)tv_cocci_source_free);
    g_auto(GStrv) names = tv_data_list(DIRECTORY);

    for (char **name = names; *name; name++) {
        g_autofree char *inner = g_strconcat(DIRECTORY "/", *name, NULL);
        g_autofree char *text = NULL;

        if (!g_str_has_suffix(*name, ".c")) {
            continue;
        }
        text = tv_data_text(inner);
        if (tv_cocci_applies(contract, text)) {
            g_ptr_array_add(canaries, tv_cocci_source_new(inner, NULL, NULL));
        }
    }
    return canaries;
}

char *tv_cocci_canary_text(const TvContract *contract, const char *name)
{
    g_autofree char *text = tv_data_text(name);

    return tv_cocci_fill(contract, text);
}

static void silent(TvResult *result, const TvCheckTree *tree,
                   const TvCocciSource *canary, int line, const char *message)
{
    TvFinding *finding =
        tv_finding_new("canary-silent", canary->name, line, "%s", message);

    finding->reproduce =
        tv_check_tree_command(tree, "check", "--layer=L4", NULL);
    tv_result_add_finding(result, finding);
}

static gboolean is_found(const TvCocciSource *canary, const char *rule,
                         int line)
{
    for (guint i = 0; i < canary->findings->len; i++) {
        const TvCocciFinding *finding = canary->findings->pdata[i];

        if (finding->line == line && g_str_equal(finding->rule, rule)) {
            return TRUE;
        }
    }
    return FALSE;
}

static char *mark_of(const char *rule, int line)
{
    return g_strdup_printf("%s %d", rule, line);
}

/*
 * Judges one canary.  Adds "#if RULE" or "#else RULE" to @sides for each mark
 * that has its finding; returns how many cases are wrong.
 */
static guint judge(const TvCheckTree *tree, const TvCocciSource *canary,
                   const char *text,
                   GHashTable *sides, TvResult *result)
{
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
    g_autoptr(GHashTable) marks =
        g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    const char *side = NULL;
    guint wrong = 0;

    for (int i = 0; lines[i]; i++) {
        const char *at = strstr(lines[i], EXPECT);
        g_autofree char *list = NULL;
        g_auto(GStrv) rules = NULL;

        if (g_str_has_prefix(lines[i], "#")) {
            side = g_str_has_prefix(lines[i], "#else")    ? "#else"
                   : g_str_has_prefix(lines[i], "#endif") ? NULL
                                                          : "#if";
        }
        if (!at) {
            continue;
        }
        at += strlen(EXPECT);
        list = g_strndup(at, strcspn(at, "*"));
        rules = g_strsplit(list, ",", -1);
        for (char **rule = rules; *rule; rule++) {
            g_strstrip(*rule);
            g_hash_table_add(marks, mark_of(*rule, i + 1));
            if (is_found(canary, *rule, i + 1)) {
                g_hash_table_add(sides, g_strdup_printf("%s %s",
                                                        side ? side : "",
                                                        *rule));
            } else {
                g_autofree char *message =
                    g_strdup_printf("L4 does not report %s", *rule);

                silent(result, tree, canary, i + 1, message);
                wrong++;
            }
        }
    }
    for (guint i = 0; i < canary->findings->len; i++) {
        const TvCocciFinding *finding = canary->findings->pdata[i];
        g_autofree char *mark = mark_of(finding->rule, finding->line);

        if (!g_hash_table_contains(marks, mark)) {
            g_autofree char *message = g_strdup_printf(
                "L4 reports %s: %s", finding->rule, finding->message);

            silent(result, tree, canary, finding->line, message);
            wrong++;
        }
    }
    return wrong;
}

char *tv_cocci_canaries_judge(GPtrArray *canaries, const TvCheckTree *tree,
                              TvResult *result)
{
    const TvContract *contract = tree->contract;
    g_autoptr(GHashTable) sides =
        g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    static const char *const both[] = {"#if", "#else"};
    guint wrong = 0;

    for (guint i = 0; i < canaries->len; i++) {
        const TvCocciSource *canary = canaries->pdata[i];
        g_autofree char *text = tv_cocci_canary_text(contract, canary->name);

        if (canary->broken) {
            silent(result, tree, canary, 0, canary->broken);
            wrong++;
        } else {
            wrong += judge(tree, canary, text, sides, result);
        }
    }
    for (const TvRule *rule = tv_rules_cocci; rule->id; rule++) {
        for (gsize i = 0; i < G_N_ELEMENTS(both) &&
                          tv_cocci_has_rule(contract, rule->id); i++) {
            g_autofree char *side =
                g_strdup_printf("%s %s", both[i], rule->id);

            if (!g_hash_table_contains(sides, side)) {
                g_autofree char *message = g_strdup_printf(
                    "%s is not reported under %s", rule->id, both[i]);

                silent(result, tree, canaries->pdata[0], 0, message);
                wrong++;
            }
        }
    }
    return wrong ? g_strdup_printf("%u of L4's controls fail; see the "
                                   "findings canary-silent", wrong)
                 : NULL;
}
