/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "proof/cocci/rules.h"

#include <string.h>

#include "base/data.h"
#include "ctext/bodies.h"
#include "ctext/code.h"

#define DIRECTORY "cocci"
#define RULES ".cocci"

static char *list_of(const TvContract *contract, const char *key)
{
    g_auto(GStrv) items = g_strsplit(tv_contract_value(contract, key), ";", -1);

    for (char **item = items; *item; item++) {
        g_strstrip(*item);
    }
    return g_strjoinv(", ", items);
}

gboolean tv_cocci_applies(const TvContract *contract, const char *text)
{
    static const char mark[] = "canonical: ";
    g_autofree char *line = g_strndup(text, strcspn(text, "\n"));
    const char *at = strstr(line, mark);
    const char *own = contract->rw_canonical ? "rw" : "rx";

    return !at || g_str_has_prefix(at + strlen(mark), own);
}

/* What no key says by itself. */
static char *spell_pointees(const TvContract *contract, const char *text)
{
    gboolean is_const = g_str_has_prefix(contract->rx_type, "const ");
    const char *name =
        contract->rx_type + (is_const ? strlen("const ") : 0);
    g_autofree char *constant = g_strconcat("const ", name, NULL);
    GString *out = g_string_new(text);

    g_string_replace(out, "${rx-name}", name, 0);
    g_string_replace(out, "${rx-const}", constant, 0);
    return g_string_free(out, FALSE);
}

char *tv_cocci_fill(const TvContract *contract, const char *source)
{
    GString *out = g_string_new(NULL);
    g_autofree char *spelt = spell_pointees(contract, source);
    const char *text = spelt;
    const char *at;

    while ((at = strstr(text, "${"))) {
        g_autofree char *key = g_strndup(at + 2, strcspn(at + 2, "}"));
        g_autofree char *value = list_of(contract, key);

        g_string_append_len(out, text, at - text);
        g_string_append(out, value);
        text = at + 2 + strlen(key) + 1;
    }
    g_string_append(out, text);
    return g_string_free(out, FALSE);
}

/* A set that is empty would be no rule; nothing is called so. */
static char *names_of(GHashTable *names)
{
    g_autoptr(GList) list = g_hash_table_get_keys(names);
    GString *out = g_string_new("tv_none");

    list = g_list_sort(list, (GCompareFunc)strcmp);
    for (GList *item = list; item; item = item->next) {
        g_string_append_printf(out, ", %s", (const char *)item->data);
    }
    return g_string_free(out, FALSE);
}

static char *all_rules(const TvContract *contract)
{
    g_auto(GStrv) files = tv_data_list(DIRECTORY);
    GString *text = g_string_new(NULL);

    for (char **file = files; *file; file++) {
        g_autofree char *name = g_strconcat(DIRECTORY "/", *file, NULL);
        g_autofree char *part = NULL;

        if (g_str_has_suffix(*file, RULES)) {
            part = tv_data_text(name);
            if (tv_cocci_applies(contract, part)) {
                g_string_append_printf(text, "%s\n", part);
            }
        }
    }
    return g_string_free(text, FALSE);
}

char *tv_cocci_rules(const TvContract *contract, GHashTable *rw_names,
                     GHashTable *rx_names)
{
    g_autofree char *text = all_rules(contract);
    g_autofree char *rw = names_of(rw_names);
    g_autofree char *rx = names_of(rx_names);
    g_autoptr(GString) own = g_string_new(text);

    g_string_replace(own, "${rw-names}", rw, 0);
    g_string_replace(own, "${rx-names}", rx, 0);
    g_string_replace(own, "${rx-void}", TV_COCCI_RX_VOID, 0);
    return tv_cocci_fill(contract, own->str);
}

char *tv_cocci_rules_digest(const TvContract *contract)
{
    g_autofree char *text = all_rules(contract);
    g_autofree char *macros = tv_data_text(DIRECTORY "/macros.h");
    g_autofree char *iso = tv_data_text(DIRECTORY "/parens.iso");
    g_autofree char *all =
        g_strconcat(text, macros, iso, contract->digest, NULL);

    return g_compute_checksum_for_string(G_CHECKSUM_SHA256, all, -1);
}

gboolean tv_cocci_has_rule(const TvContract *contract, const char *rule)
{
    g_autofree char *text = all_rules(contract);
    g_autofree char *quoted = g_strdup_printf("\"%s\"", rule);

    if (g_str_equal(rule, TV_COCCI_CONST_RULE)) {
        return tv_cocci_const_applies(contract);
    }
    return strstr(text, quoted) != NULL;
}

