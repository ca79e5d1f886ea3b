/*
 * Guest program: parent and child of many forks both make and run code, and
 * rewrite code that the other one is running.
 *
 * The process that forks has just run new code.  Both sides then run copies
 * that no process has run before, rewrite one copy with code that only they
 * have, and count in a variable that the other side must not see.  Every
 * eighth child forks again, every fourth closes all its descriptors first, one
 * in sixteen starts a thread.
 *
 * Usage: fork-both [FORKS]
 *
 * This work is licensed under the terms of the GNU GPL, version 2 or later.
 */
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "churn.h"

#define EACH 3 /* new copies that each side runs after a fork */
#define OLD 24 /* copies that were run before the first fork */
#define DEPTH 2 /* children of grandchildren do not fork */

static char *code;
static char *slot; /* of one copy, which both sides keep rewriting */
static unsigned made; /* copies, of which the first OLD are run at once */
static unsigned next_copy = OLD;
static unsigned mine; /* written by both sides of each fork */
static volatile sig_atomic_t signal_result;

/* Returns another result than the template, and fits into the same place. */
__attribute__((noinline, noclone, used, aligned(64), section("other_code")))
static unsigned other(unsigned x, unsigned steps)
{
    return x ^ (steps * 77);
}

extern const char __start_other_code[], __stop_other_code[];

static int other_wrong(unsigned x)
{
    uintptr_t entry = (uintptr_t)other - (uintptr_t)__start_other_code;
    unsigned (*copy)(unsigned, unsigned) =
        (unsigned (*)(unsigned, unsigned))((uintptr_t)slot + entry);

    return copy(x, 5) != other(x, 5);
}

static void write_slot(const char *from, const char *end)
{
    memcpy(slot, from, end - from);
    __builtin___clear_cache(slot, slot + (end - from));
}

/* Run one side after a fork; @seed distinguishes the sides. */
static int one_side(unsigned seed)
{
    int wrong = 0;

    mine = seed;
    for (unsigned i = 0; i < EACH; i++) {
        wrong += churn_wrong(code, next_copy++ % made, seed + i);
    }
    for (unsigned i = 0; i < OLD; i++) {
        wrong += churn_wrong(code, i, seed * 31 + i);
    }
    if (seed & 1) {
        write_slot(__start_other_code, __stop_other_code);
        wrong += other_wrong(seed);
    } else {
        write_slot(__start_churn_code, __stop_churn_code);
        wrong += churn_wrong(slot, 0, seed);
    }
    return wrong + (mine != seed);
}

static void *in_thread(void *wrong)
{
    for (unsigned i = 0; i < OLD; i++) {
        __atomic_fetch_add((int *)wrong, churn_wrong(code, i, i),
                           __ATOMIC_SEQ_CST);
    }
    return NULL;
}

static int with_thread(void)
{
    pthread_t thread;
    int wrong = 0;

    if (pthread_create(&thread, NULL, in_thread, &wrong) != 0) {
        return 1;
    }
    for (unsigned i = 0; i < OLD; i++) {
        __atomic_fetch_add(&wrong, churn_wrong(code, i, i),
                           __ATOMIC_SEQ_CST);
    }
    pthread_join(thread, NULL);
    return wrong;
}

static int ended_well(pid_t pid)
{
    int status;
    pid_t got;

    do {
        got = waitpid(pid, &status, 0);
    } while (got < 0 && errno == EINTR);
    if (got == pid && WIFEXITED(status) && WEXITSTATUS(status) == 0) {
        return 1;
    }
    fprintf(stderr, "fork-both: a child ended with status %#x\n", status);
    return 0;
}

static int both_sides(unsigned number, unsigned depth)
{
    unsigned seed = number * 2;
    pid_t pid = fork();
    int wrong;

    if (pid < 0) {
        perror("fork-both: fork");
        return 1;
    }
    if (pid == 0) {
        if (number % 4 == 0) {
            for (int fd = 3; fd < 256; fd++) {
                close(fd);
            }
        }
        wrong = one_side(seed + 1);
        if (number % 8 == 0 && depth < DEPTH) {
            wrong += both_sides(number + 1, depth + 1);
        }
        if (number % 16 == 0) {
            wrong += with_thread();
        }
        wrong += mine != seed + 1 && depth == DEPTH;
        _exit(wrong != 0);
    }
    wrong = one_side(seed);
    wrong += !ended_well(pid);
    /* The child has left nothing here. */
    wrong += mine != seed;
    wrong += churn_wrong(slot, 0, seed);
    return wrong;
}

static void on_signal(int number)
{
    (void)number;
    signal_result = both_sides(2, 0);
}

static int in_handler(void)
{
#ifdef __sparc__
    /* linux-user of 5.2 has no frame for a handler of this guest. */
    return 0;
#endif
    signal_result = -1;
    if (signal(SIGUSR1, on_signal) == SIG_ERR || raise(SIGUSR1) != 0 ||
        signal_result != 0) {
        fprintf(stderr, "fork-both: wrong in a signal handler\n");
        return 1;
    }
    return 0;
}

/* A child that runs another program; by vfork in the C library. */
static int by_spawn(char *program)
{
    char *argv[] = { program, (char *)"spawned", NULL };
    char *envp[] = { NULL };
    pid_t pid;

    if (posix_spawn(&pid, program, NULL, NULL, argv, envp) != 0) {
        /* An emulator without binfmt_misc cannot run itself for the guest. */
        return 0;
    }
    /* The program runs (0), or the host cannot run it (127). */
    int status;

    return waitpid(pid, &status, 0) != pid || !WIFEXITED(status) ||
           (WEXITSTATUS(status) != 0 && WEXITSTATUS(status) != 127);
}

static int by_vfork(void)
{
    pid_t pid = vfork();

    if (pid < 0) {
        perror("fork-both: vfork");
        return 1;
    }
    if (pid == 0) {
        _exit(churn_wrong(code, 1, 7) != 0);
    }
    return !ended_well(pid) + one_side(4);
}

int main(int argc, char **argv)
{
    unsigned forks = argc > 1 ? strtoul(argv[1], NULL, 10) : 64;
    int wrong = 0;

    if (argc > 1 && strcmp(argv[1], "spawned") == 0) {
        return 0;
    }
    made = OLD + EACH * (forks + 8);
    code = churn_make(made);
    slot = churn_make(1);
    if (code == MAP_FAILED || slot == MAP_FAILED || forks == 0 ||
        (size_t)(__stop_other_code - __start_other_code) > churn_slot()) {
        fprintf(stderr, "fork-both: no memory for code, or no forks\n");
        return 1;
    }
    for (unsigned i = 0; i < OLD; i++) {
        wrong += churn_wrong(code, i, i);
    }
    for (unsigned i = 0; i < forks; i++) {
        wrong += both_sides(i, 0);
    }
    wrong += in_handler() + by_vfork() + by_spawn(argv[0]);
    printf("fork-both: %u forks, %d wrong\n", forks, wrong);
    return wrong != 0;
}
