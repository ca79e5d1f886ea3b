/*
 * A copy of generated code that children of a process start from
 *
 * Copyright (c) 2026 The TCG split-wx authors
 *
 * This work is licensed under the terms of the GNU GPL, version 2 or later.
 * See the COPYING file in the top-level directory.
 */

#ifndef JIT_MEMORY_SNAPSHOT_H
#define JIT_MEMORY_SNAPSHOT_H

#include "tcg/jit-memory.h"

/**
 * jit_snapshot_take:
 * @snapshot: replaced by the copy; a former snapshot is unmapped
 * @mem: memory from jit_memory_map
 * @used: number of bytes at the start of @mem to copy
 * @errp: location to store an error
 *
 * Copy code to pages that no process writes any more.  They are mapped
 * elsewhere than the code, in two private mappings, and no process touches
 * these before a child moves them into place: so any number of children share
 * the copy.  No descriptor stays open.
 *
 * To be called while no thread runs or writes code.
 *
 * Returns: false with an error set on failure; @snapshot is empty then
 */
bool QEMU_COLD jit_snapshot_take(JitMemory *snapshot, const JitMemory *mem,
                                 size_t used, Error **errp);

/**
 * jit_snapshot_move:
 * @snapshot: from jit_snapshot_take
 * @mem: the memory that it is a copy of, which is not mapped in this process
 * @pages: from jit_memory_prepare_remap, of @mem and without a byte kept;
 *         cleared in any case
 * @errp: location to store an error
 *
 * To be called in the child after fork().  The start of @mem becomes the
 * snapshot, the rest is @pages.  In the snapshot, a write through RW does not
 * show through RX: good for data, not for code.
 *
 * @snapshot becomes the mapping of as many other pages, with which
 * jit_snapshot_thaw() can replace those of the snapshot.
 *
 * Returns: false with an error set on failure; the process has no memory for
 * code then and cannot run its guest any further
 */
bool QEMU_COLD jit_snapshot_move(JitMemory *snapshot, JitMemory *mem,
                                 JitMemoryPages *pages, Error **errp);

/**
 * jit_snapshot_thaw:
 * @snapshot: from jit_snapshot_move; empty afterwards
 * @mem: the memory at whose start the snapshot is
 * @keep: number of bytes at the start of @mem to copy
 * @errp: location to store an error
 *
 * Replace the snapshot by memory like the rest of @mem.  To be called while
 * there is no other thread that uses @mem.  The calling thread may be in a
 * signal handler that has interrupted code of the snapshot, if that is kept.
 *
 * Returns: false with an error set on failure; the process cannot use the
 * memory any more then
 */
bool QEMU_COLD jit_snapshot_thaw(JitMemory *snapshot, JitMemory *mem,
                                 size_t keep, Error **errp);

#endif
