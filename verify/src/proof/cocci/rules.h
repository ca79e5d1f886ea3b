/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The semantic patches of L4: verify/data/cocci, with the contract's names.
 *
 * ${KEY} stands for the value of a key of the contract; a list becomes one
 * with commas.  ${rx-name} is the typedef of RX, ${rx-const} the same with
 * const.
 */
#ifndef TV_PROOF_COCCI_RULES_H
#define TV_PROOF_COCCI_RULES_H

#include "project/contract.h"

/* The type that the texts given to spatch have for "void __rx". */
#define TV_COCCI_RX_VOID "tv_rx_void"

/*
 * Whether a file of rules or a canary holds for the contract: its first line
 * may say "canonical: rx" or "canonical: rw".
 */
gboolean tv_cocci_applies(const TvContract *contract, const char *text);

/* Whether the rules for this contract can report @rule. */
gboolean tv_cocci_has_rule(const TvContract *contract, const char *rule);

/* @text with the names filled in; aborts at a key that is none. */
char *tv_cocci_fill(const TvContract *contract, const char *text);

/*
 * All rules in one text.  @rw_names and @rx_names (sets of char *): variables
 * that may hold RW pointers and addresses of RX; scripts in the rules decide
 * which of these do, by function.  Without them nothing else is looked at.
 */
char *tv_cocci_rules(const TvContract *contract, GHashTable *rw_names,
                     GHashTable *rx_names);

/* Hash of what decides what the rules say, but for the names. */
char *tv_cocci_rules_digest(const TvContract *contract);

/* Adds the variables to which @text assigns a converted pointer, or an address
 * of RX: candidates, by name alone. */
void tv_cocci_names(const TvContract *contract, const char *text,
                    GHashTable *rw_names, GHashTable *rx_names);

/*
 * RX pointers that are not to const, by a source's text: a semantic patch
 * cannot report them, since a type without const in it matches one with const.
 */
#define TV_COCCI_CONST_RULE "cocci-rx-mutable"

typedef void TvCocciConstFound(int line, const char *function,
                               const char *spelling, gpointer data);

/* Where RX is kept behind the const of its uses; the other way round it is the
 * const that makes a pointer RX. */
gboolean tv_cocci_const_applies(const TvContract *contract);

/*
 * Calls @found for each pointer type in @text (of a whole source) that names
 * RX and has no const, in declarations, casts and everywhere else.
 */
void tv_cocci_const_find(const TvContract *contract, const char *text,
                         TvCocciConstFound *found, gpointer data);

#endif
