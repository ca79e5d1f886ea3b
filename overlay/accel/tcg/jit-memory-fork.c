/*
 * Code pages for a forked child
 *
 * Copyright (c) 2026 The TCG split-wx authors
 *
 * This work is licensed under the terms of the GNU GPL, version 2 or later.
 * See the COPYING file in the top-level directory.
 */

#include "qemu/osdep.h"
#include "qapi/error.h"
#include "jit-memory-file.h"
#include "jit-memory-os.h"

int jit_memory_prepare_remap(const JitMemory *mem, size_t keep, Error **errp)
{
    int fd = jit_memory_file_open(mem->size, NULL, errp);

    if (fd >= 0 &&
        !jit_memory_file_fill(fd, jit_memory_rx_pages(mem), keep, errp)) {
        jit_memory_os->close(fd);
        return -1;
    }
    return fd;
}

bool jit_memory_remap(JitMemory *mem, int fd, Error **errp)
{
    void *rx = jit_memory_rx_pages(mem);
    bool ok = false;

    if (jit_memory_file_map(fd, mem->rw, mem->size, 0,
                            PROT_READ | PROT_WRITE, MAP_SHARED, errp)) {
        jit_memory_file_seal(fd);
        ok = jit_memory_file_map(fd, rx, mem->size, 0, PROT_READ | PROT_EXEC,
                                 MAP_SHARED, errp) &&
             jit_memory_private_to_process(mem, errp);
    }
    jit_memory_os->close(fd);
    return ok;
}
