/*
 * Memory for generated code: every provider, and every fault of the host
 *
 * Copyright (c) 2026 The TCG split-wx authors
 *
 * This work is licensed under the terms of the GNU GPL, version 2 or later.
 * See the COPYING file in the top-level directory.
 */

#include "qemu/osdep.h"
#include <sys/personality.h>
#include <sys/resource.h>
#include "qapi/error.h"
#include "qemu/atomic.h"
#include "qemu/units.h"
#include "jit-memory-faults.h"
#include "jit-memory-rungs.h"
#include "jit-memory-state.h"

#define MANY_SIZES 1500

/* Every provider alone, with nothing wrong.  */
static void each_provider(void)
{
    const size_t sizes[] = { 1, SMALL, 4 * MiB + 1 };
    const JitMemoryRung *rung;
    size_t i;

    for (rung = jit_memory_ladder; rung->name; rung++) {
        if (!works(rung)) {
            g_test_message("%s: not on this host", rung->name);
            continue;
        }
        for (i = 0; i < ARRAY_SIZE(sizes); i++) {
            size_t size = ROUND_UP(sizes[i], qemu_real_host_page_size);
            char flags[256];
            JitMemory mem;

            g_assert_true(map_one(&mem, rung, size, 0, &error_abort));
            g_assert_cmpstr(mem.provider, ==, rung->name);
            assert_usable(&mem, size, 0);
            if (rung->open) {
                assert_rx_stays(&mem);
            }
            if (smaps_value((uintptr_t)mem.rw, "VmFlags:", flags,
                            sizeof(flags))) {
                g_assert_nonnull(strstr(flags, " dd"));
            }
            if (smaps_value(TCG_RX_ADDR(mem.rx), "VmFlags:", flags,
                            sizeof(flags))) {
                g_assert_null(strstr(flags, " dd"));
            }
            jit_memory_unmap(&mem);
            g_assert_cmpint(mem.size, ==, 0);
            assert_nothing_left();
        }
    }
}

static void test_each_provider(void)
{
    in_each_environment(each_provider);
}

static void faults_in_each(void)
{
    const JitMemoryRung *rung;

    for (rung = jit_memory_ladder; rung->name; rung++) {
        if (works(rung)) {
            fault_each_placement(rung, false);
        }
    }
}

static void test_faults_in_each(void)
{
    in_each_environment(faults_in_each);
    g_test_message("%lu faults so far", total_faults);
}

static void faults_in_ladder(void)
{
    /* One fault at most takes one rung away.  */
    fault_each_placement(NULL, n_working() > 1);
}

static void test_faults_in_ladder(void)
{
    in_each_environment(faults_in_ladder);
    g_test_message("%lu faults so far", total_faults);
}

/* A policy: all calls of some kinds fail.  */
static void denied_for_good(void)
{
    static const uint32_t policies[] = {
        1 << MEMFD_CREATE, 1 << SHM_OPEN, 1 << OPEN, 1 << FTRUNCATE,
        1 << FALLOCATE, 1 << ADD_SEALS, 1 << MMAP, 1 << MADVISE, 1 << CLOSE,
        1 << MEMFD_CREATE | 1 << SHM_OPEN,
        1 << MEMFD_CREATE | 1 << OPEN,
        1 << MEMFD_CREATE | 1 << SHM_OPEN | 1 << FALLOCATE,
        1 << MEMFD_CREATE | 1 << SHM_OPEN | 1 << OPEN,
        1 << MEMFD_CREATE | 1 << SHM_OPEN | 1 << OPEN | 1 << ALIAS,
        1 << FTRUNCATE | 1 << MAKE_RW,
    };
    size_t i;
    int call, j;

    for (i = 0; i < ARRAY_SIZE(policies); i++) {
        for (call = 0; call < N_CALLS; call++) {
            if (!(policies[i] & (1u << call))) {
                continue;
            }
            for (j = 0; call_errors[call][j]; j++) {
                /* Interrupted each time, it is retried endlessly.  */
                if (call_errors[call][j] != EINTR) {
                    set_fault(0, policies[i], call_errors[call][j]);
                    attempt(NULL, SMALL, 0, false);
                }
            }
        }
    }
}

static void test_denied_for_good(void)
{
    in_each_environment(denied_for_good);
    g_test_message("%lu faults so far", total_faults);
}

