/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The negative control of the icache invalidate: an emulator that is as the
 * applied tree has it, but for that one call.
 */
#ifndef TV_HOSTS_ICACHE_CONTROL_H
#define TV_HOSTS_ICACHE_CONTROL_H

#include <glib.h>

/*
 * Takes the icache invalidate out of the one function for "these bytes were
 * written" (tcg_code_written in tcg/tcg.c of @tree) and puts the edited file
 * into @overrides (see hosts/source-copy.h).  TV_ERROR_TREE if the call is not
 * there: then there is nothing to control.
 */
gboolean tv_icache_control_edit(const char *tree, GHashTable *overrides,
                                GError **error);

/* The edit itself; NULL if @text has no such function and call. */
char *tv_icache_control_text(const char *text);

#endif
