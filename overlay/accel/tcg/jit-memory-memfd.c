/*
 * Linux: two shared mappings of a memfd
 *
 * Copyright (c) 2026 The TCG split-wx authors
 *
 * This work is licensed under the terms of the GNU GPL, version 2 or later.
 * See the COPYING file in the top-level directory.
 */

#include "qemu/osdep.h"
#include "qapi/error.h"
#include "qemu/memfd.h"
#include "tcg/jit-memory.h"

/* Linux 6.3; the file can be mapped PROT_EXEC, but not be executed as a file */
#ifndef MFD_NOEXEC_SEAL
#define MFD_NOEXEC_SEAL         0x0008U
#endif

/* Linux 5.1; existing writable mappings go on working, no other can be made */
#ifndef F_SEAL_FUTURE_WRITE
#define F_SEAL_FUTURE_WRITE     0x0010
#endif

/*
 * With the sysctl vm.memfd_noexec = 2, only a memfd with MFD_NOEXEC_SEAL can
 * be created.  Kernels before 6.3 refuse the unknown flag with EINVAL.
 */
static const struct {
    unsigned int flags;
    const char *name;
} memfd_variants[] = {
    { MFD_CLOEXEC | MFD_ALLOW_SEALING | MFD_NOEXEC_SEAL, "MFD_NOEXEC_SEAL" },
    { MFD_CLOEXEC | MFD_ALLOW_SEALING, "plain" },
};

static int code_memfd_open(size_t size, Error **errp)
{
    ERRP_GUARD();
    int errors[ARRAY_SIZE(memfd_variants)];
    size_t i;

    for (i = 0; i < ARRAY_SIZE(memfd_variants); i++) {
        int fd = memfd_create("tcg-code", memfd_variants[i].flags);

        if (fd < 0) {
            errors[i] = errno;
            continue;
        }
        if (ftruncate(fd, size) == 0) {
            return fd;
        }
        error_setg_errno(errp, errno, "split-wx: cannot size a memfd of %zu "
                         "bytes for translated code", size);
        close(fd);
        return -1;
    }

    error_setg(errp, "split-wx: cannot create a memfd for translated code "
               "(%s: %s; %s: %s)",
               memfd_variants[0].name, strerror(errors[0]),
               memfd_variants[1].name, strerror(errors[1]));
    error_append_hint(errp, "memfd_create needs Linux 3.17 and must not be "
                      "denied by a seccomp filter.\n");
    return -1;
}

/*
 * Once the RW alias exists, make sure that no further way to write the code
 * can be opened, through whichever path to the file.  The split works without
 * it, and kernels before 5.1 know less seals, so a refusal is no error.
 */
static void code_memfd_seal(int fd)
{
    int seals = F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL;

    if (fcntl(fd, F_ADD_SEALS, seals | F_SEAL_FUTURE_WRITE) < 0) {
        fcntl(fd, F_ADD_SEALS, seals);
    }
}

static void *code_memfd_map(int fd, void *addr, size_t size, int prot,
                            Error **errp)
{
    ERRP_GUARD();
    const char *alias = prot & PROT_EXEC ? "executable" : "writable";
    int flags = MAP_SHARED | (addr ? MAP_FIXED : 0);
    void *p = mmap(addr, size, prot, flags, fd, 0);

    if (p == MAP_FAILED) {
        int err = errno;

        error_setg_errno(errp, err, "split-wx: cannot map %zu bytes of "
                         "translated code %s", size, alias);
        if (err == ENOMEM) {
            error_append_hint(errp, "The code is mapped twice, and both count "
                              "against RLIMIT_AS; a smaller tb-size may "
                              "help.\n");
        } else if (err == EPERM || err == EACCES) {
            error_append_hint(errp, "A security policy of the host forbids "
                              "to map a memfd %s.\n", alias);
        }
        return NULL;
    }
    return p;
}

