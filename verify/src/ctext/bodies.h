/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Functions in a source's text, by the style of the tree. */
#ifndef TV_CTEXT_BODIES_H
#define TV_CTEXT_BODIES_H

#include <glib.h>

/* A function's definition, by lines from 0. */
typedef struct TvSourceBody {
    int head;  /* the first line of its declarator */
    int open;  /* the line of the brace that opens it */
    int close; /* the line of the brace that closes it */
} TvSourceBody;

/*
 * The functions of @lines (NULL-ended, without comments), by the style of the
 * tree: a body ends with a brace in the first column.  An array of
 * TvSourceBody.
 */
GArray *tv_source_bodies(char *const *lines);

/* @text less its functions; lines keep their numbers. */
char *tv_source_declarations(const char *text);

/* @text with comments blank, strings and lines kept. */
char *tv_source_uncomment(const char *text);

#endif
