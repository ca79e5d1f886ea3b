/* SPDX-License-Identifier: GPL-2.0-or-later */
/* From verdicts to tables, and to cells, scores and findings of the result. */
#include "mutate/table.h"

#include <string.h>

/* The mutants of a row, or of a host. */
typedef struct Count {
    guint judged;
    guint invalid;
    guint no_change;
    guint equivalent;
    guint survivors;            /* that are not equivalent */
    guint killed;               /* by any layer */
    guint by[TV_MUTATE_LAYERS]; /* by each */
    double seconds;
} Count;

static gboolean is_survivor(const TvMutateKnown *known,
                            const TvMutateTask *task,
                            const TvMutateVerdict *verdict)
{
    return verdict->state == TV_MUTANT_JUDGED &&
           !tv_mutate_verdict_killed(verdict) &&
           !tv_mutate_known_find(known, task->mutant);
}

static void add(Count *count, const TvMutateOutcome *outcome, guint index)
{
    const TvMutateTask *task = outcome->plan->tasks->pdata[index];
    const TvMutateVerdict *verdict = outcome->verdicts->pdata[index];

    count->invalid += verdict->state == TV_MUTANT_INVALID;
    count->no_change += verdict->state == TV_MUTANT_NO_CHANGE;
    if (verdict->state != TV_MUTANT_JUDGED) {
        return;
    }
    count->judged++;
    count->killed += tv_mutate_verdict_killed(verdict);
    count->survivors += is_survivor(outcome->known, task, verdict);
    count->equivalent = count->judged - count->killed - count->survivors;
    for (int i = 0; i < TV_MUTATE_LAYERS; i++) {
        count->by[i] += verdict->words[i].outcome == TV_OUTCOME_KILLED;
        count->seconds += verdict->words[i].seconds;
    }
}

/* Where it was judged; for one that is no mutant, the first host it has. */
static const char *host_of(const TvMutateOutcome *outcome, guint index)
{
    const TvMutateVerdict *verdict = outcome->verdicts->pdata[index];

    return verdict->host
               ? verdict->host->name
               : tv_mutate_task_host(outcome->plan->tasks->pdata[index])->name;
}

static const char *operator_of(const TvMutateOutcome *outcome, guint index)
{
    const TvMutateTask *task = outcome->plan->tasks->pdata[index];

    return task->mutant->operator->id;
}

static void append_rate(GString *out, guint killed, const Count *count)
{
    guint of = count->judged - count->equivalent;

    if (of == 0) {
        g_string_append_printf(out, " %6s", "-");
    } else {
        /* Not rounded up to a whole that it is not. */
        g_string_append_printf(out, " %4u %%", killed * 100 / of);
    }
}

static gboolean has(const TvMutateOutcome *outcome, int layer)
{
    return outcome->layers & (1u << layer);
}

/* Narrow terminals get no columns of what is no mutant. */
static void append_head(GString *out, const TvMutateOutcome *outcome,
                        const char *name, int columns, gboolean wide)
{
    g_string_append_printf(out, "%-*s %7s", columns, name, "mutants");
    if (wide) {
        g_string_append_printf(out, " %7s %9s %10s", "invalid", "no change",
                               "equivalent");
    }
    for (int i = 0; i < TV_MUTATE_LAYERS; i++) {
        if (has(outcome, i)) {
            g_string_append_printf(out, " %6s", tv_mutate_layer_name(i));
        }
    }
    g_string_append_printf(out, " %6s %7s\n", "all", "survive");
}

static void append_row(GString *out, const TvMutateOutcome *outcome,
                       const char *name, int columns, const Count *count,
                       gboolean wide)
{
    g_string_append_printf(out, "%-*s %7u", columns, name, count->judged);
    if (wide) {
        g_string_append_printf(out, " %7u %9u %10u", count->invalid,
                               count->no_change, count->equivalent);
    }
    for (int i = 0; i < TV_MUTATE_LAYERS; i++) {
        if (has(outcome, i)) {
            append_rate(out, count->by[i], count);
        }
    }
    append_rate(out, count->killed, count);
    g_string_append_printf(out, " %7u\n", count->survivors);
}

