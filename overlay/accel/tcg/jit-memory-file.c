/*
 * Memory for generated code: pages that are mapped twice, mostly of a file
 *
 * Copyright (c) 2026 The TCG split-wx authors
 *
 * This work is licensed under the terms of the GNU GPL, version 2 or later.
 * See the COPYING file in the top-level directory.
 */

#include "qemu/osdep.h"
#include <sys/resource.h>
#include <sys/statvfs.h>
#include "qapi/error.h"
#include "qemu/units.h"
#include "jit-memory-file.h"
#include "jit-memory-os.h"

/* Number of names to try, since another file may have the name.  */
#define NAME_TRIES 16

/* The rung that jit_memory_map() has used last.  */
static const JitMemoryRung *rung_in_use = jit_memory_ladder;

static char *random_name(const char *dir)
{
    return g_strdup_printf("%s/qemu-tcg-code-%d-%08x", dir, (int)getpid(),
                           g_random_int());
}

int jit_memory_open_shm(const JitMemoryRung *rung, JitMemoryFailure *failure)
{
    int tries, fd = -1;

    for (tries = 0; tries < NAME_TRIES; tries++) {
        g_autofree char *name = random_name("");

        /* shm_open(3): the descriptor is close-on-exec.  */
        fd = jit_memory_os->shm_open(name, O_RDWR | O_CREAT | O_EXCL, 0600);
        if (fd >= 0) {
            if (jit_memory_os->shm_unlink(name) < 0) {
                jit_memory_failure_add(failure, rung->name, "shm_unlink",
                                       errno, -1);
                jit_memory_os->close(fd);
                return -1;
            }
            return fd;
        }
        if (errno != EEXIST && errno != EINTR) {
            break;
        }
    }
    jit_memory_failure_add(failure, rung->name, "shm_open", errno, -1);
    return -1;
}

int jit_memory_open_tmp(const JitMemoryRung *rung, JitMemoryFailure *failure)
{
    const char *dir = getenv("TMPDIR");
    int tries, fd = -1;

    /* If the user has set TMPDIR, try no other directory.  */
    if (!rung->dir == !(dir && *dir)) {
        return -1;
    }
    if (rung->dir) {
        dir = rung->dir;
    }

#ifdef O_TMPFILE
    /* Linux 3.11; with O_EXCL, the file cannot be given a name later.  */
    fd = jit_memory_os->open(dir, O_TMPFILE | O_EXCL | O_RDWR | O_CLOEXEC,
                             0600);
    if (fd >= 0) {
        return fd;
    }
    jit_memory_failure_add(failure, rung->name, "open, O_TMPFILE", errno, -1);
#endif

    for (tries = 0; tries < NAME_TRIES; tries++) {
        g_autofree char *path = random_name(dir);

        fd = jit_memory_os->open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC,
                                 0600);
        if (fd >= 0) {
            if (jit_memory_os->unlink(path) < 0) {
                jit_memory_failure_add(failure, rung->name, "unlink", errno,
                                       -1);
                jit_memory_os->close(fd);
                return -1;
            }
            return fd;
        }
        if (errno != EEXIST && errno != EINTR) {
            break;
        }
    }
    jit_memory_failure_add(failure, rung->name, "open", errno, -1);
    return -1;
}

/*
 * A page that the file system cannot give when it is touched is a SIGBUS in
 * the middle of a translation, so ask for the space now.  On a disk, the
 * blocks are allocated.  A tmpfs would allocate memory and make the whole
 * buffer resident; there, it has to suffice that there is room at the moment.
 *
 * Returns: 0, or a negative errno with @step set
 */
