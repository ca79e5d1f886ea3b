/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The machine's own list of Debian mirrors, in both of apt's formats. */
#ifndef TV_UPSTREAM_APT_H
#define TV_UPSTREAM_APT_H

#include <glib.h>

/* One archive that serves one or more suites. */
typedef struct TvAptSource {
    char *uri;
    char **suites;
    char *signed_by; /* as the list has it (a key may span lines); or NULL */
} TvAptSource;

void tv_apt_source_free(TvAptSource *source);

/* Adds what @text (deb822, *.sources) names to @sources, of TvAptSource. */
void tv_apt_sources_parse_deb822(const char *text, GPtrArray *sources);

/*
 * Reads the files of the directory @etc (/etc/apt) and returns the source that
 * serves the plain "debian" archive, best one with @codename among its suites.
 * NULL with TV_ERROR_INPUT if no source does.
 */
TvAptSource *tv_apt_sources_find_debian(const char *etc, const char *codename,
                                        GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(TvAptSource, tv_apt_source_free)

#endif
