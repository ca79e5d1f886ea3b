/*
 * Memory for generated code: every provider, and every fault of the host
 *
 * Copyright (c) 2026 The TCG split-wx authors
 *
 * This work is licensed under the terms of the GNU GPL, version 2 or later.
 * See the COPYING file in the top-level directory.
 */

#include "qemu/osdep.h"
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include "qapi/error.h"
#include "qemu/atomic.h"
#include "qemu/units.h"
#include "jit-memory-file.h"
#include "jit-memory-os.h"

#ifndef PR_SET_MDWE
#define PR_SET_MDWE                     65
#define PR_MDWE_REFUSE_EXEC_GAIN        1
#endif

#define SMALL   (4 * qemu_real_host_page_size)
#define MANY_SIZES 1500

/*
 * The errors of each call, from the ERRORS section of its Linux manual page
 * and, for memfd_create, those of a seccomp filter and of vm.memfd_noexec.
 */
typedef enum Call {
    MEMFD_CREATE,
    SHM_OPEN,
    SHM_UNLINK,
    OPEN,
    UNLINK,
    CLOSE,
    FCHMOD,
    FTRUNCATE,
    FALLOCATE,
    ADD_SEALS,
    MMAP,
    MUNMAP,
    MADVISE,
    N_CALLS,
} Call;

static const int call_errors[N_CALLS][32] = {
    [MEMFD_CREATE] = { EFAULT, EINVAL, EMFILE, ENFILE, ENOMEM, EPERM, EACCES,
                       ENOSYS },
    [SHM_OPEN] = { EACCES, EEXIST, EINVAL, EMFILE, ENAMETOOLONG, ENFILE,
                   ENOENT, ENOSYS, EINTR },
    [SHM_UNLINK] = { EACCES, ENOENT, EPERM, ENAMETOOLONG },
    [OPEN] = { EACCES, EBUSY, EDQUOT, EEXIST, EFAULT, EFBIG, EINTR, EINVAL,
               EISDIR, ELOOP, EMFILE, ENAMETOOLONG, ENFILE, ENODEV, ENOENT,
               ENOMEM, ENOSPC, ENOTDIR, ENXIO, EOPNOTSUPP, EOVERFLOW, EPERM,
               EROFS, ETXTBSY, EWOULDBLOCK },
    [UNLINK] = { EACCES, EBUSY, EFAULT, EIO, EISDIR, ELOOP, ENAMETOOLONG,
                 ENOENT, ENOMEM, ENOTDIR, EPERM, EROFS },
    [CLOSE] = { EBADF, EINTR, EIO, ENOSPC, EDQUOT },
    [FCHMOD] = { EBADF, EIO, EPERM, EROFS },
    [FTRUNCATE] = { EACCES, EBADF, EFAULT, EFBIG, EINTR, EINVAL, EIO, EISDIR,
                    EPERM, EROFS, ETXTBSY },
    [FALLOCATE] = { EBADF, EFBIG, EINTR, EINVAL, ENODEV, ENOSPC, EOPNOTSUPP,
                    ESPIPE },
    [ADD_SEALS] = { EACCES, EAGAIN, EBADF, EBUSY, EINVAL, EPERM },
    [MMAP] = { EACCES, EAGAIN, EBADF, EEXIST, EINVAL, ENFILE, ENODEV, ENOMEM,
               EOVERFLOW, EPERM, ETXTBSY },
    [MUNMAP] = { EINVAL, ENOMEM },
    [MADVISE] = { EACCES, EAGAIN, EBADF, EBUSY, EFAULT, EINVAL, EIO, ENOMEM,
                  EPERM },
};

static const char *const call_names[N_CALLS] = {
    "memfd_create", "shm_open", "shm_unlink", "open", "unlink", "close",
    "fchmod", "ftruncate", "posix_fallocate", "fcntl", "mmap", "munmap",
    "madvise",
};

/* Which call to let fail: the one of this number, or all of these kinds.  */
static struct {
    int at;
    uint32_t always;
    int prot;                   /* and of these, only mmap() with this */
    int error;
    int calls;
    int faults;
    Call call;                  /* the one that failed last */
    /* What a call that failed has left for us to clean up.  */
    void *mapped;
    size_t mapped_size;
    char name[256];
    /* A copy of the next descriptor that is closed, if asked for.  */
    bool keep;
    int kept;
} fault;

