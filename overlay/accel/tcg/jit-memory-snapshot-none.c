/*
 * Hosts that cannot move mappings: a child starts without code
 *
 * Copyright (c) 2026 The TCG split-wx authors
 *
 * This work is licensed under the terms of the GNU GPL, version 2 or later.
 * See the COPYING file in the top-level directory.
 */

#include "qemu/osdep.h"
#include "qapi/error.h"
#include "jit-memory-snapshot.h"

bool jit_snapshot_take(JitMemory *snapshot, const JitMemory *mem, size_t used,
                       Error **errp)
{
    error_setg(errp, "split-wx: this operating system cannot hand translated "
               "code to child processes");
    return false;
}

/* There is no snapshot to pass to these.  */

bool jit_snapshot_move(JitMemory *snapshot, JitMemory *mem,
                       JitMemoryPages *pages, Error **errp)
{
    g_assert_not_reached();
}

bool jit_snapshot_thaw(JitMemory *snapshot, JitMemory *mem, size_t keep,
                       Error **errp)
{
    g_assert_not_reached();
}
