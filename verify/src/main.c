/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/environment.h"
#include "base/git.h"
#include "base/interrupt.h"
#include "base/progress.h"
#include "commands/finish.h"
#include "project/hosts.h"

int main(int argc, char **argv)
{
    g_autoptr(TvCommandLine) line = NULL;
    g_autoptr(TvResult) result = NULL;
    g_autoptr(GError) error = NULL;

    (void)argc;
    tv_git_forget_environment();
    setlocale(LC_ALL, "");
    tv_environment_clean();
    g_set_prgname("tcg-verify");
    /* Where both go to one file, no line of one is cut by the other. */
    setvbuf(stdout, NULL, _IOLBF, BUFSIZ);
    tv_interrupt_install();
    line = tv_hosts_load(&error) ? tv_command_line_parse(argv, &error) : NULL;
    if (!line) {
        tv_progress_say("tcg-verify: %s", error->message);
        return 2;
    }
    if (!line->command) {
        return EXIT_SUCCESS;
    }
    if (line->options->build_dir) {
        tv_finish_forget(line->options, line->command->name);
    }
    result = line->command->run(line->options, (int)line->words->len - 1,
                                (char **)line->words->pdata, &error);
    return tv_finish(line, result, error);
}
