/*
 * NetBSD: anonymous memory, and a second mapping of it by mremap()
 *
 * NetBSD mremap(2): with MAP_REMAPDUP (NetBSD 4.0), the old mapping stays and
 * shares its pages with the new one, which starts with the protection of the
 * old one.  NetBSD mmap(2): PROT_MPROTECT (NetBSD 8.0) states the protections
 * that PaX MPROTECT, see security(7), lets mprotect() add later.  So this is
 * the one kind of host whose RX alias gets PROT_EXEC by mprotect(): mmap()
 * states its maximum, and no page is writable and executable at any time.
 *
 * The bytes of a PROT_MPROTECT that is not defined, before NetBSD 8.0, are not
 * restricted after the mapping.
 *
 * Copyright (c) 2026 The TCG split-wx authors
 *
 * This work is licensed under the terms of the GNU GPL, version 2 or later.
 * See the COPYING file in the top-level directory.
 */

#include "qemu/osdep.h"
#include <sys/mman.h>
#include "qapi/error.h"
#include "tcg/jit-memory.h"

#ifndef PROT_MPROTECT
#define PROT_MPROTECT(prot) 0
#endif

/* Returns: 0, or a negative errno with @step set and nothing left mapped */
static int map_aliases(void **rw, void **rx, size_t size, const char **step)
{
    int err;

    *step = "mmap RW";
    *rw = mmap(NULL, size, PROT_READ | PROT_WRITE | PROT_MPROTECT(PROT_EXEC),
               MAP_ANON | MAP_PRIVATE, -1, 0);
    if (*rw == MAP_FAILED) {
        return -errno;
    }
    *step = "mremap with MAP_REMAPDUP";
    *rx = mremap(*rw, size, NULL, size, MAP_REMAPDUP);
    if (*rx == MAP_FAILED) {
        err = errno;
        munmap(*rw, size);
        return -err;
    }
    *step = "mprotect RX";
    if (mprotect(*rx, size, PROT_READ | PROT_EXEC) < 0) {
        err = errno;
        munmap(*rx, size);
        munmap(*rw, size);
        return -err;
    }
    return 0;
}

bool jit_memory_map(JitMemory *mem, size_t size, size_t boundary,
                    Error **errp)
{
    ERRP_GUARD();
    const char *step;
    void *rw = NULL, *rx = NULL;
    int err;

    if (boundary) {
        error_setg(errp, "split-wx: code with bounded branches is not "
                   "supported on this operating system");
        return false;
    }
    size = ROUND_UP(size, qemu_real_host_page_size);
    err = map_aliases(&rw, &rx, size, &step);
    if (err < 0) {
        error_setg_errno(errp, -err, "split-wx: cannot map %zu bytes of code "
                         "twice (mremap: %s)", size, step);
        if (err == -ENOMEM) {
            error_append_hint(errp, "The code is mapped twice, and both "
                              "mappings count as address space: a smaller "
                              "tb-size may help.\n");
        } else if (err == -EACCES || err == -EPERM) {
            error_append_hint(errp, "PaX MPROTECT may forbid it: see "
                              "security(7), and paxctl(8) to lift it from "
                              "this program.\n");
        }
        return false;
    }
    mem->rx = TCG_RX_PTR((uintptr_t)rx);
    mem->rw = rw;
    mem->size = size;
    mem->provider = "mremap, MAP_REMAPDUP";
    return true;
}

void jit_memory_unmap(JitMemory *mem)
{
    munmap((void *)TCG_RX_ADDR(mem->rx), mem->size);
    munmap(mem->rw, mem->size);
    memset(mem, 0, sizeof(*mem));
}

bool jit_memory_private_to_process(JitMemory *mem, Error **errp)
{
    if (minherit((void *)TCG_RX_ADDR(mem->rx), mem->size,
                 MAP_INHERIT_NONE) < 0 ||
        minherit(mem->rw, mem->size, MAP_INHERIT_NONE) < 0) {
        error_setg_errno(errp, errno, "split-wx: cannot keep translated code "
                         "out of child processes");
        return false;
    }
    return true;
}
