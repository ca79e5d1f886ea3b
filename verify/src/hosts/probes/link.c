/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "hosts/probes/link.h"

#include <stdio.h>

const char tv_link_script[] =
    "for command; do\n"
    "    rm -f link.log\n"
    "    sh -c \"exec $command\" >/dev/null || exit\n"
    "    echo \"$(grep -c '^Linking TBs ' link.log)\""
    " \"$(grep -c '^Trace ' link.log)\"\n"
    "done\n"
    "rm -f link.log\n";

gboolean tv_link_parse(TvLinkCount counts[TV_LINK_RUNS], const char *text)
{
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);

    if (g_strv_length(lines) != TV_LINK_RUNS + 1) {
        return FALSE;
    }
    for (int i = 0; i < TV_LINK_RUNS; i++) {
        char end;

        if (sscanf(lines[i], "%" G_GUINT64_FORMAT " %" G_GUINT64_FORMAT "%c",
                   &counts[i].links, &counts[i].enters, &end) != 2) {
            return FALSE;
        }
    }
    return TRUE;
}

static gboolean same(const TvLinkCount *a, const TvLinkCount *b)
{
    return a->links == b->links && a->enters == b->enters;
}

void tv_link_judge(const TvLinkCount counts[TV_LINK_RUNS], char **finding,
                   char **voided)
{
    const TvLinkCount *pristine = &counts[TV_LINK_PRISTINE];
    const TvLinkCount *never = &counts[TV_LINK_NEVER];

    *finding = *voided = NULL;
    if (pristine->links == 0 || never->links != 0 ||
        never->enters <= pristine->enters) {
        *voided = g_strdup_printf(
            "pristine links %" G_GUINT64_FORMAT " jumps and enters %"
            G_GUINT64_FORMAT " blocks, %" G_GUINT64_FORMAT " when it must not "
            "link: the counts show nothing", pristine->links,
            pristine->enters, never->enters);
        return;
    }
    for (int i = TV_LINK_OFF; i <= TV_LINK_ON; i++) {
        if (!same(&counts[i], pristine)) {
            *finding = g_strdup_printf(
                "with the split %s %" G_GUINT64_FORMAT " jumps are linked "
                "and %" G_GUINT64_FORMAT " blocks entered from outside; "
                "pristine: %" G_GUINT64_FORMAT " and %" G_GUINT64_FORMAT,
                i == TV_LINK_ON ? "on" : "off", counts[i].links,
                counts[i].enters, pristine->links, pristine->enters);
            return;
        }
    }
}
