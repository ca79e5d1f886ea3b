/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Lines of the tree's source files, for findings. */
#ifndef TV_CTEXT_LINES_H
#define TV_CTEXT_LINES_H

#include <glib.h>

typedef struct TvSourceLines TvSourceLines;

TvSourceLines *tv_source_lines_new(void);
void tv_source_lines_free(TvSourceLines *lines);

/* Line @line (1-based) of the file, or NULL; owned by @lines. */
const char *tv_source_lines_get(TvSourceLines *lines, const char *path,
                                int line);

/*
 * Name of the function in which @line stands, NULL outside functions.  Goes by
 * the style of the tree: a definition begins in the first column.
 */
char *tv_source_lines_function(TvSourceLines *lines, const char *path,
                               int line);

/* The statement around @line: lines back to and on to the next ; { or }. */
char *tv_source_lines_statement(TvSourceLines *lines, const char *path,
                                int line);

/* Files may have changed. */
void tv_source_lines_forget(TvSourceLines *lines);

#endif
