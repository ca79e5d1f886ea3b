/*
 * Memory for generated code in a forked child, and every fault of the host
 *
 * Copyright (c) 2026 The TCG split-wx authors
 *
 * This work is licensed under the terms of the GNU GPL, version 2 or later.
 * See the COPYING file in the top-level directory.
 */

#include "qemu/osdep.h"
#include <sys/resource.h>
#include <sys/wait.h>
#include "qapi/error.h"
#include "qemu/atomic.h"
#include "jit-memory-faults.h"
#include "jit-memory-rungs.h"
#include "jit-memory-snapshot.h"
#include "jit-memory-state.h"

/* Of SMALL bytes: so many are code; of these, so many are kept.  */
#define USED    (2 * qemu_real_host_page_size - 100)
#define KEEP    (qemu_real_host_page_size / 2)

/* All bytes differ, and none is 0.  */
static uint8_t code_at(size_t offset)
{
    return 1 + offset % 251;
}

static void map_code(JitMemory *mem)
{
    uint8_t *rw;
    size_t i;

    g_assert_true(jit_memory_map(mem, SMALL, 0, &error_abort));
    rw = mem->rw;
    for (i = 0; i < USED; i++) {
        rw[i] = code_at(i);
    }
}

static void assert_code(const JitMemory *mem, size_t size)
{
    const uint8_t *rw = mem->rw;
    size_t i;

    for (i = 0; i < size; i++) {
        g_assert_cmpint(qatomic_read(rw + i), ==, code_at(i));
        g_assert_cmpint(read_rx(mem, i), ==, code_at(i));
    }
}

/* A write at RW shows at RX; or does not, in a snapshot.  */
static void assert_shared(const JitMemory *mem, size_t offset, bool shared)
{
    uint8_t *rw = (uint8_t *)mem->rw + offset;
    uint8_t old = *rw, at_rx = read_rx(mem, offset);

    qatomic_set(rw, ~old);
    g_assert_cmpint(read_rx(mem, offset), ==, shared ? (uint8_t)~old : at_rx);
    qatomic_set(rw, old);
}

/* One clear message, with the host's error.  */
static void assert_error(Error *err, bool must_work)
{
    g_assert_nonnull(err);
    g_assert_false(must_work);
    g_assert_nonnull(strstr(error_get_pretty(err), strerror(fault.error)));
    error_free(err);
}

/* Pages for a child, from a process that has no descriptor left.  */
static bool prepare_without_file(const JitMemory *mem, size_t keep,
                                 JitMemoryPages *pages, Error **errp)
{
    struct rlimit limit, none;
    bool ok;

    g_assert_cmpint(getrlimit(RLIMIT_NOFILE, &limit), ==, 0);
    none = limit;
    none.rlim_cur = 0;
    g_assert_cmpint(setrlimit(RLIMIT_NOFILE, &none), ==, 0);
    ok = jit_memory_prepare_remap(mem, keep, pages, errp);
    g_assert_cmpint(setrlimit(RLIMIT_NOFILE, &limit), ==, 0);
    if (ok) {
        g_assert_cmpint(pages->fd, ==, -1);
    }
    return ok;
}

typedef bool Prepare(const JitMemory *mem, size_t keep, JitMemoryPages *pages,
                     Error **errp);

static Prepare *const prepares[] = {
    jit_memory_prepare_remap, prepare_without_file,
};

/* Other pages at the same addresses, for a child that starts without code.  */
static void attempt_remap(void *opaque, bool must_work)
{
    Prepare *const *prepare = opaque;
    JitMemoryPages pages = {};
    Error *err = NULL;
    JitMemory mem;

    fault.paused = true;
    map_code(&mem);
    fault.paused = false;

    if (!(*prepare)(&mem, KEEP, &pages, &err)) {
        fault.paused = true;
        assert_error(err, must_work);
        assert_code(&mem, USED);
        g_assert_cmpint(pages.size, ==, 0);
    } else {
        bool ok = jit_memory_remap(&mem, &pages, &err);

        fault.paused = true;
        g_assert_cmpint(pages.size, ==, 0);
        if (ok) {
            g_assert_null(err);
            assert_code(&mem, KEEP);
            g_assert_cmpint(read_rx(&mem, KEEP), ==, 0);
            g_assert_cmpint(read_rx(&mem, SMALL - 1), ==, 0);
            assert_shared(&mem, 0, true);
            assert_shared(&mem, SMALL - 1, true);
        } else {
            assert_error(err, must_work);
        }
    }
    jit_memory_unmap(&mem);
    assert_nothing_left();
}

static void faults_in_remap(void)
{
    for (int i = 0; i < ARRAY_SIZE(prepares); i++) {
        fault_each(attempt_remap, (void *)&prepares[i], false);
    }
}

static void test_faults_in_remap(void)
{
    in_each_environment(faults_in_remap);
    g_test_message("%lu faults so far", total_faults);
}

