#include "mutate/judge-cocci.h"

#include <string.h>

#include "base/hash.h"
#include "proof/cocci/const.h"
#include "proof/cocci/layer.h"
#include "proof/cocci/rules.h"
#include "proof/cocci/run.h"
#include "tree/names.h"

/* A text for spatch: some members of one file. */
typedef struct Text {
    const char *file;
    GPtrArray *members;    /* of TvMutateMember: by offset */
    TvCocciSource *base;   /* as the tree has it */
    TvCocciSource *source; /* with the members' changes */
} Text;

static void text_free(gpointer data)
{
    Text *text = data;

    g_ptr_array_unref(text->members);
    g_clear_pointer(&text->base, tv_cocci_source_free);
    g_clear_pointer(&text->source, tv_cocci_source_free);
    g_free(text);
}

static Text *text_new(GPtrArray *texts, const char *file)
{
    Text *text = g_new0(Text, 1);

    text->file = file;
    text->members = g_ptr_array_new();
    g_ptr_array_add(texts, text);
    return text;
}

char *tv_mutate_cocci_version(const TvCheckTree *tree, GError **error)
{
    TvCocciRun run = {.contract = tree->contract};
    g_autofree char *rules = tv_cocci_rules_digest(tree->contract);
    g_autoptr(GChecksum) sum = g_checksum_new(G_CHECKSUM_SHA256);
    gboolean good = tv_cocci_run_open(&run, error);

    if (good) {
        tv_hash_add(sum, run.version);
        tv_hash_add(sum, rules);
    }
    tv_cocci_run_close(&run);
    return good ? g_strdup(g_checksum_get_string(sum)) : NULL;
}

/* L4 reads no header that defines the conversion. */
static gboolean reads(const TvMutateBench *bench, const char *file)
{
    return !g_str_equal(file, bench->base->contract->header);
}

static gboolean has_function(const Text *text, const TvMutateMember *member)
{
    for (guint i = 0; i < text->members->len; i++) {
        const TvMutateMember *other = text->members->pdata[i];

        /* One outside of functions goes alone. */
        if (other->first == member->first || other->first == 0 ||
            member->first == 0) {
            return TRUE;
        }
    }
    return FALSE;
}

static void add_member(GPtrArray *texts, TvMutateMember *member)
{
    for (guint i = 0; i < texts->len; i++) {
        Text *text = texts->pdata[i];

        if (text->members->len > 0 &&
            g_str_equal(text->file, member->mutant->file) &&
            !has_function(text, member)) {
            g_ptr_array_add(text->members, member);
            return;
        }
    }
    g_ptr_array_add(text_new(texts, member->mutant->file)->members, member);
}

static int compare_offsets(gconstpointer a, gconstpointer b)
{
    const TvMutateMember *one = *(TvMutateMember *const *)a;
    const TvMutateMember *two = *(TvMutateMember *const *)b;

    return one->mutant->offset < two->mutant->offset ? -1 : 1;
}

static gboolean has_place(const Text *text, TvCSpan head, TvCSpan body)
{
    for (guint i = 0; i < text->members->len; i++) {
        const TvMutant *mutant =
            ((TvMutateMember *)text->members->pdata[i])->mutant;

        /* One outside of functions may bear on all of them. */
        if (!mutant->function ||
            (mutant->offset >= head.start && mutant->offset < body.end)) {
            return TRUE;
        }
    }
    return FALSE;
}

/*
 * The rules look at one function at a time, so the bodies of others are left
 * out: most of spatch's time goes to them.  Their directives stay, which have
 * to nest, and so do all lines.
 */
