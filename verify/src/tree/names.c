/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tree/names.h"

#include <string.h>

#include "ctext/bodies.h"
#include "ctext/preprocessed.h"

static gboolean is_word(char c)
{
    return g_ascii_isalnum(c) || c == '_';
}

/* Whether any of @names stands in [@at, @end); "a.b" are two words. */
static gboolean holds(GHashTable *names, const char *at, const char *end)
{
    while (at < end) {
        const char *start = at;

        if (!is_word(*at)) {
            at++;
            continue;
        }
        while (at < end && is_word(*at)) {
            at++;
        }
        if (at - start < 64) {
            char word[128];

            memcpy(word, start, at - start);
            word[at - start] = '\0';
            if (g_hash_table_contains(names, word)) {
                return TRUE;
            }
            if (at < end && *at == '.') {
                gsize length = 1;

                while (at + length < end && length < 60 &&
                       is_word(at[length])) {
                    length++;
                }
                memcpy(word + (at - start), at, length);
                word[at - start + length] = '\0';
                if (g_hash_table_contains(names, word)) {
                    return TRUE;
                }
            }
        }
    }
    return FALSE;
}

/* The end of the logical line that begins at @at. */
static const char *logical_end(const char *at)
{
    const char *end = at;

    while (*end && !(*end == '\n' && end[-1] != '\\')) {
        end++;
    }
    return end;
}

gboolean tv_code_names_macros(GHashTable *names, const char *text)
{
    gboolean grew = FALSE;

    for (const char *at = text; at; at = strchr(at, '\n')) {
        const char *end, *name;

        at += strspn(at, "\n \t");
        end = logical_end(at);
        if (*at != '#') {
            continue;
        }
        at += 1 + strspn(at + 1, " \t");
        if (!g_str_has_prefix(at, "define")) {
            continue;
        }
        at += strlen("define");
        name = at += strspn(at, " \t");
        while (is_word(*at)) {
            at++;
        }
        if (at < end && holds(names, at, end)) {
            grew = g_hash_table_add(names, g_strndup(name, at - name)) || grew;
        }
        at = end;
    }
    return grew;
}

/* Past the body of a function that begins with { at @at. */
static const char *skip_body(const char *at)
{
    int depth = 0;

    do {
        depth += (*at == '{') - (*at == '}');
        at++;
    } while (*at && depth > 0);
    return at;
}

void tv_code_names_declarations(GHashTable *known, const char *text,
                                GHashTable *found)
{
    const char *start = text;
    const char *at = text;
    char last = '\0';
    gboolean line_start = TRUE;

    while (*at) {
        if (line_start && *at == '#') {
            start = at = logical_end(at);
            continue;
        }
        if (strchr(";{}", *at)) {
            if (holds(known, start, at)) {
                tv_cpp_text_declared(start, at - start, found);
            }
            /* What an inline function does inside says nothing of its users. */
            at = *at == '{' && last == ')' ? skip_body(at) : at + 1;
            start = at;
            last = '\0';
            continue;
        }
        line_start = *at == '\n' || (line_start && g_ascii_isspace(*at));
        last = g_ascii_isspace(*at) ? last : *at;
        at++;
    }
}

static void drop_general(GHashTable *names, const TvContract *contract)
{
    for (guint i = 0; i < contract->general->len; i++) {
        g_hash_table_remove(names, contract->general->pdata[i]);
    }
}

TvCodeNames *tv_code_names_find(const TvTreeScan *scan, TvFileFacts *facts,
                                const TvContract *contract)
{
    TvCodeNames *names = g_new0(TvCodeNames, 1);
    g_autoptr(GPtrArray) texts = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(GHashTable) found =
        g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    GHashTableIter iter;
    gpointer name;
    gboolean grew;

    names->names = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    names->headers =
        g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    for (guint i = 0; i < contract->names->len; i++) {
        g_hash_table_add(names->names, g_strdup(contract->names->pdata[i]));
    }
    for (guint i = 0; i < scan->files->len; i++) {
        const char *file = scan->files->pdata[i];
        g_autofree char *path = g_build_filename(scan->root, file, NULL);
        g_autofree char *text = NULL;
        gboolean mentions;

        if (!g_str_has_suffix(file, ".h")) {
            continue;
        }
        mentions = tv_file_facts_mentions(facts, path);
        if (mentions) {
            g_hash_table_add(names->headers, g_strdup(file));
        }
        /* Macros over macros are looked for where the kernel's are. */
        if ((mentions || tv_contract_in_kernel(contract, file) ||
             g_str_has_prefix(file, "include/exec/")) &&
            g_file_get_contents(path, &text, NULL, NULL)) {
            g_ptr_array_add(texts, tv_source_uncomment(text));
        }
    }
    for (guint i = 0; i < texts->len; i++) {
        tv_code_names_declarations(names->names, texts->pdata[i], found);
    }
    g_hash_table_iter_init(&iter, found);
    while (g_hash_table_iter_next(&iter, &name, NULL)) {
        g_hash_table_add(names->names, g_strdup(name));
    }
    do {
        grew = FALSE;
        for (guint i = 0; i < texts->len; i++) {
            grew = tv_code_names_macros(names->names, texts->pdata[i]) || grew;
        }
    } while (grew);
    drop_general(names->names, contract);
    return names;
}

void tv_code_names_free(TvCodeNames *names)
{
    if (names) {
        g_hash_table_unref(names->names);
        g_hash_table_unref(names->headers);
        g_free(names);
    }
}

/* Text that belongs to the unit, though it has a file of its own. */
static gboolean is_part(const char *name)
{
    return g_str_has_suffix(name, ".inc") || g_str_has_suffix(name, ".c") ||
           strstr(name, "template");
}

static gboolean file_blind(const TvCodeNames *names, const TvTreeScan *scan,
                           const char *file, int depth);

/* Every file of the tree that #include "NAME" may mean. */
static gboolean parts_blind(const TvCodeNames *names, const TvTreeScan *scan,
                            const char *name, int depth)
{
    g_autofree char *tail = g_path_get_basename(name);
    g_autofree char *suffix = g_strconcat("/", tail, NULL);
    gboolean found = FALSE;

    for (guint i = 0; i < scan->files->len; i++) {
        const char *file = scan->files->pdata[i];

        if (!g_str_has_suffix(file, suffix) && !g_str_equal(file, tail)) {
            continue;
        }
        found = TRUE;
        if (depth > 4 || !file_blind(names, scan, file, depth + 1)) {
            return FALSE;
        }
    }
    return found;
}

static gboolean file_blind(const TvCodeNames *names, const TvTreeScan *scan,
                           const char *file, int depth)
{
    g_autofree char *path = g_build_filename(scan->root, file, NULL);
    g_autofree char *text = NULL;
    g_autofree char *bare = NULL;

    if (!g_file_get_contents(path, &text, NULL, NULL)) {
        return FALSE;
    }
    bare = tv_source_uncomment(text);
    if (holds(names->names, bare, bare + strlen(bare))) {
        return FALSE;
    }
    for (const char *at = bare; (at = strstr(at, "#include \""));) {
        g_autofree char *name = NULL;

        at += strlen("#include \"");
        name = g_strndup(at, strcspn(at, "\"\n"));
        if (is_part(name) && !g_str_equal(name, file) &&
            !parts_blind(names, scan, name, depth)) {
            return FALSE;
        }
    }
    return TRUE;
}

gboolean tv_code_names_blind(const TvCodeNames *names, const TvTreeScan *scan,
                             const char *file)
{
    return file_blind(names, scan, file, 1);
}