static int file_reserve(int fd, size_t size, const char **step)
{
    struct statvfs fs;

    *step = "fstatvfs";
    if (fstatvfs(fd, &fs) == 0 && fs.f_blocks) {
        if ((uint64_t)fs.f_bavail * fs.f_frsize < size) {
            return -ENOSPC;
        }
    }
    if (jit_memory_file_in_memory(fd)) {
        return 0;
    }
    *step = "posix_fallocate";
    while (jit_memory_os->fallocate(fd, 0, size) < 0) {
        if (errno == EOPNOTSUPP || errno == EINVAL) {
            /* ZFS of FreeBSD, and musl; there is no other check then.  */
            return 0;
        }
        if (errno != EINTR) {
            return -errno;
        }
    }
    return 0;
}

static int file_resize(int fd, size_t size, bool in_filesystem,
                       const char **step)
{
    struct rlimit limit;

    /* Beyond this limit, the kernel sends SIGXFSZ, for a memfd as well.  */
    *step = "RLIMIT_FSIZE";
    if (getrlimit(RLIMIT_FSIZE, &limit) == 0 &&
        limit.rlim_cur != RLIM_INFINITY && limit.rlim_cur < size) {
        return -EFBIG;
    }
    *step = "ftruncate";
    while (jit_memory_os->ftruncate(fd, size) < 0) {
        if (errno != EINTR) {
            return -errno;
        }
    }
    return in_filesystem ? file_reserve(fd, size, step) : 0;
}

/* A file of @size bytes, or -1 with the failed step noted.  */
static int rung_open(const JitMemoryRung *rung, size_t size,
                     JitMemoryFailure *failure)
{
    const char *step;
    int fd = rung->open(rung, failure);
    int err;

    if (fd < 0) {
        return -1;
    }
    err = file_resize(fd, size, rung->in_filesystem, &step);
    if (err < 0) {
        jit_memory_failure_add(failure, rung->name, step, -err, -1);
        jit_memory_os->close(fd);
        return -1;
    }
    return fd;
}

static bool well_placed(const void *p, size_t size, size_t align,
                        size_t boundary)
{
    uintptr_t addr = (uintptr_t)p;

    return !(addr & (align - 1)) &&
           (!boundary || addr / boundary == (addr + size - 1) / boundary);
}

/*
 * Map an alias so that it begins at a multiple of @align and, if @boundary is
 * not 0, crosses no multiple of that.  Both are powers of two.  Without a file
 * (@fd is -1), the pages are new.
 *
 * If the kernel's own choice will not do, the alias is put into a range that
 * is long enough.  Of twice the size, one half will do: if a boundary lies
 * within the first half, the alias starts there.  The file reserves the range,
 * not anonymous memory: where caches are indexed by virtual address, the
 * kernel then chooses an address of the same colour as that of the other
 * alias, and would refuse to map the file at a wrong one (EINVAL, Linux,
 * arch/mips/mm/mmap.c).
 *
 * Returns: NULL with errno set on failure
 */
static void *map_placed(int fd, size_t size, int prot, size_t align,
                        size_t boundary)
{
    size_t span = (boundary ? size * 2 : size) + align;
    /* As a file of a tmpfs, anonymous memory counts when it is touched.  */
    int flags = MAP_SHARED | (fd < 0 ? MAP_ANONYMOUS | MAP_NORESERVE : 0);
    char *area, *start;
    void *p;
    int err;

    p = jit_memory_os_mmap(NULL, size, prot, flags, fd, 0);
    if (p == MAP_FAILED) {
        return NULL;
    }
    if (well_placed(p, size, align, boundary)) {
        return p;
    }
    jit_memory_os_munmap(p, size);

    area = jit_memory_os_mmap(NULL, span, PROT_NONE, flags, fd, 0);
    if (area == MAP_FAILED) {
        return NULL;
    }
    start = QEMU_ALIGN_PTR_UP(area, align);
    if (!well_placed(start, size, align, boundary)) {
        start = QEMU_ALIGN_PTR_UP(start, boundary);
    }
    p = jit_memory_os_mmap(start, size, prot, flags | MAP_FIXED, fd, 0);
    if (p == MAP_FAILED) {
        err = errno;
        jit_memory_os_munmap(area, span);
        errno = err;
        return NULL;
    }
    if (start > area) {
        jit_memory_os_munmap(area, start - area);
    }
    if (start + size < area + span) {
        jit_memory_os_munmap(start + size, area + span - (start + size));
    }
    return p;
}

