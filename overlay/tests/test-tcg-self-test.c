/*
 * Test the verdicts of the self-test on hosts that do not run the code
 *
 * Copyright (c) 2026 The TCG split-wx authors
 *
 * This work is licensed under the terms of the GNU GPL, version 2 or later.
 * See the COPYING file in the top-level directory.
 */

#include "qemu/osdep.h"
#include "qapi/error.h"
#include "tcg/tcg-self-test.h"

/*
 * Stands in for tcg.c and for the host: a block is the number that it is to
 * return, and the test decides the outcome of a run.
 */
static uintptr_t block;
static uintptr_t written[4];
static unsigned writes, runs;
static uintptr_t (*host_runs)(void);

const void __rx *tcg_self_test_write(struct TCGContext *s, uintptr_t value,
                                     size_t *len)
{
    g_assert_cmphex(block, ==, 0);
    g_assert_cmphex(value, !=, 0);
    g_assert_cmphex(value, <=, 0xfff);
    g_assert_cmpuint(writes, <, ARRAY_SIZE(written));
    written[writes++] = block = value;
    *len = sizeof(block);
    return TCG_RX_PTR((uintptr_t)&block);
}

void tcg_self_test_clear(struct TCGContext *s, const void __rx *code,
                         size_t len)
{
    g_assert_true(TCG_RX_ADDR(code) == (uintptr_t)&block);
    g_assert_cmpuint(len, ==, sizeof(block));
    block = 0;
}

uintptr_t tcg_self_test_exec(const void __rx *code)
{
    g_assert_true(TCG_RX_ADDR(code) == (uintptr_t)&block);
    runs++;
    return host_runs();
}

static bool self_test(uintptr_t (*host)(void), Error **errp)
{
    bool ok;

    host_runs = host;
    writes = runs = 0;
    ok = tcg_self_test(NULL, errp);
    /* No block is left, and each has run once.  */
    g_assert_cmphex(block, ==, 0);
    g_assert_cmpuint(runs, ==, writes);
    return ok;
}

static void assert_fails(uintptr_t (*host)(void), unsigned run,
                         const char *says)
{
    Error *err = NULL;

    g_assert_false(self_test(host, &err));
    g_assert_cmpuint(runs, ==, run);
    g_assert_nonnull(strstr(error_get_pretty(err), says));
    error_free(err);
}

static uintptr_t runs_new_code(void)
{
    return block;
}

static void test_good(void)
{
    g_assert_true(self_test(runs_new_code, &error_abort));
    /* The second run shows it.  */
    g_assert_cmpuint(runs, ==, 2);
    g_assert_cmphex(written[0], !=, written[1]);
}

static uintptr_t runs_old_code(void)
{
    return written[0];
}

static void test_old_code(void)
{
    assert_fails(runs_old_code, 2, "goes on running code that has been "
                 "overwritten");
}

static uintptr_t runs_zeroes(void)
{
    return 0;
}

static uintptr_t runs_half_of_each(void)
{
    return runs == 1 ? block : (written[0] & 0xf0) | (block & ~0xf0);
}

static void test_other_code(void)
{
    assert_fails(runs_zeroes, 1, "returned 0x0 from the other");
    assert_fails(runs_half_of_each, 2, "from the other, not 0x");
}

static int raised, raised_in_run;

static uintptr_t faults(void)
{
    if (runs == raised_in_run) {
        raise(raised);
    }
    return block;
}

static uintptr_t writes_to_nowhere(void)
{
    /* No code reads the byte, but it has to be written.  */
    volatile char *page = mmap(NULL, qemu_real_host_page_size, PROT_NONE,
                               MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

    g_assert_true(page != MAP_FAILED);
    *page = 1;
    return block;
}

static void not_expected(int sig)
{
    g_assert_not_reached();
}

static void assert_same_set(const sigset_t *a, const sigset_t *b)
{
    int sig;

    for (sig = 1; sig < NSIG; sig++) {
        g_assert_cmpint(sigismember(a, sig), ==, sigismember(b, sig));
    }
}

static void test_faults(void)
{
    static const int signals[] = { SIGILL, SIGTRAP, SIGBUS, SIGSEGV, SIGFPE };
    struct sigaction mine = { .sa_handler = not_expected }, old[NSIG], now;
    sigset_t mask, mask_now;
    size_t i;

    sigemptyset(&mine.sa_mask);
    sigaddset(&mine.sa_mask, SIGUSR2);
    for (i = 0; i < ARRAY_SIZE(signals); i++) {
        sigaction(signals[i], &mine, &old[i]);
    }
    pthread_sigmask(SIG_SETMASK, NULL, &mask);

    for (i = 0; i < ARRAY_SIZE(signals); i++) {
        raised = signals[i];
        for (raised_in_run = 1; raised_in_run <= 2; raised_in_run++) {
            assert_fails(faults, raised_in_run, strsignal(raised));
        }
    }
    assert_fails(writes_to_nowhere, 1, strsignal(SIGSEGV));
    /* The next run fails in the same way.  */
    g_assert_true(self_test(runs_new_code, &error_abort));

    /* The process has its handlers and its signal mask back.  */
    for (i = 0; i < ARRAY_SIZE(signals); i++) {
        sigaction(signals[i], &old[i], &now);
        g_assert_true(now.sa_handler == not_expected);
        g_assert_cmpint(sigismember(&now.sa_mask, SIGUSR2), ==, 1);
    }
    pthread_sigmask(SIG_SETMASK, NULL, &mask_now);
    assert_same_set(&mask, &mask_now);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/tcg-self-test/good", test_good);
    g_test_add_func("/tcg-self-test/old-code", test_old_code);
    g_test_add_func("/tcg-self-test/other-code", test_other_code);
    g_test_add_func("/tcg-self-test/faults", test_faults);
    return g_test_run();
}
