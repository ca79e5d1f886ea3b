/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * As much of QEMU as the fixtures need, for any target and without a libc:
 * the types, the contract's fields, and the conversion macro as it is in the
 * overlay.  A fixture that defines OWN_CONVERSION brings its own macro.
 */
#ifndef UNITS_TCG_H
#define UNITS_TCG_H

typedef __UINT8_TYPE__ uint8_t;
typedef __UINT16_TYPE__ uint16_t;
typedef __UINT32_TYPE__ uint32_t;
typedef __UINT64_TYPE__ uint64_t;
typedef __INT32_TYPE__ int32_t;
typedef __INT64_TYPE__ int64_t;
typedef __UINTPTR_TYPE__ uintptr_t;
typedef __INTPTR_TYPE__ intptr_t;
typedef __PTRDIFF_TYPE__ ptrdiff_t;
typedef __SIZE_TYPE__ size_t;
typedef __PTRDIFF_TYPE__ ssize_t;
typedef _Bool bool;
typedef __builtin_va_list va_list;

#define NULL ((void *)0)
#define TCG_TARGET_REG_BITS ((int)sizeof(void *) * 8)

/* The size of a unit differs from backend to backend. */
#if defined(__i386__) || defined(__x86_64__)
typedef uint8_t tcg_insn_unit;
typedef uint8_t tcg_insn_unit_rw;
#elif defined(__s390x__)
typedef uint16_t tcg_insn_unit;
typedef uint16_t tcg_insn_unit_rw;
#else
typedef uint32_t tcg_insn_unit;
typedef uint32_t tcg_insn_unit_rw;
#endif

typedef struct TCGContext {
    int nb_temps;
    const tcg_insn_unit *code_buf;
    const tcg_insn_unit *code_ptr;
    ptrdiff_t code_rw_diff;
    const void *code_gen_ptr;
    const void *code_gen_buffer;
    size_t code_gen_buffer_size;
    const void *code_gen_highwater;
} TCGContext;

struct tb_tc {
    const void *ptr;
    size_t size;
};

typedef struct TranslationBlock {
    uint64_t pc;
    uint32_t flags;
    struct tb_tc tc;
    struct TranslationBlock *orig_tb;
    uint16_t jmp_reset_offset[2];
    uintptr_t jmp_target_arg[2];
    uintptr_t jmp_list_head;
} TranslationBlock;

extern TCGContext tcg_init_ctx;
extern __thread TCGContext *tcg_ctx;

static inline uintptr_t tcg_rx_addr(const void *rx)
{
    return (uintptr_t)rx;
}

static inline const void *tcg_rx_ptr(uintptr_t addr)
{
    return (const void *)addr;
}

#define TCG_RX_ADDR(p) tcg_rx_addr(p)
#define TCG_RX_PTR(a) tcg_rx_ptr(a)

#ifndef OWN_CONVERSION
static inline void *tcg_code_ptr_rw(ptrdiff_t rw_diff, const void *rx)
{
    return (void *)((uintptr_t)rx + rw_diff);
}

#define TCG_CODE_PTR_RW(s, p) tcg_code_ptr_rw((s)->code_rw_diff, (p))
#endif

/* Hooks that make written code visible to the processor. */
void tcg_target_flush_dcache(void *rw, size_t len);
void tcg_target_invalidate_icache(const void *rx, size_t len);

static inline void tcg_code_written(const void *rx, void *rw, size_t len)
{
    tcg_target_flush_dcache(rw, len);
    tcg_target_invalidate_icache(rx, len);
}

#endif
