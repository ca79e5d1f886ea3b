/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "proof/cocci/source.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/data.h"
#include "ctext/bodies.h"
#include "proof/cocci/rules.h"

static void finding_free(gpointer data)
{
    TvCocciFinding *finding = data;

    g_free(finding->rule);
    g_free(finding->function);
    g_free(finding->message);
    g_free(finding);
}

TvCocciSource *tv_cocci_source_new(const char *name, const char *path,
                                   const char *backend)
{
    TvCocciSource *source = g_new0(TvCocciSource, 1);

    source->name = g_strdup(name);
    source->path = g_strdup(path);
    source->backend = backend;
    source->seen =
        g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    source->findings = g_ptr_array_new_with_free_func(finding_free);
    return source;
}

void tv_cocci_source_free(TvCocciSource *source)
{
    if (!source) {
        return;
    }
    g_clear_pointer(&source->text, tv_source_text_free);
    g_hash_table_unref(source->seen);
    g_ptr_array_unref(source->findings);
    g_free(source->name);
    g_free(source->path);
    g_free(source->key);
    g_free(source->broken);
    g_free(source);
}

/* Coccinelle knows no address spaces, and pastes no names together. */
static char *spell_types(const TvContract *contract, const char *text)
{
    g_autofree char *space =
        g_regex_escape_string(contract->address_space, -1);
    g_autofree char *own = g_strdup_printf("\\bvoid[ \\t]+%s\\b", space);
    g_autofree char *other = g_strdup_printf("\\b%s\\b(?![ \\t]*\\()", space);
    g_autoptr(GRegex) rx_void = g_regex_new(own, 0, 0, NULL);
    g_autoptr(GRegex) rest = g_regex_new(other, 0, 0, NULL);
    g_autoptr(GRegex) helper =
        g_regex_new("\\bHELPER\\((\\w+)\\)", 0, 0, NULL);
    g_autofree char *named =
        g_regex_replace(helper, text, -1, 0, "helper_\\1", 0, NULL);
    g_autofree char *half = g_regex_replace_literal(
        rx_void, named, -1, 0, TV_COCCI_RX_VOID, 0, NULL);

    return g_regex_replace_literal(rest, half, -1, 0, "", 0, NULL);
}

/* Takes out the definitions of macros that the parser gets from elsewhere, so
 * that those are used; lines stay. */
static char *drop_defines(const char *text)
{
    g_autofree char *macros = tv_data_text("cocci/macros.h");
    g_auto(GStrv) lines = g_strsplit(macros, "\n", -1);
    GString *out = g_string_new(text);

    for (char **line = lines; *line; line++) {
        g_autoptr(GMatchInfo) match = NULL;
        g_autoptr(GRegex) regex = NULL;
        g_autofree char *name = NULL;
        g_autofree char *pattern = NULL;

        if (!g_str_has_prefix(*line, "#define ")) {
            continue;
        }
        name = g_strndup(*line + 8, strcspn(*line + 8, " ("));
        pattern = g_strdup_printf(
            "^[ \t]*#[ \t]*define[ \t]+%s\\b(?:[^\\\\\n]|\\\\.|\\\\\n)*$",
            name);
        if (!strstr(text, name)) {
            continue;
        }
        regex = g_regex_new(pattern, G_REGEX_MULTILINE, 0, NULL);
        g_regex_match_full(regex, out->str, out->len, 0, 0, &match, NULL);
        while (g_match_info_matches(match)) {
            int from, to;

            g_match_info_fetch_pos(match, 0, &from, &to);
            for (int i = from; i < to; i++) {
                out->str[i] = out->str[i] == '\n' ? '\n' : ' ';
            }
            g_match_info_next(match, NULL);
        }
    }
    return g_string_free(out, FALSE);
}

static void add_mutable(int line, const char *function, const char *spelling,
                        gpointer data)
{
    TvCocciSource *source = data;
    TvCocciFinding *finding = g_new0(TvCocciFinding, 1);

    finding->rule = g_strdup(TV_COCCI_CONST_RULE);
    finding->line = line;
    finding->function = g_strdup(function);
    finding->message =
        g_strdup_printf("'%s' is not to const, so what reads code could "
                        "write it",
                        spelling);
    g_ptr_array_add(source->findings, finding);
}

