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

/* The call to let fail: the one of this number, or all of these kinds.  */
typedef struct Fault {
    int at;
    uint32_t always;
    int prot;                   /* and of these, only mmap() with this */
    int error;
    int calls;
    int faults;
    Call call;                  /* the one that failed last */
    bool paused;                /* no call fails, and none counts */
    /* The leftovers of a failed call, for the test to clean up.  */
    void *mapped;
    size_t mapped_size;
    char name[256];
    /* A copy of the next descriptor that is closed, on request.  */
    bool keep;
    int kept;
} Fault;

extern Fault fault;

/* The number of calls that have failed since the program began.  */
extern unsigned long total_faults;

/* The address for mappings that may lie anywhere, if not 0.  */
extern uintptr_t hint;

/* Replaces jit_memory_os_host.  */
extern const JitMemoryOs fault_os;

/**
 * set_fault:
 * @at: number of the call to let fail, from 1 on; 0 for none
 * @always: a bit for each Call that always fails
 * @error: the errno that they leave; with 0 they count as failed, but succeed
 *
 * Count calls from here on, and forget the leftovers of earlier ones.
 */
void set_fault(int at, uint32_t always, int error);

/**
 * fault_each:
 * @attempt: does something, under the fault that is set
 * @opaque: passed to @attempt
 * @must_work: passed to @attempt; true if it has to work in spite of a fault
 *
 * Let the first call fail, then the second and so on until all have, each with
 * every error it can have.
 */
void fault_each(void (*attempt)(void *opaque, bool must_work), void *opaque,
                bool must_work);

#endif
