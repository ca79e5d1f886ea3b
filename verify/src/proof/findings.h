/* What layers said of a unit, as findings of the contract. */
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

/* The rule that a diagnostic breaks, NULL if it is none of ours. */
const char *tv_unit_findings_rule(const TvCheckTree *tree, const TvUnit *unit,
                                  TvLayer layer, const TvDiagnostic *diagnostic,
                                  const char *statement);

#endif
