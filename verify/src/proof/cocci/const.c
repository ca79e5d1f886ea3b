#include "proof/cocci/const.h"

#include <string.h>

#include "ctext/code.h"

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