static unsigned long total_faults;

/* Where the kernel shall put mappings that may lie anywhere, if not 0.  */
static uintptr_t hint;

static bool fails(Call call)
{
    if (++fault.calls != fault.at && !(fault.always & (1u << call))) {
        return false;
    }
    fault.call = call;
    fault.faults++;
    total_faults++;
    errno = fault.error;
    return fault.error != 0;
}

static int test_memfd_create(const char *name, unsigned int flags)
{
    return fails(MEMFD_CREATE) ? -1 :
           jit_memory_os_host.memfd_create(name, flags);
}

static int test_shm_open(const char *name, int flags, mode_t mode)
{
    return fails(SHM_OPEN) ? -1 : shm_open(name, flags, mode);
}

static int test_shm_unlink(const char *name)
{
    if (fails(SHM_UNLINK)) {
        snprintf(fault.name, sizeof(fault.name), "/dev/shm%s", name);
        return -1;
    }
    return shm_unlink(name);
}

static int test_open(const char *path, int flags, mode_t mode)
{
    return fails(OPEN) ? -1 : jit_memory_os_host.open(path, flags, mode);
}

static int test_unlink(const char *path)
{
    if (fails(UNLINK)) {
        snprintf(fault.name, sizeof(fault.name), "%s", path);
        return -1;
    }
    return unlink(path);
}

/* close(2): Linux frees the descriptor even if it returns an error.  */
static int test_close(int fd)
{
    if (fault.keep) {
        fault.keep = false;
        fault.kept = dup(fd);
    }
    close(fd);
    return fails(CLOSE) ? -1 : 0;
}

static int test_fchmod(int fd, mode_t mode)
{
    return fails(FCHMOD) ? -1 : fchmod(fd, mode);
}

static int test_ftruncate(int fd, off_t size)
{
    return fails(FTRUNCATE) ? -1 : ftruncate(fd, size);
}

static int test_fallocate(int fd, off_t offset, off_t size)
{
    return fails(FALLOCATE) ? -1 :
           jit_memory_os_host.fallocate(fd, offset, size);
}

static int test_add_seals(int fd, int seals)
{
    return fails(ADD_SEALS) ? -1 : jit_memory_os_host.add_seals(fd, seals);
}

static void *test_mmap(void *addr, size_t size, int prot, int flags, int fd,
                       off_t offset)
{
    g_assert((prot & (PROT_WRITE | PROT_EXEC)) != (PROT_WRITE | PROT_EXEC));
    if (!addr && hint) {
        addr = (void *)hint;
    }
    if (fault.prot && prot != fault.prot) {
        return mmap(addr, size, prot, flags, fd, offset);
    }
    return fails(MMAP) ? MAP_FAILED :
           mmap(addr, size, prot, flags, fd, offset);
}

static int test_munmap(void *addr, size_t size)
{
    if (fails(MUNMAP)) {
        fault.mapped = addr;
        fault.mapped_size = size;
        return -1;
    }
    return munmap(addr, size);
}

static int test_madvise(void *addr, size_t size, int advice)
{
    return fails(MADVISE) ? -1 : qemu_madvise(addr, size, advice);
}

static const JitMemoryOs test_os = {
    .memfd_create = test_memfd_create,
    .shm_open = test_shm_open,
    .shm_unlink = test_shm_unlink,
    .open = test_open,
    .unlink = test_unlink,
    .close = test_close,
    .fchmod = test_fchmod,
    .ftruncate = test_ftruncate,
    .fallocate = test_fallocate,
    .add_seals = test_add_seals,
    .mmap = test_mmap,
    .munmap = test_munmap,
    .madvise = test_madvise,
};

/*
 * What the process has: descriptors, mappings, address space, named files.
 * Buffers are static so that looking changes nothing.
 */
typedef struct State {
    char fds[4 * KiB];
    char maps[64 * KiB];
    unsigned long vm_pages;
} State;

static State before, after;
static char scratch[64 * KiB];

static void read_file(const char *path, char *text, size_t size)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    size_t done = 0;
    ssize_t n;

    g_assert_cmpint(fd, >=, 0);
    while ((n = read(fd, text + done, size - 1 - done)) > 0) {
        done += n;
    }
    g_assert_cmpint(n, ==, 0);
    g_assert_cmpint(done, <, size - 1);
    text[done] = '\0';
    close(fd);
}

