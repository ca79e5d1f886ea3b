/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Verdicts on mutants: kept, counted, and excused by the list only. */
#include <glib.h>
#include <glib/gstdio.h>
#include <string.h>

#include "base/directory.h"
#include "mutate/table.h"

static TvContract contract = {
    .header = (char *)"code-ptr.h",
    .address_space = (char *)"__rx",
    .rx_type = (char *)"insn",
    .write_macro = (char *)"RW",
    .cache_hook = (char *)"invalidate",
    .flush_hook = (char *)"flush",
    .written_function = (char *)"written",
};

static const char text[] = "void f(Ctx *s)\n{\n    x = ADDR(p);\n}\n";

static TvMutateNames *names;

/* A plan of all mutants of @text on one host. */
static TvMutatePlan *make_plan(void)
{
    TvMutatePlan *plan = g_new0(TvMutatePlan, 1);

    plan->mutants = tv_mutants_make(names, "tcg/f.c", text, FALSE);
    plan->texts =
        g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    g_hash_table_insert(plan->texts, g_strdup("tcg/f.c"), g_strdup(text));
    plan->tasks = g_ptr_array_new_with_free_func(g_free);
    for (guint i = 0; i < plan->mutants->len; i++) {
        TvMutateTask *task = g_new0(TvMutateTask, 1);

        task->mutant = plan->mutants->pdata[i];
        task->hosts = g_ptr_array_new();
        g_ptr_array_add(task->hosts, (gpointer)tv_host_find("arm"));
        g_ptr_array_add(plan->tasks, task);
    }
    return plan;
}

static void free_plan(TvMutatePlan *plan)
{
    for (guint i = 0; i < plan->tasks->len; i++) {
        g_ptr_array_unref(((TvMutateTask *)plan->tasks->pdata[i])->hosts);
    }
    g_ptr_array_unref(plan->tasks);
    g_ptr_array_unref(plan->mutants);
    g_hash_table_unref(plan->texts);
    g_free(plan);
}

static TvMutateVerdict *judged(TvMutantOutcome l1, TvMutantOutcome l2)
{
    TvMutateVerdict *verdict = tv_mutate_verdict_new();

    verdict->state = TV_MUTANT_JUDGED;
    verdict->host = tv_host_find("arm");
    verdict->mode = g_strdup("softmmu");
    verdict->words[TV_MUTATE_L1].outcome = l1;
    verdict->words[TV_MUTATE_L2].outcome = l2;
    if (l2 == TV_OUTCOME_KILLED) {
        verdict->words[TV_MUTATE_L2].quote = g_strdup("f.c:3: bad\tthing");
    }
    return verdict;
}

static const char entry[] = "[swap]\n"
                            "operator=addr-swap\n"
                            "file=tcg/f.c\n"
                            "function=f\n"
                            "text=x = ADDR(p);\n"
                            "becomes=x = ((uintptr_t)RW(s, p));\n"
                            "reason=nobody looks at x\n";

/* The two mutants of the text: addr-drop, addr-swap. */
static TvResult *collect(const char *list, TvMutateVerdict *drop,
                         TvMutateVerdict *swap, char **table)
{
    TvMutatePlan *plan = make_plan();
    g_autoptr(TvMutateKnown) known = tv_mutate_known_parse("x", list, NULL);
    const TvOptions options = {.tree = (char *)"/a b"};
    const TvContract given = {.name = (char *)"6.0", .given = TRUE};
    const TvCheckTree tree = {.options = &options, .contract = &given};
    TvMutateOutcome outcome = {
        .tree = &tree,
        .plan = plan,
        .known = known,
        .layers = (1u << TV_MUTATE_L1) | (1u << TV_MUTATE_L2),
    };
    TvResult *result = tv_result_new("mutate");

    g_assert_cmpuint(plan->mutants->len, ==, 2);
    outcome.verdicts =
        g_ptr_array_new_with_free_func((GDestroyNotify)tv_mutate_verdict_free);
    g_ptr_array_add(outcome.verdicts, drop);
    g_ptr_array_add(outcome.verdicts, swap);
    tv_mutate_collect(&outcome, result);
    *table = tv_mutate_table(&outcome, 0);
    g_ptr_array_unref(outcome.verdicts);
    free_plan(plan);
    return result;
}

