/*
 * Guest program: processes that fork and then make and run code, both sides
 * at once.
 *
 * If parent and child shared a translation buffer, each would overwrite code
 * that the other one runs.  Both run copies that were translated before the
 * fork, then copies that are new.  A thread of the parent keeps running while
 * the parent forks.
 *
 * This work is licensed under the terms of the GNU GPL, version 2 or later.
 */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "churn.h"

#define CHILDREN 4
#define OLD 128 /* copies that are run before the fork */
#define NEW 256 /* copies that each side runs after it */

static int stop;
static int thread_failures;

static int run(const char *code, unsigned first, unsigned count, unsigned seed)
{
    int wrong = 0;

    for (unsigned i = first; i < first + count; i++) {
        wrong += churn_wrong(code, i, seed * 65537u + i);
    }
    return wrong;
}

static void *background(void *code)
{
    unsigned seed = 0;

    while (!__atomic_load_n(&stop, __ATOMIC_SEQ_CST)) {
        int wrong = run(code, 0, OLD, ++seed);

        __atomic_fetch_add(&thread_failures, wrong, __ATOMIC_SEQ_CST);
    }
    return NULL;
}

int main(void)
{
    char *code = churn_make(OLD + NEW * (CHILDREN + 1));
    int wrong;
    pthread_t thread;

    if (code == MAP_FAILED) {
        perror("fork-churn: mmap");
        return 1;
    }
    wrong = run(code, 0, OLD, 1);
    if (pthread_create(&thread, NULL, background, code) != 0) {
        perror("fork-churn: pthread_create");
        return 1;
    }
    for (unsigned i = 0; i < CHILDREN; i++) {
        pid_t pid = fork();

        if (pid < 0) {
            perror("fork-churn: fork");
            return 1;
        }
        if (pid == 0) {
            /* Other code than the parent's, at the same places in time. */
            wrong = run(code, OLD + NEW * (i + 1), NEW, i) +
                    run(code, 0, OLD, i);
            _exit(wrong != 0);
        }
        wrong += run(code, OLD, NEW, i) + run(code, 0, OLD, i);
    }
    for (int i = 0; i < CHILDREN; i++) {
        int status;

        if (wait(&status) < 0 || !WIFEXITED(status) ||
            WEXITSTATUS(status) != 0) {
            fprintf(stderr, "fork-churn: a child ended with status %#x\n",
                    status);
            wrong++;
        }
    }
    __atomic_store_n(&stop, 1, __ATOMIC_SEQ_CST);
    pthread_join(thread, NULL);
    wrong += thread_failures;
    printf("fork-churn: %d wrong\n", wrong);
    return wrong != 0;
}
