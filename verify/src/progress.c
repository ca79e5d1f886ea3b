#include "progress.h"

#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define TERMINAL_INTERVAL_US (G_USEC_PER_SEC / 10)
#define LOG_INTERVAL_US (5 * G_USEC_PER_SEC)

struct TvProgress {
    char *label;
    guint total;
    gboolean terminal;
    gboolean shown;
    gint64 last;
};

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

        fprintf(stderr, "\r\033[K%.*s", terminal_columns() - 1, line);
        progress->shown = TRUE;
    } else {
        fprintf(stderr, "%s %s\n", progress->label, count);
    }
    fflush(stderr);
}

void tv_progress_wipe(TvProgress *progress)
{
    if (progress->shown) {
        fputs("\r\033[K", stderr);
        fflush(stderr);
        progress->shown = FALSE;
    }
}

void tv_progress_free(TvProgress *progress)
{
    if (!progress) {
        return;
    }
    tv_progress_wipe(progress);
    g_free(progress->label);
    g_free(progress);
}
