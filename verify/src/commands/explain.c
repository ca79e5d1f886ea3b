/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <stdio.h>

#include "base/error.h"
#include "commands/commands.h"
#include "commands/completion.h"
#include "commands/man.h"
#include "commands/spelling.h"
#include "result/rules.h"

static gboolean man;
static char *completion;
static char *values;

static GOptionEntry entries[] = {
    {"completion", 0, 0, G_OPTION_ARG_STRING, &completion,
     "Print the completion script for bash or zsh", "SHELL"},
    {"values", 0, G_OPTION_FLAG_HIDDEN, G_OPTION_ARG_STRING, &values,
     "Print the words that an option takes", "OPTION"},
    {"man", 0, 0, G_OPTION_ARG_NONE, &man, "Print the manual page, in roff",
     NULL},
    {NULL},
};

static void list_rules(void)
{
    const TvRule *rule;

    for (guint i = 0; (rule = tv_rule_nth(i)); i++) {
        printf("%-24s %-10s %s\n", rule->id, rule->layer, rule->summary);
    }
}

static TvResult *unknown(const char *name, GError **error)
{
    g_autoptr(GPtrArray) names = g_ptr_array_new();
    g_autofree char *hint = NULL;
    const TvRule *rule;

    for (guint i = 0; (rule = tv_rule_nth(i)); i++) {
        g_ptr_array_add(names, (gpointer)rule->id);
    }
    g_ptr_array_add(names, NULL);
    hint = tv_spelling_hint(name, "", (const char *const *)names->pdata);
    g_set_error(error, TV_ERROR, TV_ERROR_USAGE, "no rule '%s'%s", name,
                *hint ? hint : "; 'tcg-verify explain' lists them");
    return NULL;
}

static TvResult *run(TvOptions *options, int argc, char **argv, GError **error)
{
    (void)options;
    if (man + (completion != NULL) + (argc > 1) > 1) {
        g_set_error(error, TV_ERROR, TV_ERROR_USAGE,
                    "takes one of --man, --completion and rules; see --help");
        return NULL;
    }
    if (man) {
        g_autofree char *page = tv_man_page();

        fputs(page, stdout);
        return tv_result_silent(0);
    }
    if (completion) {
        g_autofree char *script = tv_completion(completion, error);

        if (!script) {
            return NULL;
        }
        fputs(script, stdout);
        return tv_result_silent(0);
    }
    if (values) {
        g_autofree char *words = tv_completion_values(values);

        puts(words);
        return tv_result_silent(0);
    }
    if (argc == 1) {
        list_rules();
        return tv_result_silent(0);
    }
    for (int i = 1; i < argc; i++) {
        const TvRule *rule = tv_rule_find(argv[i]);

        if (!rule) {
            return unknown(argv[i], error);
        }
        printf("%s%s (%s, %s): %s\n\n%s\n\nFix: %s\n", i > 1 ? "\n" : "",
               rule->id, rule->layer, tv_severity_name(rule->severity),
               rule->summary, rule->text, rule->fix);
    }
    return tv_result_silent(0);
}

const TvCommand tv_command_explain = {
    .name = "explain",
    .arguments = "[RULE...]",
    .summary = "explain what a rule means and how to fix a finding",
    .entries = entries,
    .run = run,
};
