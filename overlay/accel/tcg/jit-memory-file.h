/*
 * Memory for generated code from a file that is mapped twice
 *
 * Copyright (c) 2026 The TCG split-wx authors
 *
 * This work is licensed under the terms of the GNU GPL, version 2 or later.
 * See the COPYING file in the top-level directory.
 */

#ifndef JIT_MEMORY_FILE_H
#define JIT_MEMORY_FILE_H

#include "tcg/jit-memory.h"
#include "jit-memory-failure.h"

typedef struct JitMemoryRung JitMemoryRung;

/**
 * JitMemoryRung:
 * @name: for messages, and the value of JitMemory.provider
 * @open: makes a new, empty, nameless file that is close-on-exec and private
 *        to the user.  Returns its descriptor, or -1 with the failed step
 *        noted in its second argument, or with nothing noted if this rung
 *        does not apply.
 * @flags: further flags for @open
 * @dir: a directory, for @open
 * @in_filesystem: the pages come from a file system that may be full
 *
 * One kind of file to take the pages from.  A host has a list of them, the
 * ladder; if any step fails for any reason, jit_memory_map() tries the next
 * one.  The last one may have no @open: shared anonymous memory, which needs
 * neither a descriptor nor a file size, but cannot be sealed.
 */
struct JitMemoryRung {
    const char *name;
    int (*open)(const JitMemoryRung *rung, JitMemoryFailure *failure);
    unsigned int flags;
    const char *dir;
    bool in_filesystem;
};

/* The ladder of this host.  Ends with a rung without a name.  */
extern const JitMemoryRung jit_memory_ladder[];

/* True if @fd lies in memory, so that to allocate its blocks uses memory.  */
bool QEMU_COLD jit_memory_file_in_memory(int fd);

/* Bytes to which a mapping is aligned for huge pages; 0 if there are none.  */
size_t QEMU_COLD jit_memory_file_huge_page(void);

/*
 * A second descriptor of the same file, which can only be read: a mapping of
 * it can never be made writable.  The caller closes it; -1 if the host has no
 * way to open it.
 */
int QEMU_COLD jit_memory_file_read_only(int fd);

/*
 * With the personality READ_IMPLIES_EXEC of Linux, PROT_READ means PROT_EXEC
 * as well, and RW would be executable.  setarch(8) sets it, or the kernel for
 * a program with an executable stack.  Clear it for the calling thread.
 *
 * Returns: 0, or -1 with errno set
 */
int QEMU_COLD jit_memory_stop_implied_exec(void);

/* For JitMemoryRung.open: POSIX shared memory; a file in @dir or TMPDIR.  */
int QEMU_COLD jit_memory_open_shm(const JitMemoryRung *rung,
                                  JitMemoryFailure *failure);
int QEMU_COLD jit_memory_open_tmp(const JitMemoryRung *rung,
                                  JitMemoryFailure *failure);

/**
 * jit_memory_map_rung:
 *
 * As jit_memory_map(), from one rung of the ladder.  @size is a multiple of
 * the page size.  Adds the failed step to @failure.
 */
bool QEMU_COLD jit_memory_map_rung(JitMemory *mem, const JitMemoryRung *rung,
                                   size_t size, size_t boundary,
                                   JitMemoryFailure *failure);

/**
 * jit_memory_file_open:
 * @size: bytes, a multiple of the host page size
 * @provider: set to the name of the rung (a static string) unless it is NULL
 * @failure: gets all steps that failed, on success as well
 *
 * Make a new file of zero bytes that can be mapped executable, without seals,
 * from the rung that jit_memory_map() has used last or the next one that
 * works.
 *
 * Returns: a file descriptor (close-on-exec) owned by the caller, or -1 if no
 * kind of file works
 */
int QEMU_COLD jit_memory_file_open(size_t size, const char **provider,
                                   JitMemoryFailure *failure);

/**
 * jit_memory_file_fill:
 * @fd: a file from jit_memory_file_open, without seals
 * @from: bytes to copy to its beginning, in either alias
 * @size: bytes, not more than the file has
 * @errp: reports the step that failed
 *
 * Returns: false with an error set if not all of it was written
 */
bool QEMU_COLD jit_memory_file_fill(int fd, const void *from, size_t size,
                                    Error **errp);

/**
 * jit_memory_file_seal:
 * @fd: a file from jit_memory_file_open that is mapped writable
 *
 * Make sure that no further way to write the file can be opened, through any
 * path to it.  The split works without that, so it is no error if the host or
 * this kind of file has no seals.
 */
void QEMU_COLD jit_memory_file_seal(int fd);

/**
 * jit_memory_file_map:
 * @fd: a file from jit_memory_file_open
 * @addr: where to map it, or NULL if any address will do
 * @size: bytes, a multiple of the host page size
 * @offset: where in the file to begin, a multiple of the host page size
 * @prot: PROT_*, never PROT_WRITE and PROT_EXEC at once
 * @flags: MAP_* in addition to MAP_SHARED or MAP_PRIVATE, whichever is in it
 * @errp: reports the step that failed
 *
 * Returns: the address, or NULL with an error set
 */
QEMU_COLD void *jit_memory_file_map(int fd, void *addr, size_t size,
                                    off_t offset, int prot, int flags,
                                    Error **errp);

/**
 * jit_memory_place:
 * @pages: from jit_memory_prepare_remap; those that are placed are used up
 * @addr: where to map them, over the present mapping
 * @offset: which page to begin with, in bytes
 * @size: bytes, a multiple of the host page size
 * @prot: PROT_READ with either PROT_WRITE or PROT_EXEC
 * @errp: reports the step that failed
 *
 * Returns: false with an error set on failure
 */
bool QEMU_COLD jit_memory_place(const JitMemoryPages *pages, void *addr,
                                size_t offset, size_t size, int prot,
                                Error **errp);

/* Move @size bytes of mappings from @from to @to, and replace those.  */
bool QEMU_COLD jit_memory_move(void *from, void *to, size_t size,
                               Error **errp);

/**
 * jit_memory_rx_pages:
 *
 * Returns: the RX alias as munmap(), madvise() and the like take it.  No code
 * writes through this pointer.
 */
static inline void *jit_memory_rx_pages(const JitMemory *mem)
{
    return (void *)TCG_RX_ADDR(mem->rx);
}

#endif
