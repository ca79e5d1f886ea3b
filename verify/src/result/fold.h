/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What views fold: cells that share a field of a table, and findings that are
 * one mistake at one place, whatever hosts saw it. */
#ifndef TV_RESULT_FOLD_H
#define TV_RESULT_FOLD_H

#include "result/result.h"

typedef struct TvFold {
    TvCellStatus worst;
    int cells; /* 0: the field is empty */
    int clean;
    int findings;
    int checked;
    double seconds;
} TvFold;

void tv_fold_add(TvFold *fold, const TvCell *cell);

/* "clean", "clean 3/4", "2 findings", "void", ...; "-" if empty. */
char *tv_fold_text(const TvFold *fold);

/* Sorts names of layers: those of `check` as they build on each other, the
 * others after them as they came. */
void tv_fold_sort_layers(GPtrArray *layers);

/* Adds a copy of @name unless it is there. */
void tv_fold_add_name(GPtrArray *names, const char *name);

typedef struct TvFindingGroup {
    const TvFinding *first; /* the others differ in host, mode, guest */
    GPtrArray *hosts;       /* of char *, each once; the findings' own */
    guint count;            /* findings */
} TvFindingGroup;

/*
 * The groups of @findings (of TvFinding), in the order in which their first
 * members come: those that count, or those that are @suppressed.  The array
 * owns the groups, which point into @findings.
 */
GPtrArray *tv_finding_groups(const GPtrArray *findings, gboolean suppressed);

/* "arm mips32", to be freed; empty if no host is named. */
char *tv_finding_group_hosts(const TvFindingGroup *group);

#endif
