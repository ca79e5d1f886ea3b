/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "mutate/operators/mutant.h"

#include <string.h>

#define CONTEXT_LENGTH 24 /* bytes around what differs, in a brief */

static const TvMutateOperator *const families[] = {
    tv_mutate_convert_operators, tv_mutate_launder_operators,
    tv_mutate_alias_operators,   tv_mutate_caches_operators,
    tv_mutate_types_operators,
};

const TvMutateOperator *tv_mutate_operator_nth(guint index)
{
    for (gsize i = 0; i < G_N_ELEMENTS(families); i++) {
        for (const TvMutateOperator *row = families[i]; row->id; row++) {
            if (index-- == 0) {
                return row;
            }
        }
    }
    return NULL;
}

const TvMutateOperator *tv_mutate_operator_find(const char *id)
{
    const TvMutateOperator *row;

    for (guint i = 0; (row = tv_mutate_operator_nth(i)); i++) {
        if (g_str_equal(row->id, id)) {
            return row;
        }
    }
    return NULL;
}

gboolean tv_mutate_operator_matches(const char *list, const char *id)
{
    g_auto(GStrv) items = g_strsplit(list, ",", -1);

    for (char **item = items; *item; item++) {
        gsize length = strlen(g_strstrip(*item));

        if (length > 0 && (*item)[length - 1] == '*'
                ? strncmp(*item, id, length - 1) == 0
                : g_str_equal(*item, id)) {
            return TRUE;
        }
    }
    return FALSE;
}

const TvMutateOperator *tv_mutate_operator_in(const TvMutateOperator *table,
                                              const char *id)
{
    for (; table->id; table++) {
        if (g_str_equal(table->id, id)) {
            return table;
        }
    }
    g_error("no operator '%s' in its table", id);
}

void tv_mutant_free(TvMutant *mutant)
{
    if (mutant) {
        g_free(mutant->file);
        g_free(mutant->function);
        g_free(mutant->replacement);
        g_free(mutant->original);
        g_free(mutant->changed);
        g_free(mutant->identity);
        g_free(mutant->id);
        g_free(mutant);
    }
}

char *tv_mutant_apply(const TvMutant *mutant, const char *text)
{
    GString *out = g_string_new_len(text, mutant->offset);

    g_string_append(out, mutant->replacement);
    g_string_append(out, text + mutant->offset + mutant->length);
    return g_string_free(out, FALSE);
}

/* The lines of @text that @start to @end touch, each behind @mark. */
static void append_lines(GString *out, const char *text, gsize start, gsize end,
                         char mark)
{
    while (start > 0 && text[start - 1] != '\n') {
        start--;
    }
    while (text[end] && text[end] != '\n') {
        end++;
    }
    while (start < end) {
        gsize length = strcspn(text + start, "\n");

        g_string_append_printf(out, "%c%.*s\n", mark, (int)length,
                               text + start);
        start += length + 1;
    }
}

static guint count_lines(const char *text, gsize start, gsize length)
{
    guint count = 1;

    for (gsize i = start; i < start + length; i++) {
        count += text[i] == '\n';
    }
    return count;
}

char *tv_mutant_diff(const TvMutant *mutant, const char *text)
{
    g_autofree char *mutated = tv_mutant_apply(mutant, text);
    GString *out = g_string_new(NULL);
    guint lines = count_lines(text, mutant->offset, mutant->length);

    g_string_append_printf(out, "--- a/%s\n+++ b/%s\n@@ -%d,%u +%d,%u @@\n",
                           mutant->file, mutant->file, mutant->line, lines,
                           mutant->line, lines);
    append_lines(out, text, mutant->offset, mutant->offset + mutant->length,
                 '-');
    append_lines(out, mutated, mutant->offset,
                 mutant->offset + strlen(mutant->replacement), '+');
    return g_string_free(out, FALSE);
}

static void append_middle(GString *out, const char *text, gsize head,
                          gsize tail)
{
    gsize length = strlen(text);
    gsize start = head > CONTEXT_LENGTH ? head - CONTEXT_LENGTH : 0;
    gsize end = MIN(length, length - tail + CONTEXT_LENGTH);

    g_string_append_printf(out, "%s%.*s%s", start > 0 ? "..." : "",
                           (int)(end - start), text + start,
                           end < length ? "..." : "");
}

