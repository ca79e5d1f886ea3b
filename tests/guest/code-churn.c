/*
 * Guest program: threads that make and run more code than a small translation
 * buffer holds.
 *
 * Every call of a copy is a new block to translate.  The emulator's buffer
 * fills up, is flushed and used again while other threads run in it; blocks in
 * loops get their jumps patched.  Stale or misplaced code leads to a wrong
 * result or a crash.
 *
 *   code-churn [THREADS COPIES [hold]]
 *
 * Each thread makes COPIES copies.  "hold" waits for a signal after the work,
 * so that a test can look at the emulator.
 *
 * This work is licensed under the terms of the GNU GPL, version 2 or later.
 */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "churn.h"

#define MAX_THREADS 16
#define ROUNDS 2

static unsigned copies = 1024;
static int failures;

static void *churn(void *argument)
{
    unsigned thread = (unsigned)(uintptr_t)argument;
    char *code = churn_make(copies);
    int wrong = 0;

    if (code == MAP_FAILED) {
        perror("code-churn: mmap");
        wrong = 1;
    } else {
        for (unsigned round = 0; round < ROUNDS; round++) {
            for (unsigned i = 0; i < copies; i++) {
                wrong += churn_wrong(code, i, thread * 1000003u +
                                                  round * 7919u + i);
            }
        }
        munmap(code, churn_slot() * copies);
    }
    __atomic_fetch_add(&failures, wrong, __ATOMIC_SEQ_CST);
    return NULL;
}

int main(int argc, char **argv)
{
    pthread_t threads[MAX_THREADS];
    unsigned count = 4;

    if (argc > 2) {
        count = atoi(argv[1]);
        copies = atoi(argv[2]);
    }
    if (count < 1 || count > MAX_THREADS || copies < 1) {
        fprintf(stderr, "usage: code-churn [THREADS COPIES [hold]]\n");
        return 2;
    }
    for (uintptr_t i = 0; i < count; i++) {
        if (pthread_create(&threads[i], NULL, churn, (void *)i) != 0) {
            perror("code-churn: pthread_create");
            return 1;
        }
    }
    for (unsigned i = 0; i < count; i++) {
        pthread_join(threads[i], NULL);
    }
    printf("code-churn: %d wrong of %u\n", failures, count * copies * ROUNDS);
    if (argc > 3) {
        printf("ready\n");
        fflush(stdout);
        pause();
    }
    return failures != 0;
}
