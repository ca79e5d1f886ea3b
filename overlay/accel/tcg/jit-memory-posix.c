/*
 * POSIX hosts without a better way: shared memory, or an unlinked file
 *
 * FreeBSD and DragonFly have anonymous shared memory objects, SHM_ANON (FreeBSD
 * shm_open(2)).  OpenBSD maps a file PROT_EXEC without the mount option
 * wxallowed as long as no mapping is PROT_WRITE as well (OpenBSD mmap(2)).
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

#ifdef SHM_ANON
static int open_shm_anon(const JitMemoryRung *rung, JitMemoryFailure *failure)
{
    int fd = jit_memory_os->shm_open(SHM_ANON, O_RDWR, 0600);

    if (fd < 0) {
        jit_memory_failure_add(failure, rung->name, "shm_open", errno, -1);
    }
    return fd;
}
#endif

const JitMemoryRung jit_memory_ladder[] = {
#ifdef SHM_ANON
    { "anonymous shared memory", open_shm_anon },
#endif
    { "POSIX shared memory", jit_memory_open_shm, .in_filesystem = true },
    { "file in TMPDIR", jit_memory_open_tmp, .in_filesystem = true },
    { "file in /tmp", jit_memory_open_tmp, .dir = "/tmp",
      .in_filesystem = true },
    { "file in /var/tmp", jit_memory_open_tmp, .dir = "/var/tmp",
      .in_filesystem = true },
    { },
};

bool jit_memory_file_in_memory(int fd)
{
    return false;
}

size_t jit_memory_file_huge_page(void)
{
    return 0;
}

int jit_memory_file_read_only(int fd)
{
    return -1;
}

int jit_memory_stop_implied_exec(void)
{
    return 0;
}

/* There are no seals for such files.  */
void jit_memory_file_seal(int fd)
{
}

void jit_memory_policy_hint(const JitMemoryFailure *failure,
                            Error *const *errp)
{
    if (failure->causes & JIT_MEMORY_DENIED) {
        error_append_hint(errp, "A security policy of the host forbids to "
                          "map a file executable.\n");
    }
}