/* A rung without a file has steps of its own.  */
static void assert_names_all(const char *step, const char *step_without_file,
                             int error)
{
    const JitMemoryRung *rung;
    Error *err = NULL;
    JitMemory mem;

    g_assert_false(jit_memory_map(&mem, SMALL, 0, &err));
    for (rung = jit_memory_ladder; rung->name; rung++) {
        g_autofree char *text =
            g_strdup_printf("%s: %s: %s", rung->name,
                            rung->open ? step : step_without_file,
                            strerror(error));

        g_assert_cmpint(!!strstr(error_get_pretty(err), text), ==,
                        rung_applies(rung));
    }
    error_free(err);
    assert_nothing_left();
}

/* When nothing works, the error names each rung, its step and its error.  */
static void names_every_step(void)
{
    Error *err = NULL;
    JitMemory mem;
    int i;

    for (i = 0; call_errors[MMAP][i]; i++) {
        set_fault(0, 1 << MMAP, call_errors[MMAP][i]);
        assert_names_all("mmap RW", "mmap RX", call_errors[MMAP][i]);
        set_fault(0, 1 << MMAP, call_errors[MMAP][i]);
        fault.prot = PROT_READ | PROT_EXEC;
        assert_names_all("mmap RX", "mmap RX", call_errors[MMAP][i]);
    }
    set_fault(0, 1 << FTRUNCATE | 1 << ALIAS, EIO);
    assert_names_all("ftruncate", "mremap", EIO);
    set_fault(0, 1 << FTRUNCATE | 1 << MAKE_RW, EIO);
    assert_names_all("ftruncate", "mprotect RW", EIO);

    set_fault(0, 1 << MEMFD_CREATE | 1 << SHM_OPEN | 1 << OPEN | 1 << ALIAS,
              EACCES);
    g_assert_false(jit_memory_map(&mem, SMALL, 0, &err));
    for (i = 0; i < N_CALLS; i++) {
        if (fault.always & (1u << i)) {
            g_assert_nonnull(strstr(error_get_pretty(err), call_names[i]));
        }
    }
    error_free(err);
    assert_nothing_left();
}

static void test_names_every_step(void)
{
    in_each_environment(names_every_step);
}

/* No process that gets the descriptor can write the code through it.  */
static void test_sealed(void)
{
    const JitMemoryRung *rung = jit_memory_ladder;
    g_autofree char *path = NULL;
    JitMemory mem;
    char byte = 0;
    int fd;

    begin();
    if (!works(rung)) {
        g_test_skip("no memfd with MFD_NOEXEC_SEAL");
        return;
    }
    set_fault(0, 0, 0);
    fault.keep = true;
    g_assert_true(map_one(&mem, rung, SMALL, 0, &error_abort));
    g_assert_cmpint(fault.kept, >=, 0);
    path = g_strdup_printf("/proc/self/fd/%d", fault.kept);

    g_assert_true(mmap(NULL, SMALL, PROT_READ | PROT_WRITE, MAP_SHARED,
                       fault.kept, 0) == MAP_FAILED);
    g_assert_cmpint(errno, ==, EPERM);
    g_assert_cmpint(pwrite(fault.kept, &byte, 1, 0), ==, -1);
    g_assert_cmpint(errno, ==, EPERM);
    g_assert_cmpint(ftruncate(fault.kept, 0), ==, -1);
    g_assert_cmpint(errno, ==, EPERM);
    fd = open(path, O_RDWR | O_CLOEXEC);
    if (fd >= 0) {
        g_assert_true(mmap(NULL, SMALL, PROT_READ | PROT_WRITE, MAP_SHARED,
                           fd, 0) == MAP_FAILED);
        g_assert_cmpint(errno, ==, EPERM);
        close(fd);
    }
    close(fault.kept);
    assert_usable(&mem, SMALL, 0);
    jit_memory_unmap(&mem);
    assert_nothing_left();
}

/* No multiple of the boundary lies inside RX, for any size.  */
static void test_boundary(void)
{
    int i;

    begin();
    for (i = 0; i < MANY_SIZES; i++) {
        /* 256 MiB as on mips, and less so that it is often in the way.  */
        size_t boundary = (i & 1 ? 256 * MiB : 1 * MiB << (i / 2 % 6));
        size_t limit = MIN(boundary, 64 * MiB);
        size_t size = 1 + g_test_rand_int_range(0, limit);
        JitMemory mem;

        g_assert_true(jit_memory_map(&mem, size, boundary, &error_abort));
        assert_usable(&mem, size, boundary);
        jit_memory_unmap(&mem);
        assert_nothing_left();
    }
}