/*
 * A huge page takes part in a mapping only where address and file offset
 * have the same remainder (Linux, Documentation/admin-guide/mm/transhuge.rst).
 * Being aligned is worth an attempt, not a failure.
 */
static void *map_alias(int fd, size_t size, int prot, size_t boundary)
{
    size_t page = qemu_real_host_page_size;
    size_t huge = size >= 2 * MiB ? jit_memory_file_huge_page() : 0;
    void *p = NULL;

    if (huge > page && huge <= size) {
        p = map_placed(fd, size, prot, huge, boundary);
    }
    return p ? p : map_placed(fd, size, prot, page, boundary);
}

/* Pages of a file.  Returns RX, and sets @rw; NULL with the step noted.  */
static void *map_file(const JitMemoryRung *rung, size_t size, size_t boundary,
                      void **rw_out, JitMemoryFailure *failure)
{
    void *rw, *rx = NULL;
    int fd = rung_open(rung, size, failure);
    int rx_fd;

    if (fd < 0) {
        return NULL;
    }
    rw = map_alias(fd, size, PROT_READ | PROT_WRITE, 0);
    if (!rw) {
        jit_memory_failure_add(failure, rung->name, "mmap RW", errno, -1);
    } else {
        jit_memory_file_seal(fd);
        /* Where no seal does, the mode keeps mprotect() from adding W.  */
        rx_fd = rung->in_filesystem ? jit_memory_file_read_only(fd) : -1;
        rx = map_alias(rx_fd >= 0 ? rx_fd : fd, size, PROT_READ | PROT_EXEC,
                       boundary);
        if (!rx) {
            jit_memory_failure_add(failure, rung->name, "mmap RX", errno, fd);
            jit_memory_os_munmap(rw, size);
        }
        if (rx_fd >= 0) {
            jit_memory_os->close(rx_fd);
        }
    }
    jit_memory_os->close(fd);
    *rw_out = rw;
    return rx;
}

/*
 * Pages without a file.  RX is mapped first, since a host that enforces W^X
 * refuses to make the second mapping of the pages executable later.  The host
 * does not protect RX from mprotect(), though: without a read-only file and
 * without seals, RX can be made writable later.
 */
static void *map_anonymous(const JitMemoryRung *rung, size_t size,
                           size_t boundary, void **rw_out,
                           JitMemoryFailure *failure)
{
    const char *step = "mmap RX";
    void *rx = map_alias(-1, size, PROT_READ | PROT_EXEC, boundary);
    void *rw = MAP_FAILED;
    int err;

    if (rx) {
        step = "mremap";
        rw = jit_memory_os_alias(rx, size);
        if (rw != MAP_FAILED) {
            step = "mprotect RW";
            if (jit_memory_os_make_rw(rw, size) == 0) {
                *rw_out = rw;
                return rx;
            }
        }
    }
    err = errno;
    if (rw != MAP_FAILED) {
        jit_memory_os_munmap(rw, size);
    }
    if (rx) {
        jit_memory_os_munmap(rx, size);
    }
    jit_memory_failure_add(failure, rung->name, step, err, -1);
    return NULL;
}

bool jit_memory_map_rung(JitMemory *mem, const JitMemoryRung *rung,
                         size_t size, size_t boundary,
                         JitMemoryFailure *failure)
{
    void *rw, *rx;

    rx = rung->open ? map_file(rung, size, boundary, &rw, failure)
                    : map_anonymous(rung, size, boundary, &rw, failure);
    if (!rx) {
        return false;
    }

    /*
     * The same bytes twice in a core dump would be of no use.  The kernel
     * allocates huge pages when RW is written; request them for RX as well,
     * because its own page tables decide how it is mapped.  The guard pages
     * are in RW only, so they split no huge page of RX.
     */
    jit_memory_os_madvise(rw, size, QEMU_MADV_DONTDUMP);
    jit_memory_os_madvise(rw, size, QEMU_MADV_HUGEPAGE);
    jit_memory_os_madvise(rx, size, QEMU_MADV_HUGEPAGE);

    mem->rx = TCG_RX_PTR((uintptr_t)rx);
    mem->rw = rw;
    mem->size = size;
    mem->provider = rung->name;
    return true;
}

