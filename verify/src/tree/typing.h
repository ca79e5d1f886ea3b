/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The address space on trees that do not type their code pointers yet, and
 * the reduced conversion macro of the positive control.
 */
#ifndef TV_TREE_TYPING_H
#define TV_TREE_TYPING_H

#include "ctext/preprocessed.h"
#include "project/contract.h"

/*
 * @text with the address space put on each "typedef ... tcg_insn_unit;".
 * Lines keep their numbers.  NULL and TV_ERROR_INPUT if there is none.
 */
char *tv_typing_impose(const TvContract *contract, const char *text,
                       GError **error);

/*
 * Where RW is canonical the typedef says nothing, const does: each "const X"
 * in the preprocessed text that points to RX becomes "const_X", in place, so
 * that the layers can give it the address space.  TRUE if there was any.
 */
gboolean tv_typing_edit(const TvContract *contract, char *text, gsize length);

/*
 * Adds the options that define these names: with the address space (sparse),
 * or as what they were.
 */
void tv_typing_add_names(const TvContract *contract, gboolean typed,
                         GPtrArray *argv);

/*
 * @text (the contract's header) with the conversion macro renamed in such a
 * way that each use leaves TV_TYPING_SITE(converted, bare) in the
 * preprocessed text.  NULL and TV_ERROR_INPUT if it does not define the macro
 * with two parameters.
 */
char *tv_typing_mark_sites(const TvContract *contract, const char *text,
                           GError **error);

#endif
