/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Whether translation blocks stay linked: a jump from one to the next that is
 * not patched, or patched where nothing runs, shows in no result but makes the
 * emulator leave its code each time.
 */
#ifndef TV_HOSTS_PROBES_LINK_H
#define TV_HOSTS_PROBES_LINK_H

#include <glib.h>

/* One run of a guest under "-d exec". */
typedef struct TvLinkCount {
    guint64 links;  /* jumps patched: "Linking TBs" */
    guint64 enters; /* blocks entered from outside the code: "Trace" */
} TvLinkCount;

/* The runs that are compared, in this order. */
enum {
    TV_LINK_PRISTINE,
    TV_LINK_OFF,
    TV_LINK_ON,
    TV_LINK_NEVER, /* -d nochain: shows that the counts differ */
    TV_LINK_RUNS,
};

/*
 * The shell script that runs the commands given as its arguments, one for each
 * run above, and prints "LINKS ENTERS" for each.  A command writes the log
 * link.log in the working directory.
 */
extern const char tv_link_script[];

/* Parses the script's output; FALSE if it is not that. */
gboolean tv_link_parse(TvLinkCount counts[TV_LINK_RUNS], const char *text);

/*
 * Judges the counts: at most one of @finding (text of the finding) and @voided
 * (why nothing is shown) is set; both are the caller's to free.
 */
void tv_link_judge(const TvLinkCount counts[TV_LINK_RUNS], char **finding,
                   char **voided);

#endif
