/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The jobs that run the tree's generators. */
#ifndef TV_TREE_HEADERS_GENERATE_H
#define TV_TREE_HEADERS_GENERATE_H

#include "base/job-pool.h"
#include "tree/scan.h"

typedef struct TvGenerate {
    const TvTreeScan *scan;
    const char *dir; /* to write below */
    TvJobPool *pool;
    GPtrArray *wanted; /* of pending outputs; the generator's own */
    GError *error;     /* the first failure */
} TvGenerate;

void tv_generate_trace(TvGenerate *generate, GPtrArray *groups);
void tv_generate_qapi(TvGenerate *generate);
void tv_generate_hx(TvGenerate *generate);
/* @mak: text of the target's .mak. */
void tv_generate_syscalls(TvGenerate *generate, const char *target,
                          const char *mak);
void tv_generate_devices(TvGenerate *generate, const char *target);

#endif
