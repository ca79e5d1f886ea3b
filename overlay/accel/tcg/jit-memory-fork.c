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
    const char *from = jit_memory_rx_pages(mem);
    size_t done = 0;
    int fd;

    fd = jit_memory_file_open(mem->size, NULL, errp);
    if (fd < 0) {
        return -1;
    }
    while (done < keep) {
        ssize_t n = jit_memory_os_pwrite(fd, from + done, keep - done, done);

        if (n < 0 && errno == EINTR) {
            continue;
        }
        if (n <= 0) {
            error_setg_errno(errp, n < 0 ? errno : ENOSPC,
                             "split-wx: cannot copy %zu bytes of code for a "
                             "child process", keep);
            jit_memory_os->close(fd);
            return -1;
        }
        done += n;
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
