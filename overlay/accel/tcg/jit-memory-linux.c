/*
 * Linux: files of code pages that need no file system, and their seals
 *
 * Copyright (c) 2026 The TCG split-wx authors
 *
 * This work is licensed under the terms of the GNU GPL, version 2 or later.
 * See the COPYING file in the top-level directory.
 */

#include "qemu/osdep.h"
#include <sys/personality.h>
#include <sys/vfs.h>
#include "qemu/memfd.h"
#include "jit-memory-file.h"
#include "jit-memory-os.h"

/* Linux 6.3; the file can be mapped PROT_EXEC, but not be executed as a file */
#ifndef MFD_NOEXEC_SEAL
#define MFD_NOEXEC_SEAL         0x0008U
#endif

/* Linux 5.1; existing writable mappings go on working, no other can be made */
#ifndef F_SEAL_FUTURE_WRITE
#define F_SEAL_FUTURE_WRITE     0x0010
#endif

#ifndef TMPFS_MAGIC
#define TMPFS_MAGIC             0x01021994
#endif

static int open_memfd(const JitMemoryRung *rung, JitMemoryFailure *failure)
{
    int fd = jit_memory_os->memfd_create("tcg-code", MFD_CLOEXEC |
                                         MFD_ALLOW_SEALING | rung->flags);

    if (fd < 0) {
        jit_memory_failure_add(failure, rung->name, "memfd_create", errno, -1);
        return -1;
    }
    /* Otherwise any user may open it, as far as /proc/PID/fd permits.  */
    jit_memory_os->fchmod(fd, 0600);
    return fd;
}

/*
 * With the sysctl vm.memfd_noexec = 2, only a memfd with MFD_NOEXEC_SEAL can
 * be created.  Kernels before 6.3 refuse the unknown flag with EINVAL.
 */
const JitMemoryRung jit_memory_ladder[] = {
    { "memfd, MFD_NOEXEC_SEAL", open_memfd, .flags = MFD_NOEXEC_SEAL },
    { "memfd", open_memfd },
    { "POSIX shared memory", jit_memory_open_shm, .in_filesystem = true },
    { "file in TMPDIR", jit_memory_open_tmp, .in_filesystem = true },
    { "file in /tmp", jit_memory_open_tmp, .dir = "/tmp",
      .in_filesystem = true },
    { "file in /var/tmp", jit_memory_open_tmp, .dir = "/var/tmp",
      .in_filesystem = true },
    { "shared anonymous memory" },
    { },
};

/* Each thread has its own personality, inherited from its creator.  */
int jit_memory_stop_implied_exec(void)
{
    int persona = personality(0xffffffff);

    if (persona < 0 || !(persona & READ_IMPLIES_EXEC)) {
        return 0;
    }
    return personality(persona & ~READ_IMPLIES_EXEC) < 0 ? -1 : 0;
}

bool jit_memory_file_in_memory(int fd)
{
    struct statfs fs;

    return fstatfs(fd, &fs) == 0 && fs.f_type == TMPFS_MAGIC;
}

/*
 * Since Linux 4.7 for shared memory, if the administrator allows it:
 * /sys/kernel/mm/transparent_hugepage/shmem_enabled is "advise" or more.
 */
size_t jit_memory_file_huge_page(void)
{
    g_autofree char *text = NULL;

    if (!g_file_get_contents("/sys/kernel/mm/transparent_hugepage/"
                             "hpage_pmd_size", &text, NULL, NULL)) {
        return 0;
    }
    return g_ascii_strtoull(text, NULL, 10);
}

int jit_memory_file_read_only(int fd)
{
    g_autofree char *path = g_strdup_printf("/proc/self/fd/%d", fd);

    return jit_memory_os->open(path, O_RDONLY | O_CLOEXEC, 0);
}

void jit_memory_file_seal(int fd)
{
    int seals = F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL;

    /* Kernels before 5.1 know fewer seals.  */
    if (jit_memory_os->add_seals(fd, seals | F_SEAL_FUTURE_WRITE) < 0) {
        jit_memory_os->add_seals(fd, seals);
    }
}