static gboolean collect(const char *pattern, const char *text,
                        GHashTable *names)
{
    g_autoptr(GRegex) regex = g_regex_new(pattern, G_REGEX_DOTALL, 0, NULL);
    g_autoptr(GMatchInfo) match = NULL;
    gboolean grew = FALSE;

    g_regex_match(regex, text, 0, &match);
    while (g_match_info_matches(match)) {
        g_autofree char *name = g_match_info_fetch(match, 1);

        /* Adding one that is there would free the one that is there. */
        if (!g_hash_table_contains(names, name)) {
            g_hash_table_add(names, g_steal_pointer(&name));
            grew = TRUE;
        }
        g_match_info_next(match, NULL);
    }
    return grew;
}

/* One function's: a copy of a variable is a candidate as well. */
static void collect_rw(const char *pattern, const char *text,
                       GHashTable *names)
{
    g_autoptr(GHashTable) own =
        g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    GHashTableIter iter;
    gpointer name;
    gboolean grew = collect(pattern, text, own);

    while (grew) {
        g_autoptr(GList) known = g_hash_table_get_keys(own);

        grew = FALSE;
        for (GList *item = known; item; item = item->next) {
            g_autofree char *copy = g_strdup_printf(
                "\\b(\\w+)\\s*=\\s*(?:\\([^()]*\\)\\s*)?\\(?\\s*%s\\b"
                "(?!\\s*(?:->|\\.|\\())",
                (const char *)item->data);

            grew = collect(copy, text, own) || grew;
        }
    }
    g_hash_table_iter_init(&iter, own);
    while (g_hash_table_iter_next(&iter, &name, NULL)) {
        g_hash_table_add(names, g_strdup(name));
    }
}

void tv_cocci_names(const TvContract *contract, const char *text,
                    GHashTable *rw_names, GHashTable *rx_names)
{
    g_autofree char *list = list_of(contract, "convert-macros");
    g_auto(GStrv) macros = g_strsplit(list, ", ", -1);
    g_autofree char *any = g_strjoinv("|", macros);
    g_autofree char *rw = g_strdup_printf(
        "\\b(\\w+)\\s*=\\s*(?:\\([^()]*\\)\\s*)?%s\\s*\\(",
        contract->write_macro);
    g_autofree char *rx =
        g_strdup_printf("\\b(\\w+)\\s*=[^;={}]*?\\b(?:%s)\\s*\\(", any);
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
    g_autoptr(GArray) bodies = tv_source_bodies(lines);

    for (guint i = 0; i < bodies->len; i++) {
        const TvSourceBody *body = &g_array_index(bodies, TvSourceBody, i);
        g_autoptr(GString) part = g_string_new(NULL);

        for (int j = body->head; j <= body->close; j++) {
            g_string_append_printf(part, "%s\n", lines[j]);
        }
        collect(rx, part->str, rx_names);
        collect_rw(rw, part->str, rw_names);
    }
}

gboolean tv_cocci_const_applies(const TvContract *contract)
{
    return !contract->rw_canonical;
}

/* The first byte of the words that end before @at, such as "static const". */
static gsize words_before(const TvCCode *code, gsize at)
{
    gsize start = at;

    while (start > 0 && (tv_c_code_is_word(code->code[start - 1]) ||
                         g_ascii_isspace(code->code[start - 1]))) {
        start--;
    }
    return start;
}

static gboolean has_word(const TvCCode *code, TvCSpan span, const char *word)
{
    gsize at;

    return tv_c_code_find(code, word, span.start, &at) && at < span.end;
}

static char *function_at(const TvCCode *code, gsize at)
{
    TvCSpan head, body;

    return tv_c_code_function(code, at, &head, &body) ||
                   tv_c_code_head(code, at, &head)
               ? tv_c_code_head_name(code, head)
               : NULL;
}

/* From behind the name: "const" may follow it as well as go before it. */
static void look(const TvCCode *code, gsize at, gsize length,
                 TvCocciConstFound *found, gpointer data)
{
    gsize end = at + length;
    TvCSpan words;

    while (end < code->length && (tv_c_code_is_word(code->code[end]) ||
                                  g_ascii_isspace(code->code[end]))) {
        end++;
    }
    words = (TvCSpan){words_before(code, at), end};
    if (code->code[end] == '*' && !has_word(code, words, "const")) {
        g_autofree char *function = function_at(code, at);
        g_autofree char *spelling =
            tv_c_code_slice(code, (TvCSpan){at, end + 1});

        found(tv_c_code_line(code, at), function, spelling, data);
    }
}

void tv_cocci_const_find(const TvContract *contract, const char *text,
                         TvCocciConstFound *found, gpointer data)
{
    const char *names[] = {contract->rx_type, contract->address_space};
    g_autoptr(TvCCode) code = tv_c_code_new(text);

    for (gsize i = 0; i < G_N_ELEMENTS(names); i++) {
        gsize at = 0;

        while (tv_c_code_find(code, names[i], at, &at)) {
            look(code, at, strlen(names[i]), found, data);
            at += strlen(names[i]);
        }
    }
}
