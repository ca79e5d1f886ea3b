/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The checks of single instructions, after the fixed point. */
#ifndef AU_JUDGE_H
#define AU_JUDGE_H

#include "findings.h"
#include "program.h"

typedef struct AuCounts {
    guint stores;  /* stores, atomics and calls that write */
    guint code;    /* of these: into the code buffer */
    guint calls;
} AuCounts;

/* Judges every instruction of @program.  @counts is added to. */
void au_judge(AuProgram *program, AuFindings *findings, AuCounts *counts);

#endif
