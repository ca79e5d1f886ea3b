/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "externs.h"

#include <string.h>

#define P(n) (1u << (n))
#define FROM(n) (~0u << (n))

/*
 * POSIX.1-2017 and the manual pages of Linux tell which parameters are
 * written; LLVM's language reference tells it of the intrinsics.
 */
static const AuExtern externs[] = {
    {"llvm.memcpy.", AU_EXTERN_COPIES, P(0), NULL},
    {"llvm.memmove.", AU_EXTERN_COPIES, P(0), NULL},
    {"llvm.memset.", AU_EXTERN_WRITES, P(0), NULL},
    {"llvm.threadlocal.address.", AU_EXTERN_RETURNS, 0, NULL},
    {"llvm.launder.invariant.group.", AU_EXTERN_RETURNS, 0, NULL},
    {"llvm.strip.invariant.group.", AU_EXTERN_RETURNS, 0, NULL},
    {"llvm.ptr.annotation.", AU_EXTERN_RETURNS, 0, NULL},
    {"llvm.expect.", AU_EXTERN_RETURNS, 0, NULL},
    {"llvm.ptrmask.", AU_EXTERN_RETURNS, 0, NULL},
    {"llvm.uadd.", AU_EXTERN_ADDS, 0, NULL},
    {"llvm.sadd.", AU_EXTERN_ADDS, 0, NULL},
    {"llvm.usub.", AU_EXTERN_SUBTRACTS, 0, NULL},
    {"llvm.ssub.", AU_EXTERN_SUBTRACTS, 0, NULL},
    {"llvm.ctlz.", AU_EXTERN_READS, 0, NULL},
    {"llvm.cttz.", AU_EXTERN_READS, 0, NULL},
    {"llvm.ctpop.", AU_EXTERN_READS, 0, NULL},
    {"llvm.is.constant.", AU_EXTERN_READS, 0, NULL},
    {"llvm.objectsize.", AU_EXTERN_READS, 0, NULL},
    {"llvm.prefetch.", AU_EXTERN_READS, 0, NULL},
    {"llvm.clear_cache", AU_EXTERN_READS, 0, NULL},
    {"llvm.va_start", AU_EXTERN_WRITES, P(0), NULL},
    {"llvm.va_copy", AU_EXTERN_COPIES, P(0), NULL},
    {"memcpy", AU_EXTERN_COPIES, P(0), NULL},
    {"memmove", AU_EXTERN_COPIES, P(0), NULL},
    {"mempcpy", AU_EXTERN_COPIES, P(0), NULL},
    {"__memcpy_chk", AU_EXTERN_COPIES, P(0), NULL},
    {"__memmove_chk", AU_EXTERN_COPIES, P(0), NULL},
    {"memset", AU_EXTERN_WRITES, P(0), NULL},
    {"__memset_chk", AU_EXTERN_WRITES, P(0), NULL},
    {"bzero", AU_EXTERN_WRITES, P(0), NULL},
    {"memccpy", AU_EXTERN_COPIES, P(0), NULL},
    {"bcopy", AU_EXTERN_WRITES, P(1), NULL},
    {"swab", AU_EXTERN_WRITES, P(1), NULL},
    {"explicit_bzero", AU_EXTERN_WRITES, P(0), NULL},
    {"strcpy", AU_EXTERN_COPIES, P(0), NULL},
    {"strncpy", AU_EXTERN_COPIES, P(0), NULL},
    {"stpcpy", AU_EXTERN_COPIES, P(0), NULL},
    {"strcat", AU_EXTERN_COPIES, P(0), NULL},
    {"strncat", AU_EXTERN_COPIES, P(0), NULL},
    {"sprintf", AU_EXTERN_PRINTS, P(0), NULL},
    {"snprintf", AU_EXTERN_PRINTS, P(0), NULL},
    {"vsprintf", AU_EXTERN_PRINTS, P(0), NULL},
    {"vsnprintf", AU_EXTERN_PRINTS, P(0), NULL},
    {"__sprintf_chk", AU_EXTERN_PRINTS, P(0), NULL},
    {"__snprintf_chk", AU_EXTERN_PRINTS, P(0), NULL},
    {"__vsnprintf_chk", AU_EXTERN_PRINTS, P(0), NULL},
    {"__atomic_store", AU_EXTERN_WRITES, P(1), NULL},
    {"__atomic_exchange", AU_EXTERN_WRITES, P(1) | P(3), NULL},
    {"__atomic_compare_exchange", AU_EXTERN_WRITES, P(1) | P(2), NULL},
    {"__atomic_load", AU_EXTERN_WRITES, P(2), NULL},
    {"strtol", AU_EXTERN_PARSES, 0, NULL},
    {"strtoul", AU_EXTERN_PARSES, 0, NULL},
    {"strtoll", AU_EXTERN_PARSES, 0, NULL},
    {"strtoull", AU_EXTERN_PARSES, 0, NULL},
    {"strtoimax", AU_EXTERN_PARSES, 0, NULL},
    {"strtoumax", AU_EXTERN_PARSES, 0, NULL},
    {"__isoc23_strtol", AU_EXTERN_PARSES, 0, NULL},
    {"__isoc23_strtoul", AU_EXTERN_PARSES, 0, NULL},
    {"__isoc23_strtoll", AU_EXTERN_PARSES, 0, NULL},
    {"__isoc23_strtoull", AU_EXTERN_PARSES, 0, NULL},
    {"atoi", AU_EXTERN_PARSES, 0, NULL},
    {"atol", AU_EXTERN_PARSES, 0, NULL},
    {"atoll", AU_EXTERN_PARSES, 0, NULL},
    {"g_ascii_strtoull", AU_EXTERN_PARSES, 0, NULL},
    {"g_ascii_strtoll", AU_EXTERN_PARSES, 0, NULL},
    {"scanf", AU_EXTERN_WRITES, FROM(1), NULL},
    {"sscanf", AU_EXTERN_SCANS, FROM(2), NULL},
    {"fscanf", AU_EXTERN_WRITES, FROM(2), NULL},
    {"__isoc99_sscanf", AU_EXTERN_SCANS, FROM(2), NULL},
    {"__isoc99_fscanf", AU_EXTERN_WRITES, FROM(2), NULL},
    {"read", AU_EXTERN_WRITES, P(1), NULL},
    {"pread", AU_EXTERN_WRITES, P(1), NULL},
    {"pread64", AU_EXTERN_WRITES, P(1), NULL},
    {"recv", AU_EXTERN_WRITES, P(1), NULL},
    {"recvfrom", AU_EXTERN_WRITES, P(1) | P(4) | P(5), NULL},
    {"readv", AU_EXTERN_READS, 0, "iovec"},
    {"preadv", AU_EXTERN_READS, 0, "iovec"},
    {"preadv2", AU_EXTERN_READS, 0, "iovec"},
    {"recvmsg", AU_EXTERN_READS, 0, "iovec"},
    {"recvmmsg", AU_EXTERN_READS, 0, "iovec"},
    {"process_vm_readv", AU_EXTERN_READS, 0, "iovec"},
    {"fread", AU_EXTERN_WRITES, P(0), NULL},
    {"fgets", AU_EXTERN_WRITES, P(0), NULL},
    {"getrandom", AU_EXTERN_WRITES, P(0), NULL},
    {"getcwd", AU_EXTERN_WRITES, P(0), NULL},
    {"readlink", AU_EXTERN_WRITES, P(1), NULL},
    {"gettimeofday", AU_EXTERN_WRITES, P(0) | P(1), NULL},
    {"clock_gettime", AU_EXTERN_WRITES, P(1), NULL},
    {"memcmp", AU_EXTERN_COMPARES, 0, NULL},
    {"bcmp", AU_EXTERN_COMPARES, 0, NULL},
    {"strcmp", AU_EXTERN_READS, 0, NULL},
    {"strlen", AU_EXTERN_READS, 0, NULL},
    {"memchr", AU_EXTERN_READS, 0, NULL},
    {"write", AU_EXTERN_READS, 0, NULL},
    {"pwrite", AU_EXTERN_READS, 0, NULL},
    {"pwrite64", AU_EXTERN_READS, 0, NULL},
    {"fwrite", AU_EXTERN_READS, 0, NULL},
    {"printf", AU_EXTERN_READS, 0, NULL},
    {"fprintf", AU_EXTERN_READS, 0, NULL},
    {"__fprintf_chk", AU_EXTERN_READS, 0, NULL},
    {"__printf_chk", AU_EXTERN_READS, 0, NULL},
    {"free", AU_EXTERN_READS, 0, NULL},
    {"munmap", AU_EXTERN_READS, 0, NULL},
    {"madvise", AU_EXTERN_READS, 0, NULL},
    {"mprotect", AU_EXTERN_READS, 0, NULL},
    {"malloc", AU_EXTERN_FRESH, 0, NULL},
    {"calloc", AU_EXTERN_FRESH, 0, NULL},
    {"realloc", AU_EXTERN_FRESH, 0, NULL},
    {"g_malloc", AU_EXTERN_FRESH, 0, NULL},
    {"g_malloc0", AU_EXTERN_FRESH, 0, NULL},
    {"g_malloc_n", AU_EXTERN_FRESH, 0, NULL},
    {"g_malloc0_n", AU_EXTERN_FRESH, 0, NULL},
    {"g_realloc", AU_EXTERN_FRESH, 0, NULL},
    {"g_try_malloc", AU_EXTERN_FRESH, 0, NULL},
    {"g_free", AU_EXTERN_READS, 0, NULL},
};

static const AuExtern unknown = {NULL, AU_EXTERN_UNKNOWN, 0, NULL};
static const AuExtern intrinsic = {NULL, AU_EXTERN_MIXES, 0, NULL};

const AuExtern *au_extern_find(const char *name)
{
    for (gsize i = 0; i < G_N_ELEMENTS(externs); i++) {
        const char *known = externs[i].name;

        if (g_str_has_suffix(known, ".") ? g_str_has_prefix(name, known)
                                         : g_str_equal(name, known)) {
            return &externs[i];
        }
    }
    /* The other intrinsics compute or mark; none writes. */
    return g_str_has_prefix(name, "llvm.") ? &intrinsic : &unknown;
}
