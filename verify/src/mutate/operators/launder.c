/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Every way that C offers to make a writable pointer of an RX pointer, at the
 * places where the tree writes code.
 */
#include "mutate/operators/mutant.h"

const TvMutateOperator tv_mutate_launder_operators[] = {
    {"launder-uintptr", "RX is written to: cast by way of uintptr_t",
     "((void *)(uintptr_t)(@p))"},
    {"launder-intptr", "RX is written to: cast by way of intptr_t",
     "((void *)(intptr_t)(@p))"},
    {"launder-long", "RX is written to: cast by way of unsigned long",
     "((void *)(unsigned long)(@p))"},
    {"launder-address", "RX is written to: the sanctioned integer, cast",
     "((void *)@A(@p))"},
    {"launder-void", "RX is written to: cast by way of const void *",
     "((void *)(const void *)(@p))"},
    {"launder-typeof", "RX is written to: cast to a typeof",
     "((typeof(@W(@s, @p)))@A(@p))"},
    {"launder-union", "RX is written to: through a union",
     "({ union { const void @X *rx; void *rw; } l_ = { .rx = (@p) }; l_.rw; "
     "})"},
    {"launder-pun", "RX is written to: read as another type",
     "({ const void @X *l_ = (@p); *(void **)&l_; })"},
    {"launder-memcpy", "RX is written to: the pointer's bytes are copied",
     "({ const void @X *l_ = (@p); void *to_; "
     "memcpy(&to_, &l_, sizeof(to_)); to_; })"},
    {"launder-bytes", "RX is written to: its bytes are copied one by one",
     "({ const void @X *l_ = (@p); void *to_; "
     "for (size_t i_ = 0; i_ < sizeof(to_); i_++) { "
     "((char *)&to_)[i_] = ((const char *)&l_)[i_]; } to_; })"},
    {"launder-struct", "RX is written to: through the copy of a structure",
     "({ struct { uintptr_t at; } l_ = { @A(@p) }, to_; to_ = l_; "
     "(void *)to_.at; })"},
    {"launder-static", "RX is written to: through a static variable",
     "({ static uintptr_t l_; l_ = @A(@p); (void *)l_; })"},
    {"launder-heap", "RX is written to: through allocated memory",
     "({ uintptr_t *l_ = g_new(uintptr_t, 1); *l_ = @A(@p); (void *)*l_; })"},
    {"launder-array", "RX is written to: through an array",
     "({ uintptr_t l_[2] = { 0 }; l_[1] = @A(@p); (void *)l_[1]; })"},
    {"launder-ptr-array", "RX is written to: through a GPtrArray",
     "({ GPtrArray *l_ = g_ptr_array_new(); "
     "g_ptr_array_add(l_, (void *)@A(@p)); g_ptr_array_index(l_, 0); })"},
    {"launder-tree", "RX is written to: through a GTree",
     "({ GTree *l_ = g_tree_new((GCompareFunc)g_strcmp0); "
     "g_tree_insert(l_, l_, (void *)@A(@p)); g_tree_lookup(l_, l_); })"},
    {"launder-pointer-call", "RX is written to: a function pointer copies it",
     "({ const void @X *l_ = (@p); void *to_; "
     "void *(*volatile f_)(void *, const void *, size_t) = memcpy; "
     "f_(&to_, &l_, sizeof(to_)); to_; })"},
    {"launder-varargs", "RX is written to: printed, and read again",
     "({ char l_[32]; snprintf(l_, sizeof(l_), \"%\" PRIxPTR, @A(@p)); "
     "(void *)(uintptr_t)strtoull(l_, NULL, 16); })"},
    {"launder-base", "RX is written to: its distance to a base, added again",
     "((void *)(@A((@s)->@b) + (@A(@p) - @A((@s)->@b))))"},
    {"launder-arithmetic", "RX is written to: reckoned from another RX pointer",
     "((void *)(@A((@s)->@b) + @D(@p, (@s)->@b)))"},
    {"launder-asm", "RX is written to: an integer goes through an asm",
     "({ uintptr_t l_ = @A(@p); asm(\"\" : \"+r\"(l_)); (void *)l_; })"},
    {"launder-asm-pointer", "RX is written to: a pointer goes through an asm",
     "({ void *l_; asm(\"\" : \"=r\"(l_) : \"0\"(@p)); l_; })"},
    {"launder-volatile", "RX is written to: through a volatile variable",
     "({ volatile uintptr_t l_ = @A(@p); (void *)l_; })"},
    {"launder-literal", "RX is written to: through a compound literal",
     "((void *)(uintptr_t){ @A(@p) })"},
    {"launder-atomic", "RX is written to: through an atomic store and load",
     "({ uintptr_t l_; __atomic_store_n(&l_, @A(@p), __ATOMIC_RELAXED); "
     "(void *)__atomic_load_n(&l_, __ATOMIC_RELAXED); })"},
    {"launder-exchange", "RX is written to: through an atomic exchange",
     "({ uintptr_t l_ = @A(@p); "
     "(void *)__atomic_exchange_n(&l_, 0, __ATOMIC_SEQ_CST); })"},
    {"launder-halves", "RX is written to: in two halves",
     "({ uint64_t l_ = @A(@p); uint32_t low_ = l_, high_ = l_ >> 32; "
     "(void *)(uintptr_t)((uint64_t)high_ << 32 | low_); })"},
    {"launder-bits", "RX is written to: through bit-fields",
     "({ struct { uint64_t low : 32, high : 32; } l_ = { "
     "(uint32_t)@A(@p), (uint64_t)@A(@p) >> 32 }; "
     "(void *)(uintptr_t)((uint64_t)l_.high << 32 | l_.low); })"},
    {"launder-negate", "RX is written to: negated twice",
     "((void *)-(-@A(@p)))"},
    {"launder-select", "RX is written to, but only when the buffer is split",
     "((@s)->@o ? (void *)@A(@p) : @W(@s, @p))"},
    {NULL},
};

static guint count_sites(TvMutateSource *source)
{
    g_auto(TvMutateCall) call = {0};
    guint count = 0;

    for (gsize from = 0; tv_mutate_call_next(
             source, source->names->contract->write_macro, &from, &call);) {
        count++;
    }
    return count;
}

/*
 * Half of the ways are tried in a file, each at one site; another file has
 * other ways and sites.
 */
static gboolean is_chosen(const TvMutateSource *source,
                          const TvMutateOperator *operator, guint site,
                          guint sites)
{
    guint way = operator- tv_mutate_launder_operators;
    guint hash = g_str_hash(source->file);

    return source->every_route ||
           ((way + hash) % 2 == 0 && (way / 2 + hash / 2) % sites == site);
}

void tv_mutate_launder(TvMutateSource *source)
{
    guint sites = count_sites(source);
    guint site = 0;
    g_auto(TvMutateCall) call = {0};

    for (gsize from = 0; tv_mutate_call_next(
             source, source->names->contract->write_macro, &from, &call);
         site++) {
        g_autofree char *context = tv_mutate_call_argument(source, &call, 0);
        g_autofree char *pointer = tv_mutate_call_argument(source, &call, 1);

        for (const TvMutateOperator *row = tv_mutate_launder_operators;
             pointer && row->id; row++) {
            g_autofree char *text = NULL;

            if (is_chosen(source, row, site, sites)) {
                text = tv_mutate_names_fill(source->names, row->text, context,
                                            pointer);
                tv_mutate_replace(source, row, call.span, text);
            }
        }
    }
}
