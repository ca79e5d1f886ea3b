/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What sparse lacks, given to it with the preprocessed text.  Atomic builtins
 * become plain accesses, so that it sees the stores.
 */
extern void __builtin___clear_cache(void *, void *);
extern unsigned char __builtin_bitreverse8(unsigned char);
extern unsigned short __builtin_bitreverse16(unsigned short);
extern unsigned int __builtin_bitreverse32(unsigned int);
extern unsigned long long __builtin_bitreverse64(unsigned long long);
extern unsigned long long __builtin_addcll(unsigned long long,
                                           unsigned long long,
                                           unsigned long long,
                                           unsigned long long *);
extern unsigned long long __builtin_subcll(unsigned long long,
                                           unsigned long long,
                                           unsigned long long,
                                           unsigned long long *);
#define inline
#define __inline
#define __inline__
/* gcc 7 has these as keywords, clang's headers define them. */
#define _Float32 _float32_as_typedef
#define _Float32x _float32x_as_typedef
#define _Float64 _float64_as_typedef
#define _Float64x _float64x_as_typedef
#define _Float128 _float128_as_typedef
#define __atomic_store_n(p, v, m) ((void)(*(p) = (v)))
#define __sync_fetch_and_or(p, v) \
    ({ __typeof__(*(p)) __o = *(p); *(p) = __o | (v); __o; })
#define __sync_val_compare_and_swap_16(p, o, n) \
    ({ __typeof__(*(p)) __v = *(p); (void)(o); *(p) = (n); __v; })
