/*
 * System calls of the memory for generated code that fail on demand
 *
 * Copyright (c) 2026 The TCG split-wx authors
 *
 * This work is licensed under the terms of the GNU GPL, version 2 or later.
 * See the COPYING file in the top-level directory.
 */

#include "qemu/osdep.h"
#include "jit-memory-faults.h"

const int call_errors[N_CALLS][32] = {
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
    [PWRITE] = { EAGAIN, EBADF, EDQUOT, EFAULT, EFBIG, EINTR, EINVAL, EIO,
                 ENOSPC, EPERM, ESPIPE },
    [KEEP_FROM_CHILDREN] = { EACCES, EAGAIN, EBADF, EINVAL, EIO, ENOMEM,
                             EPERM },
    [MOVE] = { EAGAIN, EFAULT, EINVAL, ENOMEM },
    [ALIAS] = { EAGAIN, EFAULT, EINVAL, ENOMEM },
    [MAKE_RW] = { EACCES, EINVAL, ENOMEM },
};

const char *const call_names[N_CALLS] = {
    "memfd_create", "shm_open", "shm_unlink", "open", "unlink", "close",
    "fchmod", "ftruncate", "posix_fallocate", "fcntl", "mmap", "munmap",
    "madvise", "pwrite", "madvise", "mremap", "mremap", "mprotect",
};

Fault fault;
unsigned long total_faults;
uintptr_t hint;

static bool fails(Call call)
{
    if (fault.paused) {
        return false;
    }
    if (++fault.calls != fault.at && !(fault.always & (1u << call))) {
        return false;
    }
    fault.call = call;
    fault.faults++;
    total_faults++;
    errno = fault.error;
    return fault.error != 0;
}

static int fault_memfd_create(const char *name, unsigned int flags)
{
    return fails(MEMFD_CREATE) ? -1 :
           jit_memory_os_host.memfd_create(name, flags);
}

static int fault_shm_open(const char *name, int flags, mode_t mode)
{
    return fails(SHM_OPEN) ? -1 : shm_open(name, flags, mode);
}

static int fault_shm_unlink(const char *name)
{
    if (fails(SHM_UNLINK)) {
        snprintf(fault.name, sizeof(fault.name), "/dev/shm%s", name);
        return -1;
    }
    return shm_unlink(name);
}

static int fault_open(const char *path, int flags, mode_t mode)
{
    return fails(OPEN) ? -1 : jit_memory_os_host.open(path, flags, mode);
}

static int fault_unlink(const char *path)
{
    if (fails(UNLINK)) {
        snprintf(fault.name, sizeof(fault.name), "%s", path);
        return -1;
    }
    return unlink(path);
}

/* close(2): Linux frees the descriptor even if it returns an error.  */
static int fault_close(int fd)
{
    if (fault.keep) {
        fault.keep = false;
        fault.kept = dup(fd);
    }
    close(fd);
    return fails(CLOSE) ? -1 : 0;
}

static int fault_fchmod(int fd, mode_t mode)
{
    return fails(FCHMOD) ? -1 : fchmod(fd, mode);
}

static int fault_ftruncate(int fd, off_t size)
{
    return fails(FTRUNCATE) ? -1 : ftruncate(fd, size);
}

static int fault_fallocate(int fd, off_t offset, off_t size)
{
    return fails(FALLOCATE) ? -1 :
           jit_memory_os_host.fallocate(fd, offset, size);
}

static int fault_add_seals(int fd, int seals)
{
    return fails(ADD_SEALS) ? -1 : jit_memory_os_host.add_seals(fd, seals);
}

static void *fault_mmap(void *addr, size_t size, int prot, int flags, int fd,
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

static int fault_munmap(void *addr, size_t size)
{
    if (fails(MUNMAP)) {
        fault.mapped = addr;
        fault.mapped_size = size;
        return -1;
    }
    return munmap(addr, size);
}

static int fault_madvise(void *addr, size_t size, int advice)
{
    return fails(MADVISE) ? -1 : qemu_madvise(addr, size, advice);
}

/* Never more than part of a page, as write(2) may.  */
static ssize_t fault_pwrite(int fd, const void *buf, size_t size, off_t offset)
{
    return fails(PWRITE) ? -1 : pwrite(fd, buf, MIN(size, 3000), offset);
}

static int fault_keep_from_children(void *addr, size_t size)
{
    return fails(KEEP_FROM_CHILDREN) ? -1 :
           jit_memory_os_host.keep_from_children(addr, size);
}

static void *fault_move(void *from, size_t size, void *to)
{
    return fails(MOVE) ? MAP_FAILED :
           jit_memory_os_host.move(from, size, to);
}

static void *fault_alias(void *pages, size_t size)
{
    return fails(ALIAS) ? MAP_FAILED : jit_memory_os_host.alias(pages, size);
}

static int fault_make_rw(void *pages, size_t size)
{
    return fails(MAKE_RW) ? -1 : jit_memory_os_host.make_rw(pages, size);
}

const JitMemoryOs fault_os = {
    .memfd_create = fault_memfd_create,
    .shm_open = fault_shm_open,
    .shm_unlink = fault_shm_unlink,
    .open = fault_open,
    .unlink = fault_unlink,
    .close = fault_close,
    .fchmod = fault_fchmod,
    .ftruncate = fault_ftruncate,
    .fallocate = fault_fallocate,
    .add_seals = fault_add_seals,
    .mmap = fault_mmap,
    .munmap = fault_munmap,
    .madvise = fault_madvise,
    .pwrite = fault_pwrite,
    .keep_from_children = fault_keep_from_children,
    .move = fault_move,
    .alias = fault_alias,
    .make_rw = fault_make_rw,
};

void set_fault(int at, uint32_t always, int error)
{
    memset(&fault, 0, sizeof(fault));
    fault.at = at;
    fault.always = always;
    fault.error = error;
    fault.kept = -1;
}

void fault_each(void (*attempt)(void *opaque, bool must_work), void *opaque,
                bool must_work)
{
    int at, i;

    for (at = 1; ; at++) {
        Call call;

        /* Find the call.  An error of 0 counts, and does no harm.  */
        set_fault(at, 0, 0);
        attempt(opaque, true);
        if (!fault.faults) {
            break;
        }
        total_faults--;
        call = fault.call;
        for (i = 0; call_errors[call][i]; i++) {
            set_fault(at, 0, call_errors[call][i]);
            attempt(opaque, must_work);
            g_assert_cmpint(fault.faults, ==, 1);
            g_assert_cmpint(fault.call, ==, call);
        }
    }
    g_assert_cmpint(at, >, 5);
}
