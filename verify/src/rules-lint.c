#include "rules.h"

const TvRule tv_rules_lint[] = {
    {
        .id = "series-unlisted",
        .layer = "series",
        .severity = TV_SEVERITY_ERROR,
        .summary = "a file under patches/ is not in the series",
        .text = "quilt applies only what the series file lists, so a patch "
                "that is not listed is dead weight or was forgotten.",
        .mend = "Add the file to series at its place, or delete it.",
    },
    { NULL },
};
