/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The code of a C source: what is neither comment, string nor directive.
 *
 * Reads characters, without a grammar, so that it reads both sides of every
 * #if and sources of any host.  A definition begins in the first column, and
 * so does the brace of its body, as in the tree's style.
 */
#ifndef TV_CTEXT_CODE_H
#define TV_CTEXT_CODE_H

#include <glib.h>

typedef struct TvCSpan {
    gsize start; /* offset of the first byte */
    gsize end;   /* offset past the last */
} TvCSpan;

typedef struct TvCCode {
    char *text; /* as it is in the file */
    char *code; /* as long: comments and directives are blanks, each byte of
                 * a literal is a quote; newlines stay */
    gsize length;
} TvCCode;

TvCCode *tv_c_code_new(const char *text);
void tv_c_code_free(TvCCode *code);

/* The next place at or after @from where @name stands as a whole token. */
gboolean tv_c_code_find(const TvCCode *code, const char *name, gsize from,
                        gsize *at);

/* TRUE if a byte can be part of an identifier. */
gboolean tv_c_code_is_word(char byte);

/* First byte at or after @at that is no white space in the code. */
gsize tv_c_code_skip(const TvCCode *code, gsize at);

/* Offset of the bracket that closes the one at @open. */
gboolean tv_c_code_close(const TvCCode *code, gsize open, gsize *close);

/* Offset of the bracket that the one at @close closes; 0 without one. */
gsize tv_c_code_open(const TvCCode *code, gsize close);

/*
 * The arguments of the call whose parenthesis is at @open: an array of
 * TvCSpan without white space around them, and its end in @close.  NULL if
 * the parenthesis is not closed.
 */
GArray *tv_c_code_arguments(const TvCCode *code, gsize open, gsize *close);

/*
 * The simple statement around @at, with its semicolon: from behind the last
 * ; { or } outside of parentheses.
 */
gboolean tv_c_code_statement(const TvCCode *code, gsize at, TvCSpan *statement);

/*
 * The function whose body holds @at: @head is from the end of what stands
 * before it to the brace, @body between the braces.  FALSE outside functions.
 */
gboolean tv_c_code_function(const TvCCode *code, gsize at, TvCSpan *head,
                            TvCSpan *body);

/* The head of a definition that holds @at, before its brace. */
gboolean tv_c_code_head(const TvCCode *code, gsize at, TvCSpan *head);

/* The name in such a head, or NULL. */
char *tv_c_code_head_name(const TvCCode *code, TvCSpan head);

/*
 * The name of the parameter in such a head that is declared as matching the
 * regular expression @type: "TCGContext \\*"; or NULL.
 */
char *tv_c_code_parameter(const TvCCode *code, TvCSpan head, const char *type);

/* 1-based. */
int tv_c_code_line(const TvCCode *code, gsize at);

/* The text of @span in one line: no comments, each white space one blank. */
char *tv_c_code_slice(const TvCCode *code, TvCSpan span);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(TvCCode, tv_c_code_free)

#endif
