/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reading /proc/PID/maps of a running emulator. */
#ifndef TV_HOSTS_PROBES_MAPS_H
#define TV_HOSTS_PROBES_MAPS_H

#include <glib.h>

/*
 * For shell scripts: whether process $pid has not ended.  An empty maps does
 * not tell: a live process has that, too, if it calls execve() between the
 * opening and the reading of the file (Linux 6.18).
 */
#define TV_SHELL_PID_LIVES "grep -q '^State:.[^XZ]' /proc/$pid/status"

typedef struct TvMaps {
    guint mappings;  /* lines understood */
    char *wx;        /* the first mapping both writable and executable */
    gboolean split;  /* some file is mapped shared both as r-x and as rw- */
    char *rx;        /* that r-x mapping's line, or NULL */
    /* The first executable mapping that is neither a private one of a file nor
     * the kernel's own: memory made for code.  NULL if there is none. */
    char *made;
    /* All of those that are larger than pages of a guest: "rwxp 128 MiB" for
     * each, in the order of addresses. */
    char *code;
} TvMaps;

/*
 * Parses @text.  TV_ERROR_INPUT if a line is not in the format of proc(5), or
 * if there is none at all: an empty file proves nothing.  Clear @maps.
 */
gboolean tv_maps_parse(TvMaps *maps, const char *text, GError **error);
void tv_maps_clear(TvMaps *maps);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(TvMaps, tv_maps_clear)

#endif
