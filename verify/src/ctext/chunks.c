/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "ctext/chunks.h"

#include <string.h>

/* Words that are no names.  The first are followed by a group in parentheses
 * that declares nothing. */
static const char *const words[] = {
    "__attribute__", "__attribute", "__asm__", "__asm", "asm", "__typeof__",
    "__typeof", "typeof", "_Alignas", "__declspec", "_Static_assert",
    /* These make tags. */
    "struct", "union", "enum",
    "auto", "break", "case", "char", "const", "continue", "default", "do",
    "double", "else", "extern", "float", "for", "goto", "if", "inline", "int",
    "long", "register", "return", "short", "signed", "sizeof", "static",
    "switch", "typedef", "unsigned", "void", "volatile", "while", "_Bool",
    "_Atomic", "_Noreturn", "_Thread_local", "__thread", "__inline",
    "__inline__", "__const", "__const__", "__restrict", "__restrict__",
    "restrict", "__volatile__", "__volatile", "__extension__", "__signed__",
    "__signed", "__complex__", "_Complex", "__int128",
};

enum {
    LAST_GROUP = 11, /* numbers of the words begin with 1 */
    ENUM = LAST_GROUP + 3,
    N_WORDS = G_N_ELEMENTS(words),
};

enum { MAX_DEPTH = 64 };

/* The last tokens, as far as they matter: a character, or one of these. */
enum { NONE = 0, NAME = 'n', WORD = 'w', TAG = 't', OTHER = 'o' };

typedef struct Scan {
    const TvCppText *text;
    TvCppChunks *out;
    GArray *seen;      /* by name: the last chunk, from 1, that has it */
    GArray *tagged;    /* by name: whether a tag of it was met */
    TvCppChunk chunk;
    gboolean open;     /* a chunk is under way */
    guint brace, paren;
    guint skip;        /* depth of a group that declares nothing, or 0 */
    gboolean expect;   /* such a group comes next */
    gboolean body;     /* the outermost brace is a function's */
    gboolean assigned; /* an initializer at file scope */
    gboolean value;    /* of an enumerator */
    gboolean star;     /* after "(" and any number of "*" */
    gboolean is_enum[MAX_DEPTH]; /* by brace */
    gboolean tag_enum; /* the next brace opens an enum */
    int before, last;  /* tokens */
    guint pending;     /* name that the next token may show to be declared */
    int pending_before;
    gboolean pending_tag;
    gboolean any;      /* the chunk declares a name */
    gboolean bad;
} Scan;

static void intro(Scan *scan, guint name)
{
    TvCppIntro entry = {name, scan->out->chunks->len};

    g_array_append_val(scan->out->intros, entry);
    scan->any = TRUE;
}

/* Judges a name by the token after it. */
static void settle(Scan *scan, int token)
{
    guint name = scan->pending;
    gboolean *tagged;

    scan->pending = 0;
    if (scan->pending_tag) {
        tagged = &g_array_index(scan->tagged, gboolean, name);
        /* The first to name a tag declares it, but for parameters. */
        if (token == '{' || token == ';' || (!*tagged && scan->paren == 0)) {
            intro(scan, name);
            *tagged = TRUE;
        }
    } else if (scan->brace > 0) {
        if (!scan->body && scan->brace < MAX_DEPTH &&
            scan->is_enum[scan->brace] && !scan->value && scan->paren == 0 &&
            (scan->pending_before == '{' || scan->pending_before == ',')) {
            intro(scan, name);
        }
    } else if (scan->assigned) {
        return;
    } else if (scan->star || (scan->paren > 0 && scan->pending_before == '(' &&
                              token == ')')) {
        intro(scan, name);
    } else if (scan->paren == 0 && token != NAME && token != '*' &&
               token != TAG) {
        intro(scan, name);
    }
}

static void end_chunk(Scan *scan, gsize end, guint line)
{
    scan->chunk.end = end;
    scan->chunk.last = line;
    scan->chunk.n_names = scan->out->names->len - scan->chunk.names;
    scan->chunk.kept = !scan->any;
    g_array_append_val(scan->out->chunks, scan->chunk);
    scan->open = FALSE;
}

