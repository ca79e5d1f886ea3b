/*
 * Report why there is no memory for generated code, and what to do
 *
 * Copyright (c) 2026 The TCG split-wx authors
 *
 * This work is licensed under the terms of the GNU GPL, version 2 or later.
 * See the COPYING file in the top-level directory.
 */

#ifndef JIT_MEMORY_FAILURE_H
#define JIT_MEMORY_FAILURE_H

/* Causes that the errno of a step shows; the hints depend on them.  */
enum {
    JIT_MEMORY_DENIED = 1 << 0,         /* EPERM, EACCES */
    JIT_MEMORY_NOEXEC_MOUNT = 1 << 1,   /* the same, on a noexec mount */
    JIT_MEMORY_UNKNOWN_CALL = 1 << 2,   /* ENOSYS */
    JIT_MEMORY_NO_MEMORY = 1 << 3,      /* ENOMEM, EAGAIN */
    JIT_MEMORY_NO_SPACE = 1 << 4,       /* ENOSPC, EDQUOT */
    JIT_MEMORY_NO_DESCRIPTOR = 1 << 5,  /* EMFILE, ENFILE */
    JIT_MEMORY_TOO_BIG = 1 << 6,        /* EFBIG */
};

/**
 * JitMemoryFailure:
 * @steps: text that names them
 * @causes: the kinds of their errors
 *
 * The steps that failed so far, in order.  A zeroed one is empty; the function
 * that declares it calls jit_memory_failure_clear() or
 * jit_memory_failure_report() in the end.
 */
typedef struct JitMemoryFailure {
    GString *steps;
    unsigned causes;
} JitMemoryFailure;

/**
 * jit_memory_failure_add:
 * @failure: list to add the step to
 * @provider: the provider that failed
 * @step: the part of it that failed, usually the name of the system call
 * @err: the errno
 * @fd: the file that could not be mapped executable, or -1 for other steps
 */
void QEMU_COLD jit_memory_failure_add(JitMemoryFailure *failure,
                                      const char *provider, const char *step,
                                      int err, int fd);

/**
 * jit_memory_failure_report:
 * @failure: the failed steps; empty afterwards
 * @size: bytes that were wanted
 * @errp: set to an error that names all steps, with hints about the policies
 *        of the host that explain them
 */
void QEMU_COLD jit_memory_failure_report(JitMemoryFailure *failure, size_t size,
                                         Error **errp);

/*
 * Append hints to *@errp: the policies of this kind of host that explain the
 * failure, and what the user can do about them.
 */
void QEMU_COLD jit_memory_policy_hint(const JitMemoryFailure *failure,
                                      Error *const *errp);

/* Forget everything.  */
void QEMU_COLD jit_memory_failure_clear(JitMemoryFailure *failure);

#endif
