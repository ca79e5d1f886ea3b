/* What zsh reads from share/zsh/site-functions/_tcg-verify. */
#include "commands/command-line.h"
#include "commands/completion.h"

/* Inside single quotes, and inside the brackets of _arguments. */
static void append_quoted(GString *out, const char *text)
{
    for (; *text; text++) {
        if (*text == '\'') {
            g_string_append(out, "'\\''");
            continue;
        }
        if (*text == '[' || *text == ']' || *text == ':' || *text == '\\') {
            g_string_append_c(out, '\\');
        }
        g_string_append_c(out, *text);
    }
}

static void append_action(GString *out, const GOptionEntry *entry)
{
    g_autofree char *words = NULL;

    switch (tv_completion_value(entry, &words)) {
    case TV_VALUE_NONE:
        g_string_append(out, " ");
        break;
    case TV_VALUE_FILE:
        g_string_append(out, "_files");
        break;
    case TV_VALUE_DIR:
        g_string_append(out, "_files -/");
        break;
    case TV_VALUE_WORDS:
        g_string_append_printf(out, "(%s)", words);
        break;
    case TV_VALUE_LIST:
        g_string_append_printf(out, "_values -s , %s %s", entry->long_name,
                               words);
        break;
    case TV_VALUE_PATCH:
        g_string_append(out, "_tcg_verify_patches");
        break;
    }
}

static void append_options(GString *out, const GOptionEntry *entry)
{
    for (; (entry = tv_completion_shown(entry)); entry++) {
        gboolean value = entry->arg != G_OPTION_ARG_NONE;
        /* An array's option may be given again and again. */
        gboolean many = entry->arg == G_OPTION_ARG_FILENAME_ARRAY;

        g_string_append_printf(out, "    '%s--%s%s[", many ? "*" : "",
                               entry->long_name, value ? "=" : "");
        append_quoted(out, entry->description);
        g_string_append_c(out, ']');
        if (value) {
            g_string_append_printf(
                out, ":%s:",
                entry->arg_description ? entry->arg_description : "value");
            append_action(out, entry);
        }
        g_string_append(out, "'\n");
    }
}

static void append_command(GString *out, const TvCommand *command)
{
    g_autofree char *arguments = tv_completion_arguments(command->name);
    g_autofree GOptionEntry *entries = tv_command_line_entries(command);

    g_string_append_printf(out, "  (%s)\n    own=(\n", command->name);
    append_options(out, entries);
    if (arguments) {
        g_string_append_printf(out, "    '*:argument:(%s)'\n", arguments);
    } else if (command->arguments) {
        g_string_append(out, "    '*:directory:_files -/'\n");
    }
    g_string_append(out, "    )\n    ;;\n");
}

char *tv_completion_zsh(void)
{
    GString *out = g_string_new(
        "#compdef tcg-verify\n"
        "# Made by 'tcg-verify explain --completion=zsh'.\n"
        "\n"
        "# The patches of the project around the working directory.\n"
        "_tcg_verify_patches() {\n"
        "  local directory=$PWD\n"
        "  while [[ -n $directory && ! -f $directory/base.ini ]]; do\n"
        "    directory=${directory%/*}\n"
        "  done\n"
        "  local -a patches\n"
        "  patches=(${(f)\"$(sed -n '/^[^#]/p' $directory/series "
        "2>/dev/null)\"})\n"
        "  _describe patch patches\n"
        "}\n"
        "\n"
        "_tcg_verify() {\n"
        "  local curcontext=$curcontext state line\n"
        "  typeset -A opt_args\n"
        "  local -a shared own commands\n"
        "  shared=(\n");
    g_autofree GOptionEntry *all = tv_command_line_entries(NULL);

    append_options(out, all);
    g_string_append(out, "  )\n  commands=(\n");
    for (const TvCommand *const *item = tv_commands; *item; item++) {
        g_string_append_printf(out, "    '%s:", (*item)->name);
        append_quoted(out, (*item)->summary);
        g_string_append(out, "'\n");
    }
    g_string_append(out, "  )\n"
                         "  _arguments -C $shared '1:command:->command' "
                         "'*::argument:->argument' && return\n"
                         "  case $state in\n"
                         "  (command) _describe command commands; return ;;\n"
                         "  esac\n"
                         "  case $words[1] in\n");
    for (const TvCommand *const *item = tv_commands; *item; item++) {
        append_command(out, *item);
    }
    g_string_append(out, "  esac\n"
                         "  _arguments $own\n"
                         "}\n"
                         "\n"
                         "_tcg_verify \"$@\"\n");
    return g_string_free(out, FALSE);
}
