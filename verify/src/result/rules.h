/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The rule table: what can be found, why it matters and how to fix it.
 * `explain`, the man page and the views of a result use it.
 */
#ifndef TV_RESULT_RULES_H
#define TV_RESULT_RULES_H

#include <glib.h>

typedef enum {
    TV_SEVERITY_ERROR, /* that of a rule that names none */
    TV_SEVERITY_WARNING,
} TvSeverity;

typedef struct TvRule {
    const char *id;      /* "series-unlisted", "rx-discard-const", ... */
    const char *layer;   /* "series", "header", "overlay", "L1", ... */
    TvSeverity severity; /* both are findings */
    const char *summary; /* one line, no full stop */
    const char *text;    /* what it means and why it matters; paragraphs */
    const char *fix;     /* how to fix it */
} TvRule;

/* Families of rules, each ended by a row whose id is NULL. */
extern const TvRule tv_rules_lint[];
extern const TvRule tv_rules_check[];
extern const TvRule tv_rules_cocci[];
extern const TvRule tv_rules_mutate[];
extern const TvRule tv_rules_run[];
extern const TvRule tv_rules_units[];

/* NULL if there is no such rule. */
const TvRule *tv_rule_find(const char *id);

/* Rule number @index over all families, NULL past the last. */
const TvRule *tv_rule_nth(guint index);

const char *tv_severity_name(TvSeverity severity);

#endif
