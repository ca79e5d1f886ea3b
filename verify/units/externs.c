#include "externs.h"

#include <string.h>

#define P(n) (1u << (n))

/*
 * POSIX.1-2017 and the manual pages of Linux tell which parameters are
 * written; LLVM's language reference tells it of the intrinsics.  readv and
 * recvmsg write through pointers in a structure: not listed, so a code pointer
 * that reaches them is reported.
 */
static const AuExtern externs[] = {
    {"llvm.memcpy.", AU_EXTERN_COPIES, P(0)},
    {"llvm.memmove.", AU_EXTERN_COPIES, P(0)},
    {"llvm.memset.", AU_EXTERN_WRITES, P(0)},
    {"llvm.threadlocal.address.", AU_EXTERN_RETURNS, 0},
    {"llvm.launder.invariant.group.", AU_EXTERN_RETURNS, 0},
    {"llvm.strip.invariant.group.", AU_EXTERN_RETURNS, 0},
    {"llvm.ptr.annotation.", AU_EXTERN_RETURNS, 0},
    {"llvm.expect.", AU_EXTERN_RETURNS, 0},
    {"llvm.ptrmask.", AU_EXTERN_RETURNS, 0},
    {"llvm.bswap.", AU_EXTERN_RETURNS, 0},
    {"llvm.prefetch.", AU_EXTERN_READS, 0},
    {"llvm.clear_cache", AU_EXTERN_READS, 0},
    {"llvm.va_start", AU_EXTERN_WRITES, P(0)},
    {"llvm.va_copy", AU_EXTERN_COPIES, P(0)},
    {"memcpy", AU_EXTERN_COPIES, P(0)},
    {"memmove", AU_EXTERN_COPIES, P(0)},
    {"mempcpy", AU_EXTERN_COPIES, P(0)},
    {"__memcpy_chk", AU_EXTERN_COPIES, P(0)},
    {"__memmove_chk", AU_EXTERN_COPIES, P(0)},
    {"memset", AU_EXTERN_WRITES, P(0)},
    {"__memset_chk", AU_EXTERN_WRITES, P(0)},
    {"bzero", AU_EXTERN_WRITES, P(0)},
    {"explicit_bzero", AU_EXTERN_WRITES, P(0)},
    {"strcpy", AU_EXTERN_COPIES, P(0)},
    {"strncpy", AU_EXTERN_COPIES, P(0)},
    {"stpcpy", AU_EXTERN_COPIES, P(0)},
    {"strcat", AU_EXTERN_COPIES, P(0)},
    {"strncat", AU_EXTERN_COPIES, P(0)},
    {"sprintf", AU_EXTERN_WRITES, P(0)},
    {"snprintf", AU_EXTERN_WRITES, P(0)},
    {"vsprintf", AU_EXTERN_WRITES, P(0)},
    {"vsnprintf", AU_EXTERN_WRITES, P(0)},
    {"__sprintf_chk", AU_EXTERN_WRITES, P(0)},
    {"__snprintf_chk", AU_EXTERN_WRITES, P(0)},
    {"__vsnprintf_chk", AU_EXTERN_WRITES, P(0)},
    {"read", AU_EXTERN_WRITES, P(1)},
    {"pread", AU_EXTERN_WRITES, P(1)},
    {"pread64", AU_EXTERN_WRITES, P(1)},
    {"recv", AU_EXTERN_WRITES, P(1)},
    {"recvfrom", AU_EXTERN_WRITES, P(1) | P(4) | P(5)},
    {"fread", AU_EXTERN_WRITES, P(0)},
    {"fgets", AU_EXTERN_WRITES, P(0)},
    {"getrandom", AU_EXTERN_WRITES, P(0)},
    {"getcwd", AU_EXTERN_WRITES, P(0)},
    {"readlink", AU_EXTERN_WRITES, P(1)},
    {"gettimeofday", AU_EXTERN_WRITES, P(0) | P(1)},
    {"clock_gettime", AU_EXTERN_WRITES, P(1)},
    {"memcmp", AU_EXTERN_READS, 0},
    {"strcmp", AU_EXTERN_READS, 0},
    {"strlen", AU_EXTERN_READS, 0},
    {"memchr", AU_EXTERN_READS, 0},
    {"write", AU_EXTERN_READS, 0},
    {"pwrite", AU_EXTERN_READS, 0},
    {"pwrite64", AU_EXTERN_READS, 0},
    {"fwrite", AU_EXTERN_READS, 0},
    {"printf", AU_EXTERN_READS, 0},
    {"fprintf", AU_EXTERN_READS, 0},
    {"__fprintf_chk", AU_EXTERN_READS, 0},
    {"__printf_chk", AU_EXTERN_READS, 0},
    {"free", AU_EXTERN_READS, 0},
    {"munmap", AU_EXTERN_READS, 0},
    {"madvise", AU_EXTERN_READS, 0},
    {"mprotect", AU_EXTERN_READS, 0},
    {"malloc", AU_EXTERN_FRESH, 0},
    {"calloc", AU_EXTERN_FRESH, 0},
    {"realloc", AU_EXTERN_FRESH, 0},
    {"g_malloc", AU_EXTERN_FRESH, 0},
    {"g_malloc0", AU_EXTERN_FRESH, 0},
    {"g_malloc_n", AU_EXTERN_FRESH, 0},
    {"g_malloc0_n", AU_EXTERN_FRESH, 0},
    {"g_realloc", AU_EXTERN_FRESH, 0},
    {"g_try_malloc", AU_EXTERN_FRESH, 0},
    {"g_free", AU_EXTERN_READS, 0},
};

static const AuExtern unknown = {NULL, AU_EXTERN_UNKNOWN, 0};
static const AuExtern intrinsic = {NULL, AU_EXTERN_READS, 0};

const AuExtern *au_extern_find(const char *name)
{
    for (gsize i = 0; i < G_N_ELEMENTS(externs); i++) {
        const char *known = externs[i].name;

        if (g_str_has_suffix(known, ".") ? g_str_has_prefix(name, known)
                                         : g_str_equal(name, known)) {
            return &externs[i];
        }
    }
    /* The other intrinsics compute, count or mark; none writes. */
    return g_str_has_prefix(name, "llvm.") ? &intrinsic : &unknown;
}
