/*
 * Pointers to generated code: one alias to execute, one to write
 *
 * A host that enforces W^X does not let a page be writable and executable
 * at once.  TCG then maps the pages of the code buffer twice:
 *
 *   RX  readable and executable.  RX is canonical: each code address that
 *       is stored, compared, subtracted, branched to or shown outside
 *       of TCG (debugger, perf, log) belongs to this alias.
 *   RW  readable and writable.  An RW pointer lives for the moment of a
 *       write and is never kept.  The TranslationBlock structures, which
 *       lie between the code but are data, are reached through RW as well.
 *
 * Since RX is the canonical alias and is const, a write without the conversion
 * does not compile, where it could otherwise fault at run time or, with a
 * difference of zero, pass every test.
 *
 * Copyright (c) 2026 The TCG split-wx authors
 *
 * This work is licensed under the terms of the GNU GPL, version 2 or later.
 * See the COPYING file in the top-level directory.
 */

#ifndef TCG_TCG_CODE_PTR_H
#define TCG_TCG_CODE_PTR_H

/*
 * Only sparse knows address spaces.  It reports each conversion between an
 * RX pointer and any other pointer or integer, unless it is marked __force.
 * __force is used in this file and nowhere else.
 */
#ifdef __CHECKER__
# define __rx       __attribute__((address_space(__rx)))
# define __force    __attribute__((force))
#else
# define __rx
# define __force
#endif

/*
 * One unit of host code.  The address space is part of tcg_insn_unit, so
 * every pointer to it is an RX pointer.  The qualifier is not, because the
 * backends have local variables of this type: const is spelled at each use.
 * tcg_insn_unit_rw is a type of its own, because an address space cannot be
 * taken off a type again.
 *
 * Common code, which knows no backend, passes RX pointers on without a unit.
 */
#ifdef NEED_CPU_H
#include "tcg-target.h"

#ifndef TCG_TARGET_INSN_UNIT_SIZE
# error "Missing TCG_TARGET_INSN_UNIT_SIZE"
#elif TCG_TARGET_INSN_UNIT_SIZE == 1
typedef uint8_t __rx tcg_insn_unit;
typedef uint8_t tcg_insn_unit_rw;
#elif TCG_TARGET_INSN_UNIT_SIZE == 2
typedef uint16_t __rx tcg_insn_unit;
typedef uint16_t tcg_insn_unit_rw;
#elif TCG_TARGET_INSN_UNIT_SIZE == 4
typedef uint32_t __rx tcg_insn_unit;
typedef uint32_t tcg_insn_unit_rw;
#elif TCG_TARGET_INSN_UNIT_SIZE == 8
typedef uint64_t __rx tcg_insn_unit;
typedef uint64_t tcg_insn_unit_rw;
#else
# error "Unsupported TCG_TARGET_INSN_UNIT_SIZE"
#endif
#endif /* NEED_CPU_H */

static inline uintptr_t tcg_rx_addr(const void __rx *rx)
{
    return (__force uintptr_t)rx;
}

static inline const void __rx *tcg_rx_ptr(uintptr_t addr)
{
    return (__force const void __rx *)addr;
}

static inline void *tcg_code_ptr_rw(ptrdiff_t rw_diff, const void __rx *rx)
{
    return (void *)((__force uintptr_t)rx + rw_diff);
}

/**
 * TCG_RX_ADDR:
 * @p: an RX pointer
 *
 * Returns: the address as an integer (uintptr_t), for arithmetic that has
 * no pointer type.  It is still an address of the RX alias.
 */
#define TCG_RX_ADDR(p)          tcg_rx_addr(p)

/**
 * TCG_RX_PTR:
 * @a: the address of executable code, as an integer
 *
 * Returns: the RX pointer (const void *) to it.  Functions of QEMU itself,
 * such as the TCG helpers, are executable and never written: their addresses
 * are RX too.
 */
#define TCG_RX_PTR(a)           tcg_rx_ptr(a)

/**
 * TCG_CODE_PTR_RW:
 * @s: the TCGContext that the code belongs to
 * @p: an RX pointer into the code buffer of @s, or to its end
 *
 * The only way to get a writable pointer into the code buffer.  The addition
 * is unconditional: without a split, the difference is zero, and there is
 * no second code path to test.
 *
 * Callable from any thread; the difference does not change while code can
 * be generated or patched.
 *
 * Returns: the RW alias (void *) of @p.  It must not be stored.
 */
#define TCG_CODE_PTR_RW(s, p)   tcg_code_ptr_rw((s)->code_rw_diff, (p))

#endif