static int compare_names(gconstpointer a, gconstpointer b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static void append_table(GString *out, const TvMutateOutcome *outcome,
                         const char *heading,
                         const char *(*name_of)(const TvMutateOutcome *, guint),
                         int width)
{
    g_autoptr(GHashTable) counts =
        g_hash_table_new_full(g_str_hash, g_str_equal, NULL, g_free);
    g_autoptr(GPtrArray) names = g_ptr_array_new();
    int columns = strlen(heading);
    gboolean wide;
    Count total = {0};

    for (guint i = 0; i < outcome->plan->tasks->len; i++) {
        const char *name = name_of(outcome, i);
        Count *count = g_hash_table_lookup(counts, name);

        if (!count) {
            count = g_new0(Count, 1);
            g_hash_table_insert(counts, (gpointer)name, count);
            g_ptr_array_add(names, (gpointer)name);
            columns = MAX(columns, (int)strlen(name));
        }
        add(count, outcome, i);
        add(&total, outcome, i);
    }
    g_ptr_array_sort(names, compare_names);
    wide = width == 0 || width >= columns + 88;
    append_head(out, outcome, heading, columns, wide);
    for (guint i = 0; i < names->len; i++) {
        append_row(out, outcome, names->pdata[i], columns,
                   g_hash_table_lookup(counts, names->pdata[i]), wide);
    }
    append_row(out, outcome, "all", columns, &total, wide);
    if (!wide) {
        g_string_append_printf(
            out,
            "(left out: %u do not compile, %u change nothing; %u are "
            "equivalent)\n",
            total.invalid, total.no_change, total.equivalent);
    }
    g_string_append_c(out, '\n');
}

char *tv_mutate_table(const TvMutateOutcome *outcome, int width)
{
    GString *out = g_string_new(NULL);

    append_table(out, outcome, "operator", operator_of, width);
    append_table(out, outcome, "host", host_of, width);
    if (outcome->plan->outside > 0) {
        g_string_append_printf(out,
                               "%u mutants are of files that no cell builds\n",
                               outcome->plan->outside);
    }
    return g_string_free(out, FALSE);
}

static void append_words(GString *out, const TvMutateOutcome *outcome,
                         const TvMutateVerdict *verdict)
{
    for (int i = 0; i < TV_MUTATE_LAYERS; i++) {
        const TvMutateWord *word = &verdict->words[i];

        if (has(outcome, i)) {
            g_string_append_printf(
                out, "  %-7s %-9s %5.1f s  %s\n", tv_mutate_layer_name(i),
                tv_mutant_outcome_name(word->outcome), word->seconds,
                word->quote ? word->quote : "");
        }
    }
}

char *tv_mutate_describe(const TvMutateOutcome *outcome)
{
    const TvMutateTask *first = outcome->plan->tasks->pdata[0];
    const TvMutant *mutant = first->mutant;
    const char *reason = tv_mutate_known_find(outcome->known, mutant);
    g_autofree char *diff = tv_mutant_diff(
        mutant, g_hash_table_lookup(outcome->plan->texts, mutant->file));
    GString *out = g_string_new(NULL);

    g_string_append_printf(out, "%s (%s: %s)%s%s\n%s", mutant->id,
                           mutant->operator->id, mutant->operator->summary,
                           mutant->function ? " in " : "",
                           mutant->function ? mutant->function : "", diff);
    if (reason) {
        g_string_append_printf(out, "equivalent: %s\n", reason);
    }
    for (guint i = 0; i < outcome->plan->tasks->len; i++) {
        const TvMutateVerdict *verdict = outcome->verdicts->pdata[i];

        g_string_append_printf(
            out, "%s%s%s: %s%s%s\n", host_of(outcome, i),
            verdict->mode ? ", " : "", verdict->mode ? verdict->mode : "",
            tv_mutant_state_name(verdict->state), verdict->why ? ": " : "",
            verdict->why ? verdict->why : "");
        if (verdict->state == TV_MUTANT_JUDGED) {
            append_words(out, outcome, verdict);
        }
    }
    return g_string_free(out, FALSE);
}

char *tv_mutate_list(const TvMutatePlan *plan)
{
    GString *out = g_string_new(NULL);

    for (guint i = 0; i < plan->tasks->len; i++) {
        const TvMutateTask *task = plan->tasks->pdata[i];
        const TvMutant *mutant = task->mutant;
        g_autofree char *brief = tv_mutant_brief(mutant);

        g_string_append_printf(out, "%-13s %-21s %-8s %s:%d: %s\n", mutant->id,
                               mutant->operator->id,
                               tv_mutate_task_host(task)->name, mutant->file,
                               mutant->line, brief);
    }
    return g_string_free(out, FALSE);
}

static TvFinding *survivor(const TvCheckTree *tree, const TvMutant *mutant,
                           const TvMutateVerdict *verdict)
{
    g_autofree char *brief = tv_mutant_brief(mutant);
    g_autofree char *host = g_strconcat("--host=", verdict->host->name, NULL);
    const char *guests = tree->options->guests;
    g_autofree char *guest =
        guests ? g_strconcat("--guest=", guests, NULL) : NULL;
    TvFinding *finding =
        tv_finding_new("mutant-survives", mutant->file, mutant->line,
                       "no layer notices %s: %s", mutant->operator->id, brief);

    finding->function = g_strdup(mutant->function);
    finding->text = g_strdup(mutant->changed);
    finding->host = g_strdup(verdict->host->name);
    finding->mode = g_strdup(verdict->mode);
    finding->reproduce = tv_check_tree_command(tree, "mutate", host, "--show",
                                               mutant->id, guest, NULL);
    return finding;
}

void tv_mutate_announce(const TvMutateTask *task,
                        const TvMutateVerdict *verdict, gpointer data)
{
    const TvMutateAnnounce *to = data;
    g_autoptr(TvFinding) finding = NULL;

    if (is_survivor(to->known, task, verdict)) {
        finding = survivor(to->tree, task->mutant, verdict);
        tv_result_announce(to->result, finding);
    }
}

/* A survivor, or what killed a mutant that is listed as equivalent. */
static void add_finding(const TvMutateOutcome *outcome, guint index,
                        TvResult *result)
{
    const TvMutateTask *task = outcome->plan->tasks->pdata[index];
    const TvMutateVerdict *verdict = outcome->verdicts->pdata[index];

    for (int i = 0; i < TV_MUTATE_LAYERS; i++) {
        if (verdict->words[i].outcome == TV_OUTCOME_KILLED) {
            tv_mutate_known_killed(outcome->known, task->mutant,
                                   verdict->words[i].quote);
        }
    }
    if (is_survivor(outcome->known, task, verdict)) {
        tv_result_add_finding(result,
                              survivor(outcome->tree, task->mutant, verdict));
    }
}

static void collect_host(const TvMutateOutcome *outcome, const char *host,
                         TvResult *result)
{
    Count count = {0};
    TvCell *cell;

    for (guint i = 0; i < outcome->plan->tasks->len; i++) {
        if (g_str_equal(host_of(outcome, i), host)) {
            add(&count, outcome, i);
            add_finding(outcome, i, result);
        }
    }
    if (count.judged == 0) {
        return;
    }
    for (int i = 0; i < TV_MUTATE_LAYERS; i++) {
        if (has(outcome, i)) {
            tv_result_add_score(result, host, tv_mutate_layer_name(i),
                                count.by[i], count.judged, count.equivalent);
        }
    }
    tv_result_add_score(result, host, "all", count.killed, count.judged,
                        count.equivalent);
    cell = tv_cell_new("mutate", host, NULL, 0,
                       count.survivors ? TV_CELL_FINDINGS : TV_CELL_CLEAN);
    cell->checked = count.judged;
    cell->findings = count.survivors;
    cell->seconds = count.seconds;
    tv_result_add_cell(result, cell);
}

/* A mutant that no run has tried proves nothing. */
static void add_pending(const TvMutateOutcome *outcome, TvResult *result)
{
    guint pending = 0;
    TvCell *cell;

    for (guint i = 0; i < outcome->verdicts->len; i++) {
        pending += ((TvMutateVerdict *)outcome->verdicts->pdata[i])->state ==
                   TV_MUTANT_PENDING;
    }
    if (pending > 0) {
        cell = tv_cell_new("mutate", NULL, NULL, 0, TV_CELL_ERROR);
        cell->note = g_strdup_printf("%u of %u mutants have not been run",
                                     pending, outcome->verdicts->len);
        tv_result_add_cell(result, cell);
    }
}

void tv_mutate_collect(const TvMutateOutcome *outcome, TvResult *result)
{
    const TvHost *host;
    guint before;
    TvCell *cell;

    for (guint i = 0; (host = tv_host_nth(i)); i++) {
        collect_host(outcome, host->name, result);
    }
    add_pending(outcome, result);
    before = result->findings->len;
    tv_mutate_known_report(outcome->known, outcome->plan->mutants, result);
    cell = tv_cell_new("equivalent mutants", NULL, NULL, 0, TV_CELL_CLEAN);
    cell->checked = outcome->plan->mutants->len;
    cell->findings = result->findings->len - before;
    cell->status = cell->findings ? TV_CELL_FINDINGS : TV_CELL_CLEAN;
    tv_result_add_cell(result, cell);
}