/* The heap belongs to malloc(): take it out of the list and of the sum.  */
static void look(State *state)
{
    unsigned long start, end, heap = 0;
    char *out = state->maps, *fds = state->fds;
    char *line, *next;
    int fd;

    for (fd = 0; fd < 256; fd++) {
        if (fcntl(fd, F_GETFD) >= 0) {
            fds += sprintf(fds, "%d ", fd);
        }
    }
    *fds = '\0';

    read_file("/proc/self/maps", scratch, sizeof(scratch));
    for (line = scratch; *line; line = next) {
        next = strchr(line, '\n') + 1;
        if (g_strstr_len(line, next - line, "[heap]")) {
            g_assert_cmpint(sscanf(line, "%lx-%lx", &start, &end), ==, 2);
            heap += end - start;
            continue;
        }
        memcpy(out, line, next - line);
        out += next - line;
    }
    *out = '\0';

    read_file("/proc/self/statm", scratch, sizeof(scratch));
    state->vm_pages = g_ascii_strtoull(scratch, NULL, 10) -
                      heap / qemu_real_host_page_size;
}

static char *private_dir;

static void assert_no_names(void)
{
    g_autofree char *prefix = g_strdup_printf("qemu-tcg-code-%d-",
                                              (int)getpid());
    const char *dirs[] = { "/dev/shm", "/tmp", "/var/tmp", private_dir };
    size_t i;

    for (i = 0; i < ARRAY_SIZE(dirs); i++) {
        GDir *dir = dirs[i] ? g_dir_open(dirs[i], 0, NULL) : NULL;
        const char *name;

        while (dir && (name = g_dir_read_name(dir))) {
            g_assert_false(g_str_has_prefix(name, prefix));
        }
        if (dir) {
            g_dir_close(dir);
        }
    }
}

static void assert_nothing_left(void)
{
    if (fault.mapped) {
        g_assert_cmpint(munmap(fault.mapped, fault.mapped_size), ==, 0);
        fault.mapped = NULL;
    }
    if (*fault.name) {
        g_assert_cmpint(unlink(fault.name), ==, 0);
        *fault.name = '\0';
    }
    look(&after);
    g_assert_cmpstr(before.fds, ==, after.fds);
    g_assert_cmpstr(before.maps, ==, after.maps);
    g_assert_cmpint(before.vm_pages, ==, after.vm_pages);
}

/* Of the mapping that begins at @addr: one line of its entry in smaps.  */
static bool smaps_value(uintptr_t addr, const char *key, char *value,
                        size_t size)
{
    g_autofree char *text = NULL;
    g_auto(GStrv) lines = NULL;
    bool here = false;
    unsigned long start, end;
    char **line;

    g_assert_true(g_file_get_contents("/proc/self/smaps", &text, NULL, NULL));
    lines = g_strsplit(text, "\n", 0);
    for (line = lines; *line; line++) {
        if (sscanf(*line, "%lx-%lx ", &start, &end) == 2) {
            here = start == addr;
        } else if (here && g_str_has_prefix(*line, key)) {
            g_strlcpy(value, *line + strlen(key), size);
            return true;
        }
    }
    return false;
}

static uint8_t read_rx(const JitMemory *mem, size_t offset)
{
    const uint8_t *rx = jit_memory_rx_pages(mem);

    return qatomic_read(rx + offset);
}

static void assert_usable(const JitMemory *mem, size_t size, size_t boundary)
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

/* After a fault in sealing or in reopening, RX can be made writable.  */
static void assert_rx_stays(const JitMemory *mem)
{
    void *rx = jit_memory_rx_pages(mem);

    g_assert_cmpint(mprotect(rx, mem->size, PROT_READ | PROT_WRITE), ==, -1);
    g_assert_cmpint(errno, ==, EACCES);
    g_assert_cmpint(mprotect(rx, mem->size,
                             PROT_READ | PROT_WRITE | PROT_EXEC), ==, -1);
    g_assert_cmpint(errno, ==, EACCES);
}

static void set_fault(int at, uint32_t always, int error)
{
    memset(&fault, 0, sizeof(fault));
    fault.at = at;
    fault.always = always;
    fault.error = error;
    fault.kept = -1;
}