static void begin_chunk(Scan *scan, gsize start, guint line)
{
    scan->chunk = (TvCppChunk){
        .start = start, .line = line, .names = scan->out->names->len};
    scan->open = TRUE;
    scan->body = scan->assigned = scan->value = scan->star = FALSE;
    scan->tag_enum = scan->expect = scan->any = FALSE;
    scan->before = scan->last = NONE;
    scan->pending = 0;
}

static guint number_of(Scan *scan, const char *word, gsize length)
{
    TvCppChunks *out = scan->out;
    char small[128];
    g_autofree char *large = NULL;
    char *name = small;
    gpointer value;
    guint zero = 0;

    if (length >= sizeof(small)) {
        name = large = g_malloc(length + 1);
    }
    memcpy(name, word, length);
    name[length] = '\0';
    value = g_hash_table_lookup(out->ids, name);
    if (!value) {
        value = GUINT_TO_POINTER(g_hash_table_size(out->ids) + 1);
        g_hash_table_insert(
            out->ids, g_string_chunk_insert_len(out->spellings, name, length),
            value);
        g_array_append_val(scan->seen, zero);
        g_array_append_val(scan->tagged, zero);
    }
    return GPOINTER_TO_UINT(value);
}

static void push(Scan *scan, int token)
{
    scan->before = scan->last;
    scan->last = token;
}

static void take_name(Scan *scan, guint name)
{
    guint *seen;

    if (name <= N_WORDS) {
        if (scan->pending) {
            settle(scan, name <= LAST_GROUP ? WORD : NAME);
        }
        if (name <= LAST_GROUP) {
            /* It stands for nothing, with its group. */
            scan->expect = scan->skip == 0;
        } else if (name <= ENUM) {
            scan->tag_enum = name == ENUM;
            push(scan, TAG);
        } else {
            push(scan, WORD);
        }
        return;
    }
    seen = &g_array_index(scan->seen, guint, name);
    if (*seen != scan->out->chunks->len + 1) {
        *seen = scan->out->chunks->len + 1;
        g_array_append_val(scan->out->names, name);
    }
    if (scan->skip) {
        return;
    }
    if (scan->pending) {
        settle(scan, NAME);
    }
    scan->expect = FALSE;
    scan->pending = name;
    scan->pending_before = scan->last;
    scan->pending_tag = scan->last == TAG;
    push(scan, NAME);
}

static void open_brace(Scan *scan)
{
    if (scan->brace == 0 && scan->paren == 0 && !scan->assigned) {
        scan->body = scan->last == ')';
        scan->bad |= scan->last == NONE || scan->last == ';';
    }
    scan->brace++;
    if (scan->brace < MAX_DEPTH) {
        scan->is_enum[scan->brace] =
            scan->tag_enum && !scan->body &&
            (scan->last == TAG || (scan->last == NAME && scan->before == TAG));
    }
    scan->tag_enum = FALSE;
    scan->value = FALSE;
}

static void take_mark(Scan *scan, char c, gsize at, guint line)
{
    if (scan->skip || (scan->expect && c == '(')) {
        scan->expect = FALSE;
        scan->skip += (c == '(') - (c == ')');
        return;
    }
    scan->expect = FALSE;
    if (scan->pending) {
        settle(scan, c);
    }
    /* "(" and stars, but not those of a call or product in a body. */
    scan->star = scan->brace == 0 && c == '*' &&
                 (scan->star || scan->last == '(');
    switch (c) {
    case '(':
    case '[':
        scan->paren++;
        break;
    case ')':
    case ']':
        scan->bad |= scan->paren == 0;
        scan->paren -= scan->paren > 0;
        break;
    case '{':
        open_brace(scan);
        break;
    case '}':
        scan->bad |= scan->brace == 0;
        scan->brace -= scan->brace > 0;
        scan->value = FALSE;
        break;
    case '=':
        if (scan->brace == 0 && scan->paren == 0) {
            scan->assigned = TRUE;
        }
        scan->value = TRUE;
        break;
    case ',':
        if (scan->paren == 0) {
            scan->value = FALSE;
            scan->assigned = scan->assigned && scan->brace > 0;
        }
        break;
    }
    push(scan, c);
    if (scan->brace == 0 && scan->paren == 0 &&
        (c == ';' || (c == '}' && scan->body))) {
        end_chunk(scan, at + 1, line);
    }
}

