/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Both sides of every #if: a source as a text without conditionals.
 *
 * Ways through the conditionals are chosen until every branch was taken, also
 * the one that is empty because there is no #else.  No way contradicts itself
 * where it need not: a condition that stands in two places is true in both or
 * false in both.  The text is the source as the first way has it; functions,
 * macros and declarations that another way has differently follow it.
 */
#ifndef TV_CTEXT_BRANCHES_H
#define TV_CTEXT_BRANCHES_H

#include <glib.h>

typedef struct TvSourceText {
    char *text;
    GArray *lines;       /* of int: for each line of the text, from 0, the line
                          * of the source it is, from 1 */
    GPtrArray *left_out; /* of char *: lines outside of functions that only
                          * other ways have and that are part of something
                          * longer, such as an initializer */
    guint ways;
} TvSourceText;

/*
 * Comments and directives other than #define are blank in the text.  @name is
 * for messages.  NULL and TV_ERROR_INPUT if conditionals do not nest.
 */
TvSourceText *tv_source_branches(const char *text, const char *name,
                                 GError **error);
void tv_source_text_free(TvSourceText *text);

/* How many branches the conditionals of @text have; for tests. */
guint tv_source_branches_count(const char *text);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(TvSourceText, tv_source_text_free)

#endif