char *tv_mutant_brief(const TvMutant *mutant)
{
    const char *one = mutant->original, *two = mutant->changed;
    gsize shorter = MIN(strlen(one), strlen(two));
    gsize head = 0, tail = 0;
    GString *out = g_string_new(NULL);

    while (head < shorter && one[head] == two[head]) {
        head++;
    }
    while (tail < shorter - head &&
           one[strlen(one) - 1 - tail] == two[strlen(two) - 1 - tail]) {
        tail++;
    }
    append_middle(out, one, head, tail);
    g_string_append(out, " -> ");
    append_middle(out, two, head, tail);
    return g_string_free(out, FALSE);
}

/* Line markers behind it stay right, and so do those of other findings. */
static char *keep_newlines(const TvCCode *code, TvCSpan span,
                           const char *replacement)
{
    GString *text = g_string_new(replacement);
    guint have = count_lines(text->str, 0, text->len);
    guint want = count_lines(code->text, span.start, span.end - span.start);

    for (; have < want; have++) {
        g_string_append_c(text, '\n');
    }
    return g_string_free(text, FALSE);
}

/* In one line, with a blank where there is any white space. */
static char *join(const char *front, gboolean gap, const char *middle,
                  gboolean second_gap, const char *back)
{
    if (!*middle) {
        gap = gap || second_gap;
        second_gap = FALSE;
    }
    return g_strconcat(front, *front && gap && (*middle || *back) ? " " : "",
                       middle, *back && second_gap ? " " : "", back, NULL);
}

/* Notes the replaced text, with the rest of its lines up to the statement. */
static void describe(const TvMutateSource *source, TvMutant *mutant,
                     TvCSpan span)
{
    const TvCCode *code = source->code;
    TvCSpan whole = span, statement, head, body;
    g_autofree char *front = NULL;
    g_autofree char *back = NULL;
    g_autofree char *middle = NULL;

    if (tv_c_code_function(code, span.start, &head, &body) &&
        tv_c_code_statement(code, span.start, &statement) &&
        statement.start <= span.start && statement.end >= span.end) {
        whole = statement;
    } else {
        while (whole.start > 0 && code->code[whole.start - 1] != '\n') {
            whole.start--;
        }
        while (code->code[whole.end] && code->code[whole.end] != '\n') {
            whole.end++;
        }
    }
    mutant->original = tv_c_code_slice(code, whole);
    front = tv_c_code_slice(code, (TvCSpan){whole.start, span.start});
    back = tv_c_code_slice(code, (TvCSpan){span.end, whole.end});
    middle = g_strchomp(g_strdup(mutant->replacement));
    mutant->changed =
        join(front, g_ascii_isspace(code->code[MAX(span.start, 1) - 1]), middle,
             span.end == 0 || g_ascii_isspace(code->code[span.end]), back);
}

char *tv_mutant_compute_identity(const TvMutant *mutant)
{
    g_autofree char *key = g_strjoin("\n", mutant->operator->id, mutant->file,
                                     mutant->function ? mutant->function : "",
                                     mutant->original, mutant->changed, NULL);
    char *digest = g_compute_checksum_for_string(G_CHECKSUM_SHA256, key, -1);

    digest[10] = '\0';
    return digest;
}

/* One text is one mutant, whichever operators come to it. */
static gboolean is_made(const TvMutateSource *source, TvCSpan span,
                        const char *replacement)
{
    for (guint i = 0; i < source->mutants->len; i++) {
        const TvMutant *mutant = source->mutants->pdata[i];

        if (mutant->offset == span.start &&
            mutant->length == span.end - span.start &&
            g_str_equal(mutant->replacement, replacement)) {
            return TRUE;
        }
    }
    return FALSE;
}

