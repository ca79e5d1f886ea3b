/*
 * Run a block of the self-test; a fault becomes a result
 *
 * Copyright (c) 2026 The TCG split-wx authors
 *
 * This work is licensed under the terms of the GNU GPL, version 2 or later.
 * See the COPYING file in the top-level directory.
 */

#include "qemu/osdep.h"
#include "tcg/tcg-self-test.h"

static const int fault_signals[] = { SIGILL, SIGTRAP, SIGBUS, SIGSEGV, SIGFPE };

static sigjmp_buf fault_jmp;

static void fault_handler(int sig)
{
    siglongjmp(fault_jmp, sig);
}

const char *tcg_self_test_run(const void __rx *code, uintptr_t *result)
{
    struct sigaction act = { .sa_handler = fault_handler };
    struct sigaction old[ARRAY_SIZE(fault_signals)];
    size_t i;
    int sig;

    sigemptyset(&act.sa_mask);
    for (i = 0; i < ARRAY_SIZE(fault_signals); i++) {
        sigaction(fault_signals[i], &act, &old[i]);
    }

    sig = sigsetjmp(fault_jmp, 1);
    if (sig == 0) {
        *result = tcg_self_test_exec(code);
    }

    for (i = 0; i < ARRAY_SIZE(fault_signals); i++) {
        sigaction(fault_signals[i], &old[i], NULL);
    }
    return sig ? strsignal(sig) : NULL;
}