gboolean tv_cocci_source_prepare(TvCocciSource *source,
                                 const TvContract *contract, const char *text,
                                 GError **error)
{
    g_autofree char *own = drop_defines(text);
    g_autofree char *typed = spell_types(contract, own);

    source->text = tv_source_branches(typed, source->name, error);
    if (source->text && tv_cocci_const_applies(contract)) {
        tv_cocci_const_find(contract, text, add_mutable, source);
    }
    return source->text != NULL;
}

/* Whether an identifier in lines @first to @last is in @names. */
static gboolean names_any(GHashTable *names, char *const *lines, int first,
                          int last)
{
    for (int i = first; i <= last; i++) {
        for (const char *at = lines[i]; *at;) {
            gsize length = 0;

            while (g_ascii_isalnum(at[length]) || at[length] == '_') {
                length++;
            }
            if (length) {
                g_autofree char *word = g_strndup(at, length);

                if (g_hash_table_contains(names, word)) {
                    return TRUE;
                }
            }
            at += length ? length : 1;
        }
    }
    return FALSE;
}

static void add_value(GHashTable *names, const TvContract *contract,
                      const char *key)
{
    g_auto(GStrv) items =
        g_strsplit(tv_contract_value(contract, key), ";", -1);

    for (char **item = items; *item; item++) {
        g_hash_table_add(names, g_strdup(g_strstrip(*item)));
    }
}

/* Every name that leads to a code pointer in this source. */
static GHashTable *names_of(const TvContract *contract,
                            const TvCodeNames *tree, const char *text,
                            char *const *lines, GArray *bodies)
{
    static const char *const keys[] = {
        "write-macro", "convert-macros",   "rx-fields",     "difference",
        "cache-hook",  "written-function", "jump-function", "flush-hook",
    };
    GHashTable *names =
        g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    g_autoptr(GHashTable) own =
        g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    g_autoptr(GString) declared = g_string_new(NULL);
    g_autofree char *outside = tv_source_declarations(text);
    GHashTableIter iter;
    gpointer name;

    for (gsize i = 0; i < G_N_ELEMENTS(keys); i++) {
        add_value(names, contract, keys[i]);
    }
    g_hash_table_iter_init(&iter, tree->names);
    while (g_hash_table_iter_next(&iter, &name, NULL)) {
        g_hash_table_add(names, g_strdup(name));
    }
    g_string_append(declared, outside);
    for (guint i = 0; i < bodies->len; i++) {
        const TvSourceBody *body = &g_array_index(bodies, TvSourceBody, i);

        for (int j = body->head; j < body->open; j++) {
            g_string_append_printf(declared, "%s\n", lines[j]);
        }
        g_string_append(declared, ";\n");
    }
    tv_code_names_declarations(names, declared->str, own);
    g_hash_table_iter_init(&iter, own);
    while (g_hash_table_iter_next(&iter, &name, NULL)) {
        g_hash_table_add(names, g_strdup(name));
    }
    while (tv_code_names_macros(names, text)) {
    }
    for (guint i = 0; i < contract->general->len; i++) {
        g_hash_table_remove(names, contract->general->pdata[i]);
    }
    g_hash_table_remove(names, "");
    return names;
}

void tv_cocci_source_reduce(TvCocciSource *source, const TvContract *contract,
                            const TvCodeNames *names)
{
    g_auto(GStrv) lines = g_strsplit(source->text->text, "\n", -1);
    g_autoptr(GArray) bodies = tv_source_bodies(lines);
    g_autoptr(GHashTable) own =
        names_of(contract, names, source->text->text, lines, bodies);

    for (guint i = 0; i < bodies->len; i++) {
        const TvSourceBody *body = &g_array_index(bodies, TvSourceBody, i);

        if (!names_any(own, lines, body->head, body->close)) {
            for (int j = body->open + 1; j < body->close; j++) {
                lines[j][0] = '\0';
            }
        }
    }
    g_free(source->text->text);
    source->text->text = g_strjoinv("\n", lines);
}

