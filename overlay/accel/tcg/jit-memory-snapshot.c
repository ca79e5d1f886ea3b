/*
 * Linux: a copy of generated code that children of a process start from
 *
 * Copyright (c) 2026 The TCG split-wx authors
 *
 * This work is licensed under the terms of the GNU GPL, version 2 or later.
 * See the COPYING file in the top-level directory.
 */

#include "qemu/osdep.h"
#include "qapi/error.h"
#include "qemu/memfd.h"
#include "jit-memory-file.h"
#include "jit-memory-os.h"
#include "jit-memory-snapshot.h"

bool jit_snapshot_take(JitMemory *snapshot, const JitMemory *mem, size_t used,
                       Error **errp)
{
    size_t size = ROUND_UP(used, qemu_real_host_page_size);
    JitMemoryFailure failure = {};
    const char *provider;
    void *rw = NULL, *rx = NULL;
    int fd;

    if (snapshot->size) {
        jit_memory_unmap(snapshot);
    }
    fd = jit_memory_file_open(size, &provider, &failure);
    if (fd < 0) {
        jit_memory_failure_report(&failure, size, errp);
        return false;
    }
    jit_memory_failure_clear(&failure);
    /* Blocks hold data that is up to date in RW only.  */
    if (jit_memory_file_fill(fd, mem->rw, used, errp)) {
        rw = jit_memory_file_map(fd, NULL, size, 0, PROT_READ | PROT_WRITE,
                                 MAP_PRIVATE | MAP_NORESERVE, errp);
    }
    if (rw) {
        /* Kinds of files without seals are private to this process.  */
        jit_memory_os->add_seals(fd, F_SEAL_WRITE | F_SEAL_SHRINK |
                                 F_SEAL_GROW | F_SEAL_SEAL);
        rx = jit_memory_file_map(fd, NULL, size, 0, PROT_READ | PROT_EXEC,
                                 MAP_PRIVATE, errp);
        if (!rx) {
            jit_memory_os_munmap(rw, size);
        }
    }
    jit_memory_os->close(fd);
    if (!rx) {
        return false;
    }
    snapshot->provider = provider;
    snapshot->rx = TCG_RX_PTR((uintptr_t)rx);
    snapshot->rw = rw;
    snapshot->size = size;
    return true;
}

bool jit_snapshot_move(JitMemory *snapshot, JitMemory *mem,
                       JitMemoryPages *pages, Error **errp)
{
    const int rw_prot = PROT_READ | PROT_WRITE;
    const int rx_prot = PROT_READ | PROT_EXEC;
    char *rx = jit_memory_rx_pages(mem), *rw = mem->rw;
    void *spare_rx = jit_memory_rx_pages(snapshot), *spare_rw = snapshot->rw;
    size_t head = snapshot->size, tail = mem->size - head;
    bool ok = false;

    if (jit_memory_move(spare_rw, rw, head, errp) &&
        jit_memory_move(spare_rx, rx, head, errp) &&
        jit_memory_place(pages, rw + head, head, tail, rw_prot, errp) &&
        jit_memory_place(pages, spare_rw, 0, head, rw_prot, errp)) {
        if (pages->fd >= 0) {
            jit_memory_file_seal(pages->fd);
        }
        ok = jit_memory_place(pages, rx + head, head, tail, rx_prot, errp) &&
             jit_memory_place(pages, spare_rx, 0, head, rx_prot, errp) &&
             jit_memory_private_to_process(mem, errp) &&
             jit_memory_private_to_process(snapshot, errp);
    }
    if (ok) {
        /* The pages have moved.  */
        pages->mapped.size = 0;
    }
    jit_memory_drop_pages(pages);
    return ok;
}

bool jit_snapshot_thaw(JitMemory *snapshot, JitMemory *mem, size_t keep,
                       Error **errp)
{
    memcpy(snapshot->rw, mem->rw, keep);
    if (!jit_memory_move(snapshot->rw, mem->rw, snapshot->size, errp) ||
        !jit_memory_move(jit_memory_rx_pages(snapshot),
                         jit_memory_rx_pages(mem), snapshot->size, errp)) {
        return false;
    }
    memset(snapshot, 0, sizeof(*snapshot));
    return true;
}
