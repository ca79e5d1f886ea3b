/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * <assert.h> for the checker.  glibc's names each expression three times, once
 * as a string, which triples the text of nested debug assertions.
 */
#undef assert
#ifdef NDEBUG
#define assert(expr) ((void)0)
#else
extern void __assert_fail(const char *, const char *, unsigned int,
                          const char *) __attribute__((noreturn));
#define assert(expr) ((expr) ? (void)0 : __assert_fail("", "", 0, ""))
#endif
#undef static_assert
#define static_assert _Static_assert