static char *only_functions(const Text *text, const char *before)
{
    g_autoptr(TvCCode) code = tv_c_code_new(before);
    char *out = g_strdup(before);

    for (gsize at = 1; at < code->length; at++) {
        TvCSpan head, body;

        if (code->code[at] != '{' || code->code[at - 1] != '\n' ||
            !tv_c_code_function(code, at + 1, &head, &body) ||
            has_place(text, head, body)) {
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

/* With the members' changes, or as the tree has it. */
static char *make_text(const Text *text, const char *before, gboolean changed)
{
    g_autofree char *only = only_functions(text, before);
    GString *out = g_string_new(only);

    for (guint i = text->members->len; changed && i-- > 0;) {
        const TvMutant *mutant =
            ((TvMutateMember *)text->members->pdata[i])->mutant;

        g_string_erase(out, mutant->offset, mutant->length);
        g_string_insert(out, mutant->offset, mutant->replacement);
    }
    return g_string_free(out, FALSE);
}

/* "tcg/NAME/...": as the layer tells whose a source is. */
static const char *backend_of(const char *file)
{
    const TvHost *host;

    for (guint i = 0; (host = tv_host_nth(i)); i++) {
        g_autofree char *dir = g_strdup_printf("tcg/%s/", host->backend);

        if (g_str_has_prefix(file, dir)) {
            return host->backend;
        }
    }
    return NULL;
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

static void kill_member(TvMutateMember *member, const Text *text,
                        const TvCocciFinding *finding)
{
    TvMutateWord *word = &member->verdict->words[TV_MUTATE_L4];

    if (word->outcome != TV_OUTCOME_KILLED) {
        word->outcome = TV_OUTCOME_KILLED;
        word->said =
            g_strdup_printf("%s:%d: %s [%s]", text->file, finding->line,
                            finding->message, finding->rule);
    }
}

/* FALSE if a finding is nobody's: then nobody is known to survive. */
static gboolean hear(const Text *text)
{
    gboolean clear = TRUE;

    for (guint i = 0; i < text->source->findings->len; i++) {
        const TvCocciFinding *finding = text->source->findings->pdata[i];
        gboolean owned = has_finding(text->base, finding);

        for (guint j = 0; j < text->members->len && !owned; j++) {
            TvMutateMember *member = text->members->pdata[j];

            if (text->members->len == 1 || (finding->line >= member->first &&
                                            finding->line <= member->last)) {
                kill_member(member, text, finding);
                owned = TRUE;
            }
        }
        clear = clear && owned;
    }
    return clear;
}

static void judge_text(const Text *text)
{
    const char *broken =
        text->base->broken ? text->base->broken : text->source->broken;
    gboolean clear = !broken && hear(text);

    for (guint i = 0; i < text->members->len; i++) {
        TvMutateMember *member = text->members->pdata[i];
        TvMutateWord *word = &member->verdict->words[TV_MUTATE_L4];

        word->seconds += (text->base->seconds + text->source->seconds) /
                         text->members->len;
        if (broken && text->members->len == 1) {
            word->outcome = TV_OUTCOME_VOID;
            word->said = g_strdup(broken);
        } else if (clear && word->outcome == TV_OUTCOME_NONE) {
            word->outcome = TV_OUTCOME_SURVIVED;
        }
    }
}

static TvCocciSource *make_source(const Text *text, const TvContract *contract,
                                  const char *before, gboolean changed,
                                  GPtrArray *sources, GError **error)
{
    g_autofree char *content = make_text(text, before, changed);
    TvCocciSource *source =
        tv_cocci_source_new(text->file, NULL, backend_of(text->file));

    if (!tv_cocci_source_prepare(source, contract, content, error)) {
        tv_cocci_source_free(source);
        return NULL;
    }
    g_ptr_array_add(sources, source);
    return source;
}

static gboolean run_texts(TvMutateBench *bench, GPtrArray *texts,
                          GHashTable *before, GError **error)
{
    g_autoptr(TvCodeNames) names = tv_code_names_find(
        bench->base->scan, bench->base->facts, bench->base->contract);
    g_autoptr(GPtrArray) sources = g_ptr_array_new();
    TvCocciRun run = {
        .contract = bench->base->contract,
        .cache = bench->own ? bench->own : bench->cache,
        .jobs = 1,
    };
    gboolean good =
        tv_cocci_run_open(&run, error) &&
        (run.types = tv_layer_cocci_types(bench->base, names, error));

    for (guint i = 0; good && i < texts->len; i++) {
        Text *text = texts->pdata[i];
        const char *own = g_hash_table_lookup(before, text->file);

        g_ptr_array_sort(text->members, compare_offsets);
        text->base =
            make_source(text, run.contract, own, FALSE, sources, error);
        text->source = text->base ? make_source(text, run.contract, own, TRUE,
                                                sources, error)
                                  : NULL;
        good = text->source != NULL;
    }
    good = good && tv_cocci_run(&run, sources, error);
    tv_cocci_run_close(&run);
    return good;
}

static void count_mutable(int line, const char *function, const char *spelling,
                          gpointer data)
{
    (*(guint *)data)++;
}

/* What L4 sees in the text itself needs no spatch. */
static gboolean kill_by_text(const TvMutateBench *bench, const char *before,
                             const TvMutateMember *member)
{
    const TvContract *contract = bench->base->contract;
    g_autofree char *after = tv_mutant_apply(member->mutant, before);
    TvMutateWord *word = &member->verdict->words[TV_MUTATE_L4];
    guint had = 0, has = 0;

    if (tv_cocci_const_applies(contract)) {
        tv_cocci_const_find(contract, before, count_mutable, &had);
        tv_cocci_const_find(contract, after, count_mutable, &has);
    }
    if (has > had) {
        word->outcome = TV_OUTCOME_KILLED;
        word->said = g_strdup_printf("%s: a pointer to code is not to const "
                                     "[" TV_COCCI_CONST_RULE "]",
                                     member->mutant->file);
    }
    return has > had;
}

gboolean tv_mutate_cocci_members(TvMutateBench *bench, GArray *members,
                                 GHashTable *texts, GError **error)
{
    g_autoptr(GPtrArray) list = g_ptr_array_new_with_free_func(text_free);

    for (guint i = 0; i < members->len; i++) {
        TvMutateMember *member = &g_array_index(members, TvMutateMember, i);

        if (!reads(bench, member->mutant->file)) {
            member->verdict->words[TV_MUTATE_L4].outcome = TV_OUTCOME_SURVIVED;
        } else if (!kill_by_text(bench,
                                 g_hash_table_lookup(texts,
                                                     member->mutant->file),
                                 member)) {
            add_member(list, member);
        }
    }
    if (list->len > 0 && !run_texts(bench, list, texts, error)) {
        return FALSE;
    }
    for (guint i = 0; i < list->len; i++) {
        judge_text(list->pdata[i]);
    }
    return TRUE;
}

gboolean tv_mutate_cocci_judge(const TvMutateSubject *subject,
                               TvMutateWord *word, GError **error)
{
    g_autoptr(GHashTable) texts = g_hash_table_new(g_str_hash, g_str_equal);
    g_autoptr(GArray) members =
        g_array_new(FALSE, FALSE, sizeof(TvMutateMember));
    g_autoptr(TvMutateVerdict) verdict = tv_mutate_verdict_new();
    TvMutateMember member = {.mutant = subject->mutant, .verdict = verdict};
    TvMutateWord *own = &verdict->words[TV_MUTATE_L4];

    g_hash_table_insert(texts, subject->mutant->file,
                        (gpointer)subject->before);
    g_array_append_val(members, member);
    if (!tv_mutate_cocci_members(subject->bench, members, texts, error)) {
        return FALSE;
    }
    *word = *own;
    *own = (TvMutateWord){0};
    return TRUE;
}
