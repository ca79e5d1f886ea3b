/*
 * Why there is no memory for generated code: what was tried, what to do
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

void jit_memory_failure_add(JitMemoryFailure *failure, const char *provider,
                            const char *step, int err, int fd)
{
    bool noexec = fd >= 0 && (err == EPERM || err == EACCES) &&
                  on_noexec_mount(fd);

    if (!failure->steps) {
        failure->steps = g_string_new(NULL);
    } else {
        g_string_append(failure->steps, "; ");
    }
    g_string_append_printf(failure->steps, "%s: %s: %s%s", provider, step,
                           strerror(err), noexec ? " (mounted noexec)" : "");

    failure->noexec_mount |= noexec;
    failure->denied |= !noexec && (err == EPERM || err == EACCES);
    failure->unknown_call |= err == ENOSYS;
    failure->no_memory |= err == ENOMEM || err == EAGAIN;
    failure->no_space |= err == ENOSPC || err == EDQUOT;
    failure->no_descriptor |= err == EMFILE || err == ENFILE;
    failure->too_big |= err == EFBIG;
}

static void hint_at_limit(Error *const *errp, int resource, const char *name,
                          const char *advice)
{
    struct rlimit limit;

    if (getrlimit(resource, &limit) == 0 && limit.rlim_cur != RLIM_INFINITY) {
        error_append_hint(errp, "%s is %" PRIu64 ": %s\n", name,
                          (uint64_t)limit.rlim_cur, advice);
    }
}

void jit_memory_failure_report(JitMemoryFailure *failure, size_t size,
                               Error **errp)
{
    ERRP_GUARD();

    error_setg(errp, "split-wx: cannot map %zu bytes of code twice (%s)",
               size, failure->steps ? failure->steps->str : "nothing to try");
    if (failure->no_memory) {
        error_append_hint(errp, "The code is mapped twice, and both mappings "
                          "count as address space: a smaller tb-size may "
                          "help.\n");
#ifdef RLIMIT_AS
        hint_at_limit(errp, RLIMIT_AS, "RLIMIT_AS",
                      "raise it (ulimit -v), or lower tb-size.");
#endif
    }
    if (failure->too_big) {
        hint_at_limit(errp, RLIMIT_FSIZE, "RLIMIT_FSIZE",
                      "it binds files in memory as well; raise it "
                      "(ulimit -f), or lower tb-size.");
    }
    if (failure->no_descriptor) {
        hint_at_limit(errp, RLIMIT_NOFILE, "RLIMIT_NOFILE",
                      "a file of code needs a descriptor while it is mapped; "
                      "raise it (ulimit -n).");
    }
    if (failure->no_space) {
        error_append_hint(errp, "A file system is too small for the code: set "
                          "TMPDIR to a directory with more room, or lower "
                          "tb-size.\n");
    }
    if (failure->noexec_mount) {
        error_append_hint(errp, "A file system that is mounted noexec cannot "
                          "hold code: set TMPDIR to a directory elsewhere.\n");
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
