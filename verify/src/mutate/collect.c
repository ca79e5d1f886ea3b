/* From verdicts to cells, scores and findings of the result. */
#include <string.h>

#include "mutate/table.h"

static const TvMutateVerdict *verdict_of(const TvMutateOutcome *outcome,
                                         guint index)
{
    return outcome->verdicts->pdata[index];
}

static const TvHost *host_of(const TvMutateOutcome *outcome, guint index)
{
    const TvMutateVerdict *verdict = verdict_of(outcome, index);

    return verdict->host
               ? verdict->host
               : tv_mutate_task_host(outcome->plan->tasks->pdata[index]);
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

    if (verdict->state == TV_MUTANT_JUDGED &&
        !tv_mutate_verdict_killed(verdict) &&
        !tv_mutate_known_find(to->known, task->mutant)) {
        finding = survivor(to->tree, task->mutant, verdict);
        tv_result_announce(to->result, finding);
    }
}

/* The mutants of one host. */
typedef struct HostCount {
    TvCell *cell;
    int equivalent;
    int killed;
    int by[TV_MUTATE_LAYERS];
} HostCount;

static void count_task(const TvMutateOutcome *outcome, guint index,
                       HostCount *count, TvResult *result)
{
    const TvMutateTask *task = outcome->plan->tasks->pdata[index];
    const TvMutateVerdict *verdict = verdict_of(outcome, index);
    gboolean listed =
        tv_mutate_known_find(outcome->known, task->mutant) != NULL;

    if (verdict->state != TV_MUTANT_JUDGED) {
        return;
    }
    count->cell->checked++;
    for (int i = 0; i < TV_MUTATE_LAYERS; i++) {
        const TvMutateWord *word = &verdict->words[i];

        count->cell->seconds += word->seconds;
        count->by[i] += word->outcome == TV_OUTCOME_KILLED;
        if (listed && word->outcome == TV_OUTCOME_KILLED) {
            tv_mutate_known_killed(outcome->known, task->mutant, word->said);
        }
    }
    if (tv_mutate_verdict_killed(verdict)) {
        count->killed++;
    } else if (listed) {
        count->equivalent++;
    } else {
        tv_result_add_finding(
            result, survivor(outcome->tree, task->mutant, verdict));
        count->cell->findings++;
        count->cell->status = TV_CELL_FINDINGS;
    }
}

static void add_scores(const TvMutateOutcome *outcome, const HostCount *count,
                       TvResult *result)
{
    const char *host = count->cell->host;

    for (int i = 0; i < TV_MUTATE_LAYERS; i++) {
        if (outcome->layers & (1u << i)) {
            tv_result_add_score(result, host, tv_mutate_layer(i)->name,
                                count->by[i], count->cell->checked,
                                count->equivalent);
        }
    }
    tv_result_add_score(result, host, "all", count->killed,
                        count->cell->checked, count->equivalent);
}

/* A mutant that nobody has tried proves nothing. */
static void add_pending(const TvMutateOutcome *outcome, TvResult *result)
{
    guint pending = 0;
    TvCell *cell;

    for (guint i = 0; i < outcome->verdicts->len; i++) {
        pending += verdict_of(outcome, i)->state == TV_MUTANT_PENDING;
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
        HostCount count = {0};

        count.cell = tv_cell_new("mutate", host->name, NULL, 0, TV_CELL_CLEAN);
        for (guint j = 0; j < outcome->plan->tasks->len; j++) {
            if (host_of(outcome, j) == host) {
                count_task(outcome, j, &count, result);
            }
        }
        if (count.cell->checked == 0) {
            tv_cell_free(count.cell);
            continue;
        }
        add_scores(outcome, &count, result);
        tv_result_add_cell(result, count.cell);
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
