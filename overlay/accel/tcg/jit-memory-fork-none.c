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

int jit_memory_prepare_remap(const JitMemory *mem, size_t keep, Error **errp)
{
    error_setg(errp, "split-wx: fork is not supported on this operating "
               "system");
    return -1;
}

/* Nothing can have been prepared.  */
bool jit_memory_remap(JitMemory *mem, int fd, Error **errp)
{
    g_assert_not_reached();
}
