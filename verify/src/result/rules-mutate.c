#include "result/rules.h"

const TvRule tv_rules_mutate[] = {
    {
        .id = "mutant-survives",
        .layer = "mutate",
        .severity = TV_SEVERITY_ERROR,
        .summary = "a mistake that was put into the tree goes unnoticed",
        .text = "`mutate` makes one small mistake at a time: it leaves a "
                "conversion out, takes the wrong alias, shortens a flush, "
                "sends a pointer through a union. No layer has a finding that "
                "the tree itself has not, so the proof would not notice that "
                "mistake in a patch either.",
        .mend = "Teach a layer to see it. If the mutant does what the tree "
                "does, list it in verify/data/equivalent-mutants.ini with the "
                "reason.",
    },
    {
        .id = "mutant-stale",
        .layer = "mutate",
        .severity = TV_SEVERITY_WARNING,
        .summary = "a mutant listed as equivalent is killed, or is none",
        .text = "Entries are matched by operator, file, function and text. "
                "One that matches nothing excuses nothing, and may come to "
                "excuse a mutant that nobody has looked at; one that a layer "
                "kills is not equivalent, or the layer raises false alarms.",
        .mend = "Take the entry out of verify/data/equivalent-mutants.ini, or "
                "write it anew for the text that the tree has now.",
    },
    {NULL},
};
