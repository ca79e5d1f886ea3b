#include <locale.h>
#include <stdio.h>
#include <stdlib.h>

#include "environment.h"
#include "git.h"
#include "interrupt.h"
#include "options.h"
#include "progress.h"
#include "result.h"

#define EXIT_COULD_NOT_RUN 2

int main(int argc, char **argv)
{
    (void)argc;
    g_autoptr(TvOptions) options = NULL;
    g_autoptr(GError) error = NULL;
    g_auto(GStrv) rest = NULL;
    const TvCommand *command = NULL;
    int status;

    tv_git_forget_environment();
    setlocale(LC_ALL, "");
    tv_environment_clean();
    g_set_prgname("tcg-verify");
    /* Where both go to one file, no line of one is cut by the other. */
    setvbuf(stdout, NULL, _IOLBF, BUFSIZ);
    tv_interrupt_install();
    options = tv_options_parse(argv, &command, &rest, &error);
    if (!options) {
        tv_progress_say("tcg-verify: %s", error->message);
        return EXIT_COULD_NOT_RUN;
    }
    if (!command) {
        return EXIT_SUCCESS;
    }
    if (options->build_dir) {
        tv_result_forget(options, command->name);
    }
    status = command->run(options, (int)g_strv_length(rest), rest, &error);
    if (error) {
        tv_progress_say("tcg-verify: %s: %s", command->name, error->message);
        return EXIT_COULD_NOT_RUN;
    }
    if (fflush(stdout) != 0 || ferror(stdout)) {
        fprintf(stderr, "tcg-verify: %s: cannot write to standard output\n",
                command->name);
        return EXIT_COULD_NOT_RUN;
    }
    return status;
}