/* Both aliases begin where huge pages can, and have them on request.  */
static void test_huge_pages(void)
{
    const size_t size = 16 * MiB;
    size_t huge = jit_memory_file_huge_page();
    g_autofree char *enabled = NULL;
    char value[64];
    JitMemory mem;

    begin();
    if (!huge || huge > size) {
        g_test_skip("no huge pages");
        return;
    }
    g_assert_true(jit_memory_map(&mem, size, 0, &error_abort));
    g_assert_cmpint(TCG_RX_ADDR(mem.rx) % huge, ==, 0);
    g_assert_cmpint((uintptr_t)mem.rw % huge, ==, 0);

    g_file_get_contents("/sys/kernel/mm/transparent_hugepage/shmem_enabled",
                        &enabled, NULL, NULL);
    if (!enabled || strstr(enabled, "[never]") || strstr(enabled, "[deny]")) {
        g_test_message("shmem_enabled: %s", enabled ? enabled : "none");
    } else {
        memset(mem.rw, 0x90, size);
        g_assert_cmpint(read_rx(&mem, 0), ==, 0x90);
        g_assert_true(smaps_value(TCG_RX_ADDR(mem.rx), "ShmemPmdMapped:",
                                  value, sizeof(value)));
        g_test_message("ShmemPmdMapped of RX: %s", value);
        g_assert_cmpint(g_ascii_strtoull(value, NULL, 10), >, 0);
    }
    jit_memory_unmap(&mem);
    assert_nothing_left();
}

static void under_mdwe(void)
{
    const JitMemoryRung *rung;
    JitMemory mem;
    int works_here = 0;

    refuse_write_exec();
    for (rung = jit_memory_ladder; rung->name; rung++) {
        if (!works(rung)) {
            continue;
        }
        works_here++;
        g_assert_true(map_one(&mem, rung, 4 * MiB, 256 * MiB, &error_abort));
        assert_usable(&mem, 4 * MiB, 256 * MiB);
        if (rung->open) {
            assert_rx_stays(&mem);
        }
        jit_memory_unmap(&mem);
    }
    g_assert_cmpint(works_here, >, 0);
    faults_in_ladder();
}

static void test_mdwe(void)
{
    in_child(under_mdwe);
}

static void limit_to(int resource, rlim_t value)
{
    struct rlimit limit = { value, value };

    g_assert_cmpint(setrlimit(resource, &limit), ==, 0);
}

static void assert_refused(size_t size, int error, const char *name)
{
    Error *err = NULL;
    g_autofree char *text = NULL;
    JitMemory mem;

    g_assert_false(jit_memory_map(&mem, size, 0, &err));
    text = g_strdup(error_get_pretty(err));
    g_assert_nonnull(strstr(text, strerror(error)));
    g_assert_nonnull(strstr(text, name));
    error_free(err);
    assert_nothing_left();
}

/* A limit of files does not keep a process from its code.  */
static void assert_without_file(void)
{
    JitMemory mem;

    g_assert_true(jit_memory_map(&mem, SMALL, 0, &error_abort));
    assert_usable(&mem, SMALL, 0);
    g_assert_cmpstr(mem.provider, ==, "shared anonymous memory");
    jit_memory_unmap(&mem);
}

/* It would be a SIGXFSZ.  */
static void under_fsize(void)
{
    limit_to(RLIMIT_FSIZE, SMALL - 1);
    assert_without_file();
    assert_nothing_left();
    set_fault(0, 1 << ALIAS, ENOMEM);
    assert_refused(SMALL, EFBIG, "RLIMIT_FSIZE");
}

static void test_fsize(void)
{
    in_child(under_fsize);
}

static void under_as(void)
{
    size_t used = remembered_pages() * qemu_real_host_page_size;

    /* One alias fits, two do not.  */
    limit_to(RLIMIT_AS, used + 96 * MiB);
    assert_refused(64 * MiB, ENOMEM, "mmap RX");
}

static void test_as(void)
{
    in_child(under_as);
}

static void under_nofile(void)
{
    Error *err = NULL;
    JitMemory mem;

    limit_to(RLIMIT_NOFILE, 0);
    set_fault(0, 0, 0);
    assert_without_file();
    set_fault(0, 1 << ALIAS, ENOMEM);
    g_assert_false(jit_memory_map(&mem, SMALL, 0, &err));
    g_assert_nonnull(strstr(error_get_pretty(err), strerror(EMFILE)));
    error_free(err);
}

