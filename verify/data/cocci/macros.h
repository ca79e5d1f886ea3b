/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What coccinelle's parser has to know of the tree's macros that stand where
 * C has no expression or statement.  These definitions win over the tree's.
 */
#define __force
#define QEMU_PACKED
#define QEMU_NORETURN
#define QEMU_ALIGNED(X)
#define GCC_FMT_ATTR(n, m)
#define QEMU_WARN_UNUSED_RESULT
#define QEMU_SENTINEL
#define QEMU_NONSTRING
#define ElfW(type) Elf_ ## type
#define QSIMPLEQ_ENTRY(type) int
#define QSIMPLEQ_HEAD(name, type) int
#define QTAILQ_ENTRY(type) int
#define QTAILQ_HEAD(name, type) int
#define QLIST_ENTRY(type) int
#define QLIST_HEAD(name, type) int
#define QSLIST_ENTRY(type) int
#define QSLIST_HEAD(name, type) int
#define OP_32_64(x) case 0
#define OP_32_64_VEC(x) case 0
#define CASE_OP_32_64(x) case 0
#define CASE_OP_32_64_VEC(x) case 0
#define WITH_RCU_READ_LOCK_GUARD() for (;;)
#define TB_FOR_EACH_TAGGED(head, tb, n, field) for (;;)
#define TB_FOR_EACH_JMP(head, tb, n) for (;;)
#define PAGE_FOR_EACH_TB(page, tb, n) for (;;)
#define g_autoptr(type) type *
#define g_autofree
#define g_auto(type) type
