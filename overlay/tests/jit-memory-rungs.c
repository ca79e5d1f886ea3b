/*
 * Test one rung of the ladder of providers, or all, with and without faults
 *
 * Copyright (c) 2026 The TCG split-wx authors
 *
 * This work is licensed under the terms of the GNU GPL, version 2 or later.
 * See the COPYING file in the top-level directory.
 */

#include "qemu/osdep.h"
#include <malloc.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include "qapi/error.h"
#include "qemu/atomic.h"
#include "qemu/units.h"
#include "jit-memory-faults.h"
#include "jit-memory-rungs.h"
#include "jit-memory-state.h"

#ifndef PR_SET_MDWE
#define PR_SET_MDWE                     65
#define PR_MDWE_REFUSE_EXEC_GAIN        1
#endif

/* The exit status of a child that cannot do its test.  */
#define NO_SUCH_POLICY  77

uint8_t read_rx(const JitMemory *mem, size_t offset)
{
    const uint8_t *rx = jit_memory_rx_pages(mem);

    return qatomic_read(rx + offset);
}

void assert_usable(const JitMemory *mem, size_t size, size_t boundary)
{
    uintptr_t rx = TCG_RX_ADDR(mem->rx);
    uint8_t *rw = mem->rw;
    size_t last;

    g_assert_cmpint(mem->size, ==, ROUND_UP(size, qemu_real_host_page_size));
    g_assert_true(rx && rw && mem->provider);
    last = mem->size - 1;
    g_assert_cmpint(read_rx(mem, 0), ==, 0);
    g_assert_cmpint(read_rx(mem, last), ==, 0);
    rw[0] = 0x5a;
    rw[last] = 0xa5;
    g_assert_cmpint(read_rx(mem, 0), ==, 0x5a);
    g_assert_cmpint(read_rx(mem, last), ==, 0xa5);
    if (boundary) {
        g_assert_cmpint(rx / boundary, ==, (rx + last) / boundary);
    }
}

void assert_rx_stays(const JitMemory *mem)
{
    void *rx = jit_memory_rx_pages(mem);

    g_assert_cmpint(mprotect(rx, mem->size, PROT_READ | PROT_WRITE), ==, -1);
    g_assert_cmpint(errno, ==, EACCES);
    g_assert_cmpint(mprotect(rx, mem->size,
                             PROT_READ | PROT_WRITE | PROT_EXEC), ==, -1);
    g_assert_cmpint(errno, ==, EACCES);
}

bool map_one(JitMemory *mem, const JitMemoryRung *rung, size_t size,
             size_t boundary, Error **errp)
{
    JitMemoryFailure failure = {};
    bool ok;

    if (!rung) {
        return jit_memory_map(mem, size, boundary, errp);
    }
    ok = jit_memory_map_rung(mem, rung, size, boundary, &failure);
    if (ok) {
        jit_memory_failure_clear(&failure);
    } else {
        jit_memory_failure_report(&failure, size, errp);
    }
    return ok;
}

bool rung_applies(const JitMemoryRung *rung)
{
    return !rung || rung->open != jit_memory_open_tmp ||
           !rung->dir == !!getenv("TMPDIR");
}

bool works(const JitMemoryRung *rung)
{
    JitMemory mem;

    set_fault(0, 0, 0);
    if (!rung_applies(rung) || !map_one(&mem, rung, SMALL, 0, NULL)) {
        return false;
    }
    jit_memory_unmap(&mem);
    return true;
}

int n_working(void)
{
    const JitMemoryRung *rung;
    int n = 0;

    for (rung = jit_memory_ladder; rung->name; rung++) {
        n += works(rung);
    }
    return n;
}

