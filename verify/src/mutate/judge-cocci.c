/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * L4 as a judge of mutants: semantic patches.  spatch starts once for many
 * mutants; each is a text of its own, which holds the function that it changes
 * and no other, since the rules look at one function at a time.
 */
#include <string.h>

#include "mutate/judge.h"
#include "proof/cocci/layer.h"
#include "proof/cocci/rules.h"
#include "proof/cocci/run.h"
#include "tree/names.h"

/* The texts of one run. */
typedef struct Texts {
    TvMutateBench *bench;
    GPtrArray *sources; /* of TvCocciSource: all */
    GHashTable *bases;  /* text to the source of it: as the tree has it; mutants
                         * of one function share it */
} Texts;

static void count(int line, const char *function, const char *spelling,
                  gpointer data)
{
    (*(guint *)data)++;
}

/* Pointers to code that are not to const show in the text itself. */
static gboolean is_mutable(const TvContract *contract,
                           const TvMutateTried *tried)
{
    guint had = 0, has = 0;

    if (tv_cocci_const_applies(contract)) {
        tv_cocci_const_find(contract, tried->before, count, &had);
        tv_cocci_const_find(contract, tried->after, count, &has);
    }
    return has > had;
}

/*
 * The text with the bodies of all functions but the mutant's left out: most of
 * spatch's time goes to them.  Their directives stay, which have to nest, and
 * so do all lines.  A mutant outside of functions may bear on all of them.
 */
static char *only_function(const TvMutant *mutant, const char *before)
{
    g_autoptr(TvCCode) code = tv_c_code_new(before);
    char *out = g_strdup(before);

    for (gsize at = 1; mutant->function && at < code->length; at++) {
        TvCSpan head, body;

        if (code->code[at] != '{' || code->code[at - 1] != '\n' ||
            !tv_c_code_function(code, at + 1, &head, &body) ||
            (mutant->offset >= head.start && mutant->offset < body.end)) {
            continue;
        }
        /* The span ends at the closing brace. */
        for (gsize i = body.start; i < body.end; i++) {
            if (!g_ascii_isspace(code->code[i])) {
                out[i] = ' ';
            }
        }
        at = body.end;
    }
    return out;
}

static TvCocciSource *add_source(Texts *texts, const TvMutant *mutant,
                                 const char *text, GError **error)
{
    const TvCheckTree *tree = texts->bench->base;
    const TvHost *owner = tv_check_tree_owner(tree, mutant->file);
    TvCocciSource *source =
        tv_cocci_source_new(mutant->file, NULL, owner ? owner->backend : NULL);

    g_ptr_array_add(texts->sources, source);
    return tv_cocci_source_prepare(source, tree->contract, text, error) ? source
                                                                        : NULL;
}

/* The sources of a mutant and of the tree; FALSE if a text cannot be read. */
static gboolean add(Texts *texts, const TvMutateTried *tried,
                    TvCocciSource **base, TvCocciSource **source,
                    GError **error)
{
    g_autofree char *text = only_function(tried->mutant, tried->before);
    g_autofree char *changed = tv_mutant_apply(tried->mutant, text);

    *base = g_hash_table_lookup(texts->bases, text);
    if (!*base) {
        *base = add_source(texts, tried->mutant, text, error);
        if (!*base) {
            return FALSE;
        }
        g_hash_table_insert(texts->bases, g_steal_pointer(&text), *base);
    }
    *source = add_source(texts, tried->mutant, changed, error);
    return *source != NULL;
}

static gboolean has_finding(const TvCocciSource *source,
                            const TvCocciFinding *wanted)
{
    for (guint i = 0; i < source->findings->len; i++) {
        const TvCocciFinding *finding = source->findings->pdata[i];

        if (finding->line == wanted->line &&
            g_str_equal(finding->rule, wanted->rule) &&
            g_strcmp0(finding->message, wanted->message) == 0) {
            return TRUE;
        }
    }
    return FALSE;
}

static void take(TvMutateWord *word, const TvCocciSource *base,
                 const TvCocciSource *source)
{
    const char *broken = base->broken ? base->broken : source->broken;

    word->seconds += source->seconds;
    for (guint i = 0; !broken && i < source->findings->len; i++) {
        const TvCocciFinding *finding = source->findings->pdata[i];

        if (!has_finding(base, finding)) {
            tv_mutate_word_set(word, TV_OUTCOME_KILLED,
                               g_strdup_printf("%s:%d: %s [%s]", source->name,
                                               finding->line, finding->message,
                                               finding->rule));
        }
    }
    tv_mutate_word_set(word, broken ? TV_OUTCOME_VOID : TV_OUTCOME_SURVIVED,
                       g_strdup(broken));
}

static gboolean run(const Texts *texts, GError **error)
{
    const TvCheckTree *tree = texts->bench->base;
    g_autoptr(TvCodeNames) names =
        tv_code_names_find(tree->scan, tree->facts, tree->contract);
    TvCocciRun run = {
        .contract = tree->contract,
        .cache = texts->bench->own,
        .jobs = 1,
    };
    gboolean good = tv_cocci_run_open(&run, error) &&
                    (run.types = tv_layer_cocci_types(tree, names, error)) &&
                    tv_cocci_run(&run, texts->sources, error);

    tv_cocci_run_close(&run);
    return good;
}

gboolean tv_mutate_cocci_judge(TvMutateBench *bench, GPtrArray *list,
                               GError **error)
{
    const TvContract *contract = bench->base->contract;
    g_autoptr(GPtrArray) sources =
        g_ptr_array_new_with_free_func((GDestroyNotify)tv_cocci_source_free);
    g_autoptr(GHashTable) bases =
        g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    g_autofree TvCocciSource **base = g_new0(TvCocciSource *, list->len);
    g_autofree TvCocciSource **source = g_new0(TvCocciSource *, list->len);
    Texts texts = {.bench = bench, .sources = sources, .bases = bases};

    for (guint i = 0; i < list->len; i++) {
        const TvMutateTried *tried = list->pdata[i];
        TvMutateWord *word = &tried->verdict->words[TV_MUTATE_L4];

        if (g_str_equal(tried->mutant->file, contract->header)) {
            /* L4 does not read the header that defines the conversion. */
            word->outcome = TV_OUTCOME_SURVIVED;
        } else if (is_mutable(contract, tried)) {
            tv_mutate_word_set(
                word, TV_OUTCOME_KILLED,
                g_strdup_printf("%s: a pointer to code is not to const "
                                "[" TV_COCCI_CONST_RULE "]",
                                tried->mutant->file));
        } else if (!add(&texts, tried, &base[i], &source[i], error)) {
            return FALSE;
        }
    }
    if (sources->len > 0 && !run(&texts, error)) {
        return FALSE;
    }
    for (guint i = 0; i < list->len; i++) {
        const TvMutateTried *tried = list->pdata[i];

        if (source[i]) {
            take(&tried->verdict->words[TV_MUTATE_L4], base[i], source[i]);
        }
    }
    return TRUE;
}
