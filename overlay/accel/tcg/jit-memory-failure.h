/*
 * Why there is no memory for generated code: what was tried, what to do
 *
 * Copyright (c) 2026 The TCG split-wx authors
 *
 * This work is licensed under the terms of the GNU GPL, version 2 or later.
 * See the COPYING file in the top-level directory.
 */

#ifndef JIT_MEMORY_FAILURE_H
#define JIT_MEMORY_FAILURE_H

/* What the errno of a step says about the host; hints depend on it.  */
enum {
    JIT_MEMORY_DENIED = 1 << 0,         /* EPERM, EACCES */
    JIT_MEMORY_NOEXEC_MOUNT = 1 << 1,   /* the same, of a file mounted so */
    JIT_MEMORY_UNKNOWN_CALL = 1 << 2,   /* ENOSYS */
    JIT_MEMORY_NO_MEMORY = 1 << 3,      /* ENOMEM, EAGAIN */
    JIT_MEMORY_NO_SPACE = 1 << 4,       /* ENOSPC, EDQUOT */
    JIT_MEMORY_NO_DESCRIPTOR = 1 << 5,  /* EMFILE, ENFILE */
    JIT_MEMORY_TOO_BIG = 1 << 6,        /* EFBIG */
};

/**
 * JitMemoryFailure:
 * @steps: the text of them
 * @causes: which kinds of errors there were
 *
 * The steps that failed so far, in order.  A zeroed one is empty; whoever
 * declares it calls jit_memory_failure_clear() or jit_memory_failure_report()
 * in the end.
 */
typedef struct JitMemoryFailure {
    GString *steps;
    unsigned causes;
} JitMemoryFailure;

/**
 * jit_memory_failure_add:
 * @failure: where to note it
 * @provider: what was tried
 * @step: which part of it failed, usually the name of the system call
 * @err: the errno
 * @fd: the file that could not be mapped executable, or -1 for other steps
 */
void QEMU_COLD jit_memory_failure_add(JitMemoryFailure *failure,
                                      const char *provider, const char *step,
                                      int err, int fd);

/**
 * jit_memory_failure_report:
 * @failure: what happened; empty afterwards
 * @size: bytes that were wanted
 * @errp: set to an error that names all steps, with hints about the policies
 *        of the host that explain them
 */
void QEMU_COLD jit_memory_failure_report(JitMemoryFailure *failure, size_t size,
                                         Error **errp);

/*
 * Append to *@errp what the policies of this kind of host have to do with it,
 * and what the user can do about them.
 */
void QEMU_COLD jit_memory_policy_hint(const JitMemoryFailure *failure,
                                      Error *const *errp);

/* Forget everything.  */
void QEMU_COLD jit_memory_failure_clear(JitMemoryFailure *failure);

#endif
