/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "result/rules.h"

static const TvRule *const families[] = {
    tv_rules_lint,
    tv_rules_check,
    tv_rules_cocci,
    tv_rules_mutate,
    tv_rules_run,
    tv_rules_units,
};

const TvRule *tv_rule_nth(guint index)
{
    for (gsize i = 0; i < G_N_ELEMENTS(families); i++) {
        for (const TvRule *rule = families[i]; rule->id; rule++) {
            if (index-- == 0) {
                return rule;
            }
        }
    }
    return NULL;
}

const TvRule *tv_rule_find(const char *id)
{
    const TvRule *rule;

    for (guint i = 0; (rule = tv_rule_nth(i)); i++) {
        if (g_str_equal(rule->id, id)) {
            return rule;
        }
    }
    return NULL;
}

const char *tv_severity_name(TvSeverity severity)
{
    return severity == TV_SEVERITY_ERROR ? "error" : "warning";
}
