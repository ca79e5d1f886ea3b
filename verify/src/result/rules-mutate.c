/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "result/rules.h"

const TvRule tv_rules_mutate[] = {
    {
        .id = "mutant-survives",
        .layer = "mutate",
        .summary = "no layer finds a mistake that was put into the tree",
        .text = "`mutate` makes one small mistake at a time: it leaves a "
                "conversion out, takes the wrong alias, shortens a flush, "
                "sends a pointer through a union. No layer has a finding that "
                "the tree itself does not have, so the proof would not find "
                "that mistake in a patch either.",
        .fix = "Extend a layer so that it finds the mutant. If the mutant "
               "does what the tree does, list it in "
               "verify/data/equivalent-mutants.ini with the reason.",
    },
    {
        .id = "mutant-stale",
        .layer = "mutate",
        .severity = TV_SEVERITY_WARNING,
        .summary = "a mutant listed as equivalent is killed, or does not exist",
        .text = "Entries are matched by operator, file, function and text. "
                "One that matches nothing excuses nothing, and may later "
                "excuse a mutant that no person has reviewed; one that a "
                "layer kills is not equivalent, or the layer raises false "
                "alarms.",
        .fix = "Take the entry out of verify/data/equivalent-mutants.ini, or "
               "rewrite it for the text that the tree has now.",
    },
    {NULL},
};