/*
 * Map the executable alias so that it crosses no multiple of @boundary.
 *
 * Of twice the size, one half will do: if a multiple lies within the first
 * half, the alias starts there.  It is the file that is mapped to reserve the
 * range, not anonymous memory: where caches are indexed by virtual address,
 * the kernel then chooses an address of the same colour as that of the other
 * alias, and would refuse to map the file at a wrong one (EINVAL, Linux,
 * arch/mips/mm/mmap.c).
 */
static void *code_memfd_map_rx(int fd, size_t size, size_t boundary,
                               Error **errp)
{
    const int prot = PROT_READ | PROT_EXEC;
    char *area, *border, *rx;

    if (!boundary) {
        return code_memfd_map(fd, NULL, size, prot, errp);
    }
    assert(size <= boundary);

    area = mmap(NULL, size * 2, PROT_NONE, MAP_SHARED, fd, 0);
    if (area == MAP_FAILED) {
        error_setg_errno(errp, errno, "split-wx: cannot reserve %zu bytes of "
                         "addresses for translated code", size * 2);
        return NULL;
    }
    border = QEMU_ALIGN_PTR_UP(area, boundary);
    rx = border < area + size ? border : area;
    if (!code_memfd_map(fd, rx, size, prot, errp)) {
        munmap(area, size * 2);
        return NULL;
    }
    if (rx > area) {
        munmap(area, rx - area);
    }
    munmap(rx + size, area + size - rx);
    return rx;
}

bool jit_memory_map(JitMemory *mem, size_t size, size_t boundary,
                    Error **errp)
{
    void *rw, *rx = NULL;
    int fd;

    size = ROUND_UP(size, qemu_real_host_page_size);

    fd = code_memfd_open(size, errp);
    if (fd < 0) {
        return false;
    }
    rw = code_memfd_map(fd, NULL, size, PROT_READ | PROT_WRITE, errp);
    if (rw) {
        code_memfd_seal(fd);
        rx = code_memfd_map_rx(fd, size, boundary, errp);
        if (!rx) {
            munmap(rw, size);
        }
    }
    close(fd);
    if (!rx) {
        return false;
    }

    mem->rx = TCG_RX_PTR((uintptr_t)rx);
    mem->rw = rw;
    mem->size = size;
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
    if (qemu_madvise((void *)TCG_RX_ADDR(mem->rx), mem->size,
                     QEMU_MADV_DONTFORK) < 0 ||
        qemu_madvise(mem->rw, mem->size, QEMU_MADV_DONTFORK) < 0) {
        error_setg_errno(errp, errno, "split-wx: cannot keep translated code "
                         "out of child processes");
        return false;
    }
    return true;
}

int jit_memory_prepare_remap(const JitMemory *mem, size_t keep, Error **errp)
{
    const char *from = (const char *)TCG_RX_ADDR(mem->rx);
    size_t done = 0;
    int fd;

    fd = code_memfd_open(mem->size, errp);
    if (fd < 0) {
        return -1;
    }
    while (done < keep) {
        ssize_t n = pwrite(fd, from + done, keep - done, done);

        if (n < 0 && errno == EINTR) {
            continue;
        }
        if (n <= 0) {
            error_setg_errno(errp, n < 0 ? errno : ENOSPC,
                             "split-wx: cannot copy %zu bytes of code for a "
                             "child process", keep);
            close(fd);
            return -1;
        }
        done += n;
    }
    return fd;
}

bool jit_memory_remap(JitMemory *mem, int fd, Error **errp)
{
    void *rx = (void *)TCG_RX_ADDR(mem->rx);
    bool ok = false;

    if (code_memfd_map(fd, mem->rw, mem->size, PROT_READ | PROT_WRITE, errp)) {
        code_memfd_seal(fd);
        ok = code_memfd_map(fd, rx, mem->size, PROT_READ | PROT_EXEC, errp) &&
             jit_memory_private_to_process(mem, errp);
    }
    close(fd);
    return ok;
}
