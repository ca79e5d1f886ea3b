/*
 * Hosts that cannot give a forked child code pages of its own
 *
 * Copyright (c) 2026 The TCG split-wx authors
 *
 * This work is licensed under the terms of the GNU GPL, version 2 or later.
 * See the COPYING file in the top-level directory.
 */

#include "qemu/osdep.h"
#include "qapi/error.h"
#include "tcg/jit-memory.h"

bool jit_memory_prepare_remap(const JitMemory *mem, size_t keep,
                              JitMemoryPages *pages, Error **errp)
{
    error_setg(errp, "split-wx: fork is not supported on this operating "
               "system");
    return false;
}

/* Nothing can have been prepared.  */

void jit_memory_drop_pages(JitMemoryPages *pages)
{
}

bool jit_memory_remap(JitMemory *mem, JitMemoryPages *pages, Error **errp)
{
    g_assert_not_reached();
}