void attempt(const JitMemoryRung *rung, size_t size, size_t boundary,
             bool must_work)
{
    JitMemory mem = {}, none = {};
    Error *err = NULL;

    if (map_one(&mem, rung, size, boundary, &err)) {
        g_assert_null(err);
        fault.error = 0;        /* the next calls are those of the test */
        assert_usable(&mem, size, boundary);
        jit_memory_unmap(&mem);
    } else {
        g_assert_nonnull(err);
        g_assert_cmpint(memcmp(&mem, &none, sizeof(mem)), ==, 0);
        g_assert_false(must_work);
        g_assert_nonnull(strstr(error_get_pretty(err), strerror(fault.error)));
        if (rung) {
            g_assert_nonnull(strstr(error_get_pretty(err), rung->name));
        }
        error_free(err);
    }
    assert_nothing_left();
}

void begin(void)
{
    int i;

    /* Memory that the first calls allocate permanently is not a leak.  */
    for (i = 0; i < 3; i++) {
        set_fault(0, 0, 0);
        g_assert_cmpint(n_working(), >, 0);
        assert_no_names();
        remember_process();
    }
    set_fault(0, 0, 0);
}

/*
 * A free address below a boundary, so that a mapping there crosses it.
 */
static void hint_across(size_t boundary)
{
    void *area = mmap(NULL, 4 * boundary, PROT_NONE,
                      MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

    g_assert_true(area != MAP_FAILED);
    munmap(area, 4 * boundary);
    hint = ROUND_UP((uintptr_t)area + boundary, boundary) -
           qemu_real_host_page_size;
}

typedef struct Placement {
    const JitMemoryRung *rung;
    size_t size;
    size_t boundary;
} Placement;

static void attempt_placement(void *opaque, bool must_work)
{
    const Placement *placement = opaque;

    attempt(placement->rung, placement->size, placement->boundary, must_work);
}

void fault_each_placement(const JitMemoryRung *rung, bool must_work)
{
    Placement anywhere = { rung, SMALL, 0 };
    Placement within = { rung, 4 * MiB, 16 * MiB };

    fault_each(attempt_placement, &anywhere, must_work);
    fault_each(attempt_placement, &within, must_work);
    hint_across(within.boundary);
    fault_each(attempt_placement, &within, must_work);
    hint = 0;
}

void in_each_environment(void (*test)(void))
{
    g_setenv("TMPDIR", private_dir, true);
    begin();
    test();
    g_unsetenv("TMPDIR");
    begin();
    test();
    assert_no_names();
}

void in_child(void (*test)(void))
{
    int status;
    pid_t pid;

    begin();
    fflush(NULL);
    pid = fork();
    g_assert_cmpint(pid, >=, 0);
    if (pid == 0) {
        test();
        _exit(0);
    }
    g_assert_cmpint(waitpid(pid, &status, 0), ==, pid);
    if (WIFEXITED(status) && WEXITSTATUS(status) == NO_SUCH_POLICY) {
        g_test_skip("this kernel has no such policy");
        return;
    }
    g_assert_true(WIFEXITED(status));
    g_assert_cmpint(WEXITSTATUS(status), ==, 0);
}

void refuse_write_exec(void)
{
    if (prctl(PR_SET_MDWE, PR_MDWE_REFUSE_EXEC_GAIN, 0L, 0L, 0L) < 0) {
        _exit(NO_SUCH_POLICY);
    }
    g_assert_true(mmap(NULL, SMALL, PROT_READ | PROT_WRITE | PROT_EXEC,
                       MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) == MAP_FAILED);
}

int run_tests(void)
{
    int status;

    /*
     * QEMU's RCU thread may begin late, and would map an arena of its own in
     * the middle of a test.
     */
#ifdef M_ARENA_MAX
    mallopt(M_ARENA_MAX, 1);
#endif
    private_dir = g_dir_make_tmp("qemu-test-jit-XXXXXX", NULL);
    g_assert_nonnull(private_dir);
    jit_memory_os = &fault_os;
    status = g_test_run();
    g_assert_cmpint(rmdir(private_dir), ==, 0);
    g_free(private_dir);
    return status;
}
