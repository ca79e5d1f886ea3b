/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "commands/commands.h"

#include "base/data.h"
#include "base/error.h"
#include "commands/spelling.h"

/* Each is defined in the file of its name. */
extern const TvCommand tv_command_apply;
extern const TvCommand tv_command_bench;
extern const TvCommand tv_command_build;
extern const TvCommand tv_command_check;
extern const TvCommand tv_command_explain;
extern const TvCommand tv_command_export;
extern const TvCommand tv_command_import;
extern const TvCommand tv_command_lint;
extern const TvCommand tv_command_mutate;
extern const TvCommand tv_command_rebase;
extern const TvCommand tv_command_report;
extern const TvCommand tv_command_source;
extern const TvCommand tv_command_unapply;
extern const TvCommand tv_command_test;

const TvCommand *const tv_commands[] = {
    &tv_command_source,  &tv_command_apply,
    &tv_command_unapply, &tv_command_lint,
    &tv_command_check,   &tv_command_build,
    &tv_command_report,  &tv_command_explain,
    &tv_command_test,    &tv_command_mutate,
    &tv_command_bench,   &tv_command_import,
    &tv_command_export,  &tv_command_rebase,
    NULL,
};

char *tv_command_description(const TvCommand *command)
{
    g_autofree char *name = g_strdup_printf("help/%s.txt", command->name);

    return tv_data_text(name);
}

const TvCommand *tv_command_find(const char *name, GError **error)
{
    g_autoptr(GPtrArray) names = g_ptr_array_new();
    g_autofree char *hint = NULL;

    for (const TvCommand *const *command = tv_commands; *command; command++) {
        if (g_str_equal((*command)->name, name)) {
            return *command;
        }
        g_ptr_array_add(names, (gpointer)(*command)->name);
    }
    g_ptr_array_add(names, NULL);
    hint = tv_spelling_hint(name, "", (const char *const *)names->pdata);
    g_set_error(error, TV_ERROR, TV_ERROR_USAGE, "no command '%s'%s", name,
                *hint ? hint : "; see --help");
    return NULL;
}
