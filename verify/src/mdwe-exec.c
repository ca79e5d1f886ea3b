/*
 * mdwe-exec PROGRAM ARGUMENT...: runs a program that may not make memory
 * executable that is or was writable (PR_SET_MDWE), as hardened hosts do.
 *
 * Exits with 125 if the kernel does not offer it, 127 if PROGRAM cannot be
 * run.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#ifndef PR_SET_MDWE
#define PR_SET_MDWE 65
#define PR_MDWE_REFUSE_EXEC_GAIN (1UL << 0)
#endif

int main(int argc, char **argv)
{
    if (argc < 2) {
        fprintf(stderr, "usage: %s PROGRAM ARGUMENT...\n", argv[0]);
        return 125;
    }
    if (prctl(PR_SET_MDWE, PR_MDWE_REFUSE_EXEC_GAIN, 0, 0, 0) != 0) {
        fprintf(stderr,
                "%s: prctl(PR_SET_MDWE): %s (errno %d); Linux 6.3 or newer "
                "is needed\n",
                argv[0], strerror(errno), errno);
        return 125;
    }
    execvp(argv[1], argv + 1);
    fprintf(stderr, "%s: cannot run %s: %s (errno %d)\n", argv[0], argv[1],
            strerror(errno), errno);
    return 127;
}
