/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/progress.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define TERMINAL_INTERVAL_US (G_USEC_PER_SEC / 10)
/* To the start of the line, which is emptied. */
#define WIPE "\r\033[K"
#define LOG_INTERVAL_US (5 * G_USEC_PER_SEC)

struct TvProgress {
    char *label;
    guint total;
    gboolean terminal;
    gint64 last;
};

/* A count stands in the last line of the terminal, whosever it is. */
static gboolean shown;

/*
 * In one write, so that no other process's output comes between, and behind
 * what was printed before.  Nothing can be done if it fails.
 */
static void write_all(const char *text)
{
    gsize size = strlen(text);
    ssize_t written;

    fflush(stdout);
    fflush(stderr);
    while (size > 0) {
        written = write(STDERR_FILENO, text, size);
        if (written < 0 && errno != EINTR && errno != EAGAIN) {
            return;
        }
        if (written > 0) {
            text += written;
            size -= (gsize)written;
        }
    }
}

TvProgress *tv_progress_new(const char *label, guint total)
{
    TvProgress *progress = g_new0(TvProgress, 1);

    progress->label = g_strdup(label);
    progress->total = total;
    progress->terminal = isatty(STDERR_FILENO);
    progress->last = g_get_monotonic_time();
    return progress;
}

static int terminal_columns(void)
{
    struct winsize size;

    if (ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) {
        return size.ws_col;
    }
    return 80;
}

void tv_progress_set_total(TvProgress *progress, guint total)
{
    progress->total = total;
}

void tv_progress_set(TvProgress *progress, guint done, const char *detail)
{
    gint64 now = g_get_monotonic_time();
    gint64 interval =
        progress->terminal ? TERMINAL_INTERVAL_US : LOG_INTERVAL_US;
    g_autofree char *count = NULL;

    if (now - progress->last < interval) {
        return;
    }
    progress->last = now;
    count = progress->total ? g_strdup_printf("%u/%u", done, progress->total)
                            : g_strdup_printf("%u", done);
    if (progress->terminal) {
        g_autofree char *line = g_strdup_printf("%s %s %s", progress->label,
                                                count, detail ? detail : "");
        g_autofree char *text = g_strdup_printf(
            WIPE "%.*s", terminal_columns() - 1, line);

        write_all(text);
        shown = TRUE;
    } else {
        tv_progress_say("%s %s", progress->label, count);
    }
}

void tv_progress_wipe(void)
{
    if (shown) {
        write_all(WIPE);
        shown = FALSE;
    }
}

void tv_progress_say(const char *format, ...)
{
    g_autofree char *text = NULL;
    g_autofree char *line = NULL;
    va_list args;

    va_start(args, format);
    text = g_strdup_vprintf(format, args);
    va_end(args);
    line = g_strconcat(shown ? WIPE : "", text, "\n", NULL);
    shown = FALSE;
    write_all(line);
}

void tv_progress_free(TvProgress *progress)
{
    if (!progress) {
        return;
    }
    tv_progress_wipe();
    g_free(progress->label);
    g_free(progress);
}
