/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "mutate/verdict.h"

#include <string.h>

#define KIND "mutant"

static const char *const state_names[] = {
    [TV_MUTANT_PENDING] = "pending",
    [TV_MUTANT_JUDGED] = "judged",
    [TV_MUTANT_INVALID] = "invalid",
    [TV_MUTANT_NO_CHANGE] = "no-change",
};

static const char *const outcome_names[] = {
    [TV_OUTCOME_NONE] = "none",         [TV_OUTCOME_KILLED] = "killed",
    [TV_OUTCOME_SURVIVED] = "survives", [TV_OUTCOME_BLIND] = "blind",
    [TV_OUTCOME_VOID] = "void",
};

const char *tv_mutant_state_name(TvMutantState state)
{
    return state_names[state];
}

const char *tv_mutant_outcome_name(TvMutantOutcome outcome)
{
    return outcome_names[outcome];
}

static guint find_name(const char *const *names, gsize count, const char *name)
{
    for (gsize i = 0; i < count; i++) {
        if (g_str_equal(names[i], name)) {
            return i;
        }
    }
    return 0;
}

TvMutateVerdict *tv_mutate_verdict_new(void)
{
    return g_new0(TvMutateVerdict, 1);
}

void tv_mutate_verdict_free(TvMutateVerdict *verdict)
{
    if (!verdict) {
        return;
    }
    for (int i = 0; i < TV_MUTATE_LAYERS; i++) {
        g_free(verdict->words[i].quote);
    }
    g_free(verdict->mode);
    g_free(verdict->why);
    g_free(verdict);
}

void tv_mutate_word_set(TvMutateWord *word, TvMutantOutcome outcome,
                        char *quote)
{
    if (word->outcome == TV_OUTCOME_KILLED) {
        g_free(quote);
        return;
    }
    g_free(word->quote);
    word->quote = quote;
    word->outcome = outcome;
}

gboolean tv_mutate_verdict_killed(const TvMutateVerdict *verdict)
{
    for (int i = 0; i < TV_MUTATE_LAYERS; i++) {
        if (verdict->words[i].outcome == TV_OUTCOME_KILLED) {
            return TRUE;
        }
    }
    return FALSE;
}

guint tv_mutate_verdict_missing(const TvMutateVerdict *verdict, guint layers)
{
    guint missing = 0;

    if (verdict->state == TV_MUTANT_INVALID ||
        verdict->state == TV_MUTANT_NO_CHANGE) {
        return 0;
    }
    for (int i = 0; i < TV_MUTATE_LAYERS; i++) {
        if ((layers & (1u << i)) &&
            verdict->words[i].outcome == TV_OUTCOME_NONE) {
            missing |= 1u << i;
        }
    }
    return missing;
}

static const char *text_of(char *const *part, guint index)
{
    return *part[index] ? part[index] : NULL;
}

/* state TAB host TAB mode TAB why, then for each layer that was asked
 * number TAB version TAB outcome TAB seconds TAB quote. */
TvMutateVerdict *tv_mutate_verdict_load(TvCheckCache *cache, const char *key,
                                        char *const *versions)
{
    g_autofree char *text = tv_check_cache_get(cache, KIND, key);
    g_autoptr(TvMutateVerdict) verdict = tv_mutate_verdict_new();
    g_auto(GStrv) lines = NULL;
    g_auto(GStrv) head = NULL;

    if (!text) {
        return NULL;
    }
    lines = g_strsplit(text, "\n", -1);
    head = g_strsplit(lines[0] ? lines[0] : "", "\t", 4);
    if (g_strv_length(head) != 4) {
        return NULL;
    }
    verdict->state = find_name(state_names, G_N_ELEMENTS(state_names), head[0]);
    verdict->host = tv_host_find(head[1]);
    verdict->mode = g_strdup(text_of(head, 2));
    verdict->why = g_strdup(text_of(head, 3));
    for (guint i = 1; lines[i]; i++) {
        g_auto(GStrv) part = g_strsplit(lines[i], "\t", 5);
        guint64 layer;

        if (g_strv_length(part) != 5 ||
            !g_ascii_string_to_unsigned(part[0], 10, 0, TV_MUTATE_LAYERS - 1,
                                        &layer, NULL) ||
            g_strcmp0(part[1], versions[layer]) != 0) {
            continue;
        }
        verdict->words[layer].outcome =
            find_name(outcome_names, G_N_ELEMENTS(outcome_names), part[2]);
        verdict->words[layer].seconds = g_ascii_strtod(part[3], NULL);
        verdict->words[layer].quote = g_strdup(text_of(part, 4));
    }
    return g_steal_pointer(&verdict);
}

/* One field of a record: no tabs or newlines. */
static char *field(const char *text)
{
    return g_strdelimit(g_strdup(text ? text : ""), "\t\n", ' ');
}

void tv_mutate_verdict_store(TvCheckCache *cache, const char *key,
                             char *const *versions,
                             const TvMutateVerdict *verdict)
{
    g_autoptr(GString) text = g_string_new(NULL);
    g_autofree char *why = field(verdict->why);

    g_string_append_printf(text, "%s\t%s\t%s\t%s\n",
                           state_names[verdict->state],
                           verdict->host ? verdict->host->name : "",
                           verdict->mode ? verdict->mode : "", why);
    for (int i = 0; i < TV_MUTATE_LAYERS; i++) {
        const TvMutateWord *word = &verdict->words[i];
        g_autofree char *quote = field(word->quote);
        char seconds[G_ASCII_DTOSTR_BUF_SIZE];

        if (word->outcome != TV_OUTCOME_NONE && versions[i]) {
            g_ascii_formatd(seconds, sizeof(seconds), "%.3f", word->seconds);
            g_string_append_printf(text, "%d\t%s\t%s\t%s\t%s\n", i, versions[i],
                                   outcome_names[word->outcome], seconds, quote);
        }
    }
    tv_check_cache_put(cache, KIND, key, text->str);
}
