/*
 * The system calls behind the memory for generated code
 *
 * Copyright (c) 2026 The TCG split-wx authors
 *
 * This work is licensed under the terms of the GNU GPL, version 2 or later.
 * See the COPYING file in the top-level directory.
 */

#ifndef JIT_MEMORY_OS_H
#define JIT_MEMORY_OS_H

/**
 * JitMemoryOs:
 *
 * The system calls of POSIX hosts.  Each fails like the system call of its
 * name, with errno set.  fallocate is posix_fallocate(), which does not set
 * errno itself.
 *
 * madvise takes the QEMU_MADV_* constants.  keep_from_children makes the
 * pages absent in a child after fork(): MADV_DONTFORK or minherit().  move is
 * mremap(), mappings onto others; alias is mremap() of size 0, which maps
 * shared pages once more.  Only Linux has these.  make_rw is mprotect().
 */
typedef struct JitMemoryOs {
    int (*memfd_create)(const char *name, unsigned int flags);
    int (*shm_open)(const char *name, int flags, mode_t mode);
    int (*shm_unlink)(const char *name);
    int (*open)(const char *path, int flags, mode_t mode);
    int (*unlink)(const char *path);
    int (*close)(int fd);
    int (*fchmod)(int fd, mode_t mode);
    int (*ftruncate)(int fd, off_t size);
    int (*fallocate)(int fd, off_t offset, off_t size);
    int (*add_seals)(int fd, int seals);
    ssize_t (*pwrite)(int fd, const void *buf, size_t size, off_t offset);
    void *(*mmap)(void *addr, size_t size, int prot, int flags, int fd,
                  off_t offset);
    int (*munmap)(void *addr, size_t size);
    int (*madvise)(void *addr, size_t size, int advice);
    int (*keep_from_children)(void *addr, size_t size);
    void *(*move)(void *from, size_t size, void *to);
    void *(*alias)(void *pages, size_t size);
    int (*make_rw)(void *pages, size_t size);
} JitMemoryOs;

/* The table in use.  Tests replace it while no other thread runs.  */
extern const JitMemoryOs *jit_memory_os;

/* The calls of this process's host.  */
extern const JitMemoryOs jit_memory_os_host;

/*
 * The calls that take addresses of code.  They are functions of their own so
 * that the static proof can distinguish them from other calls by their names.
 */
void *jit_memory_os_mmap(void *addr, size_t size, int prot, int flags, int fd,
                         off_t offset);
int jit_memory_os_munmap(void *addr, size_t size);
int jit_memory_os_madvise(void *addr, size_t size, int advice);
int jit_memory_os_keep_from_children(void *addr, size_t size);
void *jit_memory_os_move(void *from, size_t size, void *to);
void *jit_memory_os_alias(void *pages, size_t size);
int jit_memory_os_make_rw(void *pages, size_t size);
ssize_t jit_memory_os_pwrite(int fd, const void *buf, size_t size,
                             off_t offset);

#endif
