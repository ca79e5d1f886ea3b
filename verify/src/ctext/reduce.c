/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "ctext/reduce.h"

#include <string.h>

#include "ctext/chunks.h"

/* Lines that are skipped rather than jumped over by a marker. */
#define MAX_GAP 8

typedef struct Reduction {
    const TvCppText *text;
    TvCppChunks *chunks;
    GArray *first;     /* by name: index into next of its first intro, or 0 */
    GArray *next;      /* by intro, from 1: the next one of the name, or 0 */
    gboolean *wanted;  /* by name: it stands in what is kept */
    gboolean *kept;    /* by chunk */
    GArray *waiting;   /* of guint: chunks whose names are to be looked up */
} Reduction;

static const TvCppChunk *chunk_at(const Reduction *own, guint index)
{
    return &g_array_index(own->chunks->chunks, TvCppChunk, index);
}

static const TvCppLine *line_of(const Reduction *own, guint32 line)
{
    return &g_array_index(own->text->lines, TvCppLine, line);
}

static gboolean is_header(const Reduction *own, const TvCppChunk *chunk)
{
    return g_str_has_suffix(
        own->text->files->pdata[line_of(own, chunk->line)->file], ".h");
}

static void keep(Reduction *own, guint index)
{
    if (!own->kept[index]) {
        own->kept[index] = TRUE;
        g_array_append_val(own->waiting, index);
    }
}

static gboolean mentions(const Reduction *own, const TvCppChunk *chunk,
                         const gboolean *set)
{
    for (guint i = 0; i < chunk->n_names; i++) {
        if (set[g_array_index(own->chunks->names, guint32,
                              chunk->names + i)]) {
            return TRUE;
        }
    }
    return FALSE;
}

static void add_name(const Reduction *own, gboolean *set, const char *name)
{
    /* "tc.ptr" is two words of the text. */
    g_autofree char *word = g_strndup(name, strcspn(name, "."));

    set[tv_cpp_chunks_name(own->chunks, word)] = TRUE;
}

static gboolean *name_set(const Reduction *own)
{
    return g_new0(gboolean, g_hash_table_size(own->chunks->ids) + 1);
}

static gboolean *contract_names(const Reduction *own,
                                const TvContract *contract)
{
    gboolean *set = name_set(own);

    for (guint i = 0; i < contract->names->len; i++) {
        add_name(own, set, contract->names->pdata[i]);
    }
    add_name(own, set, TV_TYPING_SITE);
    add_name(own, set, TV_TYPING_KEPT);
    set[0] = FALSE;
    return set;
}

/* Adds what the parts of a chunk declare that mention a name of the contract:
 * a function, an object, a field. */
static void add_declared(const Reduction *own, const TvContract *contract,
                         const TvCppChunk *chunk, GHashTable *names)
{
    const char *at = own->text->data + chunk->start;
    const char *end = own->text->data + chunk->end;

    while (at < end) {
        const char *stop = at;

        while (stop < end && !strchr(";{}", *stop)) {
            stop++;
        }
        if (tv_contract_mentioned(contract, at, stop - at)) {
            tv_cpp_text_declared(at, stop - at, names);
        }
        at = stop + 1;
    }
}

/* Names that headers declare together with one of the contract. */
static gboolean *derived_names(const Reduction *own,
                               const TvContract *contract,
                               const gboolean *named)
{
    g_autoptr(GHashTable) names =
        g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    gboolean *set = name_set(own);
    GHashTableIter iter;
    gpointer name;

    for (guint i = 0; i < own->chunks->chunks->len; i++) {
        const TvCppChunk *chunk = chunk_at(own, i);

        if (is_header(own, chunk) && !line_of(own, chunk->line)->system &&
            mentions(own, chunk, named)) {
            add_declared(own, contract, chunk, names);
        }
    }
    for (guint i = 0; i < contract->general->len; i++) {
        g_hash_table_remove(names, contract->general->pdata[i]);
    }
    g_hash_table_iter_init(&iter, names);
    while (g_hash_table_iter_next(&iter, &name, NULL)) {
        add_name(own, set, name);
    }
    set[0] = FALSE;
    return set;
}

static void keep_roots(Reduction *own, const TvContract *contract)
{
    g_autofree gboolean *named = contract_names(own, contract);
    g_autofree gboolean *derived = derived_names(own, contract, named);
    g_autofree gboolean *whole = g_new0(gboolean, own->text->files->len);

    for (guint i = 0; i < own->chunks->chunks->len; i++) {
        const TvCppChunk *chunk = chunk_at(own, i);
        const TvCppLine *line = line_of(own, chunk->line);

        whole[line->file] |= !line->system && mentions(own, chunk, named);
    }
    for (guint i = 0; i < own->chunks->chunks->len; i++) {
        const TvCppChunk *chunk = chunk_at(own, i);
        const TvCppLine *line = line_of(own, chunk->line);

        if (chunk->kept || !is_header(own, chunk) || whole[line->file] ||
            (!line->system && mentions(own, chunk, derived))) {
            keep(own, i);
        }
    }
}

