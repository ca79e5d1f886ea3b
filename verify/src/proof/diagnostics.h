/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What clang and sparse print, line by line. */
#ifndef TV_PROOF_DIAGNOSTICS_H
#define TV_PROOF_DIAGNOSTICS_H

#include <glib.h>

#include "base/job-pool.h"

typedef enum {
    TV_DIAGNOSTIC_WARNING,
    TV_DIAGNOSTIC_ERROR,
    TV_DIAGNOSTIC_FATAL, /* clang gave up on the unit */
} TvDiagnosticSeverity;

typedef struct TvDiagnostic {
    TvDiagnosticSeverity severity;
    char *file;
    int line;
    int column;
    char *message; /* without the option's name; sparse's "expected" and
                    * "got" lines are joined to it */
    char *option;  /* "cast-qual" out of [-Wcast-qual]; NULL if none */
} TvDiagnostic;

/* Array of TvDiagnostic; notes and what is no diagnostic are left out. */
GPtrArray *tv_diagnostics_parse(const char *output);

/*
 * As tv_job_describe for a compiler: its first error with the place, if it
 * printed one.
 */
char *tv_job_describe_error(const TvJob *job);

#endif
