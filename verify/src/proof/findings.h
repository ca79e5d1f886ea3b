/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Findings out of diagnostics: a table maps clang's options and sparse's
 * messages to rules; most count only where the file, the message or the
 * statement is about code pointers.
 */
#ifndef TV_PROOF_FINDINGS_H
#define TV_PROOF_FINDINGS_H

#include "proof/diagnostics.h"
#include "proof/unit.h"
#include "result/known.h"

/*
 * Judges what @layer printed.  Returns findings (of TvFinding) with host, mode
 * and guest of @unit; @known or NULL.  @broken is set to why the layer's word
 * proves nothing: a message that is no finding but made it drop others.
 */
GPtrArray *tv_unit_findings(const TvCheckTree *tree, TvKnownFindings *known,
                            const TvUnit *unit, TvLayer layer, char **broken);

/* The rule that a diagnostic breaks, NULL if no rule of ours covers it. */
const char *tv_unit_findings_rule(const TvCheckTree *tree, const TvUnit *unit,
                                  TvLayer layer, const TvDiagnostic *diagnostic,
                                  const char *statement);

/* A finding with its host and the text of its line; @file may be NULL. */
TvFinding *tv_finding_at(const TvCheckTree *tree, const TvHost *host,
                         const char *rule, const char *file, int line,
                         const char *message);

/* The same in a unit that @layer judges: with function, mode, guest and the
 * command that reproduces it. */
TvFinding *tv_finding_in_unit(const TvCheckTree *tree, const TvUnit *unit,
                              const char *layer, const char *rule,
                              const char *file, int line, const char *message);

#endif
