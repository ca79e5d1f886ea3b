/*
 * Guest program: threads that make and run more code than a small translation
 * buffer holds.
 *
 * Copies one function to thousands of places and calls each copy, so that
 * every call is a new block to translate.  The emulator's buffer fills up, is
 * flushed and used again while other threads run in it; blocks in loops get
 * their jumps patched.  Any stale or misplaced code shows as a wrong result or
 * a crash.
 *
 *   code-churn [hold]
 *
 * "hold" waits for a signal after the work, so that the emulator can be
 * looked at.
 *
 * This work is licensed under the terms of the GNU GPL, version 2 or later.
 */
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define THREADS 4
#define COPIES 1024 /* per thread */
#define ROUNDS 2
#define STEPS 6

/* Must not need anything that is relative to its own place. */
__attribute__((noinline, noclone, used, section("churn_code")))
static unsigned template(unsigned x, unsigned steps)
{
    while (steps--) {
        if (x & 1) {
            x = 3 * x + 1;
            __asm__ volatile("" : "+r"(x));
        } else {
            x >>= 1;
            __asm__ volatile("" : "+r"(x));
        }
    }
    return x;
}

extern const char __start_churn_code[], __stop_churn_code[];

typedef unsigned (*function)(unsigned, unsigned);

static int failures;

static void *churn(void *argument)
{
    unsigned thread = (unsigned)(uintptr_t)argument;
    size_t size = __stop_churn_code - __start_churn_code;
    size_t slot = (size + 63) & ~(size_t)63;
    /* Thumb functions have bit 0 set in their addresses. */
    uintptr_t entry = (uintptr_t)template - (uintptr_t)__start_churn_code;
    char *code = mmap(NULL, slot * COPIES, PROT_READ | PROT_WRITE | PROT_EXEC,
                      MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

    if (code == MAP_FAILED) {
        perror("code-churn: mmap");
        __atomic_fetch_add(&failures, 1, __ATOMIC_SEQ_CST);
        return NULL;
    }
    for (unsigned i = 0; i < COPIES; i++) {
        memcpy(code + i * slot, __start_churn_code, size);
    }
    __builtin___clear_cache(code, code + slot * COPIES);

    for (unsigned round = 0; round < ROUNDS; round++) {
        for (unsigned i = 0; i < COPIES; i++) {
            unsigned x = thread * 1000003u + round * 7919u + i;
            function copy = (function)((uintptr_t)(code + i * slot) + entry);

            if (copy(x, STEPS) != template(x, STEPS)) {
                __atomic_fetch_add(&failures, 1, __ATOMIC_SEQ_CST);
            }
        }
    }
    munmap(code, slot * COPIES);
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
