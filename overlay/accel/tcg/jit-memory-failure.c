/*
 * Report why there is no memory for generated code, and what to do
 *
 * Copyright (c) 2026 The TCG split-wx authors
 *
 * This work is licensed under the terms of the GNU GPL, version 2 or later.
 * See the COPYING file in the top-level directory.
 */

#include "qemu/osdep.h"
#include <sys/resource.h>
#include <sys/statvfs.h>
#include "qapi/error.h"
#include "jit-memory-failure.h"

static bool on_noexec_mount(int fd)
{
#ifdef ST_NOEXEC
    struct statvfs fs;

    return fstatvfs(fd, &fs) == 0 && fs.f_flag & ST_NOEXEC;
#else
    return false;
#endif
}

static unsigned cause_of(int err, int fd)
{
    static const struct {
        int err;
        unsigned cause;
    } causes[] = {
        { EPERM, JIT_MEMORY_DENIED },
        { EACCES, JIT_MEMORY_DENIED },
        { ENOSYS, JIT_MEMORY_UNKNOWN_CALL },
        { ENOMEM, JIT_MEMORY_NO_MEMORY },
        { EAGAIN, JIT_MEMORY_NO_MEMORY },
        { ENOSPC, JIT_MEMORY_NO_SPACE },
        { EDQUOT, JIT_MEMORY_NO_SPACE },
        { EMFILE, JIT_MEMORY_NO_DESCRIPTOR },
        { ENFILE, JIT_MEMORY_NO_DESCRIPTOR },
        { EFBIG, JIT_MEMORY_TOO_BIG },
    };

    for (int i = 0; i < ARRAY_SIZE(causes); i++) {
        if (causes[i].err != err) {
            continue;
        }
        if (causes[i].cause == JIT_MEMORY_DENIED && fd >= 0 &&
            on_noexec_mount(fd)) {
            return JIT_MEMORY_NOEXEC_MOUNT;
        }
        return causes[i].cause;
    }
    return 0;
}

void jit_memory_failure_add(JitMemoryFailure *failure, const char *provider,
                            const char *step, int err, int fd)
{
    unsigned cause = cause_of(err, fd);

    if (!failure->steps) {
        failure->steps = g_string_new(NULL);
    } else {
        g_string_append(failure->steps, "; ");
    }
    g_string_append_printf(failure->steps, "%s: %s: %s%s", provider, step,
                           strerror(err),
                           cause == JIT_MEMORY_NOEXEC_MOUNT
                           ? " (mounted noexec)" : "");
    failure->causes |= cause;
}

/* In the order of the output.  */
static const struct {
    unsigned cause;
    const char *advice;
    /* Only if this limit is set; the hint names it.  */
    const char *limit;
    int resource;
} hints[] = {
    { JIT_MEMORY_NO_MEMORY,
      "The code is mapped twice, and both mappings count as address space: a "
      "smaller tb-size may help." },
#ifdef RLIMIT_AS
    { JIT_MEMORY_NO_MEMORY, "raise it (ulimit -v), or lower tb-size.",
      "RLIMIT_AS", RLIMIT_AS },
#endif
    { JIT_MEMORY_TOO_BIG,
      "it binds files in memory as well; raise it (ulimit -f), or lower "
      "tb-size.", "RLIMIT_FSIZE", RLIMIT_FSIZE },
    { JIT_MEMORY_NO_DESCRIPTOR,
      "a file of code needs a descriptor while it is mapped; raise it "
      "(ulimit -n).", "RLIMIT_NOFILE", RLIMIT_NOFILE },
    { JIT_MEMORY_NO_SPACE,
      "A file system is too small for the code: set TMPDIR to a directory "
      "with more room, or lower tb-size." },
    { JIT_MEMORY_NOEXEC_MOUNT,
      "A file system that is mounted noexec cannot hold code: set TMPDIR to a "
      "directory elsewhere." },
};

void jit_memory_failure_report(JitMemoryFailure *failure, size_t size,
                               Error **errp)
{
    ERRP_GUARD();
    struct rlimit limit;

    error_setg(errp, "split-wx: cannot map %zu bytes of code twice (%s)",
               size, failure->steps ? failure->steps->str : "nothing to try");
    for (int i = 0; i < ARRAY_SIZE(hints); i++) {
        if (!(failure->causes & hints[i].cause)) {
            continue;
        }
        if (!hints[i].limit) {
            error_append_hint(errp, "%s\n", hints[i].advice);
        } else if (getrlimit(hints[i].resource, &limit) == 0 &&
                   limit.rlim_cur != RLIM_INFINITY) {
            error_append_hint(errp, "%s is %" PRIu64 ": %s\n", hints[i].limit,
                              (uint64_t)limit.rlim_cur, hints[i].advice);
        }
    }
    jit_memory_policy_hint(failure, errp);
    jit_memory_failure_clear(failure);
}

void jit_memory_failure_clear(JitMemoryFailure *failure)
{
    if (failure->steps) {
        g_string_free(failure->steps, true);
    }
    memset(failure, 0, sizeof(*failure));
}