/* Check memory whose start is a snapshot that has not been replaced.  */
static void assert_moved(const JitMemory *snapshot, const JitMemory *mem)
{
    g_assert_cmpint(snapshot->size, >=, USED);
    g_assert_cmpint(snapshot->size, <, SMALL);
    assert_code(mem, USED);
    assert_shared(mem, 0, false);
    assert_shared(mem, snapshot->size, true);
    g_assert_cmpint(read_rx(mem, snapshot->size), ==, 0);
    assert_shared(snapshot, 0, true);
}

static bool move_and_thaw(JitMemory *snapshot, JitMemory *mem,
                          JitMemoryPages *pages, Error **errp)
{
    bool paused = fault.paused;

    if (!jit_snapshot_move(snapshot, mem, pages, errp)) {
        return false;
    }
    fault.paused = true;
    assert_moved(snapshot, mem);
    fault.paused = paused;
    return jit_snapshot_thaw(snapshot, mem, KEEP, errp);
}

/* A copy of the code, the start of a child with it, and the end of that.  */
static void attempt_snapshot(void *opaque, bool must_work)
{
    Prepare *const *prepare = opaque;
    JitMemory mem, snapshot = {};
    JitMemoryPages pages;
    Error *err = NULL;

    fault.paused = true;
    map_code(&mem);
    g_assert_true((*prepare)(&mem, 0, &pages, &error_abort));
    fault.paused = false;

    if (!jit_snapshot_take(&snapshot, &mem, USED, &err)) {
        JitMemory none = {};

        fault.paused = true;
        assert_error(err, must_work);
        g_assert_cmpint(memcmp(&snapshot, &none, sizeof(none)), ==, 0);
        /* The process goes on with the code that it has.  */
        assert_code(&mem, USED);
        assert_shared(&mem, 0, true);
        jit_memory_drop_pages(&pages);
    } else if (!move_and_thaw(&snapshot, &mem, &pages, &err)) {
        fault.paused = true;
        assert_error(err, must_work);
    } else {
        fault.paused = true;
        g_assert_null(err);
        g_assert_cmpint(snapshot.size, ==, 0);
        assert_code(&mem, KEEP);
        assert_shared(&mem, 0, true);
    }
    if (snapshot.size) {
        jit_memory_unmap(&snapshot);
    }
    jit_memory_unmap(&mem);
    assert_nothing_left();
}

static void faults_in_snapshot(void)
{
    for (int i = 0; i < ARRAY_SIZE(prepares); i++) {
        fault_each(attempt_snapshot, (void *)&prepares[i], false);
    }
}

static void test_faults_in_snapshot(void)
{
    in_each_environment(faults_in_snapshot);
    g_test_message("%lu faults so far", total_faults);
}

static void under_mdwe(void)
{
    refuse_write_exec();
    faults_in_remap();
    faults_in_snapshot();
}

static void test_mdwe(void)
{
    in_child(under_mdwe);
}

/* True if this process has a mapping at this address.  */
static bool is_mapped(const void *page)
{
    return msync((void *)page, qemu_real_host_page_size, MS_ASYNC) == 0;
}

/* One snapshot serves several children; none sees what another one writes.  */
static void test_children(void)
{
    JitMemory mem, snapshot = {};
    int i, status;

    begin();
    map_code(&mem);
    g_assert_true(jit_memory_private_to_process(&mem, &error_abort));
    g_assert_true(jit_snapshot_take(&snapshot, &mem, USED, &error_abort));

    for (i = 0; i < 4; i++) {
        bool with_code = i & 1;
        JitMemoryPages pages;
        pid_t pid;

        g_assert_true(prepares[i / 2](&mem, with_code ? 0 : KEEP, &pages,
                                      &error_abort));
        pid = fork();
        g_assert_cmpint(pid, >=, 0);
        if (pid == 0) {
            g_assert_false(is_mapped(mem.rw));
            g_assert_false(is_mapped(jit_memory_rx_pages(&mem)));
            if (with_code) {
                g_assert_true(move_and_thaw(&snapshot, &mem, &pages,
                                            &error_abort));
            } else {
                g_assert_true(jit_memory_remap(&mem, &pages, &error_abort));
            }
            assert_code(&mem, KEEP);
            memset(mem.rw, 0xee, SMALL);
            g_assert_cmpint(read_rx(&mem, USED), ==, 0xee);
            _exit(0);
        }
        jit_memory_drop_pages(&pages);
        g_assert_cmpint(waitpid(pid, &status, 0), ==, pid);
        g_assert_true(WIFEXITED(status));
        g_assert_cmpint(WEXITSTATUS(status), ==, 0);
        assert_code(&mem, USED);
        g_assert_cmpint(read_rx(&mem, USED), ==, 0);
    }
    jit_memory_unmap(&snapshot);
    jit_memory_unmap(&mem);
    assert_nothing_left();
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/jit-memory/fork/children", test_children);
    g_test_add_func("/jit-memory/fork/faults/remap", test_faults_in_remap);
    g_test_add_func("/jit-memory/fork/faults/snapshot",
                    test_faults_in_snapshot);
    g_test_add_func("/jit-memory/fork/mdwe", test_mdwe);
    return run_tests();
}
