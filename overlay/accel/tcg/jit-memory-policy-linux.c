/*
 * Linux: find the policies that explain a lack of memory for code
 *
 * Copyright (c) 2026 The TCG split-wx authors
 *
 * This work is licensed under the terms of the GNU GPL, version 2 or later.
 * See the COPYING file in the top-level directory.
 */

#include "qemu/osdep.h"
#include <sys/prctl.h>
#include "qapi/error.h"
#include "jit-memory-failure.h"

/* Linux 6.3, include/uapi/linux/prctl.h */
#ifndef PR_GET_MDWE
#define PR_GET_MDWE             66
#endif

/* The first line of a file, without its end; NULL if it cannot be read.  */
static char *first_line(const char *path)
{
    char *text;

    if (!g_file_get_contents(path, &text, NULL, NULL)) {
        return NULL;
    }
    text[strcspn(text, "\n")] = '\0';
    return text;
}

/* proc(5): 0 none, 1 strict, 2 filter.  */
static bool has_seccomp_filter(void)
{
    g_autofree char *text = NULL;
    const char *field;

    if (!g_file_get_contents("/proc/self/status", &text, NULL, NULL)) {
        return false;
    }
    field = strstr(text, "\nSeccomp:");
    return field && atoi(field + strlen("\nSeccomp:")) == 2;
}

static void hint_at_selinux(Error *const *errp)
{
    g_autofree char *enforce = first_line("/sys/fs/selinux/enforce");
    g_autofree char *domain = NULL;

    if (!enforce || strcmp(enforce, "1")) {
        return;
    }
    domain = first_line("/proc/self/attr/current");
    error_append_hint(errp, "SELinux is enforcing for %s: 'ausearch -m avc -ts "
                      "recent' shows what was denied. The domain needs the "
                      "permissions map and execute for the file.\n",
                      domain ? domain : "this process");
}

static void hint_at_memfd_noexec(Error *const *errp)
{
    g_autofree char *level = first_line("/proc/sys/vm/memfd_noexec");

    if (level && strcmp(level, "0")) {
        error_append_hint(errp, "The sysctl vm.memfd_noexec is %s: a memfd has "
                          "to be made with MFD_NOEXEC_SEAL, which must not be "
                          "denied.\n", level);
    }
}

void jit_memory_policy_hint(const JitMemoryFailure *failure,
                            Error *const *errp)
{
    if (failure->causes & (JIT_MEMORY_DENIED | JIT_MEMORY_UNKNOWN_CALL) &&
        has_seccomp_filter()) {
        error_append_hint(errp, "A seccomp filter is active (of a container, "
                          "or SystemCallFilter= of systemd): allow "
                          "memfd_create there.\n");
    } else if (failure->causes & JIT_MEMORY_UNKNOWN_CALL) {
        error_append_hint(errp, "memfd_create needs Linux 3.17.\n");
    }
    if (failure->causes & JIT_MEMORY_DENIED) {
        hint_at_memfd_noexec(errp);
        hint_at_selinux(errp);
    }
    if (prctl(PR_GET_MDWE, 0L, 0L, 0L, 0L) > 0) {
        error_append_hint(errp, "PR_SET_MDWE is in force "
                          "(MemoryDenyWriteExecute= of systemd): split-wx=off "
                          "cannot work either.\n");
    }
}
