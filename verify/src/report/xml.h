/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Well-formed XML and XHTML-style markup, an element at a time. */
#ifndef TV_REPORT_XML_H
#define TV_REPORT_XML_H

#include <glib.h>

/*
 * All three append to @out an element's start with the attributes that
 * follow: name and value in turn, NULL ends the list; an attribute whose value
 * is NULL is left out.  Names go in as they are, values are escaped.
 */
void tv_markup_start(GString *out, const char *element,
                     ...) G_GNUC_NULL_TERMINATED;
/* An element that never has content: "<br/>". */
void tv_markup_void(GString *out, const char *element,
                    ...) G_GNUC_NULL_TERMINATED;
/* Start, @text escaped, end; NULL is the empty text. */
void tv_markup_leaf(GString *out, const char *element, const char *text,
                    ...) G_GNUC_NULL_TERMINATED;

void tv_markup_end(GString *out, const char *element);

/*
 * Appends @text escaped.  What XML has no way to say (most control characters,
 * bytes that are not UTF-8) becomes U+FFFD.
 */
void tv_markup_text(GString *out, const char *text);
void tv_markup_printf(GString *out, const char *format, ...)
    G_GNUC_PRINTF(2, 3);

#endif