bool jit_memory_map(JitMemory *mem, size_t size, size_t boundary,
                    Error **errp)
{
    JitMemoryFailure failure = {};
    const JitMemoryRung *rung;

    size = ROUND_UP(size, qemu_real_host_page_size);
    assert(!boundary || size <= boundary);
    if (jit_memory_stop_implied_exec() < 0) {
        error_setg_errno(errp, errno, "split-wx: the personality "
                         "READ_IMPLIES_EXEC cannot be cleared");
        return false;
    }
    for (rung = jit_memory_ladder; rung->name; rung++) {
        if (jit_memory_map_rung(mem, rung, size, boundary, &failure)) {
            jit_memory_failure_clear(&failure);
            rung_in_use = rung;
            return true;
        }
    }
    jit_memory_failure_report(&failure, size, errp);
    return false;
}

void jit_memory_unmap(JitMemory *mem)
{
    jit_memory_os_munmap(jit_memory_rx_pages(mem), mem->size);
    jit_memory_os_munmap(mem->rw, mem->size);
    memset(mem, 0, sizeof(*mem));
}

bool jit_memory_private_to_process(JitMemory *mem, Error **errp)
{
    if (jit_memory_os_keep_from_children(jit_memory_rx_pages(mem),
                                         mem->size) < 0 ||
        jit_memory_os_keep_from_children(mem->rw, mem->size) < 0) {
        error_setg_errno(errp, errno, "split-wx: cannot keep translated code "
                         "out of child processes");
        return false;
    }
    return true;
}

int jit_memory_file_open(size_t size, const char **provider,
                         JitMemoryFailure *failure)
{
    const JitMemoryRung *rung;

    for (rung = rung_in_use; rung->open; rung++) {
        size_t page = qemu_real_host_page_size;
        int fd = rung_open(rung, size, failure);
        void *probe;

        if (fd < 0) {
            continue;
        }
        probe = jit_memory_os_mmap(NULL, page, PROT_READ | PROT_EXEC,
                                   MAP_SHARED, fd, 0);
        if (probe != MAP_FAILED) {
            jit_memory_os_munmap(probe, page);
            if (provider) {
                *provider = rung->name;
            }
            return fd;
        }
        jit_memory_failure_add(failure, rung->name, "mmap RX", errno, fd);
        jit_memory_os->close(fd);
    }
    return -1;
}

bool jit_memory_file_fill(int fd, const void *from, size_t size, Error **errp)
{
    const char *bytes = from;
    size_t done = 0;

    while (done < size) {
        ssize_t n = jit_memory_os_pwrite(fd, bytes + done, size - done, done);

        if (n < 0 && errno == EINTR) {
            continue;
        }
        if (n <= 0) {
            error_setg_errno(errp, n < 0 ? errno : ENOSPC,
                             "split-wx: cannot copy %zu bytes of code", size);
            return false;
        }
        done += n;
    }
    return true;
}

void *jit_memory_file_map(int fd, void *addr, size_t size, off_t offset,
                          int prot, int flags, Error **errp)
{
    JitMemoryFailure failure = {};
    bool exec = prot & PROT_EXEC;
    void *p = jit_memory_os_mmap(addr, size, prot,
                                 flags | (addr ? MAP_FIXED : 0), fd, offset);

    if (p == MAP_FAILED) {
        jit_memory_failure_add(&failure, "file of code",
                               exec ? "mmap RX" : "mmap RW", errno,
                               exec ? fd : -1);
        jit_memory_failure_report(&failure, size, errp);
        return NULL;
    }
    return p;
}