void tv_mutate_replace(TvMutateSource *source, const TvMutateOperator *operator,
                       TvCSpan span, const char *replacement)
{
    g_autofree char *text = keep_newlines(source->code, span, replacement);
    TvMutant *mutant;
    TvCSpan head, body;

    if (is_made(source, span, text)) {
        return;
    }
    mutant = g_new0(TvMutant, 1);
    mutant->operator= operator;
    mutant->file = g_strdup(source->file);
    mutant->line = tv_c_code_line(source->code, span.start);
    mutant->offset = span.start;
    mutant->length = span.end - span.start;
    mutant->replacement = g_steal_pointer(&text);
    if (tv_c_code_function(source->code, span.start, &head, &body) ||
        tv_c_code_head(source->code, span.start, &head)) {
        mutant->function = tv_c_code_head_name(source->code, head);
    }
    describe(source, mutant, span);
    mutant->identity = tv_mutant_compute_identity(mutant);
    g_ptr_array_add(source->mutants, mutant);
}

char *tv_mutate_context(const TvMutateSource *source, gsize at)
{
    g_autofree char *type =
        g_strdup_printf("%s\\s*\\*", source->names->context_type);
    char *name = NULL;
    TvCSpan head, body;

    if (tv_c_code_function(source->code, at, &head, &body)) {
        name = tv_c_code_parameter(source->code, head, type);
    }
    return name ? name : g_strdup(source->names->context);
}

void tv_mutate_call_clear(TvMutateCall *call)
{
    g_clear_pointer(&call->arguments, g_array_unref);
}

gboolean tv_mutate_call_next(const TvMutateSource *source, const char *name,
                             gsize *from, TvMutateCall *call)
{
    const TvCCode *code = source->code;
    gsize at, close;

    tv_mutate_call_clear(call);
    while (tv_c_code_find(code, name, *from, &at)) {
        gsize open = tv_c_code_skip(code, at + strlen(name));
        TvCSpan head, body;

        *from = at + 1;
        if (code->code[open] != '(' ||
            !tv_c_code_function(code, at, &head, &body)) {
            continue;
        }
        call->arguments = tv_c_code_arguments(code, open, &close);
        if (call->arguments) {
            call->span = (TvCSpan){at, close + 1};
            return TRUE;
        }
    }
    return FALSE;
}

char *tv_mutate_call_argument(const TvMutateSource *source,
                              const TvMutateCall *call, guint index)
{
    TvCSpan span;

    if (index >= call->arguments->len) {
        return NULL;
    }
    span = g_array_index(call->arguments, TvCSpan, index);
    return span.start < span.end ? tv_c_code_slice(source->code, span) : NULL;
}

static int compare_places(gconstpointer a, gconstpointer b)
{
    const TvMutant *one = *(TvMutant *const *)a;
    const TvMutant *two = *(TvMutant *const *)b;

    if (one->offset != two->offset) {
        return one->offset < two->offset ? -1 : 1;
    }
    return strcmp(one->operator->id, two->operator->id);
}

/* Equal mistakes in equal statements of one function differ by number. */
static void number(GPtrArray *mutants)
{
    g_autoptr(GHashTable) counts = g_hash_table_new(g_str_hash, g_str_equal);

    for (guint i = 0; i < mutants->len; i++) {
        TvMutant *mutant = mutants->pdata[i];
        guint count =
            GPOINTER_TO_UINT(g_hash_table_lookup(counts, mutant->identity));

        mutant->id =
            count == 0 ? g_strdup(mutant->identity)
                       : g_strdup_printf("%s.%u", mutant->identity, count + 1);
        g_hash_table_insert(counts, mutant->identity,
                            GUINT_TO_POINTER(count + 1));
    }
}

GPtrArray *tv_mutants_make(const TvMutateNames *names, const char *file,
                           const char *text, gboolean every_route)
{
    g_autoptr(TvCCode) code = tv_c_code_new(text);
    TvMutateSource source = {
        .names = names,
        .file = file,
        .code = code,
        .every_route = every_route,
        .mutants =
            g_ptr_array_new_with_free_func((GDestroyNotify)tv_mutant_free),
    };

    tv_mutate_convert(&source);
    tv_mutate_launder(&source);
    tv_mutate_alias(&source);
    tv_mutate_caches(&source);
    tv_mutate_types(&source);
    g_ptr_array_sort(source.mutants, compare_places);
    number(source.mutants);
    return source.mutants;
}