static void test_nofile(void)
{
    in_child(under_nofile);
}

static bool is_executable(const void *pages)
{
    char flags[256];

    g_assert_true(smaps_value((uintptr_t)pages, "VmFlags:", flags,
                              sizeof(flags)));
    return strstr(flags, " ex");
}

/* RW is not executable even where PROT_READ implies PROT_EXEC.  */
static void reads_imply_exec(void)
{
    JitMemory mem;
    void *page;

    g_assert_cmpint(personality(READ_IMPLIES_EXEC), >=, 0);
    page = mmap(NULL, SMALL, PROT_READ | PROT_WRITE,
                MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    g_assert_true(is_executable(page));
    munmap(page, SMALL);

    g_assert_true(jit_memory_map(&mem, SMALL, 0, &error_abort));
    g_assert_true(is_executable(jit_memory_rx_pages(&mem)));
    g_assert_false(is_executable(mem.rw));
    g_assert_cmpint(mprotect(mem.rw, SMALL, PROT_READ | PROT_WRITE), ==, 0);
    g_assert_false(is_executable(mem.rw));
    jit_memory_unmap(&mem);
    assert_nothing_left();
}

static void test_reads_imply_exec(void)
{
    in_child(reads_imply_exec);
}

/* A file for a child: it comes from the ladder too, unsealed.  */
static void test_file_open(void)
{
    const char *provider = NULL;
    struct stat st;
    void *rw, *rx;
    int at, fd;

    begin();
    for (at = 0; at < 8; at++) {
        JitMemoryFailure failure = {};

        set_fault(at, 0, ENOMEM);
        fd = jit_memory_file_open(SMALL, &provider, &failure);
        if (fd < 0) {
            g_assert_nonnull(strstr(failure.steps->str, strerror(ENOMEM)));
            jit_memory_failure_clear(&failure);
            /* The one that works without a file is among them.  */
            g_assert_cmpint(n_working(), <, 3);
            continue;
        }
        jit_memory_failure_clear(&failure);
        fault.error = 0;
        g_assert_nonnull(provider);
        g_assert_cmpint(fcntl(fd, F_GETFD) & FD_CLOEXEC, ==, FD_CLOEXEC);
        g_assert_cmpint(fstat(fd, &st), ==, 0);
        g_assert_cmpint(st.st_size, ==, SMALL);
        if (!fault.faults) {
            g_assert_cmpint((st.st_mode & 0777), ==, 0600);
        }

        rw = jit_memory_file_map(fd, NULL, SMALL, 0, PROT_READ | PROT_WRITE,
                                 MAP_SHARED, &error_abort);
        jit_memory_file_seal(fd);
        rx = jit_memory_file_map(fd, NULL, SMALL, 0, PROT_READ | PROT_EXEC,
                                 MAP_SHARED, &error_abort);
        *(uint8_t *)rw = 1;
        g_assert_cmpint(qatomic_read((uint8_t *)rx), ==, 1);
        munmap(rw, SMALL);
        munmap(rx, SMALL);
        close(fd);
        assert_nothing_left();
    }
    g_assert_null(jit_memory_file_map(-1, NULL, SMALL, 0, PROT_READ,
                                      MAP_SHARED, NULL));
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/jit-memory/each-provider", test_each_provider);
    g_test_add_func("/jit-memory/faults/each", test_faults_in_each);
    g_test_add_func("/jit-memory/faults/ladder", test_faults_in_ladder);
    g_test_add_func("/jit-memory/faults/denied", test_denied_for_good);
    g_test_add_func("/jit-memory/faults/error", test_names_every_step);
    g_test_add_func("/jit-memory/sealed", test_sealed);
    g_test_add_func("/jit-memory/boundary", test_boundary);
    g_test_add_func("/jit-memory/huge-pages", test_huge_pages);
    g_test_add_func("/jit-memory/file-open", test_file_open);
    g_test_add_func("/jit-memory/reads-imply-exec", test_reads_imply_exec);
    g_test_add_func("/jit-memory/limit/fsize", test_fsize);
    g_test_add_func("/jit-memory/limit/as", test_as);
    g_test_add_func("/jit-memory/limit/nofile", test_nofile);
    g_test_add_func("/jit-memory/mdwe", test_mdwe);
    return run_tests();
}