/* What is tested: one rung, or the whole ladder if it is NULL.  */
static bool map_one(JitMemory *mem, const JitMemoryRung *rung, size_t size,
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

static bool rung_applies(const JitMemoryRung *rung)
{
    return !rung || rung->open != jit_memory_open_tmp ||
           !rung->dir == !!getenv("TMPDIR");
}

/* Does it work here, without any fault?  */
static bool works(const JitMemoryRung *rung)
{
    JitMemory mem;

    set_fault(0, 0, 0);
    if (!rung_applies(rung) || !map_one(&mem, rung, SMALL, 0, NULL)) {
        return false;
    }
    jit_memory_unmap(&mem);
    return true;
}

static int n_working(void)
{
    const JitMemoryRung *rung;
    int n = 0;

    for (rung = jit_memory_ladder; rung->name; rung++) {
        n += works(rung);
    }
    return n;
}

/* One attempt under the fault that is set; everything is given back.  */
static void attempt(const JitMemoryRung *rung, size_t size, size_t boundary,
                    bool must_work)
{
    JitMemory mem = {}, none = {};
    Error *err = NULL;

    if (map_one(&mem, rung, size, boundary, &err)) {
        g_assert_null(err);
        fault.error = 0;        /* what follows is our own */
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

/*
 * Let the first call fail, then the second and so on until all have, each with
 * every error it can have.
 */
static void fault_each_call(const JitMemoryRung *rung, size_t size,
                            size_t boundary, bool must_work)
{
    int at, i;

    for (at = 1; ; at++) {
        Call call;

        /* Which call is it?  An error of 0 counts, and does no harm.  */
        set_fault(at, 0, 0);
        attempt(rung, size, boundary, true);
        if (!fault.faults) {
            break;
        }
        total_faults--;
        call = fault.call;
        for (i = 0; call_errors[call][i]; i++) {
            set_fault(at, 0, call_errors[call][i]);
            attempt(rung, size, boundary, must_work);
            g_assert_cmpint(fault.faults, ==, 1);
            g_assert_cmpint(fault.call, ==, call);
        }
    }
    g_assert_cmpint(at, >, 5);
}

static void begin(void)
{
    int i;

    /* What the first calls allocate for good is not a leak.  */
    for (i = 0; i < 3; i++) {
        set_fault(0, 0, 0);
        g_assert_cmpint(n_working(), >, 0);
        assert_no_names();
        look(&before);
        look(&after);
    }
    set_fault(0, 0, 0);
}

static void in_each_environment(void (*test)(void))
{
    g_setenv("TMPDIR", private_dir, true);
    begin();
    test();
    g_unsetenv("TMPDIR");
    begin();
    test();
    assert_no_names();
}

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
            assert_rx_stays(&mem);
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

/*
 * A free address below a boundary, so that what is mapped there crosses it.
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

/* With room where the kernel looks first, and without.  */
static void fault_each_placement(const JitMemoryRung *rung, bool must_work)
{
    const size_t size = 4 * MiB, boundary = 16 * MiB;

    fault_each_call(rung, SMALL, 0, must_work);
    fault_each_call(rung, size, boundary, must_work);
    hint_across(boundary);
    fault_each_call(rung, size, boundary, must_work);
    hint = 0;
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
    };
    size_t i;
    int call, j;

    for (i = 0; i < ARRAY_SIZE(policies); i++) {
        for (call = 0; call < N_CALLS; call++) {
            if (!(policies[i] & (1u << call))) {
                continue;
            }
            for (j = 0; call_errors[call][j]; j++) {
                /* Nobody is interrupted for ever; it would be retried.  */
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

static void assert_names_all(const char *step, int error)
{
    const JitMemoryRung *rung;
    Error *err = NULL;
    JitMemory mem;

    g_assert_false(jit_memory_map(&mem, SMALL, 0, &err));
    for (rung = jit_memory_ladder; rung->name; rung++) {
        g_autofree char *text = g_strdup_printf("%s: %s: %s", rung->name,
                                                step, strerror(error));

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
        assert_names_all("mmap RW", call_errors[MMAP][i]);
        set_fault(0, 1 << MMAP, call_errors[MMAP][i]);
        fault.prot = PROT_READ | PROT_EXEC;
        assert_names_all("mmap RX", call_errors[MMAP][i]);
    }
    set_fault(0, 1 << FTRUNCATE, EIO);
    assert_names_all("ftruncate", EIO);

    set_fault(0, 1 << MEMFD_CREATE | 1 << SHM_OPEN | 1 << OPEN, EACCES);
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

/* Whoever gets at the descriptor cannot write the code through it.  */
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

/* No multiple of the boundary inside RX, whatever the size.  */
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

/* Both aliases begin where huge pages can; they have them if told to.  */
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

/* In a process of its own, because limits and policies stay.  */
static void in_child(void (*test)(void))
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
    if (WIFEXITED(status) && WEXITSTATUS(status) == 77) {
        g_test_skip("this kernel has no such policy");
        return;
    }
    g_assert_true(WIFEXITED(status));
    g_assert_cmpint(WEXITSTATUS(status), ==, 0);
}

static void under_mdwe(void)
{
    const JitMemoryRung *rung;
    JitMemory mem;
    int works_here = 0;

    if (prctl(PR_SET_MDWE, PR_MDWE_REFUSE_EXEC_GAIN, 0L, 0L, 0L) < 0) {
        _exit(77);
    }
    g_assert_true(mmap(NULL, SMALL, PROT_READ | PROT_WRITE | PROT_EXEC,
                       MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) == MAP_FAILED);
    for (rung = jit_memory_ladder; rung->name; rung++) {
        if (!works(rung)) {
            continue;
        }
        works_here++;
        g_assert_true(map_one(&mem, rung, 4 * MiB, 256 * MiB, &error_abort));
        assert_usable(&mem, 4 * MiB, 256 * MiB);
        assert_rx_stays(&mem);
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

/* It would be a SIGXFSZ.  */
static void under_fsize(void)
{
    limit_to(RLIMIT_FSIZE, SMALL - 1);
    assert_refused(SMALL, EFBIG, "RLIMIT_FSIZE");
}

static void test_fsize(void)
{
    in_child(under_fsize);
}

static void under_as(void)
{
    /* One alias fits, two do not.  */
    limit_to(RLIMIT_AS, before.vm_pages * qemu_real_host_page_size + 96 * MiB);
    assert_refused(64 * MiB, ENOMEM, "mmap RX");
}

static void test_as(void)
{
    in_child(under_as);
}

static void under_nofile(void)
{
    limit_to(RLIMIT_NOFILE, 0);
    set_fault(0, 0, 0);
    {
        Error *err = NULL;
        JitMemory mem;

        g_assert_false(jit_memory_map(&mem, SMALL, 0, &err));
        g_assert_nonnull(strstr(error_get_pretty(err), strerror(EMFILE)));
        error_free(err);
    }
}

static void test_nofile(void)
{
    in_child(under_nofile);
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
        Error *err = NULL;

        set_fault(at, 0, ENOMEM);
        fd = jit_memory_file_open(SMALL, &provider, &err);
        if (fd < 0) {
            g_assert_nonnull(strstr(error_get_pretty(err),
                                    strerror(ENOMEM)));
            g_assert_cmpint(n_working(), <, 2);
            error_free(err);
            continue;
        }
        fault.error = 0;
        g_assert_null(err);
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
    int status;

    g_test_init(&argc, &argv, NULL);
    private_dir = g_dir_make_tmp("qemu-test-jit-XXXXXX", NULL);
    g_assert_nonnull(private_dir);
    jit_memory_os = &test_os;

    g_test_add_func("/jit-memory/each-provider", test_each_provider);
    g_test_add_func("/jit-memory/faults/each", test_faults_in_each);
    g_test_add_func("/jit-memory/faults/ladder", test_faults_in_ladder);
    g_test_add_func("/jit-memory/faults/denied", test_denied_for_good);
    g_test_add_func("/jit-memory/faults/error", test_names_every_step);
    g_test_add_func("/jit-memory/sealed", test_sealed);
    g_test_add_func("/jit-memory/boundary", test_boundary);
    g_test_add_func("/jit-memory/huge-pages", test_huge_pages);
    g_test_add_func("/jit-memory/file-open", test_file_open);
    g_test_add_func("/jit-memory/limit/fsize", test_fsize);
    g_test_add_func("/jit-memory/limit/as", test_as);
    g_test_add_func("/jit-memory/limit/nofile", test_nofile);
    g_test_add_func("/jit-memory/mdwe", test_mdwe);
    status = g_test_run();

    g_assert_cmpint(rmdir(private_dir), ==, 0);
    g_free(private_dir);
    return status;
}
