#include "mutate/group.h"

#include <string.h>

#include "mutate/judge-address.h"
#include "proof/engine.h"
#include "proof/findings.h"

#define ENGINE_LAYERS ((1u << TV_MUTATE_L1) | (1u << TV_MUTATE_L2))

/* A group in one cell. */
typedef struct Round {
    TvMutateBench *bench;
    const TvMutateCell *cell;
    const char *file;
    GArray *members;  /* of TvMutateMember */
    GPtrArray *units; /* of TvUnit */
    gboolean mixed;   /* something cannot be told apart */
    gboolean invalid; /* a member does not compile */
} Round;

static TvMutateMember *nth(const Round *round, guint index)
{
    return &g_array_index(round->members, TvMutateMember, index);
}

gboolean tv_mutate_group_takes(const TvMutant *mutant, const TvCCode *code,
                               TvMutateMember *member)
{
    TvCSpan head, body, statement;

    if (g_str_has_suffix(mutant->file, ".h") ||
        !tv_c_code_function(code, mutant->offset, &head, &body)) {
        return FALSE;
    }
    member->mutant = mutant;
    member->first = tv_c_code_line(code, head.start);
    member->last = tv_c_code_line(code, body.end);
    if (!tv_c_code_statement(code, mutant->offset, &statement)) {
        statement = (TvCSpan){mutant->offset, mutant->offset + mutant->length};
    }
    member->from = MIN(tv_c_code_line(code, statement.start), mutant->line);
    member->to = MAX(tv_c_code_line(code, statement.end), mutant->line);
    return TRUE;
}

static gboolean is_blank(const TvCppText *text, guint line)
{
    const TvCppLine *row = &g_array_index(text->lines, TvCppLine, line);

    for (gsize at = row->offset; at < text->length && text->data[at] != '\n';
         at++) {
        if (!g_ascii_isspace(text->data[at])) {
            return FALSE;
        }
    }
    return TRUE;
}

/* Which members an #if leaves in. */
static gboolean note_visible(TvUnit *unit, const TvCppText *text, gpointer data)
{
    Round *round = data;
    g_autoptr(GHashTable) lines = g_hash_table_new(NULL, NULL);

    for (guint i = 0; i < text->lines->len; i++) {
        const TvCppLine *row = &g_array_index(text->lines, TvCppLine, i);
        g_autofree char *name = NULL;

        if (row->line == 0 || row->system || is_blank(text, i)) {
            continue;
        }
        name = tv_check_tree_relative(&round->bench->tree,
                                      text->files->pdata[row->file]);
        if (g_str_equal(name, round->file)) {
            g_hash_table_add(lines, GUINT_TO_POINTER(row->line));
        }
    }
    for (guint i = 0; i < round->members->len; i++) {
        TvMutateMember *member = nth(round, i);

        member->visible = member->visible ||
                          (!member->settled &&
                           g_hash_table_contains(
                               lines, GINT_TO_POINTER(member->mutant->line)));
    }
    return FALSE;
}

/* From the last to the first, so that places stay right. */
static char *apply_all(const Round *round, const char *before)
{
    GString *text = g_string_new(before);

    for (guint i = round->members->len; i-- > 0;) {
        const TvMutateMember *member = nth(round, i);

        if (!member->settled) {
            g_string_erase(text, member->mutant->offset,
                           member->mutant->length);
            g_string_insert(text, member->mutant->offset,
                            member->mutant->replacement);
        }
    }
    return g_string_free(text, FALSE);
}

static TvMutateMember *owner(const Round *round, const TvFinding *finding)
{
    for (guint i = 0; i < round->members->len; i++) {
        TvMutateMember *member = nth(round, i);

        if (!member->settled && g_strcmp0(finding->file, round->file) == 0 &&
            finding->line >= member->first && finding->line <= member->last) {
            return member;
        }
    }
    return NULL;
}

static void hear_finding(Round *round, const TvFinding *finding, TvLayer layer)
{
    TvMutateMember *member = owner(round, finding);
    TvMutateWord *word;

    if (!member) {
        round->mixed = TRUE;
        return;
    }
    if (g_str_equal(finding->rule, "build-error")) {
        if (!member->verdict->why) {
            member->verdict->why = tv_mutate_quote(finding);
        }
        round->invalid = TRUE;
        return;
    }
    word = &member->verdict->words[TV_MUTATE_L1 + layer];
    if (word->outcome != TV_OUTCOME_KILLED) {
        word->outcome = TV_OUTCOME_KILLED;
        word->said = tv_mutate_quote(finding);
    }
}