char *tv_cocci_types(const TvContract *contract, const char *text,
                     const char *name, GError **error)
{
    g_autofree char *typed = spell_types(contract, text);
    g_autoptr(TvSourceText) whole = tv_source_branches(typed, name, error);

    return whole ? tv_source_declarations(whole->text) : NULL;
}

void tv_cocci_source_take(TvCocciSource *source, char *const *words)
{
    guint line = atoi(words[3]);
    TvCocciFinding *finding;

    if (!g_str_equal(words[0], "tv-finding")) {
        g_hash_table_add(source->seen,
                         g_strdup_printf("%s %u", words[0], line));
        return;
    }
    if (line < 1 || line > source->text->lines->len) {
        return;
    }
    finding = g_new0(TvCocciFinding, 1);
    finding->rule = g_strdup(words[1]);
    finding->line = g_array_index(source->text->lines, int, line - 1);
    finding->function = g_strdup(words[4]);
    finding->message = g_strdup(words[5]);
    g_ptr_array_add(source->findings, finding);
}

static int compare(gconstpointer a, gconstpointer b)
{
    const TvCocciFinding *one = *(TvCocciFinding *const *)a;
    const TvCocciFinding *two = *(TvCocciFinding *const *)b;
    int order = one->line - two->line;

    order = order ? order : strcmp(one->rule, two->rule);
    return order ? order : strcmp(one->message, two->message);
}

/* Several texts have the same line, and several ways may lead to it. */
static void sort_findings(TvCocciSource *source)
{
    g_ptr_array_sort(source->findings, compare);
    for (guint i = 1; i < source->findings->len;) {
        if (compare(&source->findings->pdata[i - 1],
                    &source->findings->pdata[i]) == 0) {
            g_ptr_array_remove_index(source->findings, i);
        } else {
            i++;
        }
    }
}

/* @line: of the text, from 0. */
static gboolean was_seen(const TvCocciSource *source, const char *kind,
                         int line)
{
    g_autofree char *key = g_strdup_printf("%s %d", kind, line + 1);

    return g_hash_table_contains(source->seen, key);
}

static gboolean seen_between(const TvCocciSource *source, const char *kind,
                             int first, int last)
{
    for (int line = first; line <= last; line++) {
        if (was_seen(source, kind, line)) {
            return TRUE;
        }
    }
    return FALSE;
}

static int line_of(const TvCocciSource *source, int line)
{
    return g_array_index(source->text->lines, int, line);
}

/* The function for the caches must have been seen to do what it is for. */
static void judge_caches(TvCocciSource *source, const TvContract *contract,
                         const TvSourceBody *body)
{
    TvCocciFinding *finding;

    source->defines = TRUE;
    if (!contract->cache_hook) {
        return;
    }
    if (seen_between(source, "tv-order", body->open, body->close)) {
        return;
    }
    finding = g_new0(TvCocciFinding, 1);
    finding->rule = g_strdup("cocci-hook-order");
    finding->line = line_of(source, body->head);
    finding->function = g_strdup(contract->written_function);
    finding->message = g_strdup_printf(
        "%s() does not call %s() and then %s()", contract->written_function,
        contract->flush_hook, contract->cache_hook);
    g_ptr_array_add(source->findings, finding);
}

/* Elsewhere than in the kernel, a function that names nothing of the contract
 * may be one that spatch cannot parse. */
static gboolean is_needed(const TvCocciSource *source,
                          const TvContract *contract, char *const *lines,
                          const TvSourceBody *body)
{
    if (tv_contract_in_kernel(contract, source->name)) {
        return TRUE;
    }
    for (int i = body->head; i <= body->close; i++) {
        if (tv_contract_mentioned(contract, lines[i], strlen(lines[i]))) {
            return TRUE;
        }
    }
    return FALSE;
}

