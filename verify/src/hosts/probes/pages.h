/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Whether any page of an emulator is ever writable and executable, while each
 * of the project's own guest programs runs: by what it asks the kernel for, and
 * by looks at its memory maps meanwhile.
 */
#ifndef TV_HOSTS_PROBES_PAGES_H
#define TV_HOSTS_PROBES_PAGES_H

#include <glib.h>

#define TV_PAGES_RUNS 10 /* about as many programs as there are */

/*
 * Shell script: runs "EMULATOR PROGRAM" for each program in own/.  Needs
 * strace; ends with another status than 0 without it, or if a program fails.
 */
extern const char tv_pages_script[];

typedef struct TvPages {
    guint programs; /* that were run */
    guint looks;    /* at a memory map */
    char *seen;     /* the first writable and executable mapping, or NULL */
} TvPages;

/*
 * Reads the script's own lines in @text; tv_strace_parse() reads the others.
 * Clear @pages.
 */
void tv_pages_parse(TvPages *pages, const char *text);
void tv_pages_clear(TvPages *pages);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(TvPages, tv_pages_clear)

#endif
