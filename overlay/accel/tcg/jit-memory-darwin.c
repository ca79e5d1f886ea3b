/*
 * Darwin: anonymous memory, and a second mapping of it by vm_remap()
 *
 * XNU, osfmk/vm/vm_map.c, vm_map_remap(): with copy false, the new mapping
 * shares the pages of the old one and starts with its protections.
 * XNU, osfmk/vm/vm_user.c, vm_protect(): with set_maximum true, it lowers the
 * maximum protection, permanently.
 *
 * Copyright (c) 2026 The TCG split-wx authors
 *
 * This work is licensed under the terms of the GNU GPL, version 2 or later.
 * See the COPYING file in the top-level directory.
 */

#include "qemu/osdep.h"
#include <mach/mach.h>
#include "qapi/error.h"
#include "tcg/jit-memory.h"

static kern_return_t restrict_to(vm_address_t addr, size_t size,
                                 vm_prot_t prot)
{
    kern_return_t kr = vm_protect(mach_task_self(), addr, size, FALSE, prot);

    return kr == KERN_SUCCESS ?
           vm_protect(mach_task_self(), addr, size, TRUE, prot) : kr;
}

/* Returns: KERN_SUCCESS, or the error with @step set and nothing mapped */
static kern_return_t map_aliases(vm_address_t *rw, vm_address_t *rx,
                                 size_t size, const char **step)
{
    mach_port_t task = mach_task_self();
    vm_prot_t current, maximum;
    kern_return_t kr;

    *step = "vm_allocate";
    *rw = 0;
    kr = vm_allocate(task, rw, size, VM_FLAGS_ANYWHERE);
    if (kr != KERN_SUCCESS) {
        return kr;
    }
    *step = "vm_remap";
    *rx = 0;
    kr = vm_remap(task, rx, size, 0, VM_FLAGS_ANYWHERE, task, *rw, FALSE,
                  &current, &maximum, VM_INHERIT_NONE);
    if (kr != KERN_SUCCESS) {
        vm_deallocate(task, *rw, size);
        return kr;
    }
    *step = "vm_protect RX";
    kr = restrict_to(*rx, size, VM_PROT_READ | VM_PROT_EXECUTE);
    if (kr == KERN_SUCCESS) {
        *step = "vm_protect RW";
        kr = restrict_to(*rw, size, VM_PROT_READ | VM_PROT_WRITE);
    }
    if (kr != KERN_SUCCESS) {
        vm_deallocate(task, *rx, size);
        vm_deallocate(task, *rw, size);
    }
    return kr;
}

bool jit_memory_map(JitMemory *mem, size_t size, size_t boundary,
                    Error **errp)
{
    ERRP_GUARD();
    const char *step;
    vm_address_t rw, rx;
    kern_return_t kr;

    /* Only mips has a boundary, and there is no Darwin for it.  */
    assert(!boundary);

    size = ROUND_UP(size, qemu_real_host_page_size);
    kr = map_aliases(&rw, &rx, size, &step);
    if (kr != KERN_SUCCESS) {
        error_setg(errp, "split-wx: cannot map %zu bytes of code twice "
                   "(vm_remap: %s: %s)", size, step, mach_error_string(kr));
        if (kr == KERN_PROTECTION_FAILURE) {
            error_append_hint(errp, "The hardened runtime may forbid it: sign "
                              "the program with the entitlement "
                              "com.apple.security.cs.allow-unsigned-executable"
                              "-memory.\n");
        }
        return false;
    }
    mem->rx = TCG_RX_PTR(rx);
    mem->rw = (void *)rw;
    mem->size = size;
    mem->provider = "vm_remap";
    return true;
}

void jit_memory_unmap(JitMemory *mem)
{
    vm_deallocate(mach_task_self(), TCG_RX_ADDR(mem->rx), mem->size);
    vm_deallocate(mach_task_self(), (vm_address_t)mem->rw, mem->size);
    memset(mem, 0, sizeof(*mem));
}

bool jit_memory_private_to_process(JitMemory *mem, Error **errp)
{
    kern_return_t kr;

    /* Children do not inherit RX from the start.  */
    kr = vm_inherit(mach_task_self(), (vm_address_t)mem->rw, mem->size,
                    VM_INHERIT_NONE);
    if (kr != KERN_SUCCESS) {
        error_setg(errp, "split-wx: cannot keep translated code out of child "
                   "processes: %s", mach_error_string(kr));
        return false;
    }
    return true;
}
