/*
 * System calls of the memory for generated code that fail on demand
 *
 * Copyright (c) 2026 The TCG split-wx authors
 *
 * This work is licensed under the terms of the GNU GPL, version 2 or later.
 * See the COPYING file in the top-level directory.
 */

#ifndef JIT_MEMORY_FAULTS_H
#define JIT_MEMORY_FAULTS_H

#include "jit-memory-os.h"

typedef enum Call {
    MEMFD_CREATE,
    SHM_OPEN,
    SHM_UNLINK,
    OPEN,
    UNLINK,
    CLOSE,
    FCHMOD,
    FTRUNCATE,
    FALLOCATE,
    ADD_SEALS,
    MMAP,
    MUNMAP,
    MADVISE,
    PWRITE,
    KEEP_FROM_CHILDREN,
    MOVE,
    ALIAS,
    MAKE_RW,
    N_CALLS,
} Call;

/*
 * The errors of each call, from the ERRORS section of its Linux manual page
 * and, for memfd_create, those of a seccomp filter and of vm.memfd_noexec.
 * Ended by 0.
 */
extern const int call_errors[N_CALLS][32];

extern const char *const call_names[N_CALLS];

/* Which call to let fail: the one of this number, or all of these kinds.  */
typedef struct Fault {
    int at;
    uint32_t always;
    int prot;                   /* and of these, only mmap() with this */
    int error;
    int calls;
    int faults;
    Call call;                  /* the one that failed last */
    bool paused;                /* none fails, none is counted */
    /* What a call that failed has left for us to clean up.  */
    void *mapped;
    size_t mapped_size;
    char name[256];
    /* A copy of the next descriptor that is closed, if asked for.  */
    bool keep;
    int kept;
} Fault;

extern Fault fault;

/* How many calls have failed since the program began.  */
extern unsigned long total_faults;

/* Where the kernel shall put mappings that may lie anywhere, if not 0.  */
extern uintptr_t hint;

/* Replaces jit_memory_os_host.  */
extern const JitMemoryOs fault_os;

/**
 * set_fault:
 * @at: number of the call to let fail, from 1 on; 0 for none
 * @always: a bit for each Call that always fails
 * @error: what errno they leave; with 0 they count as failed, but succeed
 *
 * Count calls from here on.  What earlier ones have left is forgotten.
 */
void set_fault(int at, uint32_t always, int error);

/**
 * fault_each:
 * @attempt: does something, under the fault that is set
 * @opaque: passed to @attempt
 * @must_work: passed to @attempt; whether it has to work in spite of a fault
 *
 * Let the first call fail, then the second and so on until all have, each with
 * every error it can have.
 */
void fault_each(void (*attempt)(void *opaque, bool must_work), void *opaque,
                bool must_work);

#endif