static const TvScore *score(const TvResult *result, const char *layer)
{
    for (guint i = 0; i < result->scores->len; i++) {
        const TvScore *one = result->scores->pdata[i];

        if (g_str_equal(one->layer, layer)) {
            return one;
        }
    }
    return NULL;
}

static void test_survivor(void)
{
    g_autofree char *table = NULL;
    g_autoptr(TvResult) result =
        collect("", judged(TV_OUTCOME_SURVIVED, TV_OUTCOME_KILLED),
                judged(TV_OUTCOME_BLIND, TV_OUTCOME_SURVIVED), &table);
    const TvFinding *finding = result->findings->pdata[0];

    g_assert_cmpuint(result->findings->len, ==, 1);
    g_assert_cmpstr(finding->rule, ==, "mutant-survives");
    g_assert_cmpstr(finding->host, ==, "arm");
    g_assert_cmpint(finding->line, ==, 3);
    g_assert_cmpint(tv_result_exit_status(result), ==, 1);
    g_assert_cmpint(score(result, "L1")->killed, ==, 0);
    g_assert_cmpint(score(result, "L2")->killed, ==, 1);
    g_assert_cmpint(score(result, "all")->killed, ==, 1);
    g_assert_cmpint(score(result, "all")->total, ==, 2);
    g_assert_nonnull(strstr(table, "  50 %       1\n"));
}

static void test_equivalent(void)
{
    g_autofree char *table = NULL;
    g_autoptr(TvResult) result =
        collect(entry, judged(TV_OUTCOME_KILLED, TV_OUTCOME_KILLED),
                judged(TV_OUTCOME_SURVIVED, TV_OUTCOME_SURVIVED), &table);

    g_assert_cmpuint(result->findings->len, ==, 0);
    g_assert_cmpint(tv_result_exit_status(result), ==, 0);
    g_assert_cmpint(score(result, "all")->equivalent, ==, 1);
    g_assert_nonnull(strstr(table, " 100 %       0\n"));
}

static void test_stale(void)
{
    g_autofree char *table = NULL;
    g_autoptr(TvResult) killed =
        collect(entry, judged(TV_OUTCOME_KILLED, TV_OUTCOME_KILLED),
                judged(TV_OUTCOME_SURVIVED, TV_OUTCOME_KILLED), &table);
    g_autofree char *other = g_strdup(entry);
    g_autofree char *second = NULL;
    g_autoptr(TvResult) gone = NULL;
    const TvFinding *finding = killed->findings->pdata[0];

    g_assert_cmpuint(killed->findings->len, ==, 1);
    g_assert_cmpstr(finding->rule, ==, "mutant-stale");
    g_assert_nonnull(strstr(finding->message, "bad"));

    memcpy(strstr(other, "x = ADDR"), "y", 1);
    gone = collect(other, judged(TV_OUTCOME_KILLED, TV_OUTCOME_KILLED),
                   judged(TV_OUTCOME_SURVIVED, TV_OUTCOME_KILLED), &second);
    finding = gone->findings->pdata[0];
    g_assert_cmpuint(gone->findings->len, ==, 1);
    g_assert_cmpstr(finding->rule, ==, "mutant-stale");
    g_assert_nonnull(strstr(finding->message, "no mutant of the tree"));
}

/* An invalid or unchanged mutant counts for nothing. */
static void test_invalid(void)
{
    TvMutateVerdict *invalid = tv_mutate_verdict_new();
    TvMutateVerdict *unseen = tv_mutate_verdict_new();
    g_autofree char *table = NULL;
    g_autoptr(TvResult) result = NULL;

    invalid->state = TV_MUTANT_INVALID;
    unseen->state = TV_MUTANT_NO_CHANGE;
    result = collect("", invalid, unseen, &table);
    g_assert_cmpuint(result->findings->len, ==, 0);
    g_assert_cmpuint(result->scores->len, ==, 0);
    g_assert_nonnull(strstr(table, "      0       1         1"));
}

