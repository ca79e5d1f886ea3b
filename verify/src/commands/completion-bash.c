/* What bash reads from share/bash-completion/completions/. */
#include "commands/command-line.h"
#include "commands/completion.h"

static const char head[] =
    "# bash completion for tcg-verify, made by\n"
    "# 'tcg-verify explain --completion=bash'\n"
    "\n"
    "# The last of a list whose members commas separate.\n"
    "_tcg_verify_list()\n"
    "{\n"
    "    local before=\n"
    "    [[ $1 == *,* ]] && before=${1%,*},\n"
    "    COMPREPLY=($(compgen -P \"$before\" -W \"$2\" -- \"${1##*,}\"))\n"
    "    compopt -o nospace 2>/dev/null\n"
    "}\n"
    "\n"
    "# The patches of the project around the working directory.\n"
    "_tcg_verify_patches()\n"
    "{\n"
    "    local directory=$PWD\n"
    "    while [[ -n $directory && ! -f $directory/base.ini ]]; do\n"
    "        directory=${directory%/*}\n"
    "    done\n"
    "    sed -n '/^[^#]/p' \"$directory/series\" 2>/dev/null\n"
    "}\n"
    "\n"
    "_tcg_verify()\n"
    "{\n"
    "    local cur=${COMP_WORDS[COMP_CWORD]} option= command= words= i\n"
    "    local arguments= directories=\n"
    "    COMPREPLY=()\n"

    "    # '=' stands as a word of its own\n"
    "    if [[ $cur == '=' ]]; then\n"
    "        option=${COMP_WORDS[COMP_CWORD-1]} cur=\n"
    "    elif ((COMP_CWORD > 1)) &&\n"
    "        [[ ${COMP_WORDS[COMP_CWORD-1]} == '=' ]]; then\n"
    "        option=${COMP_WORDS[COMP_CWORD-2]}\n"
    "    else\n"
    "        option=${COMP_WORDS[COMP_CWORD-1]}\n"
    "    fi\n"
    "    case $option in\n";

static const char middle[] = "    esac\n"
                             "    for ((i = 1; i < COMP_CWORD; i++)); do\n"
                             "        case ${COMP_WORDS[i]} in\n";

static const char find_end[] = ")\n"
                               "            command=${COMP_WORDS[i]}\n"
                               "            break\n"
                               "            ;;\n"
                               "        esac\n"
                               "    done\n"
                               "    case $command in\n";

static const char tail[] =
    "    esac\n"
    "    if [[ $cur == -* ]]; then\n"
    "        COMPREPLY=($(compgen -W \"$words\" -- \"$cur\"))\n"
    "        [[ ${COMPREPLY[0]-} == *= ]] && compopt -o nospace "
    "2>/dev/null\n"
    "    elif [[ -n $arguments ]]; then\n"
    "        COMPREPLY=($(compgen -W \"$arguments\" -- \"$cur\"))\n"
    "    elif [[ -n $directories ]]; then\n"
    "        compopt -o filenames 2>/dev/null\n"
    "        COMPREPLY=($(compgen -d -- \"$cur\"))\n"
    "    fi\n"
    "}\n"
    "complete -F _tcg_verify tcg-verify\n";

static void append_value(GString *out, const GOptionEntry *entry)
{
    g_autofree char *words = NULL;
    TvValueKind kind;

    if (entry->arg == G_OPTION_ARG_NONE) {
        return;
    }
    kind = tv_completion_value(entry, &words);
    g_string_append_printf(out, "    --%s", entry->long_name);
    if (entry->short_name) {
        g_string_append_printf(out, " | -%c", entry->short_name);
    }
    g_string_append(out, ")\n");
    switch (kind) {
    case TV_VALUE_NONE:
        break;
    case TV_VALUE_FILE:
        g_string_append(out, "        compopt -o filenames 2>/dev/null\n"
                             "        COMPREPLY=($(compgen -f -- "
                             "\"$cur\"))\n");
        break;
    case TV_VALUE_DIR:
        g_string_append(out, "        compopt -o filenames 2>/dev/null\n"
                             "        COMPREPLY=($(compgen -d -- "
                             "\"$cur\"))\n");
        break;
    case TV_VALUE_WORDS:
        g_string_append_printf(out,
                               "        COMPREPLY=($(compgen -W '%s' -- "
                               "\"$cur\"))\n",
                               words);
        break;
    case TV_VALUE_LIST:
        g_string_append_printf(out, "        _tcg_verify_list \"$cur\" '%s'\n",
                               words);
        break;
    case TV_VALUE_PATCH:
        g_string_append(out, "        COMPREPLY=($(compgen -W "
                             "\"$(_tcg_verify_patches)\" -- \"$cur\"))\n");
        break;
    }
    g_string_append(out, "        return\n        ;;\n");
}

static void append_values(GString *out, const GOptionEntry *entry)
{
    for (; (entry = tv_completion_shown(entry)); entry++) {
        append_value(out, entry);
    }
}

/* "--verbose --host=": one that takes a value ends with "=". */
static void append_options(GString *out, const GOptionEntry *entry)
{
    for (; (entry = tv_completion_shown(entry)); entry++) {
        g_string_append_printf(out, " --%s%s", entry->long_name,
                               entry->arg == G_OPTION_ARG_NONE ? "" : "=");
    }
}

char *tv_completion_bash(void)
{
    GString *out = g_string_new(head);
    g_autofree GOptionEntry *all = tv_command_line_entries(NULL);

    append_values(out, all);
    for (const TvCommand *const *item = tv_commands; *item; item++) {
        append_values(out, (*item)->entries);
    }
    g_string_append(out, middle);
    g_string_append(out, "        ");
    for (const TvCommand *const *item = tv_commands; *item; item++) {
        g_string_append_printf(out, "%s%s", item == tv_commands ? "" : " | ",
                               (*item)->name);
    }
    g_string_append(out, find_end);
    for (const TvCommand *const *item = tv_commands; *item; item++) {
        const TvCommand *command = *item;
        g_autofree char *arguments = tv_completion_arguments(command->name);
        g_autofree GOptionEntry *entries = tv_command_line_entries(command);

        g_string_append_printf(out, "    %s)\n        words='", command->name);
        append_options(out, entries);
        g_string_append(out, "'\n");
        if (arguments) {
            g_string_append_printf(out, "        arguments='%s'\n", arguments);
        } else if (command->arguments) {
            g_string_append(out, "        directories=yes\n");
        }
        g_string_append(out, "        ;;\n");
    }
    g_string_append(out, "    '')\n        words='");
    append_options(out, all);
    g_string_append(out, "'\n        arguments='");
    for (const TvCommand *const *item = tv_commands; *item; item++) {
        g_string_append_printf(out, "%s%s", item == tv_commands ? "" : " ",
                               (*item)->name);
    }
    g_string_append(out, "'\n        ;;\n");
    g_string_append(out, tail);
    return g_string_free(out, FALSE);
}
