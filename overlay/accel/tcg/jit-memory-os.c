/*
 * The system calls behind the memory for generated code
 *
 * Copyright (c) 2026 The TCG split-wx authors
 *
 * This work is licensed under the terms of the GNU GPL, version 2 or later.
 * See the COPYING file in the top-level directory.
 */

#include "qemu/osdep.h"
#include "qemu/memfd.h"
#include "jit-memory-os.h"

static int host_memfd_create(const char *name, unsigned int flags)
{
#ifdef CONFIG_LINUX
    return memfd_create(name, flags);
#else
    errno = ENOSYS;
    return -1;
#endif
}

/* open() is variadic, and a macro with _FORTIFY_SOURCE.  */
static int host_open(const char *path, int flags, mode_t mode)
{
    return open(path, flags, mode);
}

/* posix_fallocate() returns the error, and leaves errno as it was.  */
static int host_fallocate(int fd, off_t offset, off_t size)
{
#ifdef CONFIG_POSIX_FALLOCATE
    errno = posix_fallocate(fd, offset, size);
#else
    errno = EOPNOTSUPP;
#endif
    return errno ? -1 : 0;
}

static int host_add_seals(int fd, int seals)
{
#ifdef F_ADD_SEALS
    return fcntl(fd, F_ADD_SEALS, seals);
#else
    errno = EINVAL;
    return -1;
#endif
}

static int host_keep_from_children(void *addr, size_t size)
{
#if defined(CONFIG_LINUX)
    return qemu_madvise(addr, size, QEMU_MADV_DONTFORK);
#elif defined(INHERIT_NONE)             /* FreeBSD minherit(2) */
    return minherit(addr, size, INHERIT_NONE);
#elif defined(MAP_INHERIT_NONE)         /* NetBSD, OpenBSD minherit(2) */
    return minherit(addr, size, MAP_INHERIT_NONE);
#elif defined(VM_INHERIT_NONE)          /* Darwin minherit(2) */
    return minherit(addr, size, VM_INHERIT_NONE);
#else
    errno = ENOSYS;
    return -1;
#endif
}

static void *host_move(void *from, size_t size, void *to)
{
#ifdef CONFIG_LINUX
    return mremap(from, size, size, MREMAP_MAYMOVE | MREMAP_FIXED, to);
#else
    errno = ENOSYS;
    return MAP_FAILED;
#endif
}

/* mremap(2): an old size of 0 maps the pages of a shared mapping again.  */
static void *host_alias(void *pages, size_t size)
{
#ifdef CONFIG_LINUX
    return mremap(pages, 0, size, MREMAP_MAYMOVE);
#else
    errno = ENOSYS;
    return MAP_FAILED;
#endif
}

static int host_make_rw(void *pages, size_t size)
{
    return mprotect(pages, size, PROT_READ | PROT_WRITE);
}

const JitMemoryOs jit_memory_os_host = {
    .memfd_create = host_memfd_create,
    .shm_open = shm_open,
    .shm_unlink = shm_unlink,
    .open = host_open,
    .unlink = unlink,
    .close = close,
    .fchmod = fchmod,
    .ftruncate = ftruncate,
    .fallocate = host_fallocate,
    .add_seals = host_add_seals,
    .pwrite = pwrite,
    .mmap = mmap,
    .munmap = munmap,
    .madvise = qemu_madvise,
    .keep_from_children = host_keep_from_children,
    .move = host_move,
    .alias = host_alias,
    .make_rw = host_make_rw,
};

const JitMemoryOs *jit_memory_os = &jit_memory_os_host;

void *jit_memory_os_mmap(void *addr, size_t size, int prot, int flags, int fd,
                         off_t offset)
{
    return jit_memory_os->mmap(addr, size, prot, flags, fd, offset);
}

int jit_memory_os_munmap(void *addr, size_t size)
{
    return jit_memory_os->munmap(addr, size);
}

int jit_memory_os_madvise(void *addr, size_t size, int advice)
{
    return jit_memory_os->madvise(addr, size, advice);
}

int jit_memory_os_keep_from_children(void *addr, size_t size)
{
    return jit_memory_os->keep_from_children(addr, size);
}

void *jit_memory_os_move(void *from, size_t size, void *to)
{
    return jit_memory_os->move(from, size, to);
}

void *jit_memory_os_alias(void *pages, size_t size)
{
    return jit_memory_os->alias(pages, size);
}

int jit_memory_os_make_rw(void *pages, size_t size)
{
    return jit_memory_os->make_rw(pages, size);
}

ssize_t jit_memory_os_pwrite(int fd, const void *buf, size_t size,
                             off_t offset)
{
    return jit_memory_os->pwrite(fd, buf, size, offset);
}
