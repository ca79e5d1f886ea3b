/*
 * Memory for generated code that is never writable and executable at once
 *
 * Copyright (c) 2026 The TCG split-wx authors
 *
 * This work is licensed under the terms of the GNU GPL, version 2 or later.
 * See the COPYING file in the top-level directory.
 */

#ifndef TCG_JIT_MEMORY_H
#define TCG_JIT_MEMORY_H

#include "tcg/tcg-code-ptr.h"

/**
 * JitMemory:
 * @rx: the pages, readable and executable
 * @rw: the same pages, readable and writable
 * @size: length of each alias in bytes, a multiple of the host page size
 * @provider: where the pages come from, for messages; a static string
 */
typedef struct JitMemory {
    const void __rx *rx;
    void *rw;
    size_t size;
    const char *provider;
} JitMemory;

/**
 * jit_memory_map:
 * @mem: filled in on success, untouched otherwise
 * @size: bytes wanted, not 0; rounded up to whole host pages
 * @boundary: a power of two of which the executable alias must not cross a
 *            multiple, or 0 if any address will do.  Not less than @size
 *            when that is rounded up.
 * @errp: names the failed step of each provider and the reason; the hint shows
 *        what the user can do
 *
 * Map the same new pages twice.  The executable alias is mapped as such at
 * once and never changes its protection, because a host that enforces W^X may
 * refuse to add PROT_EXEC to a mapping later.  The pages are zero and not
 * resident before they are touched.  Only the executable alias is part of a
 * core dump, where the host supports that.
 *
 * Callable from any thread.
 *
 * Returns: false with an error set on failure; nothing is left mapped or
 * open then.
 */
bool QEMU_COLD jit_memory_map(JitMemory *mem, size_t size, size_t boundary,
                              Error **errp);

/**
 * jit_memory_unmap:
 * @mem: memory from jit_memory_map that no code runs from
 *
 * Give the memory back and clear @mem.
 */
void QEMU_COLD jit_memory_unmap(JitMemory *mem);

/**
 * jit_memory_private_to_process:
 * @mem: memory from jit_memory_map
 * @errp: location to store an error
 *
 * Keep both aliases out of children of this process.  They are shared
 * mappings: parent and child would otherwise rewrite each other's code.
 * A child that wants to go on translating calls jit_memory_remap().
 *
 * Returns: false with an error set on failure
 */
bool QEMU_COLD jit_memory_private_to_process(JitMemory *mem, Error **errp);

/**
 * JitMemoryPages:
 * @size: bytes; 0 if there are no pages
 * @fd: a file of them (close-on-exec), or -1
 * @mapped: without a file, the pages at addresses that are not those of code
 *
 * Pages for the code of a child.  A guest may have used up its descriptors or
 * limited the size of files, and fork() needs neither.
 */
typedef struct JitMemoryPages {
    size_t size;
    int fd;
    JitMemory mapped;
} JitMemoryPages;

/**
 * jit_memory_prepare_remap:
 * @mem: memory from jit_memory_map
 * @keep: number of bytes at the start of @mem to copy
 * @pages: filled in on success, untouched otherwise
 * @errp: location to store an error
 *
 * Allocate the pages for jit_memory_remap().  To be called before fork(), so
 * that QEMU can still report a failure to the program that wants to fork.
 *
 * Returns: false with an error set on failure
 */
bool QEMU_COLD jit_memory_prepare_remap(const JitMemory *mem, size_t keep,
                                        JitMemoryPages *pages, Error **errp);

/**
 * jit_memory_drop_pages:
 * @pages: from jit_memory_prepare_remap, or all zero; cleared
 *
 * Release the hold of this process on the pages.  A child that it has forked
 * since keeps its own.
 */
void QEMU_COLD jit_memory_drop_pages(JitMemoryPages *pages);

/**
 * jit_memory_remap:
 * @mem: memory from jit_memory_map
 * @pages: from jit_memory_prepare_remap; cleared in any case
 * @errp: location to store an error
 *
 * Map the new pages at the addresses of the old ones.  To be called in the
 * child after fork(), before generated code is run or written.  Everything
 * but the bytes that were kept reads as zero.  Protections that were changed
 * within the RW alias (guard pages) have to be set again.
 *
 * Returns: false with an error set on failure; the process has no memory for
 * code then and cannot run its guest any further
 */
bool QEMU_COLD jit_memory_remap(JitMemory *mem, JitMemoryPages *pages,
                                Error **errp);

#endif