static void hear_unit(Round *round, const TvUnit *unit, TvLayer layer)
{
    const TvLayerRun *run = &unit->runs[layer];
    g_autofree char *broken = g_strdup(run->broken);
    g_autoptr(GPtrArray) findings = tv_unit_findings(
        &round->bench->tree, round->bench->known, unit, layer, &broken);

    for (guint i = 0; i < findings->len; i++) {
        if (tv_mutate_bench_is_new(round->cell, findings->pdata[i])) {
            hear_finding(round, findings->pdata[i], layer);
        }
    }
    round->mixed = round->mixed || broken;
    for (guint i = 0; i < round->members->len; i++) {
        nth(round, i)->verdict->words[TV_MUTATE_L1 + layer].seconds +=
            run->seconds / round->members->len;
    }
}

static void forget(Round *round)
{
    for (guint i = 0; i < round->members->len; i++) {
        TvMutateMember *member = nth(round, i);

        for (int layer = 0; layer < TV_N_LAYERS && !member->settled; layer++) {
            TvMutateWord *word = &member->verdict->words[TV_MUTATE_L1 + layer];

            g_clear_pointer(&word->said, g_free);
            *word = (TvMutateWord){.seconds = word->seconds};
        }
        member->visible = FALSE;
    }
    round->mixed = FALSE;
    round->invalid = FALSE;
}

static gboolean run_once(Round *round, const char *before, GError **error)
{
    g_autofree char *text = apply_all(round, before);
    TvCheckEngine engine = {
        .tree = &round->bench->tree,
        .cache = round->bench->own,
        .layers = ENGINE_LAYERS >> TV_MUTATE_L1,
        .label = "mutants",
        .keep_bitcode = (round->bench->layers & (1u << TV_MUTATE_L3)) != 0,
        .no_cache = TRUE,
        .on_text = note_visible,
        .text_data = round,
    };

    forget(round);
    g_ptr_array_set_size(round->units, 0);
    for (guint i = 0; i < round->cell->place->units->len; i++) {
        const TvUnit *base = round->cell->place->units->pdata[i];

        if (tv_mutate_depends_on(round->bench, base, round->file)) {
            g_ptr_array_add(round->units,
                            tv_mutate_copy_unit(round->bench, base));
        }
    }
    if (!tv_mutate_bench_write(round->bench, round->file, text, error) ||
        !tv_check_engine_run(&engine, round->units, error)) {
        return FALSE;
    }
    for (guint i = 0; i < round->units->len; i++) {
        const TvUnit *unit = round->units->pdata[i];

        round->mixed = round->mixed || unit->failure;
        for (int layer = 0; layer < TV_N_LAYERS; layer++) {
            if (unit->runs[layer].wanted) {
                hear_unit(round, unit, layer);
            }
        }
    }
    return TRUE;
}

/* Those that do not compile are settled and leave the others alone. */
static void settle_invalid(Round *round)
{
    for (guint i = 0; i < round->members->len; i++) {
        TvMutateMember *member = nth(round, i);

        if (!member->settled && member->verdict->why) {
            for (int layer = 0; layer < TV_MUTATE_LAYERS; layer++) {
                g_free(member->verdict->words[layer].said);
                member->verdict->words[layer] = (TvMutateWord){0};
            }
            member->verdict->state = TV_MUTANT_INVALID;
            member->verdict->host = round->cell->place->host;
            member->settled = TRUE;
        }
    }
}

static gboolean settle(Round *round, const char *before, GError **error)
{
    for (guint i = 0; i < round->members->len; i++) {
        TvMutateMember *member = nth(round, i);
        TvMutateVerdict *verdict = member->verdict;
        g_autofree char *after = NULL;
        TvMutateSubject subject = {
            .bench = round->bench,
            .cell = round->cell,
            .mutant = member->mutant,
            .before = before,
        };

        if (member->settled || !member->visible) {
            continue;
        }
        subject.after = after = tv_mutant_apply(member->mutant, before);
        verdict->state = TV_MUTANT_JUDGED;
        verdict->host = round->cell->place->host;
        g_free(verdict->mode);
        verdict->mode = g_strdup(round->cell->place->target->mode);
        member->settled = TRUE;
        if (!tv_mutate_ask(&subject,
                           round->bench->layers &
                               (ENGINE_LAYERS | (1u << TV_MUTATE_CACHES)),
                           verdict, error)) {
            return FALSE;
        }
    }
    return TRUE;
}

static gboolean is_in(const TvMutateMember *member, const Round *round,
                      const char *file, int line)
{
    return g_strcmp0(file, round->file) == 0 && line >= member->from &&
           line <= member->to;
}

