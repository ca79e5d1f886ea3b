/* Findings that are one mistake at one place, whatever hosts saw it. */
#ifndef TV_RESULT_GROUPS_H
#define TV_RESULT_GROUPS_H

#include "result/result.h"

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

/* What findings of a group have in common, to be freed. */
char *tv_finding_place_key(const TvFinding *finding);

/* "arm mips32", to be freed; empty if no host is named. */
char *tv_finding_group_hosts(const TvFindingGroup *group);

#endif
