/*
 * Guest program: a fork server.
 *
 * The parent runs a workload until its code is translated, and then only
 * forks.  Each child runs the same workload on an input of its own, and a bit
 * of code that the parent has never run, and returns the result.
 *
 * Usage: fork-server [CHILDREN [ROUNDS]]
 *
 * This work is licensed under the terms of the GNU GPL, version 2 or later.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "churn.h"

#define ITEMS 512
#define COPIES 192 /* pieces of code that make the workload wide */
#define RARE 8 /* pieces that only one child runs */

static int by_value(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

    return (x > y) - (x < y);
}

/* A parser, a sort and a checksum: branches, calls and library code. */
static uint32_t workload(const char *code, unsigned seed, int rounds)
{
    static uint32_t items[ITEMS];
    char text[32];
    uint32_t sum = seed;

    for (int r = 0; r < rounds; r++) {
        for (unsigned i = 0; i < ITEMS; i++) {
            sum = sum * 1664525u + 1013904223u;
            items[i] = sum >> 8;
        }
        qsort(items, ITEMS, sizeof(items[0]), by_value);
        for (unsigned i = 1; i < ITEMS; i++) {
            if (items[i - 1] > items[i]) {
                return 0;
            }
        }
        for (unsigned i = 0; i < ITEMS; i += 32) {
            snprintf(text, sizeof(text), "%u:%x", items[i], items[i]);
            sum += strtoul(text, NULL, 10) + strlen(text);
        }
        for (unsigned i = 0; i < COPIES; i++) {
            if (churn_wrong(code, i, seed + i)) {
                return 0;
            }
        }
    }
    return sum ? sum : 1;
}

int main(int argc, char **argv)
{
    unsigned children = argc > 1 ? atoi(argv[1]) : 20;
    int rounds = argc > 2 ? atoi(argv[2]) : 2;
    uint32_t *results = mmap(NULL, children * sizeof(*results),
                             PROT_READ | PROT_WRITE,
                             MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    char *code = churn_make(COPIES + RARE * children);
    int wrong = 0;

    if (results == MAP_FAILED || code == MAP_FAILED) {
        perror("fork-server: mmap");
        return 1;
    }
    if (!workload(code, 1, 2)) {
        fprintf(stderr, "fork-server: the parent is wrong itself\n");
        return 1;
    }
    for (unsigned i = 0; i < children; i++) {
        pid_t pid = fork();
        int status;

        if (pid < 0) {
            perror("fork-server: fork");
            return 1;
        }
        if (pid == 0) {
            uint32_t sum = workload(code, i, rounds);

            for (unsigned k = 0; k < RARE; k++) {
                if (churn_wrong(code, COPIES + i * RARE + k, i)) {
                    sum = 0;
                }
            }
            results[i] = sum;
            _exit(0);
        }
        if (waitpid(pid, &status, 0) != pid || status != 0) {
            fprintf(stderr, "fork-server: child %u ended with status %#x\n",
                    i, status);
            wrong++;
        }
    }
    for (unsigned i = 0; i < children; i++) {
        wrong += results[i] != workload(code, i, rounds) || !results[i];
    }
    printf("fork-server: %u children, %d wrong\n", children, wrong);
    return wrong != 0;
}