/* In its function, and on the way through its statement. */
static gboolean is_of(const TvMutateMember *member, const Round *round,
                      const TvFinding *finding)
{
    if (g_strcmp0(finding->file, round->file) != 0 ||
        finding->line < member->first || finding->line > member->last) {
        return FALSE;
    }
    for (guint i = 0; finding->path && i < finding->path->len; i++) {
        const TvStep *step = finding->path->pdata[i];

        if (is_in(member, round, step->file, step->line)) {
            return TRUE;
        }
    }
    return is_in(member, round, finding->file, finding->line);
}

static void credit(Round *round, const TvFinding *finding)
{
    for (guint i = 0; i < round->members->len; i++) {
        TvMutateMember *member = nth(round, i);
        TvMutateWord *word = &member->verdict->words[TV_MUTATE_L3];

        if (member->verdict->state == TV_MUTANT_JUDGED && member->visible &&
            word->outcome == TV_OUTCOME_NONE && is_of(member, round, finding)) {
            word->outcome = TV_OUTCOME_KILLED;
            word->said = tv_mutate_quote(finding);
        }
    }
}

/* A member that needs L3 and was seen in this cell. */
static guint count_waiting(const Round *round)
{
    guint count = 0;

    for (guint i = 0; i < round->members->len; i++) {
        const TvMutateMember *member = nth(round, i);

        count += member->visible &&
                 member->verdict->state == TV_MUTANT_JUDGED &&
                 tv_mutate_needs_bitcode(member->mutant, round->bench->layers);
    }
    return count;
}

/* What L3 finds of the group; what it does not is left open. */
static gboolean ask_units(Round *round, GError **error)
{
    g_autoptr(GHashTable) changed = g_hash_table_new(NULL, NULL);
    g_autoptr(GPtrArray) findings = NULL;
    g_autofree char *failure = NULL;
    TvMutateSubject subject = {
        .bench = round->bench,
        .cell = round->cell,
        .units = round->units,
        .changed = changed,
    };
    gint64 start = g_get_monotonic_time();
    guint waiting = count_waiting(round);
    double share;

    if (waiting == 0) {
        return TRUE;
    }
    for (guint i = 0; i < round->units->len; i++) {
        g_hash_table_add(changed, round->units->pdata[i]);
    }
    findings = tv_mutate_units_findings(&subject, NULL, &failure, error);
    if (!findings) {
        return failure != NULL;
    }
    for (guint i = 0; i < findings->len; i++) {
        if (tv_mutate_bench_is_new(round->cell, findings->pdata[i])) {
            credit(round, findings->pdata[i]);
        }
    }
    share = (g_get_monotonic_time() - start) / 1e6 / waiting;
    for (guint i = 0; i < round->members->len; i++) {
        nth(round, i)->verdict->words[TV_MUTATE_L3].seconds += share;
    }
    return TRUE;
}

static guint count_open(const Round *round)
{
    guint count = 0;

    for (guint i = 0; i < round->members->len; i++) {
        count += !nth(round, i)->settled;
    }
    return count;
}

/* Runs until what is left compiles. */
static gboolean judge_cell(Round *round, const char *before, GError **error)
{
    do {
        if (!run_once(round, before, error)) {
            return FALSE;
        }
        settle_invalid(round);
    } while (round->invalid && count_open(round) > 0);
    if (round->mixed) {
        forget(round);
        return TRUE;
    }
    return settle(round, before, error) && ask_units(round, error);
}

gboolean tv_mutate_group_judge(TvMutateBench *bench, const TvHost *host,
                               const char *before, GArray *members,
                               GError **error)
{
    Round round = {
        .bench = bench,
        .file = g_array_index(members, TvMutateMember, 0).mutant->file,
        .members = members,
        .units = g_ptr_array_new_with_free_func((GDestroyNotify)tv_unit_free),
    };
    gboolean good = TRUE;

    for (guint i = 0; good && !round.mixed && i < bench->cells->len; i++) {
        round.cell = bench->cells->pdata[i];
        if (round.cell->place->host == host && count_open(&round) > 0) {
            good = judge_cell(&round, before, error);
        }
    }
    for (guint i = 0; good && !round.mixed && i < members->len; i++) {
        TvMutateMember *member = nth(&round, i);

        if (!member->settled) {
            member->verdict->state = TV_MUTANT_NO_CHANGE;
            member->settled = TRUE;
        }
    }
    g_ptr_array_unref(round.units);
    return tv_mutate_bench_write(bench, round.file, NULL,
                                 good ? error : NULL) &&
           good;
}