static const char *skip_quoted(const char *at, const char *end)
{
    char quote = *at++;

    while (at < end && *at != quote) {
        at += *at == '\\' && at + 1 < end ? 2 : 1;
    }
    return at < end ? at + 1 : end;
}

static void take_line(Scan *scan, guint line, const char *at, const char *end)
{
    const char *data = scan->text->data;

    while (at < end && !scan->bad) {
        const char *start = at;

        if (g_ascii_isspace(*at)) {
            at++;
            continue;
        }
        if (!scan->open) {
            if (*at == ';') {
                at++;
                continue;
            }
            begin_chunk(scan, at - data, line);
        }
        if (g_ascii_isalpha(*at) || *at == '_' || *at == '$') {
            while (at < end &&
                   (g_ascii_isalnum(*at) || *at == '_' || *at == '$')) {
                at++;
            }
            take_name(scan, number_of(scan, start, at - start));
        } else if (g_ascii_isdigit(*at)) {
            while (at < end && (g_ascii_isalnum(*at) || *at == '.')) {
                at++;
            }
            take_mark(scan, OTHER, start - data, line);
        } else if (*at == '"' || *at == '\'') {
            at = skip_quoted(at, end);
            take_mark(scan, OTHER, start - data, line);
        } else {
            take_mark(scan, *at++, start - data, line);
        }
    }
}

static void take_pragma(Scan *scan, guint line, gsize start, gsize end)
{
    if (!scan->open) {
        begin_chunk(scan, start, line);
        end_chunk(scan, end, line);
    }
}

static TvCppChunks *chunks_new(Scan *scan)
{
    TvCppChunks *out = g_new0(TvCppChunks, 1);

    out->chunks = g_array_new(FALSE, FALSE, sizeof(TvCppChunk));
    out->names = g_array_new(FALSE, FALSE, sizeof(guint32));
    out->intros = g_array_new(FALSE, FALSE, sizeof(TvCppIntro));
    out->ids = g_hash_table_new(g_str_hash, g_str_equal);
    out->spellings = g_string_chunk_new(1 << 16);
    scan->out = out;
    scan->seen = g_array_new(FALSE, TRUE, sizeof(guint));
    scan->tagged = g_array_new(FALSE, TRUE, sizeof(gboolean));
    g_array_set_size(scan->seen, 1);
    g_array_set_size(scan->tagged, 1);
    for (gsize i = 0; i < N_WORDS; i++) {
        number_of(scan, words[i], strlen(words[i]));
    }
    return out;
}

TvCppChunks *tv_cpp_chunks_new(const TvCppText *text)
{
    Scan scan = {.text = text};
    g_autoptr(TvCppChunks) out = chunks_new(&scan);
    const char *last = text->data + text->length;

    for (guint i = 0; i < text->lines->len && !scan.bad; i++) {
        const TvCppLine *entry = &g_array_index(text->lines, TvCppLine, i);
        const char *at = text->data + entry->offset;
        const char *end = i + 1 < text->lines->len
                              ? text->data + entry[1].offset - 1
                              : last;

        if (entry->line == 0) {
            continue;
        }
        if (at < end && *at == '#') {
            take_pragma(&scan, i, at - text->data, end - text->data);
        } else {
            take_line(&scan, i, at, end);
        }
    }
    g_array_unref(scan.seen);
    g_array_unref(scan.tagged);
    return scan.bad || scan.open ? NULL : g_steal_pointer(&out);
}

void tv_cpp_chunks_free(TvCppChunks *chunks)
{
    if (chunks) {
        g_array_unref(chunks->chunks);
        g_array_unref(chunks->names);
        g_array_unref(chunks->intros);
        g_hash_table_unref(chunks->ids);
        g_string_chunk_free(chunks->spellings);
        g_free(chunks);
    }
}

guint tv_cpp_chunks_name(const TvCppChunks *chunks, const char *name)
{
    return GPOINTER_TO_UINT(g_hash_table_lookup(chunks->ids, name));
}
