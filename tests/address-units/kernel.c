/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A small, correct translator: the analyser must report nothing. */
#include "tcg.h"

void *g_malloc(size_t n);
void *memset(void *to, int c, size_t n);
void *memcpy(void *to, const void *from, size_t n);
int qemu_log(const char *format, ...);

typedef struct TCGRelocation {
    struct TCGRelocation *next;
    const tcg_insn_unit *ptr;
    intptr_t addend;
    int type;
} TCGRelocation;

typedef struct TCGLabel {
    bool has_value;
    union {
        uintptr_t value;
        const tcg_insn_unit *value_ptr;
    } u;
    TCGRelocation *relocs;
} TCGLabel;

static const tcg_insn_unit *tb_ret_addr;

static void tcg_out8(TCGContext *s, uint8_t v)
{
    *(uint8_t *)TCG_CODE_PTR_RW(s, s->code_ptr) = v;
    s->code_ptr =
        (const tcg_insn_unit *)((const uint8_t *)s->code_ptr + sizeof(v));
}

static void tcg_out32(TCGContext *s, uint32_t v)
{
    const tcg_insn_unit *p = s->code_ptr;

    memcpy(TCG_CODE_PTR_RW(s, p), &v, sizeof(v));
    s->code_ptr = p + 4 / sizeof(tcg_insn_unit);
}

static void tcg_patch32(TCGContext *s, const tcg_insn_unit *p, uint32_t v)
{
    *(uint32_t *)TCG_CODE_PTR_RW(s, p) = v;
}

static bool patch_reloc(TCGContext *s, const tcg_insn_unit *p, int type,
                        intptr_t value, intptr_t addend)
{
    intptr_t disp = value + addend - (intptr_t)TCG_RX_ADDR(p);

    if (disp != (int32_t)disp) {
        return 0;
    }
    tcg_patch32(s, p, disp);
    return 1;
}

static void tcg_out_reloc(TCGContext *s, const tcg_insn_unit *p, int type,
                          TCGLabel *l, intptr_t addend)
{
    TCGRelocation *r = g_malloc(sizeof(*r));

    r->type = type;
    r->ptr = p;
    r->addend = addend;
    r->next = l->relocs;
    l->relocs = r;
}

static void tcg_out_label(TCGContext *s, TCGLabel *l, const tcg_insn_unit *p)
{
    l->has_value = 1;
    l->u.value_ptr = p;
}

static bool tcg_resolve(TCGContext *s, TCGLabel *l)
{
    uintptr_t value = l->u.value;

    for (TCGRelocation *r = l->relocs; r; r = r->next) {
        if (!patch_reloc(s, r->ptr, r->type, value, r->addend)) {
            return 0;
        }
    }
    return 1;
}

static void tcg_out_branch(TCGContext *s, TCGLabel *l)
{
    if (l->has_value) {
        tcg_out32(s, l->u.value_ptr - s->code_ptr);
    } else {
        tcg_out_reloc(s, s->code_ptr, 2, l, -4);
        tcg_out32(s, 0);
    }
}

static void tcg_out_align(TCGContext *s, unsigned align)
{
    uintptr_t a = TCG_RX_ADDR(s->code_ptr);
    size_t pad = -a & (align - 1);

    memset(TCG_CODE_PTR_RW(s, s->code_ptr), 0x90, pad);
    s->code_ptr = TCG_RX_PTR(a + pad);
}

TranslationBlock *tcg_tb_alloc(TCGContext *s)
{
    uintptr_t align = 64;
    TranslationBlock *tb;
    uintptr_t next;

    tb = (void *)((TCG_RX_ADDR(s->code_gen_ptr) + align - 1) & -align);
    next = ((uintptr_t)(tb + 1) + align - 1) & -align;
    if (next > TCG_RX_ADDR(s->code_gen_highwater)) {
        return NULL;
    }
    s->code_gen_ptr = TCG_RX_PTR(next);
    return TCG_CODE_PTR_RW(s, tb);
}

int tcg_gen_code(TCGContext *s, TranslationBlock *tb, TCGLabel *l)
{
    size_t size;

    tb->tc.ptr = s->code_gen_ptr;
    s->code_buf = tb->tc.ptr;
    s->code_ptr = tb->tc.ptr;
    tcg_out8(s, 0xf3);
    tcg_out_branch(s, l);
    tcg_out_label(s, l, s->code_ptr);
    tcg_out_align(s, 16);
    if ((const void *)s->code_ptr > s->code_gen_highwater) {
        return -1;
    }
    if (!tcg_resolve(s, l)) {
        return -2;
    }
    size = (const char *)s->code_ptr - (const char *)s->code_buf;
    tcg_code_written(s->code_buf, TCG_CODE_PTR_RW(s, s->code_buf), size);
    tb->tc.size = size;
    return size;
}

void tcg_prologue_init(TCGContext *s)
{
    s->code_ptr = s->code_buf = s->code_gen_ptr;
    tcg_out32(s, 0xd65f03c0);
    tb_ret_addr = s->code_ptr;
    tcg_out32(s, (intptr_t)tb_ret_addr - (intptr_t)TCG_RX_ADDR(s->code_ptr));
    s->code_gen_ptr = s->code_ptr;
    qemu_log("prologue at %p\n", s->code_buf);
}

void tb_target_set_jmp_target(const tcg_insn_unit *tc_ptr,
                              const tcg_insn_unit *jmp_rx,
                              tcg_insn_unit_rw *jmp_rw, uintptr_t addr)
{
    int32_t disp = addr - (TCG_RX_ADDR(jmp_rx) + 4);

    __atomic_store_n((int32_t *)jmp_rw, disp, __ATOMIC_RELAXED);
    tcg_code_written(jmp_rx, jmp_rw, 4);
}

void tb_set_jmp_target(TranslationBlock *tb, int n, uintptr_t addr)
{
    const void *rx = (const char *)tb->tc.ptr + tb->jmp_target_arg[n];

    tb_target_set_jmp_target(tb->tc.ptr, rx, TCG_CODE_PTR_RW(tcg_ctx, rx),
                             addr);
}

bool in_code_gen_buffer(const void *p)
{
    return (size_t)((const char *)p - (const char *)tcg_ctx->code_gen_buffer) <=
           tcg_ctx->code_gen_buffer_size;
}

void init(TCGContext *s, void *(*map)(size_t size, int prot), size_t size)
{
    s->code_rw_diff = 0;
    s->code_gen_buffer_size = size;
}
