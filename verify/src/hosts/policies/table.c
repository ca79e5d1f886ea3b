/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "hosts/policies/policy.h"

/* Memory that is writable and executable, or becomes so: what systemd's
 * MemoryDenyWriteExecute= denies where PR_SET_MDWE is not known. */
#define DENY_WX \
    "--deny=mmap,2&6=6:EPERM --deny=mmap2,2&6=6:EPERM " \
    "--deny=mprotect,2&4=4:EPERM"

#define NO_MEMFD "--deny=memfd_create:ENOSYS"
#define NO_SHM "--mount=/dev/shm,noexec"
#define NO_TMP "--mount=tmp,noexec"
/* Of size 0, mremap maps the pages of a shared mapping once more. */
#define NO_ALIAS "--deny=mremap,1&4294967295=0:EPERM"

/* Conditions on mmap: shared and executable, shared and writable. */
#define SHARED_X ",2&4=4,3&1=1"
#define SHARED_W ",2&2=2,3&1=1"

#define FREE { TV_CODE_RWX, TV_CODE_MEMFD, TV_CODE_RWX }
#define NEXT(code) { TV_CODE_RWX, TV_CODE_##code, TV_CODE_RWX }
#define NO_RWX(code) { TV_CODE_REFUSED, TV_CODE_##code, TV_CODE_##code }

const TvPolicy tv_policies[] = {
    { .name = "none", .options = "", .system = TRUE, .expected = FREE },

    /* No memory both writable and executable. */
    { .name = "MDWE", .options = "--mdwe", .system = TRUE,
      .expected = NO_RWX(MEMFD),
      .says = "translator buffer+Permission denied" },
    { .name = "seccomp W^X", .options = DENY_WX, .system = TRUE,
      .expected = NO_RWX(MEMFD),
      .says = "translator buffer+Operation not permitted" },

    /* The kinds of memory, one after the other. */
    { .name = "memfd_noexec=1", .options = "--memfd-noexec=1",
      .expected = FREE },
    { .name = "memfd_noexec=2", .options = "--memfd-noexec=2", .system = TRUE,
      .expected = FREE },
    { .name = "MDWE, memfd_noexec=2", .options = "--mdwe --memfd-noexec=2",
      .expected = NO_RWX(MEMFD),
      .says = "translator buffer+Permission denied" },
    /* As memfd_create(2) lists them; ENOSYS and EACCES are what seccomp
     * filters and vm.memfd_noexec answer. */
    { .name = "memfd_create", .options = "--deny=memfd_create:%s",
      .errnos = "EFAULT EINVAL EMFILE ENFILE ENOMEM EPERM ENOSYS EACCES",
      .expected = NEXT(SHM) },
    { .name = "no memfd, MDWE", .options = "--mdwe " NO_MEMFD, .system = TRUE,
      .expected = NO_RWX(SHM),
      .says = "translator buffer+Permission denied" },
    { .name = "no memfd, noexec /dev/shm", .options = NO_MEMFD " " NO_SHM,
      .system = TRUE, .expected = NEXT(FILE) },
    { .name = "no memfd, read-only /dev/shm",
      .options = NO_MEMFD " --mount=/dev/shm,ro", .expected = NEXT(FILE) },
    /* Pages that cannot be had are found out when they are written, by
     * SIGBUS, unless QEMU looks before. */
    { .name = "no memfd, full /dev/shm",
      .options = NO_MEMFD " --mount=/dev/shm,size=64k",
      .expected = NEXT(FILE) },
    { .name = "no memfd, noexec /dev/shm, MDWE",
      .options = "--mdwe " NO_MEMFD " " NO_SHM, .expected = NO_RWX(FILE),
      .says = "translator buffer+Permission denied" },
    { .name = "noexec TMPDIR", .options = NO_TMP, .expected = FREE },
    { .name = "no file for code", .options = NO_MEMFD " " NO_SHM " " NO_TMP,
      .system = TRUE, .expected = NEXT(NO_FILE) },
    { .name = "no file for code, MDWE",
      .options = "--mdwe " NO_MEMFD " " NO_SHM " " NO_TMP, .system = TRUE,
      .expected = NO_RWX(NO_FILE),
      .says = "translator buffer+Permission denied" },
    { .name = "no memory for code",
      .options = NO_MEMFD " " NO_SHM " " NO_TMP " " NO_ALIAS,
      .system = TRUE, .expected = NEXT(REFUSED),
      .says = "split-wx+memfd_create+Function not implemented+noexec" },
    { .name = "no memory for code, MDWE",
      .options = "--mdwe " NO_MEMFD " " NO_SHM " " NO_TMP " " NO_ALIAS,
      .system = TRUE,
      .expected = { TV_CODE_REFUSED, TV_CODE_REFUSED, TV_CODE_REFUSED },
      .says = "translator buffer+Permission denied|"
              "split-wx+memfd_create+noexec" },
    { .name = "no memfd, full /dev/shm and TMPDIR",
      .options = NO_MEMFD " --mount=/dev/shm,size=64k --mount=tmp,size=64k "
                 NO_ALIAS,
      .expected = NEXT(REFUSED), .says = "split-wx+memfd_create+space" },

    /* Steps after the file is there, as their manual pages list errors. */
    { .name = "ftruncate",
      .options = "--deny=ftruncate:%s --deny=ftruncate64:%s " NO_ALIAS,
      .errnos = "EFBIG EINVAL EIO EPERM ENOSPC ENOMEM",
      .expected = NEXT(REFUSED), .says = "split-wx+ftruncate" },
    { .name = "mmap executable",
      .options = "--deny=mmap" SHARED_X ":%s --deny=mmap2" SHARED_X ":%s",
      .errnos = "EACCES EAGAIN EINVAL ENFILE ENODEV ENOMEM EPERM",
      .expected = NEXT(REFUSED), .says = "split-wx+mmap RX" },
    { .name = "mmap writable",
      .options = "--deny=mmap" SHARED_W ":%s --deny=mmap2" SHARED_W ":%s "
                 NO_ALIAS,
      .errnos = "EACCES EAGAIN EINVAL ENFILE ENODEV ENOMEM EPERM",
      .expected = NEXT(REFUSED), .says = "split-wx+mmap RW" },
    { .name = "MADV_DONTFORK", .options = "--deny=madvise,2&255=10:%s",
      .errnos = "EINVAL EACCES EPERM ENOMEM", .expected = NEXT(REFUSED),
      .says = "split-wx+child" },
    /* What makes it better, and need not work. */
    { .name = "F_ADD_SEALS",
      .options = "--deny=fcntl,1&65535=1033:%s "
                 "--deny=fcntl64,1&65535=1033:%s",
      .errnos = "EBUSY EINVAL EPERM", .expected = FREE },
    { .name = "MADV_HUGEPAGE, MADV_DONTDUMP",
      .options = "--deny=madvise,2&255=14:%s --deny=madvise,2&255=16:%s",
      .errnos = "EINVAL EACCES", .expected = FREE },

    /* A limit that the default size, twice, would not fit in; and one whose
     * signal must not end QEMU (setrlimit(2)). */
    { .name = "RLIMIT_AS", .options = "--limit=as:100000000",
      .host = "x86_64", .expected = FREE },
    { .name = "RLIMIT_FSIZE", .options = "--limit=fsize:1048576",
      .expected = NEXT(NO_FILE) },
    { .name = "RLIMIT_FSIZE, no other memory",
      .options = "--limit=fsize:1048576 " NO_ALIAS,
      .expected = NEXT(REFUSED), .says = "split-wx+RLIMIT_FSIZE" },
    { NULL },
};
