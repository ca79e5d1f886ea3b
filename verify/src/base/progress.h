/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Counts on stderr while long work runs. */
#ifndef TV_BASE_PROGRESS_H
#define TV_BASE_PROGRESS_H

#include <glib.h>

typedef struct TvProgress TvProgress;

/*
 * On a terminal one line is rewritten; elsewhere a line is written every few
 * seconds, so that logs stay short.  @label says what is counted; a @total of
 * 0 is unknown.
 */
TvProgress *tv_progress_new(const char *label, guint total);

/* @detail (or NULL) is shown on a terminal only. */
void tv_progress_set(TvProgress *progress, guint done, const char *detail);
void tv_progress_set_total(TvProgress *progress, guint total);

/* Wipes the line on a terminal, before something else is written there. */
void tv_progress_wipe(void);

/* Writes a whole line to stderr, in place of a count that stands there. */
void tv_progress_say(const char *format, ...) G_GNUC_PRINTF(1, 2);
void tv_progress_free(TvProgress *progress);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(TvProgress, tv_progress_free)

#endif
