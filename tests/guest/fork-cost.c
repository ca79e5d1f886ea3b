/*
 * Guest program: measure the cost of a fork() whose child exits at once.
 *
 * Usage: fork-cost [COUNT]. The caller measures the time; the program only
 * checks that all children have run.
 *
 * This work is licensed under the terms of the GNU GPL, version 2 or later.
 */
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

int main(int argc, char **argv)
{
    int count = argc > 1 ? atoi(argv[1]) : 20;

    for (int i = 0; i < count; i++) {
        pid_t pid = fork();
        int status;

        if (pid < 0) {
            perror("fork-cost: fork");
            return 1;
        }
        if (pid == 0) {
            _exit(i & 0x7f);
        }
        if (waitpid(pid, &status, 0) != pid || !WIFEXITED(status) ||
            WEXITSTATUS(status) != (i & 0x7f)) {
            fprintf(stderr, "fork-cost: child %d ended with status %#x\n", i,
                    status);
            return 1;
        }
    }
    printf("fork-cost: %d children\n", count);
    return 0;
}