static void index_intros(Reduction *own)
{
    const GArray *intros = own->chunks->intros;

    own->first = g_array_new(FALSE, TRUE, sizeof(guint));
    own->next = g_array_new(FALSE, TRUE, sizeof(guint));
    g_array_set_size(own->first, g_hash_table_size(own->chunks->ids) + 1);
    g_array_set_size(own->next, intros->len + 1);
    for (guint i = 0; i < intros->len; i++) {
        guint name = g_array_index(intros, TvCppIntro, i).name;

        g_array_index(own->next, guint, i + 1) =
            g_array_index(own->first, guint, name);
        g_array_index(own->first, guint, name) = i + 1;
    }
}

static void keep_needed(Reduction *own)
{
    while (own->waiting->len) {
        guint index =
            g_array_index(own->waiting, guint, own->waiting->len - 1);
        const TvCppChunk *chunk = chunk_at(own, index);

        g_array_set_size(own->waiting, own->waiting->len - 1);
        for (guint i = 0; i < chunk->n_names; i++) {
            guint name = g_array_index(own->chunks->names, guint32,
                                       chunk->names + i);
            guint at = g_array_index(own->first, guint, name);

            for (; !own->wanted[name] && at;
                 at = g_array_index(own->next, guint, at)) {
                keep(own, g_array_index(own->chunks->intros, TvCppIntro,
                                        at - 1).chunk);
            }
            own->wanted[name] = TRUE;
        }
    }
}

/* Goes on to where @chunk begins: to its line, and in it to its column. */
static void place(const Reduction *own, const TvCppChunk *before,
                  const TvCppChunk *chunk, gsize *column, GString *out)
{
    const TvCppLine *line = line_of(own, chunk->line);
    const TvCppLine *last = before ? line_of(own, before->last) : NULL;
    gsize wanted = chunk->start - line->offset;

    if (!last || last->file != line->file || last->system != line->system ||
        line->line < last->line || line->line - last->line > MAX_GAP ||
        (line->line == last->line && *column > wanted)) {
        g_string_append_printf(
            out, "\n# %u \"%s\"%s\n", line->line,
            (const char *)own->text->files->pdata[line->file],
            line->system ? " 3" : "");
        *column = 0;
    } else {
        for (guint32 i = last->line; i < line->line; i++) {
            g_string_append_c(out, '\n');
            *column = 0;
        }
    }
    for (; *column < wanted; ++*column) {
        g_string_append_c(out, ' ');
    }
}

static char *write_kept(const Reduction *own, gsize *length)
{
    GString *out = g_string_sized_new(own->text->length / 2);
    const TvCppChunk *before = NULL;
    gsize column = 0;

    /* The first marker names the unit. */
    g_string_append_len(out, own->text->data,
                        strcspn(own->text->data, "\n"));
    for (guint i = 0; i < own->chunks->chunks->len; i++) {
        const TvCppChunk *chunk = chunk_at(own, i);

        if (own->kept[i]) {
            place(own, before, chunk, &column, out);
            g_string_append_len(out, own->text->data + chunk->start,
                                chunk->end - chunk->start);
            column = chunk->end - line_of(own, chunk->last)->offset;
            before = chunk;
        }
    }
    g_string_append_c(out, '\n');
    *length = out->len;
    return g_string_free(out, FALSE);
}

char *tv_cpp_reduce(const TvCppText *text, const TvContract *contract,
                    gsize *length)
{
    g_autoptr(TvCppChunks) chunks = NULL;
    Reduction own = {.text = text};
    char *result;

    /* Words that macros of the command line stand for are not seen here. */
    if (contract->rw_canonical || *text->data != '#' ||
        !(chunks = tv_cpp_chunks_new(text))) {
        return NULL;
    }
    own.chunks = chunks;
    own.kept = g_new0(gboolean, chunks->chunks->len);
    own.wanted = name_set(&own);
    own.waiting = g_array_new(FALSE, FALSE, sizeof(guint));
    index_intros(&own);
    keep_roots(&own, contract);
    keep_needed(&own);
    result = write_kept(&own, length);
    g_array_unref(own.first);
    g_array_unref(own.next);
    g_array_unref(own.waiting);
    g_free(own.wanted);
    g_free(own.kept);
    return result;
}
