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

/* Pages without a file, from the end of the ladder.  */
static bool map_without_file(JitMemory *mem, size_t size,
                             JitMemoryFailure *failure)
{
    const JitMemoryRung *rung;

    for (rung = jit_memory_ladder; rung->name; rung++) {
        if (!rung->open && jit_memory_map_rung(mem, rung, size, 0, failure)) {
            return true;
        }
    }
    return false;
}

bool jit_memory_prepare_remap(const JitMemory *mem, size_t keep,
                              JitMemoryPages *pages, Error **errp)
{
    JitMemoryFailure failure = {};
    const void *code = jit_memory_rx_pages(mem);
    JitMemoryPages new = { .size = mem->size };

    new.fd = jit_memory_file_open(new.size, NULL, &failure);
    if (new.fd >= 0) {
        if (!jit_memory_file_fill(new.fd, code, keep, errp)) {
            jit_memory_failure_clear(&failure);
            jit_memory_os->close(new.fd);
            return false;
        }
    } else {
        if (!map_without_file(&new.mapped, new.size, &failure)) {
            jit_memory_failure_report(&failure, new.size, errp);
            return false;
        }
        memcpy(new.mapped.rw, code, keep);
    }
    jit_memory_failure_clear(&failure);
    *pages = new;
    return true;
}

void jit_memory_drop_pages(JitMemoryPages *pages)
{
    if (pages->size && pages->fd >= 0) {
        jit_memory_os->close(pages->fd);
    }
    if (pages->mapped.size) {
        jit_memory_unmap(&pages->mapped);
    }
    memset(pages, 0, sizeof(*pages));
}

bool jit_memory_move(void *from, void *to, size_t size, Error **errp)
{
    if (jit_memory_os_move(from, size, to) == MAP_FAILED) {
        error_setg_errno(errp, errno, "split-wx: cannot move %zu bytes of "
                         "translated code with mremap", size);
        return false;
    }
    return true;
}

bool jit_memory_place(const JitMemoryPages *pages, void *addr, size_t offset,
                      size_t size, int prot, Error **errp)
{
    char *from = prot & PROT_EXEC ? jit_memory_rx_pages(&pages->mapped)
                                  : pages->mapped.rw;

    return pages->fd < 0
        ? jit_memory_move(from + offset, addr, size, errp)
        : jit_memory_file_map(pages->fd, addr, size, offset, prot, MAP_SHARED,
                              errp) != NULL;
}

bool jit_memory_remap(JitMemory *mem, JitMemoryPages *pages, Error **errp)
{
    bool ok = jit_memory_place(pages, mem->rw, 0, mem->size,
                               PROT_READ | PROT_WRITE, errp);

    if (ok) {
        if (pages->fd >= 0) {
            jit_memory_file_seal(pages->fd);
        }
        ok = jit_memory_place(pages, jit_memory_rx_pages(mem), 0, mem->size,
                              PROT_READ | PROT_EXEC, errp) &&
             jit_memory_private_to_process(mem, errp);
    }
    if (ok) {
        /* The pages have moved.  */
        pages->mapped.size = 0;
    }
    jit_memory_drop_pages(pages);
    return ok;
}