static void test_bad_list(void)
{
    static const char *const bad[] = {
        "[a]\noperator=addr-swap\nfile=f\nfunction=\ntext=a\nbecomes=b\n",
        "[a]\noperator=no-such\nfile=f\nfunction=\ntext=a\nbecomes=b\n"
        "reason=c\n",
        "nonsense",
    };

    for (gsize i = 0; i < G_N_ELEMENTS(bad); i++) {
        g_autoptr(GError) error = NULL;
        g_autoptr(TvMutateKnown) known =
            tv_mutate_known_parse("my.ini", bad[i], &error);

        g_assert_null(known);
        g_assert_nonnull(strstr(error->message, "my.ini"));
    }
}

static void test_kept(void)
{
    g_autofree char *directory = g_dir_make_tmp("mutate-XXXXXX", NULL);
    g_autoptr(TvCheckCache) cache = 
        tv_check_cache_open(directory, directory, NULL);
    char *versions[TV_MUTATE_LAYERS] = {
        [TV_MUTATE_L1] = (char *)"one", [TV_MUTATE_L2] = (char *)"two"};
    const guint both = (1u << TV_MUTATE_L1) | (1u << TV_MUTATE_L2);
    g_autoptr(TvMutateVerdict) verdict =
        judged(TV_OUTCOME_SURVIVED, TV_OUTCOME_KILLED);
    g_autoptr(TvMutateVerdict) kept = NULL;
    g_autoptr(TvMutateVerdict) older = NULL;
    g_autofree char *key =
        g_compute_checksum_for_string(G_CHECKSUM_SHA256, "mutant", -1);

    tv_mutate_verdict_store(cache, key, versions, verdict);
    kept = tv_mutate_verdict_load(cache, key, versions);
    g_assert_cmpint(kept->state, ==, TV_MUTANT_JUDGED);
    g_assert_cmpstr(kept->host->name, ==, "arm");
    g_assert_cmpstr(kept->mode, ==, "softmmu");
    g_assert_cmpint(kept->words[TV_MUTATE_L2].outcome, ==, TV_OUTCOME_KILLED);
    g_assert_cmpstr(kept->words[TV_MUTATE_L2].quote, ==, "f.c:3: bad thing");
    g_assert_cmpuint(tv_mutate_verdict_missing(kept, both), ==, 0);
    g_assert_true(tv_mutate_verdict_killed(kept));

    /* sparse is another one now: its word does not count any more */
    versions[TV_MUTATE_L2] = (char *)"three";
    older = tv_mutate_verdict_load(cache, key, versions);
    g_assert_cmpuint(tv_mutate_verdict_missing(older, both), ==,
                     1u << TV_MUTATE_L2);
    g_assert_false(tv_mutate_verdict_killed(older));
    tv_tree_remove(directory, NULL);
}

int main(int argc, char **argv)
{
    int status;

    g_test_init(&argc, &argv, NULL);
    names = tv_mutate_names_parse(
        &contract,
        "[mutate]\naddress-macro=ADDR\npointer-macro=PTR\ncontext-type=Ctx\n"
        "context=ctx\ndifference=diff\nbase=base\ndistance=distance\n"
        "store-macro=atomic_set\n",
        "test", NULL);
    g_test_add_func("/mutate/survivor", test_survivor);
    g_test_add_func("/mutate/equivalent", test_equivalent);
    g_test_add_func("/mutate/stale", test_stale);
    g_test_add_func("/mutate/invalid", test_invalid);
    g_test_add_func("/mutate/bad-list", test_bad_list);
    g_test_add_func("/mutate/kept", test_kept);
    status = g_test_run();
    tv_mutate_names_free(names);
    return status;
}
