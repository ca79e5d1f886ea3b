/*
 * Guest program: threads that make and run more code than a small translation
 * buffer holds.
 *
 * Every call of a copy is a new block to translate.  The emulator's buffer
 * fills up, is flushed and used again while other threads run in it; blocks in
 * loops get their jumps patched.  Any stale or misplaced code shows as a wrong
 * result or a crash.
 *
 *   code-churn [hold]
 *
 * "hold" waits for a signal after the work, so that the emulator can be
 * looked at.
 *
 * This work is licensed under the terms of the GNU GPL, version 2 or later.
 */
#include <pthread.h>
#include <stdio.h>
#include <unistd.h>

#include "churn.h"

#define THREADS 4
#define COPIES 1024 /* per thread */
#define ROUNDS 2

static int failures;

static void *churn(void *argument)
{
    unsigned thread = (unsigned)(uintptr_t)argument;
    char *code = churn_make(COPIES);
    int wrong = 0;

    if (code == MAP_FAILED) {
        perror("code-churn: mmap");
        wrong = 1;
    } else {
        for (unsigned round = 0; round < ROUNDS; round++) {
            for (unsigned i = 0; i < COPIES; i++) {
                wrong += churn_wrong(code, i, thread * 1000003u +
                                                  round * 7919u + i);
            }
        }
        munmap(code, churn_slot() * COPIES);
    }
    __atomic_fetch_add(&failures, wrong, __ATOMIC_SEQ_CST);
    return NULL;
}

int main(int argc, char **argv)
{
    pthread_t threads[THREADS];

    for (uintptr_t i = 0; i < THREADS; i++) {
        if (pthread_create(&threads[i], NULL, churn, (void *)i) != 0) {
            perror("code-churn: pthread_create");
            return 1;
        }
    }
    for (int i = 0; i < THREADS; i++) {
        pthread_join(threads[i], NULL);
    }
    printf("code-churn: %d wrong of %d\n", failures,
           THREADS * COPIES * ROUNDS);
    if (argc > 1 && strcmp(argv[1], "hold") == 0) {
        printf("ready\n");
        fflush(stdout);
        pause();
    }
    return failures != 0;
}
