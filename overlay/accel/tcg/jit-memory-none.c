/*
 * Hosts without a way to map the same pages twice
 *
 * Copyright (c) 2026 The TCG split-wx authors
 *
 * This work is licensed under the terms of the GNU GPL, version 2 or later.
 * See the COPYING file in the top-level directory.
 */

#include "qemu/osdep.h"
#include "qapi/error.h"
#include "tcg/jit-memory.h"

bool jit_memory_map(JitMemory *mem, size_t size, size_t boundary,
                    Error **errp)
{
    error_setg(errp, "split-wx is not supported on this operating system");
    return false;
}

/* Nothing can have been mapped, so nobody has memory to pass to these.  */

void jit_memory_unmap(JitMemory *mem)
{
    g_assert_not_reached();
}

bool jit_memory_private_to_process(JitMemory *mem, Error **errp)
{
    g_assert_not_reached();
}

int jit_memory_prepare_remap(const JitMemory *mem, size_t keep, Error **errp)
{
    g_assert_not_reached();
}

bool jit_memory_remap(JitMemory *mem, int fd, Error **errp)
{
    g_assert_not_reached();
}