static void judge_function(TvCocciSource *source, const TvContract *contract,
                           char *const *lines, const TvSourceBody *body)
{
    g_autofree char *written =
        g_strdup_printf("\\b%s\\s*\\(", contract->written_function);

    source->functions++;
    if (is_needed(source, contract, lines, body) &&
        !seen_between(source, "tv-function", body->head, body->open)) {
        source->broken =
            g_strdup_printf("line %d: spatch cannot parse this function",
                            line_of(source, body->head));
        return;
    }
    for (int i = body->head; i <= body->open; i++) {
        if (g_regex_match_simple(written, lines[i], 0, 0)) {
            judge_caches(source, contract, body);
        }
    }
}

/* Whether the conversion is used in a line; its own #define is no use. */
static gboolean converts(const TvContract *contract, const char *line)
{
    g_autofree char *use =
        g_strdup_printf("\\b%s\\s*\\(", contract->write_macro);
    g_autofree char *own = g_strdup_printf("^\\s*#\\s*define\\s+%s\\b",
                                           contract->write_macro);

    return g_regex_match_simple(use, line, 0, 0) &&
           !g_regex_match_simple(own, line, 0, 0);
}

/* Uses stand in functions and macros; elsewhere a conversion that is a function
 * is declared. */
static void judge_conversions(TvCocciSource *source,
                              const TvContract *contract, char *const *lines,
                              GArray *bodies)
{
    guint next = 0;

    for (int i = 0; lines[i] && !source->broken; i++) {
        const TvSourceBody *body;

        while (next < bodies->len &&
               g_array_index(bodies, TvSourceBody, next).close < i) {
            next++;
        }
        body = next < bodies->len ? &g_array_index(bodies, TvSourceBody, next)
                                  : NULL;
        if ((*lines[i] == '#' || (body && i > body->open)) &&
            converts(contract, lines[i]) &&
            !was_seen(source, "tv-conversion", i)) {
            source->broken = g_strdup_printf(
                "line %d: spatch does not see this %s()", line_of(source, i),
                contract->write_macro);
        }
    }
    for (guint i = 0; i < source->text->left_out->len; i++) {
        const char *line = source->text->left_out->pdata[i];

        if (converts(contract, line) && !source->broken) {
            source->broken = g_strdup_printf(
                "one side of an #if outside of functions has '%s'", line);
        }
    }
}

void tv_cocci_source_judge(TvCocciSource *source, const TvContract *contract)
{
    g_auto(GStrv) lines = g_strsplit(source->text->text, "\n", -1);
    g_autoptr(GArray) bodies = tv_source_bodies(lines);

    for (guint i = 0; i < bodies->len && !source->broken; i++) {
        judge_function(source, contract, lines,
                       &g_array_index(bodies, TvSourceBody, i));
    }
    judge_conversions(source, contract, lines, bodies);
    sort_findings(source);
    source->done = TRUE;
}

char *tv_cocci_source_record(const TvCocciSource *source)
{
    GString *text = g_string_new(NULL);

    g_string_printf(text, "%u\t%d\n", source->functions, source->defines);
    for (guint i = 0; i < source->findings->len; i++) {
        const TvCocciFinding *finding = source->findings->pdata[i];

        g_string_append_printf(text, "%s\t%d\t%s\t%s\n", finding->rule,
                               finding->line, finding->function,
                               finding->message);
    }
    return g_string_free(text, FALSE);
}

gboolean tv_cocci_source_recall(TvCocciSource *source, const char *record)
{
    g_auto(GStrv) lines = g_strsplit(record, "\n", -1);
    int defines;

    if (!lines[0] ||
        sscanf(lines[0], "%u\t%d", &source->functions, &defines) != 2) {
        return FALSE;
    }
    for (char **line = lines + 1; *line; line++) {
        g_auto(GStrv) words = g_strsplit(*line, "\t", 4);
        TvCocciFinding *finding;

        if (g_strv_length(words) != 4) {
            continue;
        }
        finding = g_new0(TvCocciFinding, 1);
        finding->rule = g_strdup(words[0]);
        finding->line = atoi(words[1]);
        finding->function = g_strdup(words[2]);
        finding->message = g_strdup(words[3]);
        g_ptr_array_add(source->findings, finding);
    }
    source->defines = defines;
    source->done = source->cached = TRUE;
    return TRUE;
}
