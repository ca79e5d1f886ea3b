/*
 * Why there is no memory for generated code: what was tried, what to do
 *
 * Copyright (c) 2026 The TCG split-wx authors
 *
 * This work is licensed under the terms of the GNU GPL, version 2 or later.
 * See the COPYING file in the top-level directory.
 */

#include "qemu/osdep.h"
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
    failure->map_denied |= fd >= 0 && !noexec &&
                           (err == EPERM || err == EACCES);
    failure->denied |= err == EPERM || err == EACCES;
    failure->unknown_call |= err == ENOSYS;
    failure->no_memory |= err == ENOMEM || err == EAGAIN;
    failure->no_space |= err == ENOSPC || err == EDQUOT;
    failure->no_descriptor |= err == EMFILE || err == ENFILE;
    failure->too_big |= err == EFBIG;
}

void jit_memory_failure_report(JitMemoryFailure *failure, size_t size,
                               Error **errp)
{
    ERRP_GUARD();

    error_setg(errp, "split-wx: cannot map %zu bytes of code twice (%s)",
               size, failure->steps ? failure->steps->str : "nothing tried");
    if (failure->no_memory) {
        error_append_hint(errp, "The code is mapped twice, and both count "
                          "against RLIMIT_AS; a smaller tb-size may help.\n");
    }
    jit_memory_failure_clear(failure);
}

void jit_memory_failure_clear(JitMemoryFailure *failure)
{
    if (failure->steps) {
        g_string_free(failure->steps, true);
    }
    memset(failure, 0, sizeof(*failure));
}
